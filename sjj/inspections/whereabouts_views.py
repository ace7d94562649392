"""今天的检查: who is where today. The page asks for itself again; it shows what the server knows and no more."""

from collections import Counter
from itertools import groupby

from flask import Response, g, request

from sjj.inspections import whereabouts as queries
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.office_queries import READ
from sjj.inspections.whereabouts_state import NEEDS_OFFICE, STILL_TO_COME, Stage
from sjj.web import now, page, requires, today


@bp.get("/today")
@requires(READ)
def whereabouts() -> Response:
    """Today's visits by agency and section, each in its true state."""
    moment = now()
    wanted = queries.Wanted(
        request.args.get("agency", type=int),
        request.args.get("section", type=int),
        request.args.get("show") == "downloaded",
    )
    shown = queries.visits_of_today(g.user, wanted, moment)
    waiting = queries.downloaded_without_a_day(g.user, wanted, moment)
    stages = Counter(one.state.stage for one in shown)
    listed = waiting if wanted.downloaded else shown
    return page(
        "inspections/whereabouts.html",
        "inspections/_whereabouts.html",
        groups=[
            (lines[0], lines) for _, found in groupby(listed, lambda one: one.group) if (lines := list(found))
        ],
        wanted=wanted,
        moment=moment,
        day=today(moment),
        agencies=queries.agencies_shown(g.user),
        total=len(shown),
        waiting=len(waiting),
        still=sum(stages[one] for one in STILL_TO_COME),
        there=stages[Stage.ON_SITE],
        received=stages[Stage.RECEIVED] + stages[Stage.FILES_MISSING],
        to_do=sum(stages[one] for one in NEEDS_OFFICE),
    )
