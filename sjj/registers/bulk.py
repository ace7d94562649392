"""Inserting tens of thousands of rows at once, in the caller's transaction. Never commits.

The same statement and the same column types as SQLAlchemy's own insert, but each row is turned into
parameters once: on 20,000 rows that is the greater part of the time. Every row must name the same columns.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert

from sjj.database import db

ROOM_KB = 48 * 1024
PIECE = 1000  # small enough that the memory of one piece is used again for the next


@contextmanager
def collector_resting() -> Iterator[None]:
    """Let the collector of cycles rest: fresh rows by the thousand would send it through the whole app again
    and again, and none of them is in a cycle. With two at once it may wake early, never stay asleep."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()


@contextmanager
def room_for_pages() -> Iterator[None]:
    """Let SQLite keep the pages of a large change in memory: written out again and again they take half as long
    once more. The room is given back with the block."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{ROOM_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={before}")


def insert_rows(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows; all of them carry the columns of the first. They are taken a thousand at a time."""
    rows = iter(rows)
    piece = list(islice(rows, PIECE))
    if not piece:
        return
    connection = db.session.connection()
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(piece[0]))
    statement = str(compiled)
    order = compiled.positiontup if compiled.positional else None  # type: ignore[attr-defined]
    processors = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in piece[0]
    ]
    to_process = [(name, process) for name, process in processors if process is not None]
    while piece:
        for name, process in to_process:
            _process(piece, name, process)
        parameters: Any = piece if order is None else [tuple([row[name] for name in order]) for row in piece]
        connection.exec_driver_sql(statement, parameters)
        piece = list(islice(rows, PIECE))


def _process(piece: list[dict[str, Any]], name: str, process: Callable[[Any], Any]) -> None:
    """Turn one column's values into parameters; a value that is the one above it is not turned again."""
    last: Any = piece  # no value of a row
    done: Any = None
    for row in piece:
        value = row[name]
        if value is not last:
            last, done = value, process(value)
        row[name] = done
