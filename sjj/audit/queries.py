"""Reading the audit log, newest first."""

from dataclasses import dataclass

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import Page, db, paged


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the auditor looks for; empty means everything."""

    words: str = ""
    action: str = ""


def entries(wanted: LogFilter, page: int) -> Page[AuditEntry]:
    """One page of the log, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.words:
        pattern = f"%{wanted.words}%"
        query = query.where(AuditEntry.sentence.like(pattern) | AuditEntry.actor_name.like(pattern))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    return paged(query, page)


def actions() -> list[str]:
    """Every kind of action that the log holds."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))
