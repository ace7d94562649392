"""What 领导小组 sees of its agency: numbers only, so that no object is named before its visit is over.

The list of a draw is confidential until the visits are made (R 广东环保2016); whoever only leads need not know
whom a team is going to. Every figure is of one agency. Reads only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.followups.models import Problem
from sjj.inspections.deadlines import SOON, Deadlines
from sjj.inspections.feedback_models import Objection
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign, PlanLine
from sjj.rules.deadlines import quarter_of
from sjj.rules.lifecycle import CampaignState, ObjectionState, ProblemState, ResultState
from sjj.web import today

WHOLE_YEAR = 0  # lines that name no quarter
WEEK = timedelta(days=7)
_PUBLIC = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)
_BEGUN = (CampaignState.FROZEN, CampaignState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class QuarterProgress:
    """The plan's lines of a quarter, how many have a task under way or finished, and the visits made in it."""

    quarter: int
    lines: int
    under_way: int
    finished: int
    visits: int

    @property
    def label(self) -> str:
        """第一季度; 不定季度 for lines that name none."""
        return f"第{'一二三四'[self.quarter - 1]}季度" if self.quarter else "不定季度"

    @property
    def waiting(self) -> int:
        """Lines for which nothing has begun."""
        return self.lines - self.under_way - self.finished


@dataclass(frozen=True, slots=True)
class Figures:
    """The agency today, in numbers."""

    publish_late: int
    publish_soon: int
    publish_waiting: int
    visits_late: int
    visits_this_week: int
    visits_later: int
    problems_open: int
    problems_late: int
    problems_soon: int
    objections: int
    objections_days: int  # how long the oldest has waited


def progress_of(agency_id: int, year: int) -> list[QuarterProgress]:
    """The year's plan by quarter, with the visits that were made."""
    lines: dict[int, list[PlanLine]] = {}
    query = select(PlanLine).where(
        PlanLine.agency_id == agency_id, PlanLine.year == year, PlanLine.dropped_at.is_(None)
    )
    for line in db.session.scalars(query):
        lines.setdefault(_quarter(line), []).append(line)
    states = _states(agency_id, year)
    visits = Counter(quarter_of(day)[1] for day in _visit_days(agency_id, year))
    found = []
    for quarter in (1, 2, 3, 4, WHOLE_YEAR):
        stages = Counter(_stage(states.get(line.id, [])) for line in lines.get(quarter, []))
        if quarter or stages:
            found.append(
                QuarterProgress(quarter, stages.total(), stages["begun"], stages["finished"], visits[quarter])
            )
    return found


def figures_of(agency_id: int, deadlines: Deadlines) -> Figures:
    """Deadlines near and missed, visits to come, open problems, objections."""
    clocks = [deadlines.of(one) for one in _to_publish(agency_id, deadlines)]
    planned = list(_days_ahead(agency_id))
    day = deadlines.today
    problems = list(db.session.scalars(_open_problems(agency_id)))
    raised = list(db.session.scalars(_open_objections(agency_id)))
    return Figures(
        publish_late=sum(one.is_late for one in clocks),
        publish_soon=sum(not one.is_late and one.left is not None and one.left <= SOON for one in clocks),
        publish_waiting=len(clocks),
        visits_late=sum(one is not None and one < day for one in planned),
        visits_this_week=sum(one is not None and day <= one < day + WEEK for one in planned),
        visits_later=sum(one is None or one >= day + WEEK for one in planned),
        problems_open=len(problems),
        problems_late=sum(one is not None and one < day for one in problems),
        problems_soon=sum(one is not None and day <= one < day + WEEK for one in problems),
        objections=len(raised),
        objections_days=max(((day - today(at)).days for at in raised), default=0),
    )


def _quarter(line: PlanLine) -> int:
    return (line.month + 2) // 3 if line.month else line.quarter or WHOLE_YEAR


def _states(agency_id: int, year: int) -> dict[int, list[CampaignState]]:
    query = select(Campaign.plan_line_id, Campaign.state).where(
        Campaign.agency_id == agency_id,
        Campaign.year == year,
        Campaign.plan_line_id.is_not(None),
        Campaign.state != CampaignState.CANCELLED,
    )
    found: dict[int, list[CampaignState]] = {}
    for line_id, state in db.session.execute(query):
        found.setdefault(line_id, []).append(state)
    return found


def _stage(states: list[CampaignState]) -> str:
    if states and all(one is CampaignState.FINISHED for one in states):
        return "finished"
    return "begun" if any(one in _BEGUN or one is CampaignState.FINISHED for one in states) else "waiting"


def _visit_days(agency_id: int, year: int) -> Iterator[date]:
    query = select(Inspection.ended_on).where(
        Inspection.agency_id == agency_id,
        Inspection.ended_on.between(date(year, 1, 1), date(year, 12, 31)),
        Inspection.standing != ResultState.WITHDRAWN,
    )
    yield from db.session.scalars(query)


def _to_publish(agency_id: int, deadlines: Deadlines) -> list[Inspection]:
    query = (
        select(Inspection)
        .where(
            Inspection.agency_id == agency_id,
            Inspection.ended_on.is_not(None),
            Inspection.standing.not_in(_PUBLIC),
        )
        .options(joinedload(Inspection.agency))
    )
    rows = list(db.session.scalars(query))
    deadlines.learn_campaigns({one.campaign_id for one in rows})
    return rows


def _days_ahead(agency_id: int) -> Iterator[date | None]:
    """The day of each visit still to be made: the one planned, else the last one allowed."""
    query = select(func.coalesce(Inspection.planned_on, Inspection.due_on)).where(
        Inspection.agency_id == agency_id,
        Inspection.ended_on.is_(None),
        Inspection.off_site.is_(False),
        Inspection.standing != ResultState.WITHDRAWN,
    )
    yield from db.session.scalars(query)


def _open_problems(agency_id: int) -> Select[tuple[date | None]]:
    return select(Problem.due_on).where(Problem.agency_id == agency_id, Problem.state == ProblemState.OPEN)


def _open_objections(agency_id: int) -> Select[tuple[datetime]]:
    return (
        select(Objection.at)
        .join(Objection.inspection)
        .where(Inspection.agency_id == agency_id, Objection.state == ObjectionState.RAISED)
    )
