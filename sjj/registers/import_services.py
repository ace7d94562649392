"""Taking a workbook into a register: preview, preview again, apply all or nothing, discard. Never commits.

Whatever was shown is what is written: when the register has moved since the preview the apply is refused.
A batch is applied once, whoever asks and how often. Files of some size go the same way in `import_jobs`.
"""

import hashlib
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.jobs.queries import is_open
from sjj.registers.bulk import collector_resting
from sjj.registers.import_alike import Alike
from sjj.registers.import_events import ImportApplied, ImportDiscarded
from sjj.registers.import_headers import NOTHING_LEARNED, Learned, Table, find_table
from sjj.registers.import_models import ImportBatch, ImportRow, ImportState
from sjj.registers.import_pieces import (
    ImportRefused,
    RegisterMoved,
    all_kept,
    judge_kept,
    judge_rows,
    keep,
    keep_again,
    landed_piece,
    lay_ready,
    make_ready,
    note_piece,
)
from sjj.registers.import_reading import ReadRow, read_rows
from sjj.registers.import_settling import NOT_SETTLED, conflicts_in, tell_kept
from sjj.registers.import_staging import carry_over, hold_register, throw_away
from sjj.registers.import_writing import new_codes
from sjj.registers.scope import Place
from sjj.registers.workbook import open_workbook

__all__ = ["AlreadyDecided", "ImportRefused", "RegisterMoved", "Upload", "apply", "preview", "read_upload"]

AT_ONCE = 1000  # rows of a file held against the register in one go


class AlreadyDecided(ImportRefused):
    """Somebody has applied or discarded the batch before."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read and understood, before the database is asked anything."""

    what: str
    file_name: str
    sha256: str
    table: Table
    rows: list[ReadRow]


@collector_resting()
def read_upload(data: bytes, file_name: str, what: str, learned: Learned = NOTHING_LEARNED) -> Upload:
    """Read and understand a file; touches no database. Raises BadWorkbook."""
    table = find_table(open_workbook(data, file_name), what, learned)
    return Upload(what, file_name[-200:], hashlib.sha256(data).hexdigest(), table, read_rows(table, what))


@collector_resting()
def preview(
    upload: Upload, place: Place, actor: Actor, now: datetime, alike: Alike | None = None
) -> ImportBatch:
    """Hold every row against the register and keep the outcome for a decision; `alike` remarks on names."""
    batch = new_batch(upload.what, upload.file_name, upload.sha256, place, actor, now)
    take_rows(batch, upload.table, upload.rows, alike)
    return batch


def take_rows(batch: ImportBatch, table: Table, rows: list[ReadRow], alike: Alike | None = None) -> None:
    """Hold the rows of a file against the register, in place of what the batch held before."""
    forget_rows(batch)
    for start in range(0, len(rows), AT_ONCE):
        piece = rows[start : start + AT_ONCE]
        judged = judge_rows(piece, batch.agency, batch.section, batch.what)
        keep(batch.id, judged, alike.look_at(judged) if alike else {})
    batch.header = header_of(table)
    settle(batch)


def new_batch(
    what: str, file_name: str, sha256: str, place: Place, actor: Actor, now: datetime
) -> ImportBatch:
    """A batch whose rows are still to come."""
    batch = ImportBatch(
        agency=place.agency, section=place.section, what=what, file_name=file_name[-200:],
        file_sha256=sha256, header={}, counts={}, state=ImportState.READING, created_at=now,
        created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    return batch


def header_of(table: Table) -> dict[str, Any]:
    """How the headings were understood, for the page."""
    columns = [[h.title, h.column.label if h.column else "", h.how] for h in table.headings]
    return {"sheet": table.sheet.name, "row": table.sheet.first_row + table.header_row, "columns": columns}


def counted(batch_id: int) -> dict[str, int]:
    """How many rows of each verdict the batch has."""
    query = select(ImportRow.verdict, func.count()).where(ImportRow.batch_id == batch_id)
    return {
        verdict.value: number for verdict, number in db.session.execute(query.group_by(ImportRow.verdict))
    }


def preview_again(batch: ImportBatch) -> int:
    """Hold the kept rows against the register as it stands now; returns how many turned out otherwise."""
    hold_batch(batch)
    how_many = 0
    for rows in all_kept(batch.id):
        moved = judge_kept(batch, rows)
        keep_again(batch.id, moved)
        how_many += len(moved)
    settle(batch)
    return how_many


def settle(batch: ImportBatch) -> None:
    """The batch stands for a decision again, its rows as they are now."""
    batch.counts, batch.state, batch.settle = counted(batch.id), ImportState.PREVIEWED, ""
    said = {name: said for name, said in batch.header.items() if name not in ("refusal", "conflicts")}
    number = conflicts_in(batch)
    batch.header = said | ({"conflicts": number} if number else {})


@collector_resting()
def apply(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Write every good row, or none. Raises AlreadyDecided or RegisterMoved."""
    hold_batch(batch)
    if batch.conflicts and not batch.settle:
        raise ImportRefused(NOT_SETTLED)
    hold_register(batch.agency, batch.what)
    codes = new_codes(batch.what, batch.agency)
    last, touched = 0, set[str]()
    for rows in all_kept(batch.id):
        ready = make_ready(batch, rows, codes, now)
        lay_ready(batch, ready)
        last, touched = rows[-1].number, touched | ready.touched
    finish(batch, touched, actor, now)
    for start in range(0, last, AT_ONCE):
        note_piece(landed_piece(batch, start, start + AT_ONCE, now))
    told = 0
    while told := tell_kept(batch, told):
        pass
    batch.counts = counted(batch.id)
    while throw_away(batch.id, batch.what):
        pass


def finish(batch: ImportBatch, touched: Set[str], actor: Actor, now: datetime) -> None:
    """Carry over what was laid ready, and say so. Raises RegisterMoved where a code was taken meanwhile."""
    try:
        with db.session.begin_nested():
            carry_over(batch, touched)
    except IntegrityError as clash:
        raise RegisterMoved("就在刚才有人登记了表中的对象，所以没有导入。请重新预览后再确认") from clash
    _decide(batch, ImportState.APPLIED, ImportApplied, actor, now)


def discard(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Put the batch away with its rows; the register is untouched. Raises AlreadyDecided."""
    hold_batch(batch, ImportState.PREVIEWED, ImportState.READING, ImportState.FAILED)
    forget_rows(batch)
    _decide(batch, ImportState.DISCARDED, ImportDiscarded, actor, now)


def step_back(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Work that has stopped for good: an unread file is put away, an unwritten one stands for a decision again.

    Raises ImportRefused while it goes on.
    """
    hold_batch(batch, ImportState.READING, ImportState.APPLYING)
    if batch.job is not None and is_open(batch.job):
        raise ImportRefused("后台还在办，请等它办完，或者先在“我的后台任务”里取消")
    if batch.state is ImportState.READING:
        discard(batch, actor, now)
    else:
        settle(batch)


def forget_rows(batch: ImportBatch) -> None:
    """Take away what the batch holds."""
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))


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


def hold_batch(batch: ImportBatch, *states: ImportState) -> None:
    """Let one person at a time decide, in this agency. Raises AlreadyDecided."""
    db.session.execute(select(Agency.id).where(Agency.id == batch.agency_id).with_for_update(key_share=True))
    db.session.refresh(batch, with_for_update=True)
    if batch.state not in (states or (ImportState.PREVIEWED,)):
        raise AlreadyDecided(f"这个文件{batch.state.label}，不能再次处理")
