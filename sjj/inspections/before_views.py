"""Steps before a visit, from the phone and from the office's desk: 改期, 紧急先行检查, why above the yearly cap.

Each is one plain form with a reason; both sides go through the same services.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, url_for

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.form import Form
from sjj.inspections import approval_services as approvals
from sjj.inspections.approval_forms import OtherDayForm, OverCapForm, UrgentForm
from sjj.inspections.approval_queries import ASK
from sjj.inspections.before import Before, before
from sjj.inspections.blueprints import inspections
from sjj.inspections.field_queries import own_inspection
from sjj.inspections.models import Inspection
from sjj.inspections.reschedule import OtherDay, RescheduleRefused, reschedule
from sjj.presentation import day as day_words
from sjj.web import now, page, requires, see_other, today

bp = Blueprint("before_visit", __name__, url_prefix="/field/inspections/<uuid:uid>")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one visit: its page, what it says, what it does with its form."""

    inspection: Inspection
    form: Form
    name: str
    take: Callable[[Any], str]
    on_phone: bool = False

    @property
    def back(self) -> str:
        """Where it was come from."""
        if self.on_phone:
            return url_for("field.task_form", uid=self.inspection.uid)
        return url_for("inspections.inspection", inspection_id=self.inspection.id)


def own_visit(user: User, uid: UUID) -> Inspection | None:
    """A visit of this officer's own."""
    return own_inspection(user, uid)


def visit_of_office(user: User, inspection_id: int) -> Inspection | None:
    """A visit of an office that this person works in."""
    found = db.session.get(Inspection, inspection_id)
    return found if found and user.may(ASK, found.agency_id) else None


@bp.route("/reschedule", methods=["GET", "POST"])
@requires("field.work", own_visit)
def phone_reschedule(inspection: Inspection) -> Response:
    """改期 by the team."""
    return _run(_other_day(inspection, on_phone=True))


@inspections.route("/<int:inspection_id>/reschedule", methods=["GET", "POST"])
@requires(ASK, visit_of_office)
def inspection_reschedule(inspection: Inspection) -> Response:
    """改期 by the office."""
    return _run(_other_day(inspection))


@bp.route("/urgent", methods=["GET", "POST"])
@requires("field.work", own_visit)
def phone_urgent(inspection: Inspection) -> Response:
    """The team goes first."""
    return _run(_urgent(inspection, on_phone=True))


@inspections.route("/<int:inspection_id>/urgent", methods=["GET", "POST"])
@requires(ASK, visit_of_office)
def inspection_urgent(inspection: Inspection) -> Response:
    """The office lets the team go first."""
    return _run(_urgent(inspection))


@inspections.route("/<int:inspection_id>/over-cap", methods=["GET", "POST"])
@requires(ASK, visit_of_office)
def inspection_over_cap(inspection: Inspection) -> Response:
    """Why this visit is made above the yearly cap."""
    form = OverCapForm(data={"reason": inspection.over_cap_reason})
    return _run(Step(inspection, form, "over_cap", lambda found: _explained(inspection, found)))


def _other_day(inspection: Inspection, *, on_phone: bool = False) -> Step:
    form = OtherDayForm(data={"to_on": inspection.planned_on})
    return Step(inspection, form, "reschedule", lambda found: _moved(inspection, found), on_phone)


def _urgent(inspection: Inspection, *, on_phone: bool = False) -> Step:
    return Step(inspection, UrgentForm(), "urgent", lambda found: _declared(inspection, found), on_phone)


def _moved(inspection: Inspection, form: OtherDayForm) -> str:
    wanted = OtherDay(form.to_on.data, form.reason.data or "", form.beyond.data)
    reschedule(inspection, wanted, g.user, now())
    return f"“{inspection.entity.name}”计划 {day_words(inspection.planned_on)}检查。"


def _declared(inspection: Inspection, form: UrgentForm) -> str:
    approvals.declare_urgent(inspection, form.reason.data, g.user, now())
    return "已按紧急检查办理，可以先行检查；检查后由负责人补办审批。"


def _explained(inspection: Inspection, form: OverCapForm) -> str:
    approvals.explain_over_cap(inspection, form.reason.data, g.user, now())
    return "超过频次上限的理由已保存。"


def _run(step: Step) -> Response:
    """Show the step's form, or take it; a refusal is shown at its field and changes nothing."""
    form = step.form
    if form.is_submitted() and form.validate():
        try:
            said = step.take(form)
        except RescheduleRefused as refusal:
            db.session.rollback()
            for name, sentence in refusal.problems:
                form[name].errors = [*form[name].errors, sentence]
        except approvals.ApprovalRefused as refusal:
            db.session.rollback()
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(said, "ok")
            return see_other(step.back)
    return _step_page(step)


def _step_page(step: Step) -> Response:
    moment = now()
    found: Before = before(step.inspection, today(moment))
    return page(
        "inspections/visit_step.html",
        status=422 if step.form.is_submitted() else 200,
        shell="base_field.html" if step.on_phone else "base.html",
        step=step,
        form=step.form,
        inspection=step.inspection,
        before=found,
        today=today(moment),
    )
