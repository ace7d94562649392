"""The working days around the day on which the demo is loaded, and moments on them.

A year whose holidays are not announced is counted Monday to Friday here, and only here: it is demo data, no
deadline is told by it.
"""

from datetime import UTC, date, datetime, time, timedelta

from sjj.rules.workdays import ONE_DAY, SATURDAY, CalendarGap, WorkCalendar
from sjj.web import SHANGHAI


class OfficeDays:
    """Working days counted from today."""

    def __init__(self, today: date, calendar: WorkCalendar) -> None:
        self.today = today
        self.calendar = calendar

    def at(self, workdays: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment on the working day so many after today (before it for a negative number)."""
        return moment(self.day(workdays), hour, minute)

    def day(self, workdays: int) -> date:
        """The working day so many after today, before it for a negative number; 0 is today itself."""
        return self.after(self.today, workdays)

    def after(self, day: date, workdays: int) -> date:
        """The working day so many after another day."""
        step = ONE_DAY if workdays > 0 else -ONE_DAY
        left = abs(workdays)
        while left:
            day += step
            left -= self._is_workday(day)
        return day

    def in_days(self, days: int) -> date:
        """So many natural days after today."""
        return self.today + timedelta(days=days)

    def _is_workday(self, day: date) -> bool:
        try:
            return self.calendar.is_workday(day)
        except CalendarGap:
            return day.weekday() < SATURDAY


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of the office's clock on a day, in UTC."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)
