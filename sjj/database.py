"""The database: one session, one commit place, the same models on SQLite and PostgreSQL.

Imports nothing from sjj. Refuses naive times. SQLite is opened so that two writers can never lose an
update: a request or command that may write begins with BEGIN IMMEDIATE, and every commit reaches the disk
before anybody is told so (synchronous=FULL).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from flask import g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, Select, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_TIMEOUT_MS = 5000
PATIENCE, PHONES_PATIENCE = BUSY_TIMEOUT_MS / 1000, 2.0  # seconds: a program asks again by itself
LOOK_AGAIN = 0.11  # a writer that SQLite keeps waiting looks again every tenth of a second
HELD_ENOUGH = 0.15

Row = TypeVar("Row")

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model is made from."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC. A naive time is refused: nobody could say which moment it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> Enum:
    """A column type that holds one value of a StrEnum, as its text."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda e: [m.value for m in e],
    )


def commit() -> None:
    """The single commit place: views and commands call it, once, when everything belongs together."""
    db.session.commit()


def let_go() -> None:
    """End a transaction that has only read: nobody shall wait for a write lock while a slow body comes in."""
    db.session.rollback()


def may_write(patience: float = PATIENCE) -> None:
    """From here on this request may change something: it was let in. Until then it keeps no writer waiting.

    `patience`: how many seconds it waits for its own turn before it is told to come back later.
    """
    g.may_write, g.patience = True, patience


_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """What is done in here only looks, also in a request or command that will write later: SQLite's one
    writer is not kept waiting for it. The transaction ends with the block, so that what is written afterwards
    is judged by what stands then.
    """
    if _is_reading():
        yield
        return
    token = _only_reading.set(True)
    try:
        yield
    finally:
        _only_reading.reset(token)
        let_go()


_giving_way: ContextVar[bool] = ContextVar("giving_way", default=False)


@contextmanager
def giving_way() -> Iterator[None]:
    """Long work in pieces: between its pieces the writers of other processes get their turn.

    SQLite has no queue among processes: who waits only looks again from time to time, and never finds the door
    open where the next piece takes the lock as soon as the last has let it go.
    """
    token = _giving_way.set(True)
    try:
        yield
    finally:
        _giving_way.reset(token)


@contextmanager
def separately(patience: float = PATIENCE) -> Iterator[Connection]:
    """A short transaction of its own, for a mark that must stand even when the page only reads."""
    with db.engine.begin() as connection:
        _be_patient(connection, patience)
        yield connection


def _be_patient(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA busy_timeout={max(1, int(seconds * 1000))}")


def is_busy(error: OperationalError) -> bool:
    """Whether the database only asks to come back later (SQLite's write lock was held too long)."""
    return "database is locked" in str(error.orig)


def prepare_sqlite(engine: Engine) -> None:
    """Set up each SQLite connection and how its transactions begin; other databases need nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    turns = _Turns()
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "checkin", turns.end)


def _set_pragmas(connection: DBAPIConnection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Turns:
    """The writers of this process, one after the other.

    SQLite lets only one write and makes the others look again after ever longer naps: under load some of them
    find the door shut each time. Here they queue; other processes still meet them at SQLite's own lock.
    """

    def __init__(self) -> None:
        self._queue = Lock()
        self._held, self._freed = 0.0, monotonic()  # since others last had a gap; when it was let go

    def begin(self, connection: Connection) -> None:
        """Begin a transaction, to read or to write."""
        if _is_reading():
            connection.exec_driver_sql("BEGIN")
            return
        if _giving_way.get():
            self._leave_a_gap()
        until = monotonic() + (g.get("patience", PATIENCE) if has_request_context() else PATIENCE)
        if "turn" not in connection.info and self._queue.acquire(timeout=until - monotonic()):
            connection.info["turn"] = True
        _be_patient(connection, until - monotonic())
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.info["since"] = monotonic()

    def end(self, _connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        """The connection is done with: the next writer may come."""
        since = record.info.pop("since", None)
        if since is not None:
            self._freed = monotonic()
            self._held += self._freed - since
        if record.info.pop("turn", False):
            self._queue.release()

    def _leave_a_gap(self) -> None:
        gap = monotonic() - self._freed
        if gap < LOOK_AGAIN:
            if self._held < HELD_ENOUGH:
                return
            sleep(LOOK_AGAIN - gap)
        self._held = 0.0


def _is_reading() -> bool:
    return _only_reading.get() or (has_request_context() and not g.get("may_write", False))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list: its rows and where it stands in the whole."""

    items: list[Row]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


def paged(query: Select[tuple[Row]], page: int, per_page: int = 20) -> Page[Row]:
    """Run a select of one entity for one page (from 1); a page out of range shows the nearest one."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    page = min(max(1, page), last)
    rows = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return Page(list(rows), total, page, per_page)
