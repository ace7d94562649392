"""Working days: holidays, make-up days, unknown years."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules.workdays import CalendarGap, WorkCalendar

SPRING_FESTIVAL_EVE = date(2025, 1, 28)
SPRING = {SPRING_FESTIVAL_EVE + timedelta(days=step): "春节" for step in range(8)}
MAKEUP_SUNDAY = date(2025, 1, 26)
MAKEUP_SATURDAY = date(2025, 2, 8)
CALENDAR = WorkCalendar(SPRING, {MAKEUP_SUNDAY, MAKEUP_SATURDAY}, {2025})


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2025, 1, 24), True),
        (date(2025, 1, 25), False),
        (MAKEUP_SUNDAY, True),
        (SPRING_FESTIVAL_EVE, False),
        (date(2025, 2, 5), True),
        (MAKEUP_SATURDAY, True),
        (date(2025, 2, 9), False),
    ],
)
def test_days_around_the_spring_festival(day: date, is_worked: bool):
    assert CALENDAR.is_workday(day) is is_worked


def test_the_count_runs_over_the_holiday_and_through_the_makeup_days():
    assert CALENDAR.add_workdays(date(2025, 1, 24), 3) == date(2025, 2, 5)
    assert CALENDAR.add_workdays(date(2025, 2, 5), -3) == date(2025, 1, 24)
    assert CALENDAR.add_workdays(SPRING_FESTIVAL_EVE, 0) == SPRING_FESTIVAL_EVE
    assert CALENDAR.holiday_name(SPRING_FESTIVAL_EVE) == "春节"


@settings(derandomize=True)
@given(st.dates(date(2025, 3, 1), date(2025, 10, 1)), st.integers(-30, 30))
def test_counting_back_and_forth_agrees(day: date, n: int):
    assert CALENDAR.workdays_between(day, CALENDAR.add_workdays(day, n)) == n or not CALENDAR.is_workday(day)
    if n > 0:
        assert CALENDAR.workdays_between(day, CALENDAR.add_workdays(day, n)) == n


@pytest.mark.parametrize(
    "judge",
    [
        lambda: CALENDAR.is_workday(date(2026, 1, 1)),
        lambda: CALENDAR.holiday_name(date(2024, 12, 31)),
        lambda: CALENDAR.add_workdays(date(2025, 12, 20), 20),
        lambda: CALENDAR.workdays_between(date(2025, 12, 30), date(2026, 1, 2)),
        lambda: CALENDAR.workdays_between(date(2025, 12, 30), date.max),
        lambda: CALENDAR.add_workdays(date.max, 1),
        lambda: CALENDAR.add_workdays(date.min, -1),
    ],
)
def test_an_unknown_year_is_never_guessed(judge):
    with pytest.raises(CalendarGap, match="待定") as gap:
        judge()
    assert gap.value.year not in CALENDAR.years


def test_a_count_that_stays_inside_the_year_needs_no_other():
    assert CALENDAR.add_workdays(date(2025, 12, 29), 2) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("holidays", "makeup"),
    [({date(2025, 5, 1): "劳动节"}, {date(2025, 5, 1)}), ({date(2026, 5, 1): "劳动节"}, set())],
)
def test_a_calendar_that_contradicts_itself_is_refused(holidays: dict[date, str], makeup: set[date]):
    with pytest.raises(ValueError, match=r"不能既放假又调休|不在已录入的年份"):
        WorkCalendar(holidays, makeup, {2025})
