"""The working-day calendar of the installation: the library's years under the years entered by hand.

A year entered by hand replaces the library's year whole. A year that neither knows is unknown: deadlines
that reach into it are 待定, never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import select

from sjj.database import db
from sjj.registers.calendar_models import CalendarDay, CalendarYear
from sjj.rules.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class YearDays:
    """One year's days off with their names, its make-up working days, and where they are from."""

    year: int
    off: dict[date, str]
    makeup: frozenset[date]
    source: str = ""
    is_own: bool = False


@lru_cache(maxsize=1)
def library_years() -> dict[int, YearDays]:
    """The years the library knows whole: a year without its 国庆节 is not announced yet."""
    whole = {day.year for day, name in holidays.items() if name == Holiday.national_day.value}
    return {year: _library_year(year) for year in sorted(whole)}


def _library_year(year: int) -> YearDays:
    off = {day: Holiday(name).chinese for day, name in holidays.items() if day.year == year}
    makeup = frozenset(day for day in workdays if day.year == year)
    return YearDays(year, off, makeup, "随程序提供的国务院放假安排")


def own_years() -> dict[int, YearDays]:
    """The years entered by hand."""
    days = db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()
    return {
        row.year: _own_year(row, [day for day in days if day.day.year == row.year])
        for row in db.session.scalars(select(CalendarYear).order_by(CalendarYear.year))
    }


def _own_year(row: CalendarYear, days: Iterable[CalendarDay]) -> YearDays:
    off = {day.day: day.note for day in days if not day.is_workday}
    makeup = frozenset(day.day for day in days if day.is_workday)
    return YearDays(row.year, off, makeup, row.source, is_own=True)


def known_years() -> dict[int, YearDays]:
    """Every year whose holidays are known."""
    return {**library_years(), **own_years()}


def work_calendar() -> WorkCalendar:
    """The calendar that deadlines are counted on, as it stands now."""
    years = known_years().values()
    off = {day: name for known in years for day, name in known.off.items()}
    makeup = {day for known in years for day in known.makeup}
    return WorkCalendar(off, makeup, [known.year for known in years])
