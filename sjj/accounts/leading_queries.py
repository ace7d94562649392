"""Finding an agency's 领导小组 and what it was before. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from sjj.accounts.leading_events import SUBJECT, WORDS
from sjj.accounts.leading_models import LeadingGroup, LeadingMember
from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of
from sjj.audit.models import AuditEntry
from sjj.database import db

READ, EDIT = "leading.read", "leading.edit"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a 领导小组: when, by whom, each field before and after in words."""

    at: datetime
    by: str
    sentence: str
    lines: tuple[tuple[str, str, str], ...]


def group_of(agency_id: int) -> LeadingGroup | None:
    """The agency's 领导小组, if it was entered."""
    return db.session.scalar(select(LeadingGroup).where(LeadingGroup.agency_id == agency_id))


def agencies_to_see(user: User) -> list[Agency]:
    """The agencies whose 领导小组 this person may see."""
    return agencies_of(user, READ)


def agency_to_edit(user: User, agency_id: int) -> Agency | None:
    """An agency whose 领导小组 this person keeps."""
    return db.session.get(Agency, agency_id) if user.may(EDIT, agency_id) else None


def accounts_for(agency: Agency) -> list[User]:
    """The accounts that members may have: those of the agency in use, and those that members have already."""
    members = select(LeadingMember.user_id).join(LeadingMember.group)
    members = members.where(LeadingGroup.agency_id == agency.id, LeadingMember.user_id.is_not(None))
    query = select(User).where(
        or_((User.agency_id == agency.id) & User.disabled.is_(False), User.id.in_(members))
    )
    return list(db.session.scalars(query.order_by(User.display_name, User.id)))


def history_of(group: LeadingGroup, most: int) -> list[Step]:
    """What became of it, the newest first, as the audit log keeps it."""
    query = select(AuditEntry).where(
        AuditEntry.subject_type == SUBJECT, AuditEntry.subject_id == str(group.id)
    )
    rows = db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(most))
    return [
        Step(one.at, one.actor_name, one.sentence, _lines(one.details.get("changes") or {})) for one in rows
    ]


def _lines(changes: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (WORDS.get(name, name), _said(before), _said(after)) for name, (before, after) in changes.items()
    )


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(value)
    return str(value or "")
