"""Whom the draws that count still hold: the whole list while frozen, then the drawn until they are over.

Reads only. The registers ask this before they change a code (see `registers.holds`).
"""

from sqlalchemy import or_, select

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.models import Inspection
from sjj.registers.holds import Held
from sjj.rules.lifecycle import DrawState, ResultState

OVER = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)


def held_by_draws(agency_id: int) -> Held:
    """The entities and officers of an agency that a draw holds, with its number."""
    entities: dict[int, str] = {}
    officers: dict[int, str] = {}
    frozen = select(Draw.draw_no, Draw.entity_ids, Draw.officer_ids)
    frozen = frozen.where(Draw.agency_id == agency_id, Draw.state == DrawState.FROZEN)
    for draw_no, listed, named in db.session.execute(frozen):
        entities |= dict.fromkeys(listed.values(), draw_no)
        officers |= dict.fromkeys(named.values(), draw_no)
    _add_drawn(agency_id, entities, officers)
    return Held(entities, officers)


def _add_drawn(agency_id: int, entities: dict[int, str], officers: dict[int, str]) -> None:
    visit = (Inspection.draw_id == DrawnObject.draw_id) & (Inspection.entity_id == DrawnObject.entity_id)
    going_on = (
        select(DrawnObject.draw_id, DrawnObject.entity_id, DrawnObject.team)
        .join(DrawnObject.draw)
        .outerjoin(Inspection, visit)
        .where(
            Draw.agency_id == agency_id,
            Draw.state == DrawState.DRAWN,
            or_(Inspection.id.is_(None), Inspection.state.not_in(OVER)),
        )
    )
    rows = db.session.execute(going_on).all()
    draws = select(Draw.id, Draw.draw_no, Draw.officer_ids).where(Draw.id.in_({row.draw_id for row in rows}))
    known = {number: (draw_no, named) for number, draw_no, named in db.session.execute(draws)}
    for row in rows:
        draw_no, named = known[row.draw_id]
        entities[row.entity_id] = draw_no
        officers |= {named[code]: draw_no for code in row.team if code in named}
