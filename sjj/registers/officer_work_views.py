"""The page of the year's work by person: days and visits, so that the office can share them evenly.

In the order of the list and nothing else: no sorting by numbers, no findings, no rank (国办发〔2024〕54号).
"""

from datetime import date

from flask import Response, abort, g, request

from sjj.accounts.queries import agencies_of
from sjj.registers.blueprints import bp
from sjj.registers.leave_queries import leaves_by_officer
from sjj.registers.officer_queries import officers_kept
from sjj.registers.officer_work import NO_WORK, work_of
from sjj.registers.scope import EDIT
from sjj.registers.upkeep_models import OfficerLeave
from sjj.web import now, page, requires, today

YEARS_BACK = 3


@bp.get("/registers/officers/work")
@requires("register.edit")
def officer_work() -> Response:
    """Each officer that this person keeps with the days and visits of a year."""
    agencies = agencies_of(g.user, EDIT)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    day = today(now())
    years = list(range(day.year, day.year - YEARS_BACK, -1))
    year = request.args.get("year", day.year, type=int)
    year = year if year in years else day.year
    officers = officers_kept(g.user, agency.id)
    ids = [one.id for one in officers]
    work, leaves = work_of(ids, year), leaves_by_officer(ids)
    return page(
        "registers/officer_work.html",
        rows=[(one, work.get(one.id, NO_WORK), days_away(leaves.get(one.id, []), year)) for one in officers],
        agency=agency,
        agencies=agencies,
        year=year,
        years=years,
    )


def days_away(leaves: list[OfficerLeave], year: int) -> int:
    """How many calendar days of a year somebody is away."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = ((min(one.until_on, last) - max(one.from_on, first)).days + 1 for one in leaves)
    return sum(max(0, number) for number in days)
