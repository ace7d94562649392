"""The form of one visit on the phone: shown whole by the server, taken back as an ordinary form.

The page's script sends the same record by `PUT /field/submissions/<uuid>`; both go through the same door.
"""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, g, request, url_for
from werkzeug.datastructures import CombinedMultiDict

from sjj.accounts.models import User
from sjj.database import commit
from sjj.inspections.before import before
from sjj.inspections.field_queries import current_record, own_inspection, plan_of
from sjj.inspections.form_plan import FormPlan
from sjj.inspections.kept_files import keep_files
from sjj.inspections.models import Inspection
from sjj.inspections.narrative_facts import propose
from sjj.inspections.paper_texts import told_on_site
from sjj.inspections.parts import is_settled
from sjj.inspections.record_forms import VisitForm, visit_form
from sjj.inspections.record_prefill import known_photos
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.visit_intake import Filled, take_in
from sjj.inspections.visit_pages import first_values, page_data, place_problems
from sjj.registers.assistant_queries import names_on_offer
from sjj.rules.lifecycle import ResultState
from sjj.web import go, now, page, today


def task(user: User, uid: UUID) -> Inspection | None:
    """An inspection of this officer's own."""
    return own_inspection(user, uid)


def show_visit(inspection: Inspection, code: str = "") -> Response:
    """The form, or what became of it."""
    waits = inspection.state is ResultState.AWAITING_REVIEW
    closed = inspection.standing in CLOSED or is_settled(inspection)
    if closed or (waits and request.args.get("revise") != "1"):
        return page("field/submitted.html", inspection=inspection, closed=closed)
    plan, record = plan_of(inspection), current_record(inspection)
    form = visit_form(plan, data=first_values(inspection, plan, record, code, now()))
    return _form_page(inspection, plan, form, [], str(uuid4()))


def take_visit(inspection: Inspection) -> Response:
    """Take the form back: keep its files, then the record; refuse with everything kept."""
    moment, plan, record = now(), plan_of(inspection), current_record(inspection)
    form = visit_form(plan, CombinedMultiDict([request.files, request.form]))
    unkept = list(keep_files(form, plan, g.user).items())
    filled = Filled(form, plan, inspection, known_photos(record) if record else {})
    if request.form.get("keep") or request.form.get("propose"):
        said = propose(form, plan, inspection) if request.form.get("propose") else []
        commit()
        return _form_page(
            inspection, plan, form, place_problems(form, plan, [*unkept, *said]), str(filled.uid)
        )
    outcome = take_in(filled, g.user, moment, unkept)
    commit()
    if outcome.is_kept:
        return go("field.done", uid=outcome.uid)
    lines = place_problems(form, plan, outcome.found)
    return _form_page(inspection, plan, form, lines, str(outcome.uid), 422)


def _form_page(
    inspection: Inspection,
    plan: FormPlan,
    form: VisitForm,
    problems: list[tuple[str, str]],
    submission: str,
    status: int = 200,
) -> Response:
    known: dict[str, Any] | None = current_record(inspection)
    moment = now()
    return page(
        "field/form.html",
        status=status,
        inspection=inspection,
        plan=plan,
        form=form,
        problems=problems,
        submission=submission,
        page_data=page_data(inspection, plan, g.user, known, _urls(inspection), moment),
        before=before(inspection, today(moment)),
        told=told_on_site(inspection.agency_id),
        assistants=names_on_offer(inspection.agency_id),
        desk=False,
    )


def _urls(inspection: Inspection) -> dict[str, str]:
    """Where the page's script finds things."""
    return {
        "form": url_for("field.task_form", uid=inspection.uid),
        "submissions": "/field/submissions/",
        "photo": url_for("field.photo", sha256="0" * 64).removesuffix("0" * 64),
    }
