"""The visits of a year by campaign, for the forecast of the year's plan. Reads only.

A visit withdrawn counts for nothing. Another agency's visit counts for the object with the same code in the
asking agency's register; how it went is not told.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.plans.plan_forecast_done import Visited
from sjj.registers.models import Entity, EntityKind
from sjj.rules.lifecycle import ResultState


def plan_visits(agency_id: int, year: int) -> list[Visited]:
    """The visits to an agency's objects that ended in a year, its own first."""
    own = (
        select(Inspection.campaign_id, Inspection.entity_id, Inspection.ended_on, Inspection.off_site)
        .where(Inspection.agency_id == agency_id, *_ended(year))
        .order_by(Inspection.ended_on, Inspection.id)
    )
    found = [
        Visited(campaign, entity, day, off_site)
        for campaign, entity, day, off_site in db.session.execute(own)
        if day is not None
    ]
    return [*found, *_others(agency_id, year)]


def _ended(year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Inspection.ended_on.between(date(year, 1, 1), date(year, 12, 31)),
        Inspection.standing != ResultState.WITHDRAWN,
    )


def _others(agency_id: int, year: int) -> Iterator[Visited]:
    own, theirs = aliased(Entity), aliased(Entity)
    query = (
        select(Inspection.campaign_id, own.id, Inspection.ended_on, Inspection.off_site)
        .join(theirs, theirs.id == Inspection.entity_id)
        .join(own, (own.code == theirs.code) & (own.agency_id == agency_id))
        .where(
            Inspection.agency_id != agency_id,
            own.kind == EntityKind.ENTERPRISE,  # internal codes of two agencies may be alike by chance
            *_ended(year),
        )
        .order_by(Inspection.ended_on, Inspection.id)
    )
    for campaign, entity, day, off_site in db.session.execute(query):
        if day is not None:
            yield Visited(campaign, entity, day, off_site, own_agency=False)
