"""领导小组's dashboard: targets, plan, deadlines, upkeep, problems, objections of one agency, as numbers and links.

It names no object: whom a team goes to is nobody's business until the visit is over. A link is shown only to
whoever may open it.
"""

from flask import Blueprint, Response, abort, g, request

from sjj.accounts.leading_queries import group_of
from sjj.accounts.queries import agencies_of
from sjj.home.indicators import indicators_of
from sjj.home.leading_figures import figures_of, progress_of
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_versions import current
from sjj.registers.upkeep_queries import lists_of, summary_of
from sjj.web import now, page, requires, today

bp = Blueprint("leading_dashboard", __name__)


@bp.get("/dashboard/")
@requires("dashboard.read")
def show() -> Response:
    """How one agency stands."""
    agencies = agencies_of(g.user, "dashboard.read")
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    day = today(now())
    deadlines = Deadlines(day)
    sections = lists_of(agency, day)
    return page(
        "home/leading.html",
        agency=agency,
        agencies=agencies,
        year=day.year,
        group=group_of(agency.id),
        indicators=indicators_of(agency, g.user, deadlines),
        plan=current(agency.id, day.year),
        progress=progress_of(agency.id, day.year),
        figures=figures_of(agency.id, deadlines),
        upkeep=summary_of(sections),
        late_lists=[one for section in sections for one in section.lists if one.is_late],
        may=lambda permission: g.user.may(permission, agency.id),
    )
