"""By when a result must be public: 20 working days after the inspection ends (S1 二（四）).

“检查结束” is the visit, or the whole campaign where the agency says so. A year whose holidays are not yet
announced gives 待定 and never blocks the work. Nothing is stored: a calendar entered later counts at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.parts import Holder, visit_of
from sjj.registers.calendar import work_calendar
from sjj.rules.deadlines import publication_due, workdays_left
from sjj.rules.figures import UnknownFigure
from sjj.rules.lifecycle import ResultState
from sjj.rules.workdays import CalendarGap, WorkCalendar

BY_CAMPAIGN = "campaign"
SOON = 5  # working days left from which a deadline is marked; a matter of display only
LONGEST_SEARCH = 400  # natural days looked back for the newest start that is overdue already
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as people read it. `due` None: not running yet, or 待定 with `unknown` saying why."""

    due: date | None = None
    left: int | None = None  # working days after today; negative when it is past
    is_late: bool = False
    unknown: str = ""

    @property
    def when(self) -> str:
        """剩 3 个工作日, 今天, 已超 1 个工作日, 待定; 未起算 while the inspection goes on."""
        if self.due is None:
            return "待定" if self.unknown else "未起算"
        if self.is_late:
            return f"已超 {-self.left} 个工作日" if self.left else "已超期"
        if self.left == 0:
            return "今天"
        return "未到期" if self.left is None else f"剩 {self.left} 个工作日"

    @property
    def day(self) -> str:
        """3月10日 星期二; for 待定 the reason."""
        if self.due is None:
            return self.unknown
        return f"{self.due.month}月{self.due.day}日 星期{_WEEKDAYS[self.due.weekday()]}"

    @property
    def tone(self) -> str:
        """late, soon or nothing: the mark of the line."""
        if self.is_late:
            return "late"
        return "soon" if self.left is not None and self.left <= SOON else ""


class Deadlines:
    """The clocks of one page: the calendar is read once, each starting day counted once."""

    def __init__(self, today: date, calendar: WorkCalendar | None = None) -> None:
        self.today = today
        self.calendar = calendar or work_calendar()
        self._due: dict[date, date | CalendarGap | UnknownFigure] = {}
        self._campaign_ends: dict[int, date | None] = {}

    def of(self, holder: Holder) -> Clock:
        """The clock of the publication, of the inspection or of one agency's part of it."""
        start = self.start_of(holder)
        return Clock() if start is None else self.running_since(start)

    def running_since(self, start: date) -> Clock:
        """The clock of whatever ended on `start` and is to be published."""
        due = self._due_after(start)
        return Clock(unknown=str(due)) if isinstance(due, Exception) else self.until(due)

    def until(self, due: date | None) -> Clock:
        """The clock of a fixed day (an order to put right, a visit)."""
        if due is None:
            return Clock()
        try:
            left = workdays_left(self.today, due, self.calendar)
        except CalendarGap:
            left = None
        return Clock(due, left, is_late=due < self.today)

    def start_of(self, holder: Holder) -> date | None:
        """The day from which the clock counts, None while the inspection (or the campaign) goes on."""
        inspection = visit_of(holder)
        if holder.agency.clock_starts != BY_CAMPAIGN:
            return inspection.ended_on
        if inspection.campaign_id not in self._campaign_ends:
            self.learn_campaigns([inspection.campaign_id])
        return self._campaign_ends[inspection.campaign_id]

    def learn_campaigns(self, campaign_ids: Iterable[int]) -> None:
        """Read at once when these campaigns ended, so that a list asks only once."""
        wanted = set(campaign_ids)
        ends = select(Inspection.campaign_id, _campaign_end(Inspection)).group_by(Inspection.campaign_id)
        found = {row[0]: row[1] for row in db.session.execute(ends.where(Inspection.campaign_id.in_(wanted)))}
        self._campaign_ends |= {campaign_id: found.get(campaign_id) for campaign_id in wanted}

    def newest_overdue_start(self) -> date | None:
        """The newest starting day whose deadline is past; None if none can be told."""
        for back in range(LONGEST_SEARCH):
            start = self.today - timedelta(days=back)
            due = self._due_after(start)
            if isinstance(due, date) and due < self.today:
                return start
        return None

    def due_after(self, start: date) -> date | None:
        """The deadline of whatever ended on `start`; None where it is 待定."""
        due = self._due_after(start)
        return due if isinstance(due, date) else None

    def _due_after(self, start: date) -> date | CalendarGap | UnknownFigure:
        if start not in self._due:
            try:
                self._due[start] = publication_due(start, self.calendar)
            except (CalendarGap, UnknownFigure) as gap:
                self._due[start] = gap
        return self._due[start]


def due_of(holder: Holder) -> date | None:
    """The last day for publishing these results; None while the visit goes on or the year is 待定."""
    deadlines = Deadlines(visit_of(holder).ended_on or date.max)
    start = deadlines.start_of(holder)
    return None if start is None else deadlines.due_after(start)


def start_column() -> ColumnElement[date | None]:
    """In SQL: the day from which an inspection's clock counts, for sorting and for finding the overdue.

    The query must join Agency. Deadlines follow their starts in order, so sorting by start sorts by deadline.
    """
    other = aliased(Inspection)
    end = (
        select(_campaign_end(other))
        .where(other.campaign_id == Inspection.campaign_id)
        .correlate(Inspection)
        .scalar_subquery()
    )
    return case((Agency.clock_starts == BY_CAMPAIGN, end), else_=Inspection.ended_on)


def _campaign_end(table: type[Inspection]) -> ColumnElement[date | None]:
    """The last visit's day, NULL while a visit that was not withdrawn is still to be made."""
    going_on = func.sum(
        case((table.ended_on.is_(None) & (table.standing != ResultState.WITHDRAWN), 1), else_=0)
    )
    return case((going_on > 0, None), else_=func.max(table.ended_on))
