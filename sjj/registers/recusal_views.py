"""The pages of 回避: list, declare, decide."""

from flask import Response, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp
from sjj.registers.listing import turn_of
from sjj.registers.models import Entity, Officer
from sjj.registers.recusal_forms import REASONS, STANDING, DecideForm, DeclareForm
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_queries import (
    MOST_FOUND,
    STATES,
    draws_of,
    entities_to_declare,
    officers_to_declare,
    reach_of,
    recusal_to_decide,
)
from sjj.registers.recusal_queries import recusals as find_recusals
from sjj.registers.recusal_services import Decision, RecusalRefused, decide, declare
from sjj.registers.shared_forms import options
from sjj.web import go, now, page, requires


@bp.get("/registers/recusals/")
@requires("recusal.read")
def recusals() -> Response:
    """The recusals, those that wait first; an officer sees only their own."""
    state = request.args.get("state", "")
    found = find_recusals(g.user, state, turn_of(request.args, ""))
    return page(
        "registers/recusals.html",
        found=found,
        reach=reach_of(found.items),
        state=state if state in STATES else "",
        states=STATES,
        may_declare=g.user.may("recusal.declare"),
    )


@bp.route("/registers/recusals/new", methods=["GET", "POST"])
@requires("recusal.declare")
def recusal_new() -> Response:
    """Look the entity up, then declare the recusal."""
    words = request.values.get("q", "").strip()
    chosen = request.form.get("entity_id", 0, type=int) or request.args.get("entity", 0, type=int)
    officers = officers_to_declare(g.user)
    entities = entities_to_declare(g.user, words, chosen)
    form = DeclareForm()
    unchosen = [(0, "（请选择）")] if len(officers) > 1 else []
    form.officer_id.choices = options([*unchosen, *((each.id, _who(each)) for each in officers)])
    form.campaign_id.choices = options(
        [(STANDING, "长期（每次抽取都回避）"), *((one.campaign_id, one.label) for one in draws_of(g.user))]
    )
    form.entity_id.choices = options((each.id, f"{each.name}（{each.code}）") for each in entities)
    if request.method == "GET":
        form.entity_id.data = chosen or None
        form.officer_id.data = request.args.get("officer", 0, type=int)
        form.campaign_id.data = request.args.get("campaign", STANDING, type=int)
        return _ask(form, words, entities, officers)
    if form.validate() and _declared(form, officers, entities):
        commit()
        flash("已申报回避，等待负责人审批。", "ok")
        return go("registers.recusals")
    return _ask(form, words, entities, officers, 422)


def _declared(form: DeclareForm, officers: list[Officer], entities: list[Entity]) -> bool:
    officer = next(each for each in officers if each.id == form.officer_id.data)
    entity = next(each for each in entities if each.id == form.entity_id.data)
    try:
        declare(officer, entity, form.reason.data, g.user, now(), form.only_for)
    except RecusalRefused as refusal:
        form.entity_id.errors = [str(refusal)]
        return False
    return True


def _who(officer: Officer) -> str:
    of = "" if officer.agency_id == g.user.agency_id else f"，{officer.agency.name}"
    return f"{officer.name}（{officer.code}{of}）"


def _ask(
    form: DeclareForm, words: str, entities: list[Entity], officers: list[Officer], answer: int = 200
) -> Response:
    return page(
        "registers/recusal_form.html",
        form=form,
        words=words,
        entities=entities,
        officers=officers,
        reasons=REASONS,
        most=MOST_FOUND,
        status=answer,
    )


@bp.route("/registers/recusals/<int:recusal_id>/decide", methods=["GET", "POST"])
@requires("recusal.decide", recusal_to_decide)
def recusal_decide(recusal: Recusal) -> Response:
    """The approver approves, refuses or lifts a recusal."""
    form = DecideForm()
    if request.method == "GET":
        return page("registers/recusal_decide.html", form=form, recusal=recusal, reach=reach_of([recusal]))
    wanted = request.form.get("do", "")
    if wanted not in list(Decision):
        form.form_errors.append("请选择批准或不予回避")
    elif form.validate():
        try:
            decide(recusal, Decision(wanted), form.note.data or "", g.user, now())
        except RecusalRefused as refusal:
            form.note.errors = [str(refusal)]
        else:
            commit()
            said = "应当回避" if recusal.approved else "不需回避"
            flash(f"已决定：{recusal.officer.name}对“{recusal.entity.name}”{said}。", "ok")
            return go("registers.recusals")
    return page(
        "registers/recusal_decide.html", form=form, recusal=recusal, reach=reach_of([recusal]), status=422
    )
