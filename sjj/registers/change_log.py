"""Every change of a register, one row each: what the 调整名单 and the history of an object are made of.

Only adds; no row is ever rewritten. The audit log tells who did what; this tells what became of an object.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sjj.audit.services import Actor
from sjj.database import db
from sjj.registers.bulk import insert_rows
from sjj.registers.models import Entity, Item, Officer
from sjj.registers.upkeep_models import RegisterChange

MOST_REASON = 300


def note(
    register: str,
    subject: Entity | Officer | Item,
    kind: str,
    changes: Mapping[str, Any],
    reason: str,
    source: str,
    actor: Actor,
    now: datetime,
    batch_id: int | None = None,
) -> RegisterChange:
    """Note one change of a row that has an id already. `changes`: field -> [before, after]."""
    row = RegisterChange(
        **change_of(register, subject.agency_id, subject.section_id, subject.id, subject.code, subject.name),
        kind=kind, changes=dict(changes), reason=reason[:MOST_REASON], source=source,
        batch_id=batch_id, at=now, by_id=actor.id,
    )  # fmt: skip
    db.session.add(row)
    return row


def change_of(
    register: str, agency_id: int, section_id: int | None, subject_id: int, code: str, name: str
) -> dict[str, Any]:
    """What a row of `note_many` says of its subject."""
    return {
        "register": register, "agency_id": agency_id, "section_id": section_id,
        "subject_id": subject_id, "code": code, "name": name,
    }  # fmt: skip


def note_many(rows: Iterable[dict[str, Any]]) -> None:
    """Note changes by the thousand; each row names every column but the id."""
    insert_rows(RegisterChange.__table__, rows)
