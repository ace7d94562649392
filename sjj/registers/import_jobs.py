"""Large workbooks in the background: read, held against the register again, applied; piece by piece.

What takes time only reads. A piece is written in a moment, and the register itself in one: its rows have been laid
ready beside it. A register that moved while that was done makes the work begin again, not go wrong.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import Actor, System
from sjj.database import db, let_go, only_reading
from sjj.jobs.kinds import CannotBeDone, Kind, Link, Step, Task
from sjj.jobs.models import Job
from sjj.jobs.services import ask
from sjj.registers.import_alike import Alike
from sjj.registers.import_files import kept_file
from sjj.registers.import_headers import Table, find_table
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.registers.import_pieces import (
    RegisterMoved,
    judge_kept,
    judge_rows,
    keep,
    keep_again,
    kept_rows,
    landed_piece,
    lay_ready,
    make_ready,
    note_piece,
)
from sjj.registers.import_reading import NO_ROWS, body_length, read_pieces
from sjj.registers.import_services import counted, finish, header_of, settle
from sjj.registers.import_settling import tell_kept
from sjj.registers.import_staging import hold_register, mark, staged_numbers, throw_away
from sjj.registers.import_synonyms import learned_by
from sjj.registers.import_undo import finish_undo, is_decided, rows_behind, undo_rows
from sjj.registers.import_writing import new_codes
from sjj.registers.workbook import BadWorkbook, open_workbook

READ, AGAIN, APPLY, UNDO = "import_read", "import_again", "import_apply", "import_undo"
MANY_ROWS, MANY_BYTES = 2000, 1024 * 1024  # more of either goes to the background
MOST_BEGINNINGS = 5
NOTE_AT_ONCE = 4000
RESTLESS = "名录库一直有人在改动，这次没有导入成。请稍后再试。"
PUT_AWAY = "这个文件已经处理过了。"
FILE_GONE = "上传的文件已经不在，请重新上传。"


def is_large(data: bytes) -> bool:
    """Whether a file is too large to be read while somebody waits."""
    return len(data) > MANY_BYTES


def ask_for(kind: str, batch: ImportBatch, state: ImportState, actor: User | None, now: datetime) -> Job:
    """Have something done with a batch, which stands in `state` meanwhile."""
    batch.state = state
    job = ask(kind, {"batch": batch.id}, now, actor=actor, agency_id=batch.agency_id)
    db.session.flush()
    batch.job_id = job.id
    return job


def _batch(task: Task, *states: ImportState) -> ImportBatch:
    batch = db.session.get_one(ImportBatch, task.about["batch"], populate_existing=True)
    if batch.state not in states:
        raise CannotBeDone(PUT_AWAY)
    return batch


def _is_past(task: Task, state: ImportState) -> bool:
    """Whether an interrupted run had done all of it, or somebody has put the file away."""
    with only_reading():
        return db.session.get_one(ImportBatch, task.about["batch"]).state is not state


def _read(task: Task) -> Iterator[Step]:
    """The file from the beginning; what is kept of it already is passed over."""
    if _is_past(task, ImportState.READING):
        return
    yield Step("正在打开表格", task.done)
    try:
        table, what = _opened(task)
        total = body_length(table)
        for done, step in _read_rows(task, table, what, total):
            yield Step(step, done, total)
    except BadWorkbook as problem:
        batch = _batch(task, ImportState.READING)
        batch.state, batch.header = ImportState.FAILED, {"problem": str(problem)}
        yield Step("没有读成", task.done)
        return
    batch = _batch(task, ImportState.READING)
    batch.header = header_of(table)
    settle(batch)
    if not batch.counts:
        batch.state, batch.header = ImportState.FAILED, {"problem": NO_ROWS}
    yield Step("预览已备好", total, total)


def _opened(task: Task) -> tuple[Table, str]:
    with only_reading():
        batch = _batch(task, ImportState.READING)
        what, name, sha256 = batch.what, batch.file_name, batch.file_sha256
        learned = learned_by(batch.agency_id, what)
    data = kept_file(sha256)
    if data is None:
        raise CannotBeDone(FILE_GONE)
    return find_table(open_workbook(data, name), what, learned), what


def _read_rows(task: Task, table: Table, what: str, total: int) -> Iterator[tuple[int, str]]:
    with only_reading():
        alike = Alike(_batch(task, ImportState.READING).agency_id) if what == "entities" else None
    for piece, rows in enumerate(read_pieces(table, what), start=1):
        done = min(piece * 1000, total)
        if done <= task.done:
            continue
        with only_reading():
            batch = _batch(task, ImportState.READING)
            judged = judge_rows(rows, batch.agency, batch.section, what)
        remarks = alike.look_at(judged) if alike else {}
        keep(_batch(task, ImportState.READING).id, judged, remarks)
        yield done, f"读取 {done:,} / {total:,} 行"


def _again(task: Task) -> Iterator[Step]:
    """Hold the kept rows against the register as it stands now."""
    if _is_past(task, ImportState.READING):
        return
    with only_reading():
        total = sum(counted(task.about["batch"]).values())
    after, done = 0, 0
    while True:
        with only_reading():
            batch = _batch(task, ImportState.READING)
            rows = kept_rows(batch.id, after)
            moved = judge_kept(batch, rows) if rows else []
        if not rows:
            break
        keep_again(_batch(task, ImportState.READING).id, moved)
        after, done = rows[-1].number, done + len(rows)
        yield Step(f"核对 {done:,} / {total:,} 行", done, total)
    settle(_batch(task, ImportState.READING))
    yield Step("预览已备好", total, total)


def _apply(task: Task) -> Iterator[Step]:
    """Lay ready, carry over, note down, clear away; whichever of these was done already is not done again."""
    with only_reading():
        batch = _batch(task, ImportState.APPLYING, ImportState.APPLIED)
        number, what, good, moment = batch.id, batch.what, batch.good, batch.decided_at
    total = 2 * good
    if moment is None:
        try:
            yield from _until_carried_over(task, number, what, total)
        except RegisterMoved as refusal:
            let_go()
            batch = _batch(task, ImportState.APPLYING)
            settle(batch)
            batch.header = {**batch.header, "refusal": str(refusal)}
            yield Step("没有导入", 0, total)
            yield from _cleared(number, what, total)
            return
    yield from _noted(task, number, what, good, total)
    yield from _told(task, number)
    yield from _cleared(number, what, total)


def _until_carried_over(task: Task, number: int, what: str, total: int) -> Iterator[Step]:
    for _ in range(MOST_BEGINNINGS):
        yield from _cleared(number, what, total)
        with only_reading():
            before = mark(_batch(task, ImportState.APPLYING).agency, what)
        moment, touched = datetime.now(UTC), set[str]()
        yield from _laid_ready(task, total, moment, touched)
        batch = _batch(task, ImportState.APPLYING)
        hold_register(batch.agency, what)
        if mark(batch.agency, what) == before:
            finish(batch, touched, _actor(task), moment)
            yield Step("已写入名录库", total // 2, total)
            return
        yield Step("名录库有改动，重新准备", 0, total)
    raise CannotBeDone(RESTLESS)


def _laid_ready(task: Task, total: int, moment: datetime, touched: set[str]) -> Iterator[Step]:
    with only_reading():
        batch = _batch(task, ImportState.APPLYING)
        codes = new_codes(batch.what, batch.agency)
    after, done = 0, 0
    while True:
        with only_reading():
            batch = _batch(task, ImportState.APPLYING)
            rows = kept_rows(batch.id, after)
            ready = make_ready(batch, rows, codes, moment) if rows else None
        if ready is None:
            return
        touched |= ready.touched
        lay_ready(_batch(task, ImportState.APPLYING), ready)
        after, done = rows[-1].number, done + len(ready.rows)
        yield Step(f"准备 {done:,} / {total // 2:,} 条", done, total)


def _noted(task: Task, number: int, what: str, good: int, total: int) -> Iterator[Step]:
    start, last = max(task.done - good, 0), 0
    with only_reading():
        numbers = staged_numbers(number, what)
    for place in range(0, len(numbers), NOTE_AT_ONCE):
        until = numbers[min(place + NOTE_AT_ONCE, len(numbers)) - 1]
        if place >= start:
            with only_reading():
                batch = _batch(task, ImportState.APPLIED)
                piece = landed_piece(batch, last, until, batch.decided_at or datetime.now(UTC))
            _batch(task, ImportState.APPLIED)
            note_piece(piece)
            yield Step("正在记入名录变动", min(good + place + NOTE_AT_ONCE, total), total)
        last = until


def _told(task: Task, number: int) -> Iterator[Step]:
    """What stayed as people have it; the counts of what was written follow."""
    last = 0
    while last := tell_kept(_batch(task, ImportState.APPLIED), last):
        yield Step("正在记入保留的手工改动", task.done)
    _batch(task, ImportState.APPLIED).counts = counted(number)


def _cleared(number: int, what: str, total: int) -> Iterator[Step]:
    while throw_away(number, what):
        yield Step("正在收尾", total, total)


def _undo(task: Task) -> Iterator[Step]:
    """Take an import back, some hundred rows at a time; a row that was decided on already is passed over."""
    with only_reading():
        batch = _batch(task, ImportState.APPLIED, ImportState.UNDONE)
        total, is_past = batch.good, batch.state is ImportState.UNDONE
    after, done = 0, 0
    while not is_past:
        batch, actor = _batch(task, ImportState.APPLIED), _actor(task)
        rows = rows_behind(batch, after)
        if not rows:
            finish_undo(batch, actor, datetime.now(UTC))
            yield Step("已撤销", total, total)
            return
        if not is_decided(rows[0]):
            undo_rows(batch, rows, actor, datetime.now(UTC))
        after, done = rows[-1].number, done + len(rows)
        yield Step(f"撤销 {done:,} / {total:,} 条", done, total)


def _actor(task: Task) -> Actor:
    found = db.session.get(User, task.asked_by_id) if task.asked_by_id else None
    return found or System()


def _link(about: dict[str, Any]) -> Link:
    return Link("看结果", "imports.import_show", {"batch_id": about["batch"]})


KINDS = (
    Kind(READ, "读取导入的表格", _read, _link),
    Kind(AGAIN, "重新核对导入的表格", _again, _link),
    Kind(APPLY, "导入表格", _apply, _link),
    Kind(UNDO, "撤销导入", _undo, _link),
)
