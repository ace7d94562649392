"""What a draw's page says of its changes: the list, the counts, the versions, who is to be visited now.

Reads only; whether a visit still allows a change is asked where it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sjj.draws.change_events import KINDS
from sjj.draws.changes_queries import Counts, Version, changes_of, counts_of, versions_of
from sjj.draws.models import Draw, DrawChange
from sjj.draws.queries import Row, officer_names, rows_now
from sjj.draws.teams import Roster
from sjj.rules import verify
from sjj.rules.lifecycle import ChangeState


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change in the list of a draw."""

    id: int
    number: int | None
    kind: str
    name: str
    out: str
    came: str
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    state: ChangeState


@dataclass(frozen=True, slots=True)
class After:
    """Everything that happened to a draw after it was held."""

    changes: Sequence[ChangeRow]
    counts: Counts
    versions: Sequence[Version]
    rows_now: Sequence[Row]


def after(draw: Draw) -> After:
    """For the page of a draw that was held."""
    rows = rows_now(draw)
    return After(change_rows(draw, rows), counts_of(draw_id=draw.id), versions_of(draw), rows)


def change_rows(draw: Draw, rows: Sequence[Row]) -> list[ChangeRow]:
    """Every change that was asked for, the newest first, in words."""
    roster, names = Roster(draw), officer_names(draw)
    objects = {row.code: row.name for row in rows}
    return [
        ChangeRow(
            one.id,
            one.number,
            KINDS[one.kind],
            objects.get(one.code, one.code),
            roster.words([one.out], names)[0] if one.out else "",
            _came(one, objects, roster, names),
            one.reason,
            one.asked_at,
            one.decided_at,
            one.state,
        )
        for one in changes_of(draw)
    ]


def _came(change: DrawChange, objects: dict[str, str], roster: Roster, names: dict[str, str]) -> str:
    if not change.entry:
        return ""
    entry: dict[str, Any] = verify.parse(change.entry.encode("utf-8"))
    if change.kind == "replace":
        return objects.get(entry["by"], entry["by"])
    return roster.words([entry["in"]], names)[0]
