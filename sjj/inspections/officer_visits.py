"""How many visits an officer has made in a year, on how many days, and which are still to be made. Reads only.

For sharing the work evenly and for certificates that end too soon: it knows no results and gives no order.
"""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice

from sqlalchemy import Row, Select, select

from sjj.database import db
from sjj.inspections.models import Inspection, TeamMember
from sjj.registers.officer_work import Work
from sjj.rules.lifecycle import ResultState

CHUNK = 5000  # stays below the number of parameters either database takes
_Visit = Row[tuple[int, date | None, date | None, date | None]]


def visits_of_officers(officer_ids: Collection[int], year: int) -> dict[int, Work]:
    """By the id of the officer; an off-site check is no visit, one withdrawn or of a void draw neither."""
    made: dict[int, list[date]] = {}
    ahead: dict[int, list[date | None]] = {}
    for officer_id, ended_on, planned_on, due_on in _visits(officer_ids):
        if ended_on is None:
            ahead.setdefault(officer_id, []).append(planned_on or due_on)
        elif ended_on.year == year:
            made.setdefault(officer_id, []).append(ended_on)
    return {
        one: Work(len(made.get(one, ())), len(set(made.get(one, ()))), tuple(ahead.get(one, ())))
        for one in {*made, *ahead}
    }


def _visits(officer_ids: Collection[int]) -> Iterator[_Visit]:
    rest = iter(set(officer_ids))
    while chunk := list(islice(rest, CHUNK)):
        yield from db.session.execute(_query(chunk))


def _query(chunk: list[int]) -> Select[tuple[int, date | None, date | None, date | None]]:
    return (
        select(TeamMember.officer_id, Inspection.ended_on, Inspection.planned_on, Inspection.due_on)
        .join(TeamMember.inspection)
        .where(
            TeamMember.officer_id.in_(chunk),
            TeamMember.left_at.is_(None),
            Inspection.off_site.is_(False),
            Inspection.standing != ResultState.WITHDRAWN,
        )
    )
