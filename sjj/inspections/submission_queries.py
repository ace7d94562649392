"""What became of a stored record: which of its files are still missing, where it stands. Reads only."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.direct_released import on_the_phone
from sjj.inspections.models import Inspection, Submission, SubmissionFile, TeamMember
from sjj.rules.lifecycle import ResultState

# In the order of what an officer has to do about them; after approval a record is closed.
OPEN = (ResultState.NOT_ENTERED, ResultState.SENT_BACK, ResultState.AWAITING_REVIEW)
CLOSED = frozenset(ResultState) - frozenset(OPEN)


_MISSING = (
    select(SubmissionFile.sha256)
    .outerjoin(StoredFile, StoredFile.sha256 == SubmissionFile.sha256)
    .where(
        SubmissionFile.submission_uid == bindparam("uid"),
        SubmissionFile.lost_reason == "",
        StoredFile.sha256.is_(None),
    )
)


def missing_files(submission: Submission) -> list[str]:
    """The files that a record names, that have not arrived and were not declared lost; sorted."""
    return sorted(db.session.scalars(_MISSING, {"uid": submission.uid}))


def state_of(submission: Submission, missing: list[str]) -> str:
    """receiving, complete, superseded or kept_aside (field.md §3); one that was adopted stands like any other."""
    if submission.kept_status is not None and submission.adopted_at is None:
        return "kept_aside"
    if submission.superseded:
        return "superseded"
    return "receiving" if missing else "complete"


def own_submission(user: User, uid: UUID) -> Submission | None:
    """A record that this person sent."""
    found = db.session.get(Submission, uid)
    return found if found is not None and found.user_id == user.id else None


def is_in_team(inspection: Inspection, user: User) -> bool:
    """Whether this person is an officer of the team today."""
    return user.officer_id is not None and any(
        member.officer_id == user.officer_id and member.left_at is None for member in inspection.team
    )


def assigned_inspection(user: User, uid: UUID) -> Inspection | None:
    """An inspection whose team this person is in."""
    found = db.session.scalar(select(Inspection).where(Inspection.uid == uid, on_the_phone()))
    return found if found is not None and is_in_team(found, user) else None


def tasks_of(user: User) -> list[Inspection]:
    """This officer's open inspections: to be visited, sent back, then those that wait for review."""
    query = (
        select(Inspection)
        .join(TeamMember)
        .where(
            TeamMember.officer_id == user.officer_id,
            TeamMember.left_at.is_(None),
            Inspection.state.in_(OPEN),
            ~Inspection.draw_is_void,
            on_the_phone(),
        )
        .options(joinedload(Inspection.entity), joinedload(Inspection.campaign))
    )
    found = db.session.scalars(query).unique().all() if user.officer_id else []
    return sorted(found, key=lambda one: (OPEN.index(one.state), one.due_on is None, one.due_on, one.id))
