"""“为什么抽到我”: what one enterprise may know of the draws it stood in, and since when. Reads only.

Before its own visit has ended nothing here says that it was drawn, nor by whom: that would betray the visit. Of
others nothing is ever told; a closed layer stays under its neutral name (draw.md §6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, cast, or_, select
from sqlalchemy.orm import defer, joinedload

from sjj.database import db
from sjj.draws.changes_queries import full_receipt
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.models import Inspection
from sjj.publicity.receipts import is_receipt_public
from sjj.registers.models import Entity
from sjj.rules.lifecycle import DrawState
from sjj.rules.receipts import LineExplanation, explain_line, line_document


@dataclass(frozen=True, slots=True)
class Standing:
    """One draw in which the enterprise stood on the list, and what came of it."""

    draw: Draw
    code: str  # its code on the frozen list
    is_drawn: bool
    came_later: bool
    was_replaced: bool

    @property
    def words(self) -> str:
        """What came of it, in few words."""
        if self.draw.state is DrawState.VOIDED:
            return "这次抽取已作废"
        if self.was_replaced:
            return "抽中后没有检查，由别的对象递补"
        if self.came_later:
            return "递补后检查"
        return "抽中" if self.is_drawn else "没有抽中"


def standings_of(entity: Entity) -> list[Standing]:
    """The draws that may be explained to this enterprise now, the newest first."""
    found = (_standing(draw, entity) for draw in _draws_with(entity))
    return [one for one in found if one is not None]


def standing_in(entity: Entity, draw_id: int) -> Standing | None:
    """The same for one draw; None where it was not on the list, or must not be told yet."""
    draw = db.session.get(Draw, draw_id)
    return _standing(draw, entity) if draw is not None and draw.agency_id == entity.agency_id else None


def _draws_with(entity: Entity) -> Iterable[Draw]:
    """Held draws whose frozen list names this entity: found by the text of the list, which JSON writes one way."""
    listed = cast(Draw.entity_ids, String)
    query = (
        select(Draw)
        .where(
            Draw.agency_id == entity.agency_id,
            Draw.receipt != "",
            or_(listed.contains(f": {entity.id},"), listed.contains(f": {entity.id}}}")),
        )
        .options(defer(Draw.pool), defer(Draw.rule), defer(Draw.receipt), joinedload(Draw.campaign))
        .order_by(Draw.drawn_at.desc(), Draw.id.desc())
    )
    return db.session.scalars(query)


def _standing(draw: Draw, entity: Entity) -> Standing | None:
    code = next((code for code, number in draw.entity_ids.items() if number == entity.id), None)
    if code is None or draw.drawn_at is None:
        return None
    query = select(DrawnObject).where(DrawnObject.draw_id == draw.id, DrawnObject.entity_id == entity.id)
    row = db.session.scalar(query)
    if not is_receipt_public(draw) and not (row is not None and _own_visit_has_ended(draw, entity)):
        return None
    came_by, left_by = (row.came_by, row.left_by) if row is not None else (None, None)
    return Standing(draw, code, row is not None, came_by is not None, left_by is not None)


def standing_of_visit(inspection: Inspection) -> Standing | None:
    """How the enterprise of a visit came to be drawn; for whoever holds the address of that very visit.

    That it was drawn is no secret to them: the team stands there, or its notice was served.
    """
    draw = inspection.draw
    if draw is None or not draw.receipt_sha256 or draw.state is DrawState.VOIDED:
        return None
    query = select(DrawnObject).where(
        DrawnObject.draw_id == draw.id, DrawnObject.entity_id == inspection.entity_id
    )
    row = db.session.scalar(query)
    if row is None:
        return None
    return Standing(draw, row.code, True, row.came_by is not None, row.left_by is not None)


def _own_visit_has_ended(draw: Draw, entity: Entity) -> bool:
    mine = and_(Inspection.draw_id == draw.id, Inspection.entity_id == entity.id)
    return db.session.scalar(select(Inspection.id).where(mine, Inspection.ended_on.is_not(None))) is not None


def explanation(standing: Standing) -> LineExplanation:
    """Its own line, its own ticket, the size of its group and the cut-off."""
    return explain_line(full_receipt(standing.draw), standing.code)


def line_file(standing: Standing) -> dict[str, Any]:
    """The same as a file that the checking page and the checking program read."""
    return line_document(full_receipt(standing.draw), standing.code)
