"""The page of the year's indicators: at any hour, how far each target is from met, by quarter and for the year."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, request

from sjj.accounts.queries import agencies_of
from sjj.home.indicators import Indicator, begins_after, year_of
from sjj.inspections.deadlines import Deadlines
from sjj.rules.indicators import State
from sjj.web import now, page, requires, today

bp = Blueprint("indicators", __name__)
FIRST_YEAR, LAST_YEAR = 2024, 2100
WORST = (State.NOT_MET, State.PENDING, State.NOT_YET_DUE, State.MET)


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator with its periods; those that have not begun are told apart."""

    cells: tuple[tuple[Indicator, bool], ...]

    @property
    def first(self) -> Indicator:
        """Any of them: name, formula and target are the same."""
        return self.cells[0][0]


@bp.get("/indicators")
@requires("notice.read")
def show() -> Response:
    """All targets of a year."""
    deadlines = Deadlines(today(now()))
    agencies = agencies_of(g.user, "notice.read")
    wanted = request.args.get("agency", type=int) or g.user.agency_id
    agency = next((one for one in agencies if one.id == wanted), None)
    if agency is None and not request.args.get("agency"):
        agency = next(iter(agencies), None)
    year = request.args.get("year", deadlines.today.year, type=int)
    if agency is None or not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    found: dict[str, list[Indicator]] = {}
    for one in year_of(agency, g.user, year, deadlines):
        found.setdefault(one.reading.target.indicator, []).append(one)
    rows = [
        Row(tuple((one, begins_after(one.reading, deadlines.today)) for one in own)) for own in found.values()
    ]
    begun = [one for row in rows for one, ahead in row.cells if not ahead]
    return page(
        "home/indicators.html",
        agency=agency,
        agencies=agencies,
        year=year,
        years=[deadlines.today.year, deadlines.today.year - 1],
        rows=rows,
        summary=[
            (state, number) for state in WORST if (number := sum(o.reading.state is state for o in begun))
        ],
    )
