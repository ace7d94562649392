"""Writing the audit log: a typed event, in the same transaction as the change it tells of.

An event is a frozen dataclass deriving from `Event`: its class says the action and the kind of thing, its
fields become the details. It never commits; it stands or falls with the change.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from sjj.audit.models import AuditEntry
from sjj.database import db


class Actor(Protocol):
    """Who did it: a signed-in user, or the system itself."""

    id: int | None
    display_name: str
    address: str


@dataclass(frozen=True, slots=True)
class System:
    """A command or job acting for nobody signed in."""

    display_name: str = "系统"
    id: None = None
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One kind of change. Subclasses set `action` and `subject_type` and add their own fields."""

    action: ClassVar[str]
    subject_type: ClassVar[str]
    subject_id: int | str
    agency_id: int | None = None

    def sentence(self) -> str:
        """What happened, in the office's words."""
        raise NotImplementedError


def record(event: Event, actor: Actor, now: datetime) -> AuditEntry:
    """Add the event to the session as an audit entry made by `actor` at `now`."""
    details = {f.name: _plain(getattr(event, f.name)) for f in fields(event)}
    for name in ("subject_id", "agency_id"):
        details.pop(name)
    entry = AuditEntry(
        at=now,
        actor_id=actor.id,
        actor_name=actor.display_name,
        agency_id=event.agency_id,
        action=event.action,
        subject_type=event.subject_type,
        subject_id=str(event.subject_id),
        sentence=event.sentence()[:500],
        details=details,
        address=actor.address,
    )
    db.session.add(entry)
    return entry


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
