"""Working days by the State Council's calendar: weekends, holidays and make-up days (调休).

The calendar is given in from outside, year by year. A day of a year that is not known is refused with
``CalendarGap``; no year is ever taken to be without holidays.
"""

from collections.abc import Collection, Mapping, Set
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class CalendarGap(LookupError):
    """A day of a year whose holidays are not yet announced had to be judged. ``year`` says which."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year}年的放假安排尚未录入，期限待定")
        self.year = year


def shifted(day: date, by: timedelta) -> date:
    """The day so much later. Raises CalendarGap where no calendar goes: before the year 1, after 9999."""
    try:
        return day + by
    except OverflowError:
        raise CalendarGap(day.year) from None


class WorkCalendar:
    """The known years with their holidays (day → name) and the weekend days that are worked."""

    def __init__(self, holidays: Mapping[date, str], makeup_days: Set[date], years: Collection[int]) -> None:
        """Raises ValueError if a day is both holiday and make-up day, or lies outside the known years."""
        self.holidays = dict(holidays)
        self.makeup_days = frozenset(makeup_days)
        self.years = frozenset(years)
        both = sorted(self.makeup_days & self.holidays.keys())
        if both:
            raise ValueError(f"{both[0].isoformat()}不能既放假又调休上班")
        for day in sorted({*self.holidays, *self.makeup_days}):
            if day.year not in self.years:
                raise ValueError(f"{day.isoformat()}不在已录入的年份之中")

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked. Raises CalendarGap for a day of an unknown year."""
        if day.year not in self.years:
            raise CalendarGap(day.year)
        if day in self.makeup_days:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def holiday_name(self, day: date) -> str | None:
        """The name of the holiday on a day, None if there is none. Raises CalendarGap."""
        if day.year not in self.years:
            raise CalendarGap(day.year)
        return self.holidays.get(day)

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after a day (before it for negative n); 0 gives the day itself.

        The day itself never counts. Raises CalendarGap when the count runs into an unknown year.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            day = shifted(day, step)
            left -= self.is_workday(day)
        return day

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after ``after`` up to and with ``until``; negative if ``until`` is earlier."""
        if until < after:
            return -self.workdays_between(until, after)
        return sum(self.is_workday(after + ONE_DAY * step) for step in range(1, (until - after).days + 1))
