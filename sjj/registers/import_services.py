"""Taking a workbook into a register: preview, preview again, apply all or nothing, discard. Never commits.

Whatever was shown is what is written: when the register has moved since the preview the apply is refused.
A batch is applied once, whoever asks and how often.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, delete, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.registers.bulk import collector_resting, insert_rows
from sjj.registers.import_events import ImportApplied, ImportDiscarded
from sjj.registers.import_headers import Table, find_table
from sjj.registers.import_judging import Judgement, Register, judge, load_register
from sjj.registers.import_models import ImportBatch, ImportRow, ImportState, Verdict
from sjj.registers.import_reading import SAMPLE_TOLD, ReadRow, read_rows
from sjj.registers.import_writing import add_rows, change_rows
from sjj.registers.scope import Place
from sjj.registers.workbook import read_workbook

MOST_REASON = 500


class ImportRefused(Exception):
    """The batch cannot be applied or discarded; the message may be shown."""


class AlreadyDecided(ImportRefused):
    """Somebody has applied or discarded the batch before."""


class RegisterMoved(ImportRefused):
    """The register is no longer what the preview showed."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read and understood, before the database is asked anything."""

    what: str
    file_name: str
    sha256: str
    table: Table
    rows: list[ReadRow]


@collector_resting()
def read_upload(data: bytes, file_name: str, what: str) -> Upload:
    """Read and understand a file; touches no database. Raises BadWorkbook."""
    table = find_table(read_workbook(data, file_name), what)
    return Upload(what, file_name[-200:], hashlib.sha256(data).hexdigest(), table, read_rows(table, what))


@collector_resting()
def preview(upload: Upload, place: Place, actor: Actor, now: datetime) -> ImportBatch:
    """Hold every row against the register and keep the outcome for a decision."""
    register = load_register(place.agency, place.section, upload.what)
    judged = [(row, _judged(row, register)) for row in upload.rows]
    batch = ImportBatch(
        agency=place.agency,
        section=place.section,
        what=upload.what,
        file_name=upload.file_name,
        file_sha256=upload.sha256,
        header=_header(upload.table),
        counts=_counts(judgement for _, judgement in judged),
        state=ImportState.PREVIEWED,
        created_at=now,
        created_by_id=actor.id,
    )
    db.session.add(batch)
    db.session.flush()
    insert_rows(ImportRow.__table__, (_stored(batch.id, row, j) for row, j in judged))  # type: ignore[arg-type]
    return batch


def _judged(row: ReadRow, register: Register) -> Judgement:
    if row.is_sample:
        return Judgement(Verdict.SKIPPED, SAMPLE_TOLD)
    if row.problems:
        return Judgement(Verdict.REJECTED, "；".join(row.problems))
    return judge(row.values, register)


def _stored(batch_id: int, row: ReadRow, judgement: Judgement) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "number": row.number,
        "verdict": judgement.verdict,
        "name": row.name,
        "reason": judgement.reason[:MOST_REASON],
        "values": {} if row.problems or row.is_sample else row.values,
        "changes": judgement.changes,
    }


def _header(table: Table) -> dict[str, Any]:
    columns = [[h.title, h.column.label if h.column else "", h.how] for h in table.headings]
    return {"sheet": table.sheet.name, "row": table.sheet.first_row + table.header_row, "columns": columns}


def _counts(judgements: Iterable[Judgement]) -> dict[str, int]:
    return {verdict.value: number for verdict, number in Counter(j.verdict for j in judgements).items()}


def preview_again(batch: ImportBatch) -> int:
    """Hold the kept rows against the register as it stands now; returns how many turned out otherwise."""
    _hold(batch)
    register = load_register(batch.agency, batch.section, batch.what)
    rows = _kept_rows(batch)
    moved = []
    counts = Counter(batch.counts)
    for row in rows:
        judgement = judge(row.values, register)
        if _differs(row, judgement):
            counts[row.verdict.value] -= 1
            counts[judgement.verdict.value] += 1
            moved.append((row.number, judgement))
    for number, judgement in moved:
        db.session.execute(
            update(ImportRow)
            .where(ImportRow.batch_id == batch.id, ImportRow.number == number)
            .values(
                verdict=judgement.verdict, reason=judgement.reason[:MOST_REASON], changes=judgement.changes
            )
        )
    batch.counts = {name: number for name, number in counts.items() if number}
    return len(moved)


@collector_resting()
def apply(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Write every good row, or none. Raises AlreadyDecided or RegisterMoved."""
    _hold(batch)
    register = load_register(batch.agency, batch.section, batch.what, lock=True)
    rows = [(row, judge(row.values, register)) for row in _kept_rows(batch)]
    moved = sum(_differs(row, judgement) for row, judgement in rows)
    if moved:
        raise RegisterMoved(
            f"预览之后名录库有改动，有 {moved} 行的结果与预览不同，所以没有导入。请重新预览后再确认"
        )
    try:
        with db.session.begin_nested():
            add_rows([r.values for r, j in rows if j.verdict is Verdict.NEW], batch.agency, register, now)
            changed = [(r.values, j) for r, j in rows if j.verdict is Verdict.CHANGED]
            change_rows(changed, batch.agency, register, now)
    except IntegrityError as clash:
        raise RegisterMoved("就在刚才有人登记了表中的对象，所以没有导入。请重新预览后再确认") from clash
    _decide(batch, ImportState.APPLIED, ImportApplied, actor, now)


def discard(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Put the batch away with its rows; the register is untouched. Raises AlreadyDecided."""
    _hold(batch)
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
    _decide(batch, ImportState.DISCARDED, ImportDiscarded, actor, now)


def _decide(
    batch: ImportBatch,
    state: ImportState,
    event: type[ImportApplied | ImportDiscarded],
    actor: Actor,
    now: datetime,
) -> None:
    batch.state, batch.decided_at = state, now
    about = {"noun": batch.noun, "file_name": batch.file_name, "counts": dict(batch.counts)}
    record(event(subject_id=batch.id, agency_id=batch.agency_id, **about), actor, now)


def _hold(batch: ImportBatch) -> None:
    """Let one person at a time decide, in this agency. Raises AlreadyDecided."""
    db.session.execute(select(Agency.id).where(Agency.id == batch.agency_id).with_for_update())
    db.session.refresh(batch, with_for_update=True)
    if batch.state is not ImportState.PREVIEWED:
        raise AlreadyDecided(f"这个文件{batch.state.label}，不能再次处理")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row of the preview that the register decides about."""

    number: int
    verdict: Verdict
    reason: str
    values: dict[str, Any]
    changes: dict[str, Any]


def _kept_rows(batch: ImportBatch) -> list[_Kept]:
    """Those rows of the batch, their values read from JSON in one go, which is twice as fast."""
    values = type_coerce(ImportRow.values, Text)
    query = (
        select(ImportRow.number, ImportRow.verdict, ImportRow.reason, values, ImportRow.changes)
        .where(ImportRow.batch_id == batch.id, ImportRow.values.is_not(None))
        .order_by(ImportRow.number)
    )
    found = db.session.execute(query).all()
    read = json.loads(f"[{','.join([row[3] for row in found])}]")
    return [_Kept(row[0], row[1], row[2], said, row[4]) for row, said in zip(found, read, strict=True)]


def _differs(row: _Kept, judgement: Judgement) -> bool:
    return bool(
        row.verdict is not judgement.verdict
        or row.changes != judgement.changes
        or row.reason != judgement.reason[:MOST_REASON]
    )
