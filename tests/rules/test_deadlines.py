"""Deadlines: publication, quarters, check-ins."""

from datetime import date, timedelta

import pytest

from sjj.rules import deadlines
from sjj.rules.figures import Figure
from sjj.rules.workdays import CalendarGap, WorkCalendar

NATIONAL_DAY = {date(2025, 10, 1) + timedelta(days=step): "国庆节" for step in range(8)}
CALENDAR = WorkCalendar(NATIONAL_DAY, {date(2025, 9, 28), date(2025, 10, 11)}, {2025})


def test_publication_counts_twenty_working_days_from_the_day_after():
    assert deadlines.publication_due(date(2025, 3, 3), CALENDAR) == date(2025, 3, 31)
    assert deadlines.publication_due(date(2025, 9, 26), CALENDAR) == date(2025, 10, 30)


def test_publication_may_use_another_figure():
    figure = Figure(date(2025, 1, 1), 5, "个工作日", "某办法")
    assert deadlines.publication_due(date(2025, 3, 3), CALENDAR, figure) == date(2025, 3, 10)


def test_a_deadline_into_an_unannounced_year_is_open():
    with pytest.raises(CalendarGap):
        deadlines.publication_due(date(2025, 12, 20), CALENDAR)


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2025, 3, 28), 1), (date(2025, 3, 31), 0), (date(2025, 4, 1), -1), (date(2025, 3, 3), 20)],
)
def test_days_left(today: date, left: int):
    assert deadlines.workdays_left(today, date(2025, 3, 31), CALENDAR) == left


def test_late_means_after_the_due_day():
    due = date(2025, 3, 31)
    assert not deadlines.is_late(due, due, date(2025, 6, 1))
    assert deadlines.is_late(date(2025, 4, 1), due, date(2025, 6, 1))
    assert deadlines.is_late(None, due, date(2025, 4, 1))
    assert not deadlines.is_late(None, due, due)


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [(1, "01-01", "03-31"), (2, "04-01", "06-30"), (3, "07-01", "09-30"), (4, "10-01", "12-31")],
)
def test_quarters(quarter: int, first: str, last: str):
    begin, end = deadlines.quarter_bounds(2025, quarter)
    assert (begin.isoformat(), end.isoformat()) == (f"2025-{first}", f"2025-{last}")
    assert deadlines.quarter_of(begin) == deadlines.quarter_of(end) == (2025, quarter)


def test_at_the_end_of_the_calendar_everything_is_open():
    assert deadlines.quarter_bounds(9999, 4) == (date(9999, 10, 1), date.max)
    for judge in (
        lambda: deadlines.publication_due(date.max, CALENDAR),
        lambda: deadlines.checkin_makeup_due(date.max),
        lambda: deadlines.workdays_left(date(2025, 5, 1), date.max, CALENDAR),
        lambda: deadlines.last_workdays_of_quarter(9999, 4, CALENDAR),
        lambda: deadlines.first_workdays_after_quarter(9999, 4, CALENDAR),
    ):
        with pytest.raises(CalendarGap, match="待定"):
            judge()


def test_there_is_no_fifth_quarter():
    with pytest.raises(ValueError, match="第5季度"):
        deadlines.quarter_bounds(2025, 5)


def test_reports_around_the_end_of_a_quarter():
    assert deadlines.last_workdays_of_quarter(2025, 3, CALENDAR) == (date(2025, 9, 29), date(2025, 9, 30))
    assert deadlines.first_workdays_after_quarter(2025, 3, CALENDAR) == (
        date(2025, 10, 9),
        date(2025, 10, 10),
    )
    assert deadlines.last_workdays_of_quarter(2025, 4, CALENDAR) == (date(2025, 12, 30), date(2025, 12, 31))
    with pytest.raises(CalendarGap):
        deadlines.first_workdays_after_quarter(2025, 4, CALENDAR)


def test_a_checkin_is_made_up_within_ten_natural_days_and_a_plan_in_january():
    assert deadlines.checkin_makeup_due(date(2026, 2, 20)) == date(2026, 3, 2)
    assert deadlines.plan_due(2026) == date(2026, 1, 31)
