"""The commitments of an agency as everybody sees them: in order, each naming the one before, none left out.

Reads neither pools nor rules nor receipts. A number that is missing is shown as missing, never passed over.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from sjj.database import db
from sjj.draws.models import Draw, DrawChange
from sjj.rules.lifecycle import ChangeState, DrawState


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
    drawn_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    by_two: bool
    commitment_sha256: str
    previous: str
    receipt_sha256: str
    replaced: int
    substituted: int
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Every commitment of an agency in order; `is_whole`: no number is missing, each names the one before."""

    links: tuple[ChainLink, ...]

    @property
    def is_whole(self) -> bool:
        """Whether no draw can have been hidden or slipped in."""
        return all(link.is_linked for link in self.links)

    @property
    def rows(self) -> list[tuple[int, ChainLink | None]]:
        """(number, commitment), the newest first; None stands for a number that nobody can show."""
        by_number = {link.serial: link for link in self.links}
        return [(number, by_number.get(number)) for number in range(max(by_number, default=0), 0, -1)]

    def count(self, state: DrawState) -> int:
        """How many stand in this state."""
        return sum(link.state is state for link in self.links)


_COLUMNS = (
    Draw.id,
    Draw.serial,
    Draw.draw_no,
    Draw.campaign_id,
    Draw.state,
    Draw.frozen_at,
    Draw.drawn_at,
    Draw.voided_at,
    Draw.void_reason,
    Draw.voided_with_id,
    Draw.commitment,
    Draw.commitment_sha256,
    Draw.receipt_sha256,
)


def chain_of(agency_id: int) -> Chain:
    """The chain of one agency."""
    return Chain(tuple(_links(agency_id)))


def _links(agency_id: int) -> Iterator[ChainLink]:
    rows = db.session.execute(select(*_COLUMNS).where(Draw.agency_id == agency_id).order_by(Draw.serial))
    changes, before = _changes_of(agency_id), ""
    for place, draw in enumerate(rows, 1):
        said = json.loads(draw.commitment)
        is_void = draw.state is DrawState.VOIDED
        yield ChainLink(
            id=draw.id,
            serial=draw.serial,
            draw_no=draw.draw_no,
            campaign_id=draw.campaign_id,
            campaign=said["campaign"],
            state=draw.state,
            frozen_at=draw.frozen_at,
            drawn_at=draw.drawn_at,
            voided_at=draw.voided_at,
            void_reason=draw.void_reason if is_void else "",  # until then only asked for
            by_two=draw.voided_with_id is not None,
            commitment_sha256=draw.commitment_sha256,
            previous=said["previous"],
            receipt_sha256=draw.receipt_sha256,
            replaced=changes.get((draw.id, "replace"), 0),
            substituted=changes.get((draw.id, "substitute"), 0),
            is_linked=draw.serial == place and said["serial"] == place and said["previous"] == before,
        )
        before = draw.commitment_sha256


def _changes_of(agency_id: int) -> Mapping[tuple[int, str], int]:
    """{(draw id, kind): how many changes were made}."""
    query = (
        select(DrawChange.draw_id, DrawChange.kind, func.count())
        .join(DrawChange.draw)
        .where(Draw.agency_id == agency_id, DrawChange.state == ChangeState.APPROVED)
        .group_by(DrawChange.draw_id, DrawChange.kind)
    )
    return {(draw_id, kind): number for draw_id, kind, number in db.session.execute(query)}
