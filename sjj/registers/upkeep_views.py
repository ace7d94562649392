"""底数维护: how current each section's lists are, for whoever guides and presses (S1: 指导、督促) and for the sections."""

from flask import Response, abort, flash, g, request

from sjj.database import commit
from sjj.registers import upkeep_services as services
from sjj.registers.blueprints import bp, status
from sjj.registers.scope import agencies_to_read, may_edit
from sjj.registers.upkeep_forms import PressForm, ReviewForm
from sjj.registers.upkeep_queries import (
    PRESS,
    Named,
    list_of,
    list_to_press,
    list_to_review,
    lists_of,
    reminders_of,
    reviews_of,
    summary_of,
)
from sjj.registers.upkeep_state import LISTS, USUAL_DAYS, KeptList
from sjj.web import go, now, page, requires, today

SHOWN = 10
ONE = "/registers/upkeep/<int:agency_id>/<int:section_id>/<any(item, entity, officer, guide):register>"


@bp.get("/registers/upkeep/")
@requires("register.read")
def upkeep() -> Response:
    """Each section of an agency with its four lists."""
    agencies = agencies_to_read(g.user)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    sections = lists_of(agency, today(now()))
    return page(
        "registers/upkeep.html",
        agency=agency,
        agencies=agencies,
        sections=[one for one in sections if not one.is_empty],
        empty_ones=[one.name for one in sections if one.is_empty and one.section],
        summary=summary_of(sections),
        every=agency.review_days or USUAL_DAYS,
        reviews=reviews_of(g.user, agency.id, SHOWN),
        reminders=reminders_of(g.user, agency.id, SHOWN),
        list_names=LISTS,
        section_names={one.id: one.name for one in agency.sections},
        may_press=g.user.may(PRESS, agency.id),
        may_review=lambda one: may_edit(g.user, agency.id, one.section_id or None),
    )


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@requires("register.edit", list_to_review)
def upkeep_review(which: Named) -> Response:
    """核对 one list."""
    moment = now()
    form = ReviewForm()
    form.day = today(moment)
    if request.method == "POST" and form.validate():
        services.review_list(which, form.reviewed_on.data, form.note.data or "", g.user, moment)
        commit()
        flash(f"已记下：{LISTS[which.register]}核对到{form.reviewed_on.data:%Y-%m-%d}。", "ok")
        return go("registers.upkeep", agency=which.agency.id)
    if request.method == "GET":
        form.reviewed_on.data = form.day
    return page("registers/upkeep_review.html", status=status(), form=form, kept=_kept(which))


@bp.route(f"{ONE}/press", methods=["GET", "POST"])
@requires("upkeep.press", list_to_press)
def upkeep_press(which: Named) -> Response:
    """提醒 whoever keeps one list."""
    form = PressForm()
    kept = _kept(which)
    if request.method == "POST" and form.validate():
        services.press_section(which, form.text.data.strip(), g.user, now())
        commit()
        flash(f"已提醒{kept.whose}，在对方的“今天要办”中显示，核对后消失。", "ok")
        return go("registers.upkeep", agency=which.agency.id)
    if request.method == "GET":
        form.text.data = kept.press_words
    return page("registers/upkeep_press.html", status=status(), form=form, kept=kept)


def _kept(which: Named) -> KeptList:
    kept = list_of(which.agency, which.section.id if which.section else 0, which.register, today(now()))
    return kept or abort(404)
