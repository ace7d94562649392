"""Rows made ready beside the register, and the one short step that puts all of them into it.

A hundred thousand rows are prepared in pieces, each a short transaction, where no list shows them. Then a few
statements carry them over, within a moment and all or nothing. Never commits: the caller does.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.registers.bulk import insert_rows, room_for_pages
from sjj.registers.codes import hold
from sjj.registers.holds import held
from sjj.registers.import_columns import COLUMNS
from sjj.registers.import_judging import TABLES, TAG_LINKS, TAGS_ON, Values
from sjj.registers.import_models import ImportBatch
from sjj.registers.tags import tags_named

PIECE, TAGS_PIECE = 10_000, 40_000  # staged rows thrown away in one statement


def _staged(what: str, name: str) -> Table:
    """A table with the columns of a register, its rows under a batch and their number in the file."""
    like = [
        Column(each.name, each.type, nullable=each.nullable) for each in TABLES[what].c if each.name != "id"
    ]
    return Table(
        name,
        db.metadata,
        Column("batch_id", ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("target_id", Integer),  # the row that it changes; nothing: a new one
        *like,
    )


STAGED = {"entities": _staged("entities", "entity_staged"), "officers": _staged("officers", "officer_staged")}
STAGED_TAG = Table(
    "staged_tag",
    db.metadata,
    Column("batch_id", ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)
_OWN = ("code", "point", "own_code", "section", "tags")  # never set, or set in ways of their own


def written(what: str) -> list[str]:
    """The columns that an import may change in a row that stands already; the code never."""
    table = TABLES[what]
    named = [c.field for c in COLUMNS[what] if not c.extra and c.field not in _OWN and c.field in table.c]
    more = ["class_by"] if what == "entities" else []
    return list(dict.fromkeys([*named, *more, "section_id", "extra", "pinyin", "updated_at"]))


@dataclass(frozen=True, slots=True)
class Mark:
    """How a register stood at a moment: a later one that is the same proves that nothing has moved."""

    rows: int
    last: int
    moment: datetime | None
    held: int


def mark(agency: Agency, what: str) -> Mark:
    """How the register stands now."""
    table = TABLES[what]
    query = select(func.count(), func.max(table.c.id), func.max(table.c.updated_at))
    rows, last, moment = db.session.execute(query.where(table.c.agency_id == agency.id)).one()
    kept = held(agency.id).entities if what == "entities" else {}
    return Mark(rows, last or 0, moment, hash(frozenset(kept)))


def hold_register(agency: Agency, what: str) -> None:
    """Let nobody change a row of the register until the transaction ends."""
    hold(agency)
    table = TABLES[what]
    locked = select(table.c.id).where(table.c.agency_id == agency.id).with_for_update().subquery()
    db.session.execute(select(func.count()).select_from(locked))


def stage(batch: ImportBatch, rows: Iterable[Values], tagged: Mapping[int, Sequence[str]]) -> None:
    """Lay rows beside the register, with their tags by row number."""
    insert_rows(STAGED[batch.what], rows)
    names = {name for each in tagged.values() for name in each}
    if not names:
        return
    made = tags_named(batch.agency, TAGS_ON[batch.what], names)
    db.session.flush()
    ids = {tag.name: tag.id for tag in made}
    links = (
        {"batch_id": batch.id, "number": number, "tag_id": ids[name]}
        for number, each in tagged.items()
        for name in dict.fromkeys(each)
    )
    insert_rows(STAGED_TAG, links)


def carry_over(batch: ImportBatch, touched: Set[str] | None = None) -> None:
    """Put everything that was laid ready into the register. Raises IntegrityError where a code is taken.

    `touched`: the columns in which a row that stands already differs (None: any). Everybody who writes waits for
    this step: what is not needed is not done in it.
    """
    table, staged = TABLES[batch.what], STAGED[batch.what]
    with room_for_pages():
        mine = staged.c.batch_id == batch.id
        names = [column.name for column in table.c if column.name != "id"]
        new = select(*(staged.c[name] for name in names)).where(mine, staged.c.target_id.is_(None))
        db.session.execute(insert(table).from_select(names, new.order_by(staged.c.number)))
        _carry_tags_over(batch)
        if touched is not None and not touched:
            return
        columns = [name for name in written(batch.what) if touched is None or name in touched]
        said = {table.c[name]: staged.c[name] for name in columns}
        changed = update(table).values(said).where(mine, staged.c.target_id == table.c.id)
        db.session.execute(changed, execution_options={"synchronize_session": False})
        _carry_changed_tags_over(batch)


def _carry_tags_over(batch: ImportBatch) -> None:
    """The tags of the new rows; in the order in which they went in, for then the links come in order too."""
    links, table, staged = TAG_LINKS[batch.what], TABLES[batch.what], STAGED[batch.what]
    here = and_(table.c.agency_id == staged.c.agency_id, table.c.code == staged.c.code)
    found = staged.join(table, here).join(STAGED_TAG, _same_row(staged))
    mine = and_(staged.c.batch_id == batch.id, staged.c.target_id.is_(None))
    rows = select(table.c.id, STAGED_TAG.c.tag_id).select_from(found).where(mine).order_by(staged.c.number)
    db.session.execute(insert(links).from_select([links.c[0].name, "tag_id"], rows))


def _carry_changed_tags_over(batch: ImportBatch) -> None:
    """The tags of a row that stands already are what the file says, where it says any."""
    links, staged = TAG_LINKS[batch.what], STAGED[batch.what]
    mine = and_(staged.c.batch_id == batch.id, staged.c.target_id.is_not(None))
    said = select(staged.c.target_id, STAGED_TAG.c.tag_id).join(STAGED_TAG, _same_row(staged)).where(mine)
    gone = said.with_only_columns(staged.c.target_id)
    db.session.execute(delete(links).where(links.c[0].in_(gone)))
    db.session.execute(insert(links).from_select([links.c[0].name, "tag_id"], said))


def _same_row(staged: Table) -> ColumnElement[bool]:
    return and_(STAGED_TAG.c.batch_id == staged.c.batch_id, STAGED_TAG.c.number == staged.c.number)


def landed(batch: ImportBatch, after: int, until: int) -> Sequence[Any]:
    """Number, target, id, code, name, section of rows that were carried over, by number."""
    table, staged = TABLES[batch.what], STAGED[batch.what]
    here = and_(table.c.agency_id == staged.c.agency_id, table.c.code == staged.c.code)
    query = select(
        staged.c.number, staged.c.target_id, table.c.id, table.c.code, table.c.name, table.c.section_id
    ).join(table, here)
    numbers = staged.c.number.between(after + 1, until)
    return db.session.execute(query.where(staged.c.batch_id == batch.id, numbers)).all()


def staged_numbers(batch_id: int, what: str) -> Sequence[int]:
    """The numbers of the rows that were laid ready."""
    staged = STAGED[what]
    query = select(staged.c.number).where(staged.c.batch_id == batch_id).order_by(staged.c.number)
    return db.session.scalars(query).all()


def throw_away(batch_id: int, what: str) -> bool:
    """Take some of what was laid ready away; whether there was any."""
    for staged, piece in ((STAGED_TAG, TAGS_PIECE), (STAGED[what], PIECE)):
        some = select(staged.c.number).where(staged.c.batch_id == batch_id).order_by(staged.c.number)
        last = db.session.scalar(select(func.max(some.limit(piece).subquery().c.number)))
        if last is not None:
            these = and_(staged.c.batch_id == batch_id, staged.c.number <= last)
            db.session.execute(delete(staged).where(these))
            return True
    return False
