"""What became of a draw afterwards: its changes, the versions of its receipt, who is to be visited now. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.rules import verify
from sjj.rules.lifecycle import ChangeState

DECIDE, ASK, READ = "draw.change", "draw.run", "draw.read"


@dataclass(frozen=True, slots=True)
class Version:
    """One published hash of the full receipt: as drawn (number 0), then after each change."""

    number: int
    at: datetime
    sha256: str
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often, by reason: 递补 and substitutions are counted in public (draw.md §2.4)."""

    replaced: Mapping[str, int]
    substituted: Mapping[str, int]

    @property
    def replacements(self) -> int:
        """How many objects were replaced."""
        return sum(self.replaced.values())

    @property
    def substitutions(self) -> int:
        """How many officers or groups were substituted."""
        return sum(self.substituted.values())


def full_receipt(draw: Draw) -> dict[str, Any]:
    """The full receipt of a draw that was held, with every change made since. Confidential for now."""
    found: dict[str, Any] = verify.parse(draw.receipt.encode("utf-8"))
    made = [verify.parse(change.entry.encode("utf-8")) for change in changes_made(draw)]
    return {**found, "changes": [*found["changes"], *made]}


def changes_made(draw: Draw) -> list[DrawChange]:
    """The approved changes in the receipt's order."""
    query = select(DrawChange).where(DrawChange.draw_id == draw.id, DrawChange.state == ChangeState.APPROVED)
    return list(db.session.scalars(query.order_by(DrawChange.number)))


def changes_of(draw: Draw) -> list[DrawChange]:
    """Every change that was ever asked for, the newest first."""
    query = select(DrawChange).where(DrawChange.draw_id == draw.id).order_by(DrawChange.id.desc())
    return list(db.session.scalars(query))


def waiting_for(draw: Draw, code: str) -> list[DrawChange]:
    """The undecided requests for one object."""
    query = select(DrawChange).where(
        DrawChange.draw_id == draw.id, DrawChange.code == code, DrawChange.state == ChangeState.ASKED
    )
    return list(db.session.scalars(query.order_by(DrawChange.id)))


def waiting(user: User) -> list[DrawChange]:
    """The undecided requests that this person decides on, the oldest first; not those of their own."""
    query = (
        select(DrawChange)
        .join(DrawChange.draw)
        .where(
            DrawChange.state == ChangeState.ASKED,
            DrawChange.asked_by_id != user.id,
            within(Draw.agency_id, user, DECIDE),
        )
        .options(contains_eager(DrawChange.draw))
        .order_by(DrawChange.asked_at)
    )
    return list(db.session.scalars(query))


def drawn_object(draw: Draw, code: str) -> DrawnObject | None:
    """A drawn object, or one that came in later, by its code in the receipt, as it stands in the database now."""
    query = select(DrawnObject).where(DrawnObject.draw_id == draw.id, DrawnObject.code == code)
    return db.session.scalar(query.execution_options(populate_existing=True))


def object_at(user: User, draw_id: int, place: int) -> DrawnObject | None:
    """The object at a place of a draw, for somebody who may ask for a change."""
    found = db.session.get(DrawnObject, (draw_id, place))
    return found if found is not None and user.may(ASK, found.draw.agency_id) else None


def change_for(user: User, change_id: int) -> DrawChange | None:
    """A change of an agency whose draws this person may read."""
    found = db.session.get(DrawChange, change_id)
    return found if found is not None and user.may(READ, found.draw.agency_id) else None


def change_to_decide(user: User, change_id: int) -> DrawChange | None:
    """A change of an agency where this person decides on changes."""
    found = db.session.get(DrawChange, change_id)
    return found if found is not None and user.may(DECIDE, found.draw.agency_id) else None


def versions_of(draw: Draw) -> list[Version]:
    """Every published hash of the full receipt, in order."""
    if draw.drawn_at is None:
        return []
    later = [
        Version(one.number or 0, one.decided_at or draw.drawn_at, one.receipt_sha256, one.kind, one.reason)
        for one in changes_made(draw)
    ]
    return [Version(0, draw.drawn_at, draw.receipt_sha256), *later]


def counts_of(agency_id: int | None = None, draw_id: int | None = None) -> Counts:
    """The approved changes of an agency, of one draw, or of all, counted by kind and reason."""
    query = (
        select(DrawChange.kind, DrawChange.reason, func.count())
        .join(DrawChange.draw)
        .where(DrawChange.state == ChangeState.APPROVED)
        .group_by(DrawChange.kind, DrawChange.reason)
    )
    if agency_id is not None:
        query = query.where(Draw.agency_id == agency_id)
    if draw_id is not None:
        query = query.where(Draw.id == draw_id)
    replaced = dict.fromkeys(verify.REPLACE_REASONS, 0)
    substituted = dict.fromkeys(verify.SUBSTITUTE_REASONS, 0)
    for kind, reason, number in db.session.execute(query):
        (replaced if kind == "replace" else substituted)[reason] = number
    return Counts(replaced, substituted)
