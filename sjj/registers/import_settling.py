"""How an import deals with what people have changed meanwhile: the file's word, theirs, or row by row.

Nothing is written over before somebody has chosen. A row whose changes all stay aside is not written at all, and
says so. Never commits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update

from sjj.database import db
from sjj.registers.import_judging import LABELS
from sjj.registers.import_models import ImportBatch, ImportRow, Verdict

FILE, KEPT, EACH = "file", "kept", "each"
SETTLES = {
    FILE: "以表格为准，手工改过的也按表格改",
    KEPT: "保留手工改动，这些栏不改（同一行的其他栏照常更新）",
    EACH: "逐行决定",
}
MOST_DECIDED = 200
PIECE = 1000
NOT_SETTLED = "有手工改动与表格不一致，请先选择怎么处理"
STAYED = "保留手工改动："


def conflicts_in(batch: ImportBatch) -> int:
    """How many rows would undo a person's work."""
    query = select(func.count()).select_from(ImportRow).where(ImportRow.batch_id == batch.id, _CONFLICT)
    return db.session.scalar(query) or 0


_CONFLICT = ImportRow.conflicts.is_not(None)


def choose(batch: ImportBatch, settle: str) -> str:
    """Take the clerk's choice; returns what is still missing before the import may go on, or nothing."""
    if not batch.conflicts:
        return ""
    if settle not in SETTLES:
        return NOT_SETTLED
    if settle == EACH and batch.settle != EACH:
        return "请先逐行决定"
    batch.settle = settle
    return ""


def rows_to_decide(batch: ImportBatch) -> Sequence[ImportRow]:
    """The first rows with a conflict."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, _CONFLICT).order_by(ImportRow.number)
    return db.session.scalars(query.limit(MOST_DECIDED)).all()


def decide(batch: ImportBatch, decisions: Mapping[int, str]) -> None:
    """Keep what was decided of each row; of those that nobody was shown, people's work stays."""
    for row in rows_to_decide(batch):
        row.decision = FILE if decisions.get(row.number) == FILE else KEPT
    batch.settle = EACH


def kept_labels(settle: str, conflicts: Mapping[str, Any], decision: str) -> frozenset[str]:
    """What of a row is not written."""
    if not conflicts or settle == FILE or (settle == EACH and decision == FILE):
        return frozenset()
    return frozenset(conflicts)


def without(values: dict[str, Any], labels: frozenset[str], what: str) -> dict[str, Any]:
    """What a row says, less what stays as people have it."""
    names = LABELS[what]
    said = {name: value for name, value in values.items() if names.get(name, name) not in labels}
    if "extra" in said:
        said["extra"] = {name: value for name, value in said["extra"].items() if name not in labels}
    return said


def tell_kept(batch: ImportBatch, after: int) -> int:
    """Say of the next rows what stayed as people have it; returns the last number, 0 at the end."""
    query = select(ImportRow.number, ImportRow.changes, ImportRow.conflicts, ImportRow.decision)
    mine = query.where(ImportRow.batch_id == batch.id, _CONFLICT, ImportRow.number > after)
    rows = db.session.execute(mine.order_by(ImportRow.number).limit(PIECE)).all()
    told = []
    for number, changes, conflicts, decision in rows:
        labels = kept_labels(batch.settle, conflicts, decision)
        if labels:
            left = {label: pair for label, pair in (changes or {}).items() if label not in labels}
            told.append(
                {
                    "b_batch": batch.id,
                    "b_number": number,
                    "b_changes": left,
                    "b_reason": f"{STAYED}{'、'.join(sorted(labels))}"[:500],
                    "b_verdict": Verdict.CHANGED if left else Verdict.UNCHANGED,
                }
            )
    if told:
        table: Any = ImportRow.__table__
        same = (table.c.batch_id == bindparam("b_batch")) & (table.c.number == bindparam("b_number"))
        said = {"changes": bindparam("b_changes"), "reason": bindparam("b_reason")}
        said["verdict"] = bindparam("b_verdict")
        db.session.execute(update(table).where(same).values(said), told)
    return rows[-1].number if rows else 0
