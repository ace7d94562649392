"""Taking an import back: what it entered is removed, what it changed is put back as it was. Never commits.

Row by row: an object that was changed since, or that a draw, a check or a recusal knows by now, stays as it is and
is listed with the reason. Nothing is overwritten that somebody did after the import.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.jobs.queries import is_open
from sjj.registers.change_log import change_of, note_many
from sjj.registers.codes import hold
from sjj.registers.holds import held
from sjj.registers.import_events import ImportUndone
from sjj.registers.import_judging import TABLES, TAG_LINKS, TAGS_ON
from sjj.registers.import_models import ImportBatch, ImportRow, ImportState, Verdict
from sjj.registers.import_pieces import REGISTER
from sjj.registers.import_writing import PINYIN, typed
from sjj.registers.pinyin import initials
from sjj.registers.tags import tags_named

PIECE = 500
RECORDS = {
    "drawn_object": "抽取", "inspection": "检查", "recusal": "回避", "entity": "合并", "entity_merge": "合并",
    "class_decision": "分类决定", "not_double": "重复核对", "officer_leave": "请假", "team_member": "检查",
    "draw_declaration": "抽取", "submission": "检查", "visit_step": "检查", "scan_made_up": "检查",
}  # fmt: skip
UNDONE, LEFT = "已撤销", "没有撤销："


def may_undo(batch: ImportBatch) -> bool:
    """Whether the import stands in the register, whole and noted, and rows are known by their object."""
    if batch.state is not ImportState.APPLIED or (batch.job is not None and is_open(batch.job)):
        return False
    one = select(ImportRow.number).where(ImportRow.batch_id == batch.id, ImportRow.subject_id.is_not(None))
    return db.session.scalar(one.limit(1)) is not None


def rows_behind(batch: ImportBatch, after: int) -> Sequence[ImportRow]:
    """The next rows of the import that stand in the register."""
    query = select(ImportRow).where(
        ImportRow.batch_id == batch.id, ImportRow.number > after, ImportRow.subject_id.is_not(None)
    )
    return db.session.scalars(query.order_by(ImportRow.number).limit(PIECE)).all()


def obstacles(batch: ImportBatch, rows: Sequence[ImportRow]) -> dict[int, str]:
    """Why rows cannot be taken back, by their number in the file."""
    table = TABLES[batch.what]
    ids = [row.subject_id for row in rows]
    standing = {each.id: each for each in db.session.execute(select(table).where(table.c.id.in_(ids)))}
    kept = held(batch.agency_id)
    draws = kept.entities if batch.what == "entities" else kept.officers
    known = _known_elsewhere(batch.what, [i for i in standing if i is not None])
    told: dict[int, str] = {}
    for row in rows:
        here = standing.get(row.subject_id)
        if here is None:
            told[row.number] = "名录库中已经没有"
        elif here.updated_at != batch.decided_at:
            told[row.number] = "导入之后又改过"
        elif here.id in draws:
            told[row.number] = f"在“{draws[here.id]}”的名单中"
        elif here.id in known and row.verdict is Verdict.NEW:
            told[row.number] = f"导入之后已有{'、'.join(known[here.id])}记录，保留"
    return told


def _known_elsewhere(what: str, ids: Sequence[int]) -> dict[int, list[str]]:
    """Which of these objects other tables speak of, and what they are called: whatever there is, none left out."""
    table, links = TABLES[what], (TAG_LINKS[what],)
    found: dict[int, list[str]] = {}
    for other in db.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and other not in links:
                for each in db.session.scalars(select(key.parent).where(key.parent.in_(ids)).distinct()):
                    words = found.setdefault(each, [])
                    words += [word for word in (RECORDS.get(other.name, "其他"),) if word not in words]
    return found


def undo_rows(batch: ImportBatch, rows: Sequence[ImportRow], actor: Actor, now: datetime) -> tuple[int, int]:
    """Take these rows back; returns how many were, and how many stay."""
    _keep_still(batch, rows)
    told = obstacles(batch, rows)
    free = [row for row in rows if row.number not in told]
    _note(batch, free, actor, now)
    _remove(batch, [row.subject_id for row in free if row.verdict is Verdict.NEW])
    for row in free:
        if row.verdict is Verdict.CHANGED:
            _put_back(batch, row, now)
    for row in rows:
        row.reason = f"{LEFT}{told[row.number]}" if row.number in told else UNDONE
    db.session.flush()
    return len(free), len(told)


def _keep_still(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """Nobody freezes a list with these objects, or changes one, between looking at them and taking them back."""
    hold(batch.agency)
    number = TABLES[batch.what].c.id
    query = select(number).where(number.in_([row.subject_id for row in rows])).order_by(number)
    db.session.execute(query.with_for_update())


def is_decided(row: ImportRow) -> bool:
    """Whether taking the import back has come to this row; what an import said of it does not count."""
    return row.reason == UNDONE or row.reason.startswith(LEFT)


def _note(batch: ImportBatch, rows: Sequence[ImportRow], actor: Actor, now: datetime) -> None:
    table = TABLES[batch.what]
    ids = [row.subject_id for row in rows]
    changes = {row.subject_id: {k: v[::-1] for k, v in (row.changes or {}).items()} for row in rows}
    query = select(table.c.id, table.c.code, table.c.name, table.c.section_id).where(table.c.id.in_(ids))
    about = {"kind": "undone", "reason": f"撤销导入“{batch.file_name}”"[:300], "source": "import"}
    about |= {"batch_id": batch.id, "at": now, "by_id": actor.id}
    note_many(
        change_of(REGISTER[batch.what], batch.agency_id, each.section_id, each.id, each.code, each.name)
        | {"changes": changes[each.id]}
        | about
        for each in db.session.execute(query).all()
    )


def _remove(batch: ImportBatch, ids: Sequence[int | None]) -> None:
    table, links = TABLES[batch.what], TAG_LINKS[batch.what]
    db.session.execute(delete(links).where(links.c[0].in_(ids)))
    db.session.execute(delete(table).where(table.c.id.in_(ids)))


def _put_back(batch: ImportBatch, row: ImportRow, now: datetime) -> None:
    table, links = TABLES[batch.what], TAG_LINKS[batch.what]
    before: dict[str, Any] = dict(row.before or {})
    names, extra = before.pop("tags", None), before.pop("extra", {})
    said = typed(before) | {"extra": extra, "updated_at": now}
    if "name" in said:
        said["pinyin"] = initials(said["name"], PINYIN[batch.what])
    db.session.execute(update(table).where(table.c.id == row.subject_id).values(said))
    if names is None:
        return
    db.session.execute(delete(links).where(links.c[0] == row.subject_id))
    made = tags_named(batch.agency, TAGS_ON[batch.what], names)
    db.session.flush()
    for tag in made:
        db.session.execute(links.insert().values({links.c[0].name: row.subject_id, "tag_id": tag.id}))


def finish_undo(batch: ImportBatch, actor: Actor, now: datetime) -> None:
    """Say that the import is taken back, and how far."""
    batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, now, actor.id
    undone, left = tally(batch)
    event = ImportUndone(
        subject_id=batch.id, agency_id=batch.agency_id, noun=batch.noun, file_name=batch.file_name,
        counts={"undone": undone, "left": left},
    )  # fmt: skip
    record(event, actor, now)


def tally(batch: ImportBatch) -> tuple[int, int]:
    """How many rows were taken back, and how many stay."""
    query = select(ImportRow.reason).where(ImportRow.batch_id == batch.id, ImportRow.subject_id.is_not(None))
    reasons = db.session.scalars(query).all()
    undone = sum(reason == UNDONE for reason in reasons)
    return undone, len(reasons) - undone


def would_stay(batch: ImportBatch, most: int) -> list[tuple[int, str, str]]:
    """Number, name and reason of rows that an undo would leave: at most so many."""
    after = 0
    found: list[tuple[int, str, str]] = []
    while len(found) < most and (rows := rows_behind(batch, after)):
        told = obstacles(batch, rows)
        found += [(row.number, row.name, told[row.number]) for row in rows if row.number in told]
        after = rows[-1].number
    return found[:most]
