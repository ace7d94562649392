"""The first page after signing in: what is due, in order of the clock, and how the year stands.

Shows to each role what concerns it; an officer's work is on the phone pages.
"""

from flask import Blueprint, Response, g

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of
from sjj.accounts.roles import Role
from sjj.audit.queries import LogFilter, entries
from sjj.draws.messages import WITNESS, Told, unread, with_marks
from sjj.home.dues import dues_of
from sjj.home.indicators import Indicator, indicators_of
from sjj.inspections.deadlines import Deadlines
from sjj.rules.deadlines import quarter_bounds, quarter_of, workdays_left
from sjj.rules.workdays import CalendarGap
from sjj.web import go, now, page, requires, today

bp = Blueprint("home", __name__)
ANNOUNCED_BY = 11  # the State Council announces next year's holidays in autumn; from November a gap is named
QUARTERS = "一二三四"
NEWEST = 5


@bp.get("/")
@requires("")
def show() -> Response:
    """What this person has to do today."""
    user: User = g.user
    if {grant.role for grant in user.grants} == {Role.OFFICER}:
        return go("field.tasks")
    deadlines = Deadlines(today(now()))
    dues = dues_of(user, deadlines)
    return page(
        "home/show.html",
        dues=dues,
        has_work=bool(dues)
        or any(user.may(permission) for permission in ("inspection.read", "campaign.approve")),
        quarter=quarter_words(deadlines),
        indicators=_indicators(user, deadlines),
        told=_told(user),
        log=entries(LogFilter(), 1).items[:8] if user.may("audit.read") else None,
        unknown_year=_unknown_year(user, deadlines),
    )


def _told(user: User) -> list[Told]:
    """What the supervisor was told of draws and has not read yet."""
    return with_marks(user, unread(user)[:NEWEST]) if user.may(WITNESS) else []


def _indicators(user: User, deadlines: Deadlines) -> list[tuple[Agency, list[Indicator]]]:
    if not user.may("notice.read"):
        return []
    agencies = agencies_of(user, "notice.read")
    return [(agency, indicators_of(agency, user, deadlines)) for agency in agencies]


def quarter_words(deadlines: Deadlines) -> str:
    """第一季度还有 18 个工作日; without the number where the calendar does not reach."""
    year, quarter = quarter_of(deadlines.today)
    name = f"第{QUARTERS[quarter - 1]}季度"
    try:
        left = workdays_left(deadlines.today, quarter_bounds(year, quarter)[1], deadlines.calendar)
    except CalendarGap:
        return name
    return f"{name}还有 {left} 个工作日"


def _unknown_year(user: User, deadlines: Deadlines) -> int | None:
    """The year whose holidays somebody should enter: this one, or in autumn the next."""
    if not (user.may("calendar.edit") or user.may("inspection.review")):
        return None
    wanted = deadlines.today.year + (deadlines.today.month >= ANNOUNCED_BY)
    return next(
        (year for year in (deadlines.today.year, wanted) if year not in deadlines.calendar.years), None
    )
