"""Makers of leaves, assistants, reminders and changes of a register; flushed."""

from datetime import UTC, date, datetime
from typing import Any

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.models import Officer
from sjj.registers.upkeep_models import Assistant, OfficerLeave, RegisterChange
from tests.makers.accounts import make_user

MADE_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def make_leave(
    officer: Officer, first: date, last: date, reason: str = "请假", by: User | None = None, **more: Any
) -> OfficerLeave:
    """Days on which an officer is away, noted at the beginning of 2026."""
    by = by or make_user(Role.OFFICE, agency=officer.agency)
    leave = OfficerLeave(
        officer=officer, from_on=first, until_on=last, reason=reason, by_id=by.id, **{"at": MADE_AT, **more}
    )
    db.session.add(leave)
    db.session.flush()
    return leave


def make_assistant(agency: Agency, name: str = "护林员甲", **more: Any) -> Assistant:
    """Somebody who goes along."""
    assistant = Assistant(agency_id=agency.id, name=name, **{"post": "护林员", "updated_at": MADE_AT, **more})
    db.session.add(assistant)
    db.session.flush()
    return assistant


def make_change(agency: Agency, *, section: Section | None = None, **more: Any) -> RegisterChange:
    """One change of a register; an entity that was added, unless told otherwise."""
    values = {
        "register": "entity",
        "subject_id": 1,
        "code": "F130227-000001",
        "name": "试点县木材加工厂",
        "kind": "added",
        "changes": {},
        "source": "form",
        "at": MADE_AT,
        **more,
    }
    change = RegisterChange(agency_id=agency.id, section_id=section.id if section else None, **values)
    db.session.add(change)
    db.session.flush()
    return change
