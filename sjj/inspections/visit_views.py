"""The form of one visit on the phone: shown whole by the server, taken back as an ordinary form.

The page's script sends the same record by `PUT /field/submissions/<uuid>`; both go through the same door.
Files are kept before the record is judged, so that a refusal loses nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Response, g, request
from werkzeug.datastructures import CombinedMultiDict

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.inspections.field_queries import CLOSED, current_record, own_inspection, plan_of
from sjj.inspections.form_versions import spec_of
from sjj.inspections.kept_files import keep_files
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.record_assembly import Assembled, assemble, page_problems
from sjj.inspections.record_forms import FormPlan, VisitForm, visit_form
from sjj.inspections.record_prefill import known_photos
from sjj.inspections.submissions import Answer, receive
from sjj.inspections.visit_pages import by_field, first_values, page_data, place_problems
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import Problem, problems_of
from sjj.web import go, now, page

REFUSED = {
    "content_differs": "这份记录已经提交过，内容不同。要更正请从任务里重新打开。",
    "too_large": "照片太多，一次最多 60 张。",
    "unknown_inspection": "没有这项检查任务。",
}


def task(user: User, uid: UUID) -> Inspection | None:
    """An inspection of this officer's own."""
    return own_inspection(user, uid)


def show_visit(inspection: Inspection, code: str = "") -> Response:
    """The form, or what became of it."""
    wants_change = request.args.get("revise") == "1" and inspection.state is ResultState.AWAITING_REVIEW
    if inspection.state in CLOSED or (inspection.state is ResultState.AWAITING_REVIEW and not wants_change):
        return page("field/submitted.html", inspection=inspection, closed=inspection.state in CLOSED)
    plan, record = plan_of(inspection), current_record(inspection)
    form = visit_form(plan, data=first_values(inspection, plan, record, code, now()))
    return _form_page(inspection, plan, form, [], record, str(uuid4()))


def take_visit(inspection: Inspection) -> Response:
    """Take the form back: keep its files, then the record; refuse with everything kept."""
    moment = now()
    plan, record = plan_of(inspection), current_record(inspection)
    form = visit_form(plan, CombinedMultiDict([request.files, request.form]))
    unkept = keep_files(form, plan)
    uid = _uuid(form.submission.data)
    known = known_photos(record) if record else {}
    made = assemble(form, plan, str(inspection.uid), moment, known)
    found = list(unkept.items())
    if request.form.get("keep"):
        commit()
        return _form_page(inspection, plan, form, place_problems(form, plan, found), record, str(uid))
    found += [*page_problems(form, plan).items(), *by_field(problems_of(made.record, spec_of(inspection)), made.places)]
    answer = None if found else _send(uid, made, form, plan, inspection, moment, known)
    commit()
    if answer is not None and (answer.status in (200, 201) or answer.body.get("kept")):
        return go("field.done", uid=uid)
    if answer is not None:
        found = _refusal(answer, made)
    return _form_page(inspection, plan, form, place_problems(form, plan, found), record, str(uid), 422)


def _send(
    uid: UUID,
    made: Assembled,
    form: VisitForm,
    plan: FormPlan,
    inspection: Inspection,
    moment: datetime,
    known: dict[str, dict[str, Any]],
) -> Answer:
    """Hand the record over; a second click of the same form is told apart from another content."""
    answer = receive(uid, made.record, g.user, moment, source="form")
    stored = db.session.get(Submission, uid) if answer.code == "content_differs" else None
    if stored is None or stored.user_id != g.user.id:
        return answer
    # The times that the server fills in are those of the first click: only what was typed may differ.
    again = assemble(form, plan, str(inspection.uid), stored.received_at, known)
    return receive(uid, again.record, g.user, moment, source="form")


def _refusal(answer: Answer, made: Assembled) -> list[tuple[str, str]]:
    listed = [Problem(one["path"], one["problem"]) for one in answer.body.get("problems", [])]
    if listed:
        return by_field(listed, made.places)
    return [("", REFUSED.get(answer.code, "记录没有被接收，请重试。"))]


def _form_page(
    inspection: Inspection,
    plan: FormPlan,
    form: VisitForm,
    problems: list[tuple[str, str]],
    record: dict[str, Any] | None,
    submission: str,
    status: int = 200,
) -> Response:
    return page(
        "field/form.html",
        status=status,
        inspection=inspection,
        plan=plan,
        form=form,
        problems=problems,
        submission=submission,
        page_data=page_data(inspection, plan, g.user, record),
        desk=False,
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()
