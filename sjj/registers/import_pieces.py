"""The pieces of an import, the same for a small file in one request and for a large one in the background.

Judging looks at a piece of the file and at as much of the register as it may meet. Never commits.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Text, bindparam, select, type_coerce, update

from sjj.accounts.models import Agency, Section
from sjj.database import db
from sjj.registers.bulk import insert_rows
from sjj.registers.change_log import change_of, note_many
from sjj.registers.import_conflicts import with_conflicts
from sjj.registers.import_judging import Judgement, Values, judge, load_register
from sjj.registers.import_models import ImportBatch, ImportRow, Verdict
from sjj.registers.import_reading import SAMPLE_TOLD, ReadRow
from sjj.registers.import_settling import kept_labels, without
from sjj.registers.import_staging import landed, stage
from sjj.registers.import_writing import Prepared, prepare
from sjj.registers.models import ACTIVE_STATES

PIECE = 2000
MOST_REASON = 500
REGISTER = {"entities": "entity", "officers": "officer"}
STATE = "登记状态"
DUTY, OFF_DUTY = "在岗状态", "离岗"
NO_REMARKS: Mapping[int, str] = MappingProxyType({})
Judged = list[tuple[ReadRow, Judgement]]


class ImportRefused(Exception):
    """The batch cannot be applied or discarded; the message may be shown."""


class RegisterMoved(ImportRefused):
    """The register is no longer what the preview showed."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of the preview that the register decides about."""

    number: int
    verdict: Verdict
    reason: str
    values: dict[str, Any]
    changes: dict[str, Any]
    conflicts: dict[str, Any]
    decision: str


def judge_rows(rows: Sequence[ReadRow], agency: Agency, section: Section | None, what: str) -> Judged:
    """Hold rows of a file against the register."""
    good = [row.values for row in rows if not row.problems and not row.is_sample]
    register = load_register(agency, section, what, only=good)
    judged: Judged = []
    for row in rows:
        if row.is_sample:
            judged.append((row, Judgement(Verdict.SKIPPED, SAMPLE_TOLD)))
        elif row.problems:
            judged.append((row, Judgement(Verdict.REJECTED, "；".join(row.problems))))
        else:
            judged.append((row, judge(row.values, register)))
    return with_conflicts(agency.id, what, REGISTER[what], judged)


def keep(batch_id: int, judged: Judged, remarks: Mapping[int, str] = NO_REMARKS) -> None:
    """Keep the outcome for a decision; `remarks` by row number stand beside rows that go in all the same."""
    table: Any = ImportRow.__table__
    insert_rows(table, (_stored(batch_id, row, j, remarks.get(row.number, "")) for row, j in judged))


def _stored(batch_id: int, row: ReadRow, judgement: Judgement, remark: str) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "number": row.number,
        "verdict": judgement.verdict,
        "name": row.name,
        "reason": (judgement.reason or remark)[:MOST_REASON],
        "values": {} if row.problems or row.is_sample else row.values,
        "changes": judgement.changes,
        "conflicts": judgement.conflicts,
        "decision": "",
        "cells": row.as_they_stand() if judgement.verdict is Verdict.REJECTED else None,
    }


def kept_rows(batch_id: int, after: int) -> list[KeptRow]:
    """The next rows behind this number; their values read from JSON in one go: twice as fast."""
    values = type_coerce(ImportRow.values, Text)
    query = (
        select(
            ImportRow.number,
            ImportRow.verdict,
            ImportRow.reason,
            values,
            ImportRow.changes,
            ImportRow.conflicts,
            ImportRow.decision,
        )
        .where(ImportRow.batch_id == batch_id, ImportRow.number > after, ImportRow.values.is_not(None))
        .order_by(ImportRow.number)
        .limit(PIECE)
    )
    found = db.session.execute(query).all()
    read = json.loads(f"[{','.join([row[3] for row in found])}]")
    return [KeptRow(*row[:3], said, *row[4:]) for row, said in zip(found, read, strict=True)]


def all_kept(batch_id: int) -> Iterator[list[KeptRow]]:
    """Piece after piece."""
    after = 0
    while rows := kept_rows(batch_id, after):
        yield rows
        after = rows[-1].number


def judge_kept(batch: ImportBatch, rows: Sequence[KeptRow]) -> list[tuple[KeptRow, Judgement]]:
    """Those whose outcome is another now."""
    register = load_register(batch.agency, batch.section, batch.what, only=[row.values for row in rows])
    judged = ((row, judge(row.values, register)) for row in rows)
    told = with_conflicts(batch.agency_id, batch.what, REGISTER[batch.what], judged)
    return [(row, j) for row, j in told if _differs(row, j) or row.conflicts != j.conflicts]


def _differs(row: KeptRow, judgement: Judgement) -> bool:
    return bool(
        row.verdict is not judgement.verdict
        or row.changes != judgement.changes
        or (row.verdict is Verdict.REJECTED and row.reason != judgement.reason[:MOST_REASON])
    )


def keep_again(batch_id: int, moved: Sequence[tuple[KeptRow, Judgement]]) -> None:
    """Write what turned out otherwise."""
    for row, judgement in moved:
        reason = judgement.reason[:MOST_REASON]
        db.session.execute(
            update(ImportRow)
            .where(ImportRow.batch_id == batch_id, ImportRow.number == row.number)
            .values(
                verdict=judgement.verdict,
                reason=reason,
                changes=judgement.changes,
                conflicts=judgement.conflicts,
                decision="",
            )
        )


def make_ready(batch: ImportBatch, rows: Sequence[KeptRow], codes: Iterator[str], now: datetime) -> Prepared:
    """The rows as the register shall have them. Raises RegisterMoved where the preview no longer holds."""
    register = load_register(batch.agency, batch.section, batch.what, only=[row.values for row in rows])
    judged = [(row, judge(row.values, register)) for row in rows]
    moved = sum(_differs(row, judgement) for row, judgement in judged)
    if moved:
        raise RegisterMoved(
            f"预览之后名录库有改动，有 {moved} 行的结果与预览不同，所以没有导入。请重新预览后再确认"
        )
    three = (_settled(batch, row, judgement) for row, judgement in judged)
    return prepare(three, batch.id, batch.agency, register, codes, now)


def _settled(batch: ImportBatch, row: KeptRow, judgement: Judgement) -> tuple[int, Values, Judgement]:
    """A row less what stays as people have it."""
    labels = kept_labels(batch.settle, row.conflicts, row.decision)
    if not labels:
        return row.number, row.values, judgement
    left = {label: pair for label, pair in judgement.changes.items() if label not in labels}
    verdict = Verdict.CHANGED if left else Verdict.UNCHANGED
    settled = replace(judgement, verdict=verdict, changes=left)
    return row.number, without(row.values, labels, batch.what), settled


def lay_ready(batch: ImportBatch, ready: Prepared) -> None:
    """Lay them beside the register, and keep with each row what stood before it."""
    stage(batch, ready.rows, ready.tags)
    if ready.before:
        kept = [
            {"b_batch": batch.id, "b_number": number, "b_before": said}
            for number, said in ready.before.items()
        ]
        _update_rows({"before": bindparam("b_before")}, kept)


@dataclass(frozen=True, slots=True)
class Landed:
    """What a piece of a carried-over import is noted down with: ready parameters, so that noting takes a moment."""

    notes: list[dict[str, Any]]
    subjects: list[dict[str, Any]]


def landed_piece(batch: ImportBatch, after: int, until: int, now: datetime) -> Landed:
    """Which object each row became, and what changed with it. Only looks."""
    query = select(ImportRow.number, ImportRow.changes, ImportRow.conflicts, ImportRow.decision)
    between = ImportRow.number.between(after + 1, until)
    changes = {}
    for number, said, conflicts, decision in db.session.execute(
        query.where(ImportRow.batch_id == batch.id, between)
    ):
        labels = kept_labels(batch.settle, conflicts, decision)
        changes[number] = {k: pair for k, pair in (said or {}).items() if k not in labels}
    found = landed(batch, after, until)
    about = {"reason": f"导入“{batch.file_name}”"[:300], "source": "import", "batch_id": batch.id}
    about |= {"at": now, "by_id": batch.created_by_id}
    notes = [
        change_of(REGISTER[batch.what], batch.agency_id, row.section_id, row.id, row.code, row.name)
        | {"kind": _kind(row.target_id, changes[row.number]), "changes": changes[row.number]}
        | about
        for row in found
    ]
    return Landed(notes, [{"b_batch": batch.id, "b_number": r.number, "b_subject": r.id} for r in found])


def note_piece(piece: Landed) -> None:
    """Keep with each row which object it became, and note the change of the register."""
    if not piece.subjects:
        return
    note_many(piece.notes)
    _update_rows({"subject_id": bindparam("b_subject")}, piece.subjects)


def _kind(target_id: int | None, changes: dict[str, Any]) -> str:
    if target_id is None:
        return "added"
    if DUTY in changes:  # an officer: off duty they are no longer on the list that is drawn from
        return "left" if changes[DUTY][1] == OFF_DUTY else "returned"
    before, after = changes.get(STATE, ("", ""))
    if before in ACTIVE_STATES and after and after not in ACTIVE_STATES:
        return "left"
    if after in ACTIVE_STATES and before not in ACTIVE_STATES:
        return "returned"
    return "changed"


def _update_rows(said: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    table = ImportRow.__table__
    mine = (table.c.batch_id == bindparam("b_batch")) & (table.c.number == bindparam("b_number"))
    db.session.execute(update(table).where(mine).values(said), rows)  # type: ignore[arg-type]
