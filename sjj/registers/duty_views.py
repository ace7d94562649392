"""The pages of 权责对照: which entries have no item yet, one entry, proposals, and the open ones as a workbook."""

from io import BytesIO

from flask import Response, flash, g, request, send_file

from sjj.database import commit, db
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.duty_forms import DutyFilterForm, ExcuseForm, LinkForm, ProposalsForm
from sjj.registers.duty_queries import (
    STATES,
    DutyFilter,
    counts,
    duty_to_edit,
    duty_to_read,
    items_to_link,
    matching,
    open_duties,
    proposals,
    proposals_for,
    state_of,
)
from sjj.registers.duty_queries import (
    duties as find_duties,
)
from sjj.registers.duty_services import DutyRefused, excuse, link, reopen
from sjj.registers.export import workbook
from sjj.registers.listing import turn_of
from sjj.registers.scope import (
    agencies_to_read,
    editable_places,
    may_edit_row,
    sections_to_filter,
    whole_agencies,
)
from sjj.registers.shared_forms import options, or_all
from sjj.registers.upkeep_models import Duty
from sjj.web import go, now, page, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("清单", "编码", "名称", "类型", "依据", "承办科室", "状态", "对应事项", "不需要事项的原因")


@bp.get("/registers/duties/")
@requires("register.read")
def duties() -> Response:
    """The entries of the three lists, and how many have no item yet."""
    wanted = _wanted()
    turn = turn_of(request.args, "")
    return listed(
        "registers/duties.html",
        "registers/_duties.html",
        form=_filter_form(),
        wanted=wanted,
        found=find_duties(g.user, wanted, turn.page, turn.per_page),
        counts=counts(g.user, wanted.agency_id),
        states=STATES,
        state_of=state_of,
        may_import=bool(whole_agencies(g.user)),
        may_settle=bool(editable_places(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
    )


@bp.get("/registers/duties/export.xlsx")
@requires("register.read")
def duties_export() -> Response:
    """The entries that the filters show."""
    sections = {each.id: each.name for each in db.session.scalars(sections_to_filter(g.user))}
    rows = (
        [
            duty.source, duty.code, duty.name, duty.kind, duty.basis,
            sections.get(duty.section_id or 0, ""), STATES[state_of(duty)],
            f"{duty.item.code} {duty.item.name}" if duty.item else "", duty.no_item_reason,
        ]
        for duty in db.session.scalars(matching(g.user, _wanted()))
    )  # fmt: skip
    book = workbook("权责对照", HEADINGS, rows)
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name="权责对照.xlsx")


@bp.get("/registers/duties/<int:duty_id>")
@requires("register.read", duty_to_read)
def duty(duty: Duty) -> Response:
    """One entry: what it says, which item answers it."""
    return _show(
        duty, LinkForm(data={"item_id": duty.item_id}), ExcuseForm(data={"reason": duty.no_item_reason})
    )


@bp.post("/registers/duties/<int:duty_id>/link")
@requires("register.edit", duty_to_edit)
def duty_link(duty: Duty) -> Response:
    """This item answers the entry."""
    form = LinkForm()
    items = {item.id: item for item in items_to_link(duty.agency_id)}
    form.item_id.choices = options((item.id, f"{item.code} {item.name}") for item in items.values())
    if not form.validate():
        return _show(duty, form, ExcuseForm(formdata=None), 422)
    try:
        link(duty, items[form.item_id.data], g.user, now())
    except DutyRefused as refusal:
        form.item_id.errors = [str(refusal)]
        return _show(duty, form, ExcuseForm(formdata=None), 422)
    commit()
    flash(f"“{duty.name}”已对应“{items[form.item_id.data].name}”。", "ok")
    return go("registers.duties", source=duty.source, state="open")


@bp.post("/registers/duties/<int:duty_id>/excuse")
@requires("register.edit", duty_to_edit)
def duty_excuse(duty: Duty) -> Response:
    """No item is needed, and why."""
    form = ExcuseForm()
    if not form.validate():
        return _show(duty, LinkForm(formdata=None, data={"item_id": duty.item_id}), form, 422)
    excuse(duty, form.reason.data, g.user, now())
    commit()
    flash(f"“{duty.name}”已记为不需要事项。", "ok")
    return go("registers.duties", source=duty.source, state="open")


@bp.post("/registers/duties/<int:duty_id>/reopen")
@requires("register.edit", duty_to_edit)
def duty_reopen(duty: Duty) -> Response:
    """Take back what was said of the entry."""
    reopen(duty, g.user, now())
    commit()
    flash(f"“{duty.name}”重新列入“还没有事项”。", "ok")
    return go("registers.duty", duty_id=duty.id)


@bp.route("/registers/duties/proposals", methods=["GET", "POST"])
@requires("register.edit")
def duty_proposals() -> Response:
    """Items whose names are like those of open entries, to accept many at once."""
    found = proposals(open_duties(g.user))
    known = {f"{each.duty.id}-{each.item.id}": each for each in found}
    form = ProposalsForm()
    form.chosen.choices = options((key, each.duty.name) for key, each in known.items())
    if request.method == "POST" and form.validate():
        moment = now()
        chosen = sorted((known[key] for key in form.chosen.data), key=lambda each: each.duty.id)
        done = sum(link(each.duty, each.item, g.user, moment) for each in chosen)
        commit()
        flash(f"已对应 {done} 条。", "ok")
        return go("registers.duties", state="open")
    return page("registers/duty_proposals.html", form=form, known=known, status=status())


def _show(duty: Duty, link_form: LinkForm, excuse_form: ExcuseForm, answer: int = 200) -> Response:
    likely = proposals_for(duty)
    first = {each.item.id for each in likely}
    rest = [item for item in items_to_link(duty.agency_id) if item.id not in first]
    pairs = [(each.item.id, f"{each.item.code} {each.item.name}（相近 {each.percent}%）") for each in likely]
    link_form.item_id.choices = options(
        [(0, "请选择"), *pairs, *((item.id, f"{item.code} {item.name}") for item in rest)]
    )
    if not link_form.item_id.data and likely:
        link_form.item_id.data = likely[0].item.id
    return page(
        "registers/duty.html",
        duty=duty,
        state=state_of(duty),
        states=STATES,
        link_form=link_form,
        excuse_form=excuse_form,
        likely=likely,
        section=next(
            (
                each.name
                for each in db.session.scalars(sections_to_filter(g.user))
                if each.id == duty.section_id
            ),
            "",
        ),
        may_edit=may_edit_row(g.user, duty),
        status=answer,
    )


def _wanted() -> DutyFilter:
    asked = request.args
    return DutyFilter(
        words=asked.get("q", "").strip(),
        source=asked.get("source", ""),
        state=asked.get("state", ""),
        section_id=asked.get("section", 0, type=int),
        agency_id=asked.get("agency", 0, type=int),
    )


def _filter_form() -> DutyFilterForm:
    form = DutyFilterForm(request.args)
    names = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    form.section.choices = or_all(
        (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
        for each in db.session.scalars(sections_to_filter(g.user))
    )
    return form
