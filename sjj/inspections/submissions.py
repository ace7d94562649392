"""Taking a record in, exactly once: the decision table of field.md §3, in its order.

The same id with the same content is the same record, however often and however parallel it comes. What cannot
count is kept aside, never dropped; what is wrong in form is refused and leaves nothing. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from sjj.accounts.models import User
from sjj.audit.services import record as record_event
from sjj.database import db
from sjj.inspections import submission_events as events
from sjj.inspections.acceptance import let_count
from sjj.inspections.form_versions import spec_of
from sjj.inspections.models import Inspection, Submission, SubmissionFile, TeamMember
from sjj.inspections.parts import is_settled
from sjj.inspections.submission_queries import CLOSED, is_in_team, missing_files
from sjj.plans.models import Campaign, CampaignItem
from sjj.registers.models import Entity, Item, Officer
from sjj.rules.submissions import Problem, Writing, files_of, inspection_of, problems_of, writing_of

DESK = "desk"  # 补录: entered by the office from paper
OFFSITE = "offsite"  # 非现场检查: made at the desk; there is no other way to record one
CONFLICTS = frozenset({"already_submitted", "outdated"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a record is answered with; `body` is the JSON, its `code` included."""

    status: int
    code: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as it came: which, from whom, when, by which way, and what it comes to when written down."""

    uid: UUID
    record: dict[str, Any]
    writing: Writing
    user: User
    now: datetime
    source: str
    scan_sha256: str


def receive(
    uid: UUID,
    record: dict[str, Any],
    user: User,
    now: datetime,
    *,
    source: str = "phone",
    scan_sha256: str = "",
) -> Answer:
    """Judge a record and store what is to be stored; the caller commits before anybody is told."""
    arrival = Arrival(uid, record, writing_of(record), user, now, source, scan_sha256)
    named = inspection_of(record)
    if named is None:
        return _invalid([Problem("/inspection", "编号格式不对")])
    inspection = _held(UUID(named))
    known = db.session.get(Submission, uid)  # perhaps stored by whoever held the inspection before us
    if known is not None:
        return _again(known, arrival)
    if inspection is None:
        return _answer(404, "unknown_inspection")
    try:
        with db.session.begin_nested():
            return _judge(arrival, inspection)
    except IntegrityError:  # the same id was stored for another inspection at the same instant
        known = db.session.get(Submission, uid)
        if known is None:
            raise
        return _again(known, arrival)


_officer, _item = joinedload(TeamMember.officer), joinedload(CampaignItem.item)
_campaign = joinedload(Inspection.campaign)
_ALONGSIDE = (
    joinedload(Inspection.entity).load_only(Entity.name, Entity.token, Entity.lat, Entity.lon),
    selectinload(Inspection.team).options(_officer.load_only(Officer.agency_id, Officer.code, Officer.name)),
    _campaign.load_only(Campaign.agency_id, Campaign.by_draw),
    _campaign.selectinload(Campaign.items).options(_item.load_only(Item.code, Item.agency_id)),
)
# Put together once: building a statement costs as much as running it.
_HELD = (
    select(Inspection)
    .where(Inspection.uid == bindparam("uid"))
    .with_for_update(of=Inspection)
    .options(*_ALONGSIDE)
    .execution_options(populate_existing=True)
)


def _held(uid: UUID) -> Inspection | None:
    """The inspection as it is now, kept from others until the end of the transaction.

    What a record is judged by comes along in three queries, however many members and items there are.
    """
    return db.session.scalar(_HELD, {"uid": uid})


def _again(known: Submission, arrival: Arrival) -> Answer:
    """An id that is stored already: the same answer for the same content, nothing told about any other."""
    if known.user_id != arrival.user.id or known.content_sha256 != arrival.writing.content_sha256:
        return _answer(409, "content_differs")
    if known.kept_status is not None:
        return _kept_answer(known)
    return _answer(200, "already_received", missing_files=missing_files(known))


def _judge(arrival: Arrival, inspection: Inspection) -> Answer:
    if not _may_send(arrival, inspection):
        return _keep_aside(arrival, inspection, 403, "not_assigned")
    if inspection.standing in CLOSED or is_settled(inspection):
        return _keep_aside(arrival, inspection, 409, "closed")
    problems = problems_of(arrival.record, spec_of(inspection))
    if problems:
        return _invalid(problems)
    revises = _uuid(arrival.record.get("revises"))
    if revises is None and inspection.revision is not None:
        return _keep_aside(arrival, inspection, 409, "already_submitted")
    if revises != inspection.revision:
        return _keep_aside(arrival, inspection, 409, "outdated")
    submission = _store(arrival, inspection)
    let_count(submission, arrival.record, arrival.user, arrival.now)
    _name_files(arrival)
    return _answer(201, "received", missing_files=missing_files(submission))


def _may_send(arrival: Arrival, inspection: Inspection) -> bool:
    if inspection.off_site or arrival.source == OFFSITE:
        return inspection.off_site and arrival.source == OFFSITE and works_off_site(inspection, arrival.user)
    if arrival.source == DESK:
        return arrival.user.may("inspection.enter", inspection.agency_id)
    return is_in_team(inspection, arrival.user)


def works_off_site(inspection: Inspection, user: User) -> bool:
    """Whether this person makes the off-site check at the desk: its officers, or who enters records."""
    return user.may("inspection.enter", inspection.agency_id) or is_in_team(inspection, user)


def _keep_aside(arrival: Arrival, inspection: Inspection, status: int, code: str) -> Answer:
    submission = _store(arrival, inspection, status, code)
    _name_files(arrival)
    event = events.RecordKeptAside(
        subject_id=inspection.id,
        agency_id=inspection.agency_id,
        entity=inspection.entity.name,
        submission=str(submission.uid),
        source=submission.source,
        code=code,
    )
    record_event(event, arrival.user, arrival.now)
    return _kept_answer(submission)


def _store(
    arrival: Arrival, inspection: Inspection, kept_status: int | None = None, kept_code: str = ""
) -> Submission:
    said = arrival.record
    version = said.get("form_version")
    submission = Submission(
        uid=arrival.uid,
        inspection=inspection,
        user_id=arrival.user.id,
        officer_id=arrival.user.officer_id,
        content=arrival.writing.content,
        content_sha256=arrival.writing.content_sha256,
        signed_sha256=arrival.writing.signed_sha256,
        form_sha256=version[:64] if isinstance(version, str) else "",
        revises=_uuid(said.get("revises")),
        kept_status=kept_status,
        kept_code=kept_code,
        kept_current=inspection.revision if kept_code in CONFLICTS else None,
        source=arrival.source,
        scan_sha256=arrival.scan_sha256,
        flags=[],
        received_at=arrival.now,
    )
    db.session.add(submission)
    return submission


def _name_files(arrival: Arrival) -> None:
    """Every file that the record needs to be whole, the paper's scan among them."""
    scan = [arrival.scan_sha256] if arrival.scan_sha256 else []
    names = sorted({*files_of(arrival.record), *scan})
    if names:
        db.session.flush()  # the record first
        rows = [{"submission_uid": arrival.uid, "sha256": name} for name in names]
        db.session.execute(insert(SubmissionFile), rows)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and value else None
    except ValueError:  # only in a record that is kept aside unchecked
        return None


def _invalid(problems: list[Problem]) -> Answer:
    return _answer(422, "invalid", problems=[one.as_dict() for one in problems])


def _kept_answer(submission: Submission) -> Answer:
    """The first answer of a record kept aside, with what is missing by now."""
    more: dict[str, Any] = {}
    if submission.kept_code in CONFLICTS:
        more["current"] = str(submission.kept_current) if submission.kept_current else None
    status = submission.kept_status or 409
    return _answer(status, submission.kept_code, kept=True, missing_files=missing_files(submission), **more)


def _answer(status: int, code: str, **more: Any) -> Answer:
    return Answer(status, code, {"code": code, **more})
