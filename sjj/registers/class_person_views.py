"""人工确定监管类别: the objects that rules leave to a person, and decisions on several of them at once."""

from flask import Response, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit, db
from sjj.registers.class_forms import DecisionForm
from sjj.registers.class_queries import agency_to_classify, look, named, newest
from sjj.registers.class_services import decide, take_back
from sjj.registers.class_views import bp
from sjj.registers.models import Entity, SupervisionClass
from sjj.rules.classification import WrongRules
from sjj.web import go, now, page, requires, today

MOST_SHOWN = 200


@bp.route("/<int:agency_id>/persons", methods=["GET", "POST"])
@requires("register.edit", agency_to_classify)
def class_persons(agency: Agency) -> Response:
    """Those that need a person: both 特殊 and 一般, nothing says, or decided against the rules."""
    form = DecisionForm()
    ticked = request.form.getlist("entity", type=int)
    status = 200
    if request.method == "POST":
        chosen = _chosen(agency, ticked)
        if form.validate() and chosen:
            return _decided(agency, form, chosen)
        if not chosen:
            form.form_errors.append("请勾选要确定的对象")
        status = 422
    return page(
        "registers/class_persons.html", status=status, form=form, agency=agency, ticked=set(ticked),
        **_waiting(agency),
    )  # fmt: skip


def _waiting(agency: Agency) -> dict[str, object]:
    rules = newest(agency.id)
    if rules is None:
        return {"rules": None, "persons": [], "contradicted": [], "total": 0, "most": MOST_SHOWN}
    try:
        found = look(rules, today(now())).preview
    except WrongRules:
        return {"rules": rules, "persons": [], "contradicted": [], "total": 0, "most": MOST_SHOWN}
    names = named(number for number, _ in (*found.persons[:MOST_SHOWN], *found.contradicted[:MOST_SHOWN]))
    return {
        "rules": rules,
        "persons": [(names[number], said) for number, said in found.persons[:MOST_SHOWN]],
        "contradicted": [(names[number], said) for number, said in found.contradicted[:MOST_SHOWN]],
        "total": len(found.persons) + len(found.contradicted),
        "most": MOST_SHOWN,
    }


def _chosen(agency: Agency, ticked: list[int]) -> list[Entity]:
    rows = named(ticked[: 2 * MOST_SHOWN]).values()
    return [row for row in rows if row.agency_id == agency.id and row.merged_into_id is None]


def _decided(agency: Agency, form: DecisionForm, chosen: list[Entity]) -> Response:
    moment, reason = now(), (form.reason.data or "").strip()
    db.session.flush()
    for entity in sorted(chosen, key=lambda one: one.id):
        db.session.refresh(entity, with_for_update={"key_share": True, "of": Entity})
        if form.what.data == "rules":
            take_back(entity, reason, g.user, moment)
        else:
            decide(entity, SupervisionClass(form.what.data), reason, g.user, moment)
    commit()
    said = "撤回人工确定" if form.what.data == "rules" else f"确定为“{form.what.data}”"
    flash(f"已将 {len(chosen)} 个对象{said}。", "ok")
    return go("classes.class_persons", agency_id=agency.id)
