"""Whether somebody brought a record into the system by hand, from a phone's export. Reads only.

An export is a plain file that anybody can write; so whoever carried a record in neither reviews nor settles it, although
its author is another. Who that was stands in the audit log.
"""

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.models import Submission
from sjj.inspections.outbox_events import RecordCarriedIn


def has_carried_in(submission: Submission, user: User) -> bool:
    """Whether this person took this record in from an export."""
    query = select(AuditEntry.details).where(
        AuditEntry.action == RecordCarriedIn.action,
        AuditEntry.subject_type == RecordCarriedIn.subject_type,
        AuditEntry.subject_id == str(submission.inspection_id),
        AuditEntry.actor_id == user.id,
    )
    return any(told.get("submission") == str(submission.uid) for told in db.session.scalars(query))
