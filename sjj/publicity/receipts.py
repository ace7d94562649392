"""What of a draw is public, and when: the commitment at once, the receipt when the last visit has ended.

The list stays confidential while officers are on their way; a scheme may say that it is published at once.
A voided draw whose values were drawn is published with the void (draw.md §2.5, §6).
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.queries import full_receipt
from sjj.inspections.change_queries import FOUND_NOBODY, UNACCEPTED
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.rules.receipts import has_closed_stratum, public_receipt
from sjj.rules.verify import canonical


def is_receipt_public(draw: Draw) -> bool:
    """Whether the receipt may be read by everybody now."""
    if not draw.receipt_sha256:  # not the receipt itself: it may be large, and is not asked for here
        return False
    if draw.state is DrawState.VOIDED or draw.campaign.publishes_at_once:
        return True
    return last_visit_has_ended(draw)


def last_visit_has_ended(draw: Draw) -> bool:
    """Whether every object still to be inspected, after all changes, was visited (or its visit withdrawn).

    A visit that found nobody counts once its record is accepted: until then the office may ask for a 递补, and
    whoever knows the receipt could tell who comes next.
    """
    to_visit = (DrawnObject.draw_id == draw.id) & DrawnObject.left_by.is_(None)
    wanted = db.session.scalar(select(func.count()).select_from(DrawnObject).where(to_visit)) or 0
    visit = (Inspection.draw_id == DrawnObject.draw_id) & (Inspection.entity_id == DrawnObject.entity_id)
    over = select(func.count()).select_from(DrawnObject).join(Inspection, visit).where(to_visit, _is_over())
    return wanted > 0 and db.session.scalar(over) == wanted


def _is_over() -> ColumnElement[bool]:
    may_be_replaced = Inspection.outcome.in_(FOUND_NOBODY) & Inspection.state.in_(UNACCEPTED)
    ended = Inspection.ended_on.is_not(None) & ~may_be_replaced
    return ended | (Inspection.state == ResultState.WITHDRAWN)


def receipt_for_public(draw: Draw) -> bytes:
    """The canonical bytes of the public receipt. Ask `is_receipt_public` before."""
    full = full_receipt(draw)
    inspected = _inspected(draw) if has_closed_stratum(full) else None
    return canonical(public_receipt(full, show_officers=draw.agency.shows_officers, inspected=inspected))


def public_names(draw: Draw) -> dict[str, str]:
    """{code: name} of everybody a public receipt names; a natural person's name is masked."""
    query = select(DrawnObject).where(DrawnObject.draw_id == draw.id).options(joinedload(DrawnObject.entity))
    return {row.code: row.entity.public_name for row in db.session.scalars(query)}


def _inspected(draw: Draw) -> Sequence[str] | None:
    """The codes visited in the end, by the codes of the frozen pool; None before the last visit has ended."""
    if not last_visit_has_ended(draw):
        return None
    visit = (Inspection.draw_id == DrawnObject.draw_id) & (Inspection.entity_id == DrawnObject.entity_id)
    visited = (
        select(DrawnObject.code)
        .join(Inspection, visit)
        .where(
            DrawnObject.draw_id == draw.id, DrawnObject.left_by.is_(None), Inspection.ended_on.is_not(None)
        )
    )
    return list(db.session.scalars(visited))
