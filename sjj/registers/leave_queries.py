"""Who is away on a day, and why. Reads only; a leave that was taken back counts for nothing."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, select

from sjj.accounts.models import User
from sjj.database import db
from sjj.registers.models import Officer
from sjj.registers.scope import may_edit_row
from sjj.registers.upkeep_models import OfficerLeave


def away_on(day: date, agency_ids: Collection[int] | None = None) -> dict[int, OfficerLeave]:
    """{officer id: the leave} of everybody who is away that day (of these agencies, if named)."""
    query = select(OfficerLeave).where(_covers(day)).order_by(OfficerLeave.until_on)
    if agency_ids is not None:
        query = query.join(OfficerLeave.officer).where(Officer.agency_id.in_(agency_ids))
    return {one.officer_id: one for one in db.session.scalars(query)}


def leaves_by_officer(officer_ids: Collection[int]) -> dict[int, list[OfficerLeave]]:
    """{officer id: the leaves that stand}, for looking at several days."""
    found: dict[int, list[OfficerLeave]] = {}
    for one in db.session.scalars(_standing().where(OfficerLeave.officer_id.in_(officer_ids))):
        found.setdefault(one.officer_id, []).append(one)
    return found


def leaves_of(officer: Officer, since: date) -> list[OfficerLeave]:
    """The leaves of an officer that end on or after a day, in their order."""
    query = _standing().where(OfficerLeave.officer_id == officer.id, OfficerLeave.until_on >= since)
    return list(db.session.scalars(query))


def leave_between(officer: Officer, first: date, last: date) -> OfficerLeave | None:
    """A leave of this officer that has a day in common with these."""
    query = _standing().where(
        OfficerLeave.officer_id == officer.id, OfficerLeave.from_on <= last, OfficerLeave.until_on >= first
    )
    return db.session.scalars(query).first()


def is_away(day: date) -> ColumnElement[bool]:
    """In SQL: the officer is away that day."""
    return exists().where(OfficerLeave.officer_id == Officer.id, _covers(day))


def leave_to_edit(user: User, leave_id: int) -> OfficerLeave | None:
    """A leave that stands, of an officer whose data this person may change."""
    leave = db.session.get(OfficerLeave, leave_id)
    if leave is None or leave.cancelled_at is not None or not may_edit_row(user, leave.officer):
        return None
    return leave


def days_words(leave: OfficerLeave) -> str:
    """6月1日至6月9日; with the year where it is not the same."""
    first, last = leave.from_on, leave.until_on
    if first == last:
        return f"{first.month}月{first.day}日"
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{first.month}月{first.day}日至{year}{last.month}月{last.day}日"


def leave_words(leave: OfficerLeave) -> str:
    """请假（6月1日至6月9日）: the kind alone, nobody else needs to know what for."""
    return f"{leave.reason.split('：')[0]}（{days_words(leave)}）"


def _standing() -> Select[tuple[OfficerLeave]]:
    query = select(OfficerLeave).where(OfficerLeave.cancelled_at.is_(None))
    return query.order_by(OfficerLeave.from_on, OfficerLeave.id)


def _covers(day: date) -> ColumnElement[bool]:
    return (
        OfficerLeave.cancelled_at.is_(None) & (OfficerLeave.from_on <= day) & (OfficerLeave.until_on >= day)
    )
