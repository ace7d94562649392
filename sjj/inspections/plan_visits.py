"""The visits of a year by campaign, for the forecast of the year's plan. Reads only.

A visit withdrawn counts for nothing. Another agency's visit counts for the object with the same code in the
asking agency's register; how it went is not told. A merged double keeps its own visits; they are the kept one's.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.visits_made import KEPT_ID
from sjj.plans.plan_forecast_done import Visited
from sjj.registers.models import Entity, EntityKind
from sjj.rules.lifecycle import ResultState

AT_ONCE = 900  # codes in one statement


def plan_visits(agency_id: int, year: int, others: bool = False) -> list[Visited]:
    """An agency's visits that ended in a year; with `others` those of other agencies to its enterprises too."""
    own = (
        select(Inspection.campaign_id, KEPT_ID, Inspection.ended_on, Inspection.off_site)
        .join(Inspection.entity)
        .where(Inspection.agency_id == agency_id, *_ended(year))
        .order_by(Inspection.ended_on, Inspection.id)
    )
    found = [
        Visited(campaign, entity, day, off_site)
        for campaign, entity, day, off_site in db.session.execute(own)
        if day is not None
    ]
    return [*found, *_others(agency_id, year)] if others else found


def _ended(year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Inspection.ended_on.between(date(year, 1, 1), date(year, 12, 31)),
        Inspection.standing != ResultState.WITHDRAWN,
    )


def _others(agency_id: int, year: int) -> Iterator[Visited]:
    query = (
        select(Inspection.campaign_id, Entity.code, Inspection.ended_on, Inspection.off_site)
        .join(Inspection.entity)
        .where(
            Inspection.agency_id != agency_id,
            Entity.kind == EntityKind.ENTERPRISE,  # internal codes of two agencies may be alike by chance
            *_ended(year),
        )
        .order_by(Inspection.ended_on, Inspection.id)
    )
    rows = list(db.session.execute(query))
    own = _by_code(agency_id, sorted({row.code for row in rows}))
    for campaign, code, day, off_site in rows:
        if day is not None and code in own:
            yield Visited(campaign, own[code], day, off_site, own_agency=False)


def _by_code(agency_id: int, codes: Sequence[str]) -> dict[str, int]:
    """The agency's own objects with these codes."""
    found = {}
    for start in range(0, len(codes), AT_ONCE):
        query = select(Entity.code, KEPT_ID).where(
            Entity.agency_id == agency_id, Entity.code.in_(codes[start : start + AT_ONCE])
        )
        for code, number in db.session.execute(query):
            found[code] = number
    return found
