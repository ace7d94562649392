"""When a thing is due: publication, quarterly reports, making up a check-in.

Working days come from ``workdays.WorkCalendar``, figures from ``figures``. Where a year's calendar is not
announced the functions raise ``CalendarGap``; the caller shows 待定 and never blocks the work.
"""

from datetime import date, timedelta

from sjj.rules import figures
from sjj.rules.workdays import ONE_DAY, WorkCalendar, shifted

__all__ = [
    "checkin_makeup_due",
    "first_workdays_after_quarter",
    "is_late",
    "last_workdays_of_quarter",
    "plan_due",
    "publication_due",
    "quarter_bounds",
    "quarter_of",
    "workdays_left",
]


def publication_due(ended_on: date, calendar: WorkCalendar, figure: figures.Figure | None = None) -> date:
    """The last day for publishing the result of an inspection that ended on a day (S1 二（四）).

    Counted from the day after; the figure in force on the day it ended, if none is given.
    """
    chosen = figure or figures.figure_on(figures.PUBLICATION_WORKING_DAYS, ended_on)
    return calendar.add_workdays(ended_on, chosen.value)


def workdays_left(today: date, due: date, calendar: WorkCalendar) -> int:
    """Working days after today up to and with the due day: 0 on the day, negative when it is past."""
    return calendar.workdays_between(today, due)


def is_late(done_on: date | None, due: date, today: date) -> bool:
    """Whether something was done after its due day, or is not done and the day is past."""
    return (done_on or today) > due


def checkin_makeup_due(visited_on: date) -> date:
    """The last natural day for making up a check-in after a network fault (深圳〔2025〕6号)."""
    days = figures.figure_on(figures.MAKEUP_CHECKIN_DAYS, visited_on).value
    return shifted(visited_on, timedelta(days=days))


def plan_due(year: int) -> date:
    """The day by which the annual plan is made, reported and published (S1 二（二）)."""
    first = date(year, 1, 1)
    return first.replace(day=figures.figure_on(figures.PLAN_DUE_JANUARY_DAY, first).value)


def quarter_of(day: date) -> tuple[int, int]:
    """(year, quarter 1 to 4) of a day."""
    return day.year, (day.month + 2) // 3


def quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter. Raises ValueError for a quarter that is not 1 to 4."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"没有第{quarter}季度")
    first = date(year, quarter * 3 - 2, 1)
    if quarter == 4:  # also in the last year that a date can name
        return first, date(year, 12, 31)
    return first, date(year, quarter * 3 + 1, 1) - ONE_DAY


def last_workdays_of_quarter(year: int, quarter: int, calendar: WorkCalendar) -> tuple[date, ...]:
    """The last 2 working days of a quarter, in order: the summary is sent on one of them (S3 四（四）)."""
    last = quarter_bounds(year, quarter)[1]
    count = figures.figure_on(figures.QUARTER_SUMMARY_WORKING_DAYS, last).value
    return tuple(calendar.add_workdays(shifted(last, ONE_DAY), -n) for n in range(count, 0, -1))


def first_workdays_after_quarter(year: int, quarter: int, calendar: WorkCalendar) -> tuple[date, ...]:
    """The first 2 working days after a quarter, in order: the table is due by the last (S3 四（四）)."""
    last = quarter_bounds(year, quarter)[1]
    count = figures.figure_on(figures.QUARTER_TABLE_WORKING_DAYS, last).value
    return tuple(calendar.add_workdays(last, n) for n in range(1, count + 1))
