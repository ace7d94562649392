"""The visits an agency has made and those that its draws still owe, for the lists of later campaigns.

Which of them count to the cap is not said here but by the agency's settings (plans.visits). Reads only. A visit
withdrawn, or of a void draw, is none; an object that left its draw (递补) neither.
"""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.plans.visits import Visit, Visits
from sjj.registers.models import Entity, EntityKind
from sjj.rules.lifecycle import DrawState, ResultState

# A merged double keeps its own visits; they count to the object it was merged into.
KEPT_ID = func.coalesce(Entity.merged_into_id, Entity.id)


def visits_made(
    agency_id: int,
    since: date,
    until: date,
    entity_ids: Collection[int] | None = None,
    with_others: bool = False,
) -> Visits:
    """The visits that ended in the period, and what is drawn or sent out and not visited yet."""
    rows = [*_own(agency_id, since, until, entity_ids), *_not_sent_out(agency_id, entity_ids)]
    if with_others:
        rows += _others(agency_id, since, until, entity_ids)
    return Visits(rows)


def _in_time(since: date, until: date) -> ColumnElement[bool]:
    return Inspection.ended_on.is_(None) | Inspection.ended_on.between(since, until)


def _own(agency_id: int, since: date, until: date, entity_ids: Collection[int] | None) -> Iterator[Visit]:
    query = (
        _visits(KEPT_ID)
        .join(Inspection.entity)
        .where(
            Inspection.agency_id == agency_id,
            Inspection.standing != ResultState.WITHDRAWN,
            _in_time(since, until),
        )
    )
    if entity_ids is not None:
        query = query.where(KEPT_ID.in_(entity_ids))
    for row in db.session.execute(query.order_by(Inspection.ended_on, Inspection.id)):
        yield _visit(*row)


def _others(agency_id: int, since: date, until: date, entity_ids: Collection[int] | None) -> Iterator[Visit]:
    """What other agencies did at the enterprise with the same code; how it went is not told."""
    own, theirs = aliased(Entity), aliased(Entity)
    query = (
        _visits(func.coalesce(own.merged_into_id, own.id))
        .join(theirs, theirs.id == Inspection.entity_id)
        .join(own, (own.code == theirs.code) & (own.agency_id == agency_id))
        .where(
            Inspection.agency_id != agency_id,
            own.kind == EntityKind.ENTERPRISE,  # internal codes of two agencies may be alike by chance
            Inspection.standing != ResultState.WITHDRAWN,
            Inspection.ended_on.between(since, until),  # what they only mean to do is theirs to know
        )
    )
    if entity_ids is not None:
        query = query.where(func.coalesce(own.merged_into_id, own.id).in_(entity_ids))
    for row in db.session.execute(query.order_by(Inspection.ended_on, Inspection.id)):
        yield _visit(*row, own_agency=False)


def _visits(
    entity_id: ColumnElement[int],
) -> Select[tuple[int, date | None, str, str, bool, int, bool, object]]:
    return select(
        entity_id,
        Inspection.ended_on,
        Campaign.number,
        Campaign.check_type,
        Inspection.off_site,
        Inspection.id,
        Campaign.by_draw,
        Campaign.platform,
    ).join(Inspection.campaign)


def _visit(
    entity_id: int,
    day: date | None,
    number: str,
    check_type: str,
    off_site: bool,
    inspection_id: int,
    by_draw: bool,
    platform: object,
    *,
    own_agency: bool = True,
) -> Visit:
    """A list drawn on the provincial platform was drawn, though not here."""
    was_drawn = by_draw or bool(platform)
    return Visit(entity_id, day, number, check_type, off_site, own_agency, was_drawn, inspection_id)


def _not_sent_out(agency_id: int, entity_ids: Collection[int] | None) -> Iterator[Visit]:
    sent = select(Inspection.id).where(
        Inspection.draw_id == DrawnObject.draw_id, Inspection.entity_id == DrawnObject.entity_id
    )
    query = (
        select(KEPT_ID, Campaign.number, Campaign.check_type)
        .join(DrawnObject.draw)
        .join(DrawnObject.entity)
        .join(Campaign, Campaign.id == Draw.campaign_id)
        .where(
            Draw.agency_id == agency_id,
            Draw.state == DrawState.DRAWN,
            DrawnObject.left_by.is_(None),
            ~sent.exists(),
        )
    )
    if entity_ids is not None:
        query = query.where(KEPT_ID.in_(entity_ids))
    for entity_id, number, check_type in db.session.execute(query.order_by(Draw.id, DrawnObject.place)):
        yield Visit(entity_id, None, number, check_type)
