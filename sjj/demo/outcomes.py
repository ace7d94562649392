"""How the demo's drawn campaigns went on: visits, review, publication, and problems until they are closed."""

from datetime import datetime
from itertools import islice

from sqlalchemy import select

from sjj.database import db
from sjj.demo.campaigns import TIMETABLES
from sjj.demo.cast import Cast
from sjj.demo.days import moment
from sjj.demo.visits import Visit, problem_at, record_visit
from sjj.demo.words import Table
from sjj.draws.models import Draw
from sjj.followups.models import Problem
from sjj.followups.services import close, open_problems
from sjj.inspections.dispatch import dispatched
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept, send_back
from sjj.inspections.review_points import points_of
from sjj.publicity.services import publish_all
from sjj.rules.results import Outcome

FIRST_VISIT, VISITS_SPAN = -38, 13
UNTIL_REVIEW, UNTIL_PUBLISHED = 3, 8
SENT_BACK = "第三张照片看不清，请补拍并写明检查的具体位置。"
SENT_BACK_AT = "写明查看了哪几份材料。"


def finish(cast: Cast, draw: Draw, told: Table) -> None:
    """Every visit made, reviewed and published in time; one problem closed, one open, one overdue."""
    due_days = {0: cast.days.day(-20), 1: cast.days.day(12), 2: cast.days.day(-4)}
    reviewed: list[tuple[datetime, Inspection]] = []
    for number, inspection in enumerate(dispatched(draw)):
        day = cast.days.day(FIRST_VISIT + number % VISITS_SPAN)
        point = next(islice(told["problems"], number, number + 1), None)
        problem = problem_at(cast.bureau, point) if point else None
        outcome = Outcome.NOT_FOUND if number == 4 else Outcome.INSPECTED
        record_visit(cast, inspection, Visit(day, problem, due_days.get(number), outcome))
        at = moment(cast.days.after(day, UNTIL_REVIEW), 10, number)
        accept(inspection, cast.clerk, at)
        open_problems(inspection, cast.clerk, at)
        reviewed.append((moment(cast.days.after(day, UNTIL_PUBLISHED), 16, number), inspection))
    for at, inspection in sorted(reviewed, key=lambda pair: pair[0]):
        publish_all([inspection], cast.clerk, at)
    _close_first(cast, draw)


def _close_first(cast: Cast, draw: Draw) -> None:
    first = dispatched(draw)[0]
    problem = db.session.scalars(select(Problem).where(Problem.inspection_id == first.id)).one()
    day = cast.days.day(-22)
    close(problem, "复查：已按要求改正，资料齐全，予以闭环。（演示）", day, cast.clerk, moment(day, 15))


def go_on(cast: Cast, draw: Draw, told: Table) -> None:
    """The field: the last visit waits for review, the one before was sent back, all others are still to be made."""
    *_, unclear, newest = dispatched(draw)
    day = cast.days.day(-4)
    due = cast.days.day(TIMETABLES["in_field"].ends)
    finding, other = (problem_at(cast.bureau, point) for point in told["problems"])
    record_visit(cast, unclear, Visit(day, other, due))
    at_point = {next(iter(points_of(unclear))): SENT_BACK_AT}
    send_back(unclear, SENT_BACK, cast.clerk, moment(cast.days.day(-3), 11), at_point)
    record_visit(cast, newest, Visit(cast.days.day(-2), finding, due))
