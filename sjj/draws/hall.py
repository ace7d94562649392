"""What the room may see of a draw at this moment: the same on the projector and on every phone.

A value is not handed out before all are in, an object not before it is revealed, a name not unless the scheme
publishes at once: what is not in here cannot reach the page. It reads and changes nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from sjj.accounts.models import User
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.queries import officer_names, public_rule
from sjj.draws.teams import Roster
from sjj.rules.lifecycle import DrawState

LATEST = 8  # shown large; the ones before them stand in a compact list
PART = 100  # lines of the compact list on one page
HEAVY = (Draw.commitment, Draw.pool, Draw.rule, Draw.receipt, Draw.entity_ids, Draw.officer_ids)


class Stage(StrEnum):
    """How far the room has come; computed, never stored."""

    WITNESSES = "witnesses"
    VALUES = "values"
    READY = "ready"
    REVEAL = "reveal"
    SHOWN = "shown"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Value:
    """An outside source; `digits` is empty while its value is covered or not there yet."""

    place: int
    source: dict[str, Any]
    entered: bool
    digits: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One revealed object; `name` is empty where names are covered, `team` too (its size stays)."""

    place: int
    ticket: str
    stratum: str
    name: str
    team: tuple[str, ...]
    team_size: int


@dataclass(frozen=True, slots=True)
class Revealed:
    """The objects that the room has been shown: the latest large, one page of those before them."""

    done: int
    total: int
    latest: Sequence[Shown]
    earlier: Sequence[Shown]
    part: int
    parts: int


def draw_in_room(user: User, draw_id: int) -> Draw | None:
    """A guard's loader for pages that ask every two seconds: the draw without its long texts."""
    query = select(Draw).where(Draw.id == draw_id).options(*(defer(column) for column in HEAVY))
    found = db.session.scalar(query)
    return found if found is not None and user.may("draw.read", found.agency_id) else None


def draw_to_attend(user: User, draw_id: int) -> Draw | None:
    """A guard's loader: a draw whose ceremony this person leads or witnesses."""
    found = db.session.get(Draw, draw_id)
    return found if found is not None and attends(user, found) else None


def attends(user: User, draw: Draw) -> bool:
    """Whether this person may name witnesses and type values."""
    return user.may("draw.run", draw.agency_id) or user.may("draw.witness", draw.agency_id)


def stage_of(draw: Draw) -> Stage:
    """How far the room has come."""
    if draw.state is DrawState.VOIDED:
        return Stage.VOIDED
    if draw.state is DrawState.DRAWN:
        return Stage.REVEAL if draw.revealed < _drawn(draw) else Stage.SHOWN
    if not draw.witnesses:
        return Stage.WITNESSES
    return Stage.READY if draw.values_entered and all(draw.values_entered) else Stage.VALUES


def fingerprint(draw: Draw) -> str:
    """Changes whenever the room would see something else, and tells nothing of what is covered."""
    seen = [
        draw.state.value,
        draw.witnesses,
        [bool(value) for value in draw.values_entered],
        draw.values_seen_at is not None,
        draw.revealed,
        draw.void_asked_at is not None,
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:16]


def values_of(draw: Draw) -> list[Value]:
    """The outside sources; the digits only once every value is in."""
    sources = public_rule(draw)["sources"]
    entered = [*(draw.outside_values or draw.values_entered), *[""] * len(sources)][: len(sources)]
    open_now = all(entered)
    return [
        Value(place, source, bool(value), value if open_now else "")
        for place, (source, value) in enumerate(zip(sources, entered, strict=True))
    ]


def revealed(draw: Draw, part: int | None = None) -> Revealed:
    """What the room has been shown so far; `part` is the page of the compact list, the newest by default."""
    total = _drawn(draw)
    done = min(draw.revealed, total)
    before = max(0, done - LATEST)
    parts = max(1, -(-before // PART))
    part = parts if part is None else min(max(1, part), parts)
    return Revealed(
        done,
        total,
        _shown(draw, before + 1, done),
        _shown(draw, (part - 1) * PART + 1, min(part * PART, before)),
        part,
        parts,
    )


def _shown(draw: Draw, first: int, last: int) -> list[Shown]:
    if last < first:
        return []
    is_open = draw.campaign.publishes_at_once
    roster, names = (Roster(draw), officer_names(draw)) if is_open else (None, {})
    strata = public_rule(draw)["strata"]
    query = (
        select(DrawnObject)
        .where(
            DrawnObject.draw_id == draw.id,
            DrawnObject.came_by.is_(None),
            DrawnObject.place.between(first, last),
        )
        .order_by(DrawnObject.place)
    )
    return [
        Shown(
            one.place,
            one.ticket,
            "" if strata[one.stratum]["closed"] else one.stratum,
            one.name if is_open else "",
            tuple(roster.words(one.team, names)) if roster else (),
            len(one.team),
        )
        for one in db.session.scalars(query)
    ]


def _drawn(draw: Draw) -> int:
    query = select(func.count()).select_from(DrawnObject)
    return db.session.scalar(query.where(DrawnObject.draw_id == draw.id, DrawnObject.came_by.is_(None))) or 0
