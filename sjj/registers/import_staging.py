"""Rows made ready beside the register, and the one short step that puts all of them into it.

A hundred thousand rows are prepared in pieces, each a short transaction, where no list shows them. Then a few
statements carry them over, within a moment and all or nothing. Never commits: the caller does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
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
from sjj.registers.bulk import insert_rows
from sjj.registers.codes import hold
from sjj.registers.holds import held
from sjj.registers.import_columns import COLUMNS
from sjj.registers.import_judging import TABLES, TAG_LINKS, TAGS_ON, Values
from sjj.registers.import_models import ImportBatch
from sjj.registers.tags import tags_named

PIECE = 10_000  # staged rows thrown away in one statement


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
    return [*named, "section_id", "extra", "pinyin", "updated_at"]


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


def carry_over(batch: ImportBatch) -> None:
    """Put everything that was laid ready into the register. Raises IntegrityError where a code is taken."""
    table, staged = TABLES[batch.what], STAGED[batch.what]
    mine = staged.c.batch_id == batch.id
    names = [column.name for column in table.c if column.name != "id"]
    new = select(*(staged.c[name] for name in names)).where(mine, staged.c.target_id.is_(None))
    db.session.execute(insert(table).from_select(names, new.order_by(staged.c.number)))
    said = {table.c[name]: staged.c[name] for name in written(batch.what)}
    changed = update(table).values(said).where(mine, staged.c.target_id == table.c.id)
    db.session.execute(changed, execution_options={"synchronize_session": False})
    _carry_tags_over(batch)


def _carry_tags_over(batch: ImportBatch) -> None:
    """The tags of a row are what the file says, where it says any."""
    links, table, staged = TAG_LINKS[batch.what], TABLES[batch.what], STAGED[batch.what]
    owner = links.c[0]
    same = and_(STAGED_TAG.c.batch_id == staged.c.batch_id, STAGED_TAG.c.number == staged.c.number)
    mine = STAGED_TAG.c.batch_id == batch.id
    said = select(staged.c.target_id).join(STAGED_TAG, same).where(mine, staged.c.target_id.is_not(None))
    db.session.execute(delete(links).where(owner.in_(said)))
    here = and_(table.c.agency_id == staged.c.agency_id, table.c.code == staged.c.code)
    rows = select(table.c.id, STAGED_TAG.c.tag_id).select_from(
        STAGED_TAG.join(staged, same).join(table, here)
    )
    db.session.execute(insert(links).from_select([owner.name, "tag_id"], rows.where(mine)))


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
    for staged in (STAGED_TAG, STAGED[what]):
        some = select(staged.c.number).where(staged.c.batch_id == batch_id).order_by(staged.c.number)
        last = db.session.scalar(select(func.max(some.limit(PIECE).subquery().c.number)))
        if last is not None:
            these = and_(staged.c.batch_id == batch_id, staged.c.number <= last)
            db.session.execute(delete(staged).where(these))
            return True
    return False
