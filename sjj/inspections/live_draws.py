"""Whom the draws that count still hold: the whole list while frozen, then the drawn until they are over.

Reads only. The registers ask this before they change a code (see `registers.holds`).
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.teams import Roster
from sjj.inspections.models import Inspection
from sjj.registers.holds import Held
from sjj.rules.lifecycle import DrawState, ResultState

OVER = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)
_NEEDED = (Draw.agency_id, Draw.draw_no, Draw.rule, Draw.officer_ids)


def held_by_draws(agency_id: int) -> Held:
    """The entities and officers of an agency that a draw holds, with its number."""
    entities: dict[int, str] = {}
    officers: dict[int, str] = {}
    frozen = select(Draw.draw_no, Draw.entity_ids).where(
        Draw.agency_id == agency_id, Draw.state == DrawState.FROZEN
    )
    for draw_no, listed in db.session.execute(frozen):
        entities |= dict.fromkeys(listed.values(), draw_no)
    # Of whichever agency the draw is: a joint one holds officers of several.
    named_in = select(Draw.draw_no, Draw.officer_ids).where(Draw.state == DrawState.FROZEN)
    for draw_no, named in db.session.execute(named_in):
        officers |= dict.fromkeys(named.values(), draw_no)
    _add_drawn(agency_id, entities, officers)
    return Held(entities, officers)


def _add_drawn(agency_id: int, entities: dict[int, str], officers: dict[int, str]) -> None:
    visit = (Inspection.draw_id == DrawnObject.draw_id) & (Inspection.entity_id == DrawnObject.entity_id)
    going_on = (
        select(DrawnObject)
        .join(DrawnObject.draw)
        .outerjoin(Inspection, visit)
        .where(
            Draw.state == DrawState.DRAWN,
            DrawnObject.left_by.is_(None),
            or_(Inspection.id.is_(None), Inspection.state.not_in(OVER)),
        )
        .options(contains_eager(DrawnObject.draw).load_only(*_NEEDED))
    )
    rosters: dict[int, Roster] = {}
    for row in db.session.scalars(going_on):
        draw = row.draw
        if draw.id not in rosters:
            rosters[draw.id] = Roster(draw)
        officers |= dict.fromkeys(rosters[draw.id].officer_ids(row.team_now), draw.draw_no)
        if draw.agency_id == agency_id:
            entities[row.entity_id] = draw.draw_no
