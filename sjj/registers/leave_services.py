"""Noting that an officer is away, and that they are back. Never commits; two leaves never overlap."""

from datetime import date, datetime, timedelta
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers.leave_forms import LeaveForm
from sjj.registers.leave_queries import days_words, leave_between
from sjj.registers.models import Officer
from sjj.registers.officer_events import LeaveEnded, LeaveNoted
from sjj.registers.upkeep_models import OfficerLeave

LONGEST = timedelta(days=3 * 366)  # beyond it nobody is away: they are off duty


class LeaveRefused(Exception):
    """The leave cannot be noted as asked; the message may be shown, `field` says at which field."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


def note_leave(officer: Officer, form: LeaveForm, actor: User, now: datetime) -> OfficerLeave:
    """Note a leave from its form. Raises LeaveRefused."""
    first, last = form.from_on.data, form.until_on.data
    db.session.flush()
    db.session.refresh(officer, with_for_update={"key_share": True})  # two leaves noted at once: one waits
    if last - first > LONGEST:
        raise LeaveRefused("超过三年的，请在“修改”中取消“在岗”", "until_on")
    other = leave_between(officer, first, last)
    if other is not None:
        raise LeaveRefused(f"与已登记的“{other.reason}”（{days_words(other)}）有重叠", "from_on")
    leave = OfficerLeave(
        officer=officer, from_on=first, until_on=last, reason=form.reason, at=now, by_id=actor.id
    )
    db.session.add(leave)
    db.session.flush()
    record(LeaveNoted(**_about(leave)), actor, now)
    return leave


def end_leave(leave: OfficerLeave, day: date, actor: User, now: datetime) -> None:
    """销假: back from that day on; a leave that has not begun before it is taken back as a whole.

    Raises LeaveRefused for one that is over.
    """
    db.session.flush()
    db.session.refresh(leave, with_for_update=True)
    if leave.cancelled_at is not None or leave.until_on < day:
        raise LeaveRefused("这次请假已经结束", "")
    begun = leave.from_on < day
    record(LeaveEnded(**_about(leave), back_on=day if begun else None), actor, now)
    if begun:
        leave.until_on = day - timedelta(days=1)
    else:
        leave.cancelled_at = now


def _about(leave: OfficerLeave) -> dict[str, Any]:
    officer = leave.officer
    return {
        "subject_id": officer.id, "agency_id": officer.agency_id, "name": officer.name,
        "reason": leave.reason, "from_on": leave.from_on, "until_on": leave.until_on,
    }  # fmt: skip
