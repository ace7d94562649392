"""Entering a year's days off by hand, or taking it out again. Never commits."""

from collections.abc import Mapping, Set
from datetime import date, datetime

from sqlalchemy import delete

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.calendar import YearDays
from sjj.registers.calendar_models import CalendarDay, CalendarYear
from sjj.registers.calendar_text import as_text


class NotOwn(Exception):
    """The year was not entered by hand, so there is nothing to take out; the message may be shown."""


def save_year(
    year: int,
    days: tuple[Mapping[date, str], Set[date]],
    source: str,
    before: YearDays | None,
    actor: User,
    now: datetime,
) -> None:
    """Enter a year's days off and make-up days; they replace what was known of the year."""
    off, makeup = days
    _forget(year)
    db.session.add(CalendarYear(year=year, source=source))
    db.session.add_all(CalendarDay(day=day, is_workday=False, note=name) for day, name in off.items())
    db.session.add_all(CalendarDay(day=day, is_workday=True) for day in makeup)
    after = YearDays(year, dict(off), frozenset(makeup), source, is_own=True)
    _record(year, source, before, after, actor, now)


def remove_year(known: YearDays | None, actor: User, now: datetime) -> None:
    """Take out a year that was entered by hand. Raises NotOwn."""
    if known is None or not known.is_own:
        raise NotOwn("这一年没有人工录入的放假安排")
    _forget(known.year)
    _record(known.year, known.source, known, None, actor, now)


def _forget(year: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    db.session.execute(delete(CalendarDay).where(CalendarDay.day.between(first, last)))
    db.session.execute(delete(CalendarYear).where(CalendarYear.year == year))


def _record(
    year: int, source: str, before: YearDays | None, after: YearDays | None, actor: User, now: datetime
) -> None:
    changes = {"off": [_off(before), _off(after)], "makeup": [_makeup(before), _makeup(after)]}
    event = events.CalendarYearSaved(
        subject_id=year, source=source, changes=changes, is_removed=after is None
    )
    record(event, actor, now)


def _off(known: YearDays | None) -> str:
    return as_text(known.off) if known else ""


def _makeup(known: YearDays | None) -> str:
    return as_text(dict.fromkeys(known.makeup, "")) if known else ""
