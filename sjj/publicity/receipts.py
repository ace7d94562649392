"""What of a draw is public, and when: the commitment at once, the receipt when the last visit has ended.

The list stays confidential while officers are on their way; a scheme may say that it is published at once.
A voided draw whose values were drawn is published with the void (draw.md §2.5, §6).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.queries import full_receipt
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.rules.receipts import has_closed_stratum, public_receipt
from sjj.rules.verify import canonical


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One commitment of an agency as the public sees it, without anything of the pool."""

    id: int
    serial: int
    draw_no: str
    campaign_id: int
    campaign: str
    state: DrawState
    frozen_at: datetime
    commitment_sha256: str
    previous: str
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Every commitment of an agency in order; `is_whole`: no number is missing, each names the one before."""

    links: tuple[ChainLink, ...]

    @property
    def is_whole(self) -> bool:
        """Whether no draw can have been hidden or slipped in."""
        return all(link.is_linked for link in self.links)

    def count(self, state: DrawState) -> int:
        """How many stand in this state."""
        return sum(link.state is state for link in self.links)


def chain_of(agency_id: int) -> Chain:
    """The chain of one agency; reads neither pools nor rules."""
    rows = db.session.scalars(
        select(Draw)
        .where(Draw.agency_id == agency_id)
        .order_by(Draw.serial)
        .options(defer(Draw.pool), defer(Draw.rule), defer(Draw.receipt), defer(Draw.entity_ids))
    ).all()
    links, before = [], ""
    for place, draw in enumerate(rows, 1):
        said = json.loads(draw.commitment)
        linked = draw.serial == place and said["serial"] == place and said["previous"] == before
        links.append(
            ChainLink(
                draw.id,
                draw.serial,
                draw.draw_no,
                draw.campaign_id,
                said["campaign"],
                draw.state,
                draw.frozen_at,
                draw.commitment_sha256,
                said["previous"],
                linked,
            )
        )
        before = draw.commitment_sha256
    return Chain(tuple(links))


def is_receipt_public(draw: Draw) -> bool:
    """Whether the receipt may be read by everybody now."""
    if not draw.receipt:
        return False
    if draw.state is DrawState.VOIDED or draw.campaign.publishes_at_once:
        return True
    return last_visit_has_ended(draw)


def last_visit_has_ended(draw: Draw) -> bool:
    """Whether every drawn object was visited (or its inspection withdrawn)."""
    drawn = select(func.count()).select_from(DrawnObject).where(DrawnObject.draw_id == draw.id)
    over = select(func.count()).select_from(Inspection).where(Inspection.draw_id == draw.id, _is_over())
    all_of = select(func.count()).select_from(Inspection).where(Inspection.draw_id == draw.id)
    made, ended = db.session.scalar(all_of) or 0, db.session.scalar(over) or 0
    return made > 0 and made == ended and made >= (db.session.scalar(drawn) or 0)


def _is_over() -> Any:
    return Inspection.ended_on.is_not(None) | (Inspection.state == ResultState.WITHDRAWN)


def receipt_for_public(draw: Draw) -> bytes:
    """The canonical bytes of the public receipt. Ask `is_receipt_public` before."""
    full = full_receipt(draw)
    inspected = _inspected(draw) if has_closed_stratum(full) else None
    return canonical(public_receipt(full, show_officers=draw.agency.shows_officers, inspected=inspected))


def _inspected(draw: Draw) -> Sequence[str] | None:
    """The codes visited in the end, by the codes of the frozen pool; None before the last visit has ended."""
    if not last_visit_has_ended(draw):
        return None
    codes = {entity_id: code for code, entity_id in draw.entity_ids.items()}
    visited = select(Inspection.entity_id).where(
        Inspection.draw_id == draw.id, Inspection.ended_on.is_not(None)
    )
    return [codes[entity_id] for entity_id in db.session.scalars(visited) if entity_id in codes]
