"""A filled form taken in: its record assembled, judged with all problems at once, handed to the one door.

Used by the phone page and the desk. Never commits; the view commits once whatever the outcome, because files
that came along are kept even when the record is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sjj.accounts.models import User
from sjj.database import db
from sjj.inspections.form_plan import FormPlan
from sjj.inspections.form_versions import spec_of
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.photo_facts import PhotoFacts
from sjj.inspections.record_assembly import assemble
from sjj.inspections.record_forms import VisitForm
from sjj.inspections.submissions import receive
from sjj.inspections.visit_checks import field_of, page_problems
from sjj.rules.submissions import Problem, problems_of

REFUSED = {
    "content_differs": "这份记录已经提交过，内容不同。要更正请重新打开这项检查。",
    "too_large": "照片太多，一次最多 60 张。",
    "unknown_inspection": "没有这项检查任务。",
}
SAID_BY_PAGE = ("/answers", "/results")  # said better at each point and item by the page's own checks


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that came back, and what it is about."""

    form: VisitForm
    plan: FormPlan
    inspection: Inspection
    known_photos: dict[str, dict[str, Any]]
    source: str = "form"
    scan_sha256: str = ""

    @property
    def uid(self) -> UUID:
        """The record's id, made when the form was rendered: a second click is the same record."""
        try:
            return UUID(self.form.submission.data or "")
        except ValueError:
            return uuid4()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: received or kept aside under `uid`, or refused with `found` (field name, sentence)."""

    uid: UUID
    is_kept: bool
    found: list[tuple[str, str]]


def take_in(filled: Filled, user: User, moment: datetime, found: Iterable[tuple[str, str]] = ()) -> Outcome:
    """Judge the form together with what was already found wrong, and hand over a record that has no problem."""
    uid, made = filled.uid, _made(filled, moment)
    wrong = [*found, *page_problems(filled.form, filled.plan).items()]
    wrong += _by_field(problems_of(made.record, spec_of(filled.inspection)), made.places)
    if wrong:
        return Outcome(uid, False, wrong)
    more = {"source": filled.source, "scan_sha256": filled.scan_sha256}
    answer = receive(uid, made.record, user, moment, **more)
    first = db.session.get(Submission, uid) if answer.code == "content_differs" else None
    if first is not None and first.user_id == user.id:
        # The times that the server fills in are those of the first click: only what was typed may differ.
        answer = receive(uid, _made(filled, first.received_at).record, user, moment, **more)
    if answer.status in (200, 201) or answer.body.get("kept"):
        return Outcome(uid, True, [])
    listed = [Problem(one["path"], one["problem"]) for one in answer.body.get("problems", [])]
    refusal = [("", REFUSED.get(answer.code, "记录没有被接收，请重试。"))]
    return Outcome(uid, False, _by_field(listed, made.places) if listed else refusal)


def _made(filled: Filled, moment: datetime) -> Any:
    facts = PhotoFacts(filled.known_photos, filled.form.photos.captions)
    return assemble(filled.form, filled.plan, str(filled.inspection.uid), moment, facts)


def _by_field(found: Iterable[Problem], places: dict[str, str]) -> list[tuple[str, str]]:
    return [(field_of(one.path, places), one.problem) for one in found if one.path not in SAID_BY_PAGE]
