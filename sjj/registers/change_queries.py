"""Finding the changes of registers: of one object, and of a period within what a person may see. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.change_words import INTERNAL, KINDS, REGISTERS, SOURCES
from sjj.registers.scope import READ
from sjj.registers.upkeep_models import RegisterChange
from sjj.web import SHANGHAI

PIECE = 2000  # rows in memory at once while a whole report is written


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are asked for; both days counted."""

    agency_id: int
    since: date
    until: date
    register: str = ""
    kind: str = ""
    section_id: int = 0
    source: str = ""
    words: str = ""
    outside: bool = False  # without changes that are internal through and through


def changes_of(register: str, subject_id: int, most: int) -> list[RegisterChange]:
    """The newest changes of one object."""
    query = (
        select(RegisterChange)
        .where(RegisterChange.register == register, RegisterChange.subject_id == subject_id)
        .order_by(RegisterChange.at.desc(), RegisterChange.id.desc())
        .options(joinedload(RegisterChange.by))
    )
    return list(db.session.scalars(query.limit(most)))


def matching(user: User, wanted: ChangeFilter) -> Select[tuple[RegisterChange]]:
    """The changes that fit, in no order yet."""
    query = select(RegisterChange).where(
        within(RegisterChange.agency_id, user, READ),
        RegisterChange.agency_id == wanted.agency_id,
        RegisterChange.at >= _midnight(wanted.since),
        RegisterChange.at < _midnight(wanted.until + timedelta(days=1)),
    )
    if wanted.register in REGISTERS:
        query = query.where(RegisterChange.register == wanted.register)
    if wanted.kind in KINDS:
        query = query.where(RegisterChange.kind == wanted.kind)
    if wanted.source in SOURCES:
        query = query.where(RegisterChange.source == wanted.source)
    if wanted.section_id:
        query = query.where(RegisterChange.section_id == wanted.section_id)
    if wanted.outside:
        query = query.where(~_is_only_internal())
    if wanted.words:
        name, code = RegisterChange.name, RegisterChange.code
        query = query.where(
            or_(*(column.icontains(wanted.words, autoescape=True) for column in (name, code)))
        )
    return query


def changes(user: User, wanted: ChangeFilter, page: int, per_page: int) -> Page[RegisterChange]:
    """One page, by register, the oldest first."""
    query = matching(user, wanted).options(joinedload(RegisterChange.by))
    return paged(query.order_by(*_ORDER), page, per_page)


def every_change(user: User, wanted: ChangeFilter) -> Iterator[RegisterChange]:
    """All of them in the same order, a piece at a time."""
    query = matching(user, wanted).order_by(*_ORDER).execution_options(yield_per=PIECE)
    yield from db.session.scalars(query)


def counts(user: User, wanted: ChangeFilter) -> dict[tuple[str, str], int]:
    """{(register, kind): how many}."""
    found = matching(user, wanted).with_only_columns(
        RegisterChange.register, RegisterChange.kind, func.count(), maintain_column_froms=True
    )
    rows = db.session.execute(found.group_by(RegisterChange.register, RegisterChange.kind))
    return {(register, kind): number for register, kind, number in rows}


def _is_only_internal() -> ColumnElement[bool]:
    """In SQL: a change of fields of which none may be told outside. Either database unfolds JSON in its own way."""
    if db.engine.dialect.name == "sqlite":
        key = func.json_each(RegisterChange.changes).table_valued("key").c.key
    else:
        key = func.json_object_keys(RegisterChange.changes).column_valued("key")
    internal = or_(*(key.startswith(start) for start in INTERNAL))
    others = select(key).where(~internal).correlate(RegisterChange).exists()
    return and_(RegisterChange.kind == "changed", ~others)


_ORDER = (RegisterChange.register, RegisterChange.at, RegisterChange.id)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
