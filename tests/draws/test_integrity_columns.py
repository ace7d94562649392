"""Every column of a draw, of a drawn object and of a change, edited with the database open, is found.

A new column is covered by itself: the test fails until `sjj check` finds an edit of it or it is named here with
the reason why it cannot matter.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Enum, Integer, String, Table, text, update
from sqlalchemy.exc import IntegrityError

from sjj.accounts.roles import Role
from sjj.database import UtcDateTime, db
from sjj.draws import integrity
from sjj.draws.changes_services import SUBSTITUTE, refuse
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.rules.lifecycle import ChangeState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import ASKED_AT, make_ask, make_change, to_visit
from tests.makers.draws import make_draw
from tests.makers.plans import by_class, make_campaign, make_register

pytestmark = pytest.mark.one_database
CANNOT_MATTER = {
    ("draw", "id"): "other rows point to it: the database refuses another one",
    ("draw", "revealed"): "only how far the room has been shown; what was drawn stands in the receipt",
    ("draw_change", "id"): "the log names it, so an edit shows as a request that vanished",
    ("drawn_object", "name"): "read beside the code; where the register says otherwise the page says so",
    ("drawn_object", "address"): "read beside the code; where the register says otherwise the page says so",
}
TABLES = (Draw.__table__, DrawnObject.__table__, DrawChange.__table__)
COLUMNS = [(table.name, column.name) for table in TABLES for column in table.columns]


def world() -> None:
    """A draw with every kind of change: a 递补, a substitution, one refused, one still waiting."""
    agency = make_agency()
    make_register(agency, entities=18, officers=8)
    campaign = make_campaign(agency, register=False, strata=by_class("34%", "34%", "34%"))
    draw = make_draw(campaign)
    make_change(draw, note="现场核实")
    make_change(draw, SUBSTITUTE, row=to_visit(draw)[1], at=ASKED_AT + timedelta(days=1))
    waits = make_ask(draw, row=to_visit(draw)[2], at=ASKED_AT + timedelta(days=2))
    refuse(waits, "材料不清", make_user(Role.APPROVER, agency=agency), ASKED_AT + timedelta(days=3))
    make_ask(draw, row=to_visit(draw)[3], at=ASKED_AT + timedelta(days=4))
    make_user(Role.OFFICE, agency=make_agency())
    make_register(make_agency(), entities=1)
    make_draw(make_campaign(agency, register=False), state=DrawState.VOIDED, at=ASKED_AT + timedelta(days=5))
    make_campaign(agency, register=False)
    db.session.commit()


def other(column: Column[Any], old: Any) -> Iterator[Any]:
    """Other values that fit the column."""
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        yield from [one for one in db.session.scalars(db.select(target)) if one != old]
        return
    if isinstance(column.type, Enum):
        yield from [one for one in column.type.enum_class if one != old]  # type: ignore[union-attr]
    elif isinstance(column.type, UtcDateTime | DateTime):
        yield (old or ASKED_AT) + timedelta(days=1)
    elif isinstance(column.type, Date):
        yield (old or date(2026, 3, 1)) + timedelta(days=1)
    elif isinstance(column.type, Boolean):
        yield not old
    elif isinstance(column.type, Integer):
        yield (old or 0) + 100
    elif isinstance(column.type, JSON):
        yield _other_json(old)
    elif isinstance(column.type, String):
        yield _other_text(old)


def _other_json(old: Any) -> Any:
    if isinstance(old, dict) and old:
        key, *rest = old
        return {**old, key: old[rest[0]]} if rest else {}
    if isinstance(old, list) and old:
        return list(reversed(old)) if list(reversed(old)) != old else old[:-1]
    return [["1"]]


def _other_text(old: str) -> str:
    return ("0" if old[:1] != "0" else "1") + old[1:]


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_edit_of_any_column_is_found(app: Flask, table: Table) -> None:
    world()
    assert integrity.faults() == []
    rows = [dict(row) for row in db.session.execute(db.select(table)).mappings()]
    unnoticed, untouched = [], []
    for column in table.columns:
        if (table.name, column.name) in CANNOT_MATTER:
            continue
        tried = [one for row in rows_worth_it(rows) for one in edits_of(table, column, row)]
        unnoticed += [f"{column.name}: {old!r} → {new!r}" for old, new, found in tried if found is False]
        if all(found is None for _, _, found in tried):
            untouched.append(column.name)
    assert not unnoticed
    assert not untouched, "no row could be edited here: nothing was proved"


def edits_of(table: Table, column: Column[Any], row: dict[str, Any]) -> list[tuple[Any, Any, bool | None]]:
    """(old, new, found) of the first two edits of a value that the database takes, and of those it refused."""
    old, tried, taken = row[column.name], [], 0
    for new in list(other(column, old)):
        found = edit_is_found(table, column, row, new)
        tried.append((old, new, found))
        taken += found is not None
        if taken == 2:
            break
    return tried


def rows_worth_it(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All rows, but of the drawn objects only those that a change touched and one more."""
    return [row for row in rows if row.get("place", 1) in (1, 2, 3, len(rows))]


def edit_is_found(table: Table, column: Column[Any], row: dict[str, Any], new: Any) -> bool | None:
    """Edit one value, look, and undo it; None where the database itself refuses the edit."""
    where = [key == row[key.name] for key in table.primary_key.columns]
    savepoint = db.session.begin_nested()
    try:
        db.session.execute(update(table).where(*where).values({column: new}))
        db.session.expire_all()
        return bool(integrity.faults())
    except IntegrityError:
        return None
    finally:
        savepoint.rollback()
        db.session.expire_all()


def test_every_exception_names_a_column_that_exists() -> None:
    assert set(CANNOT_MATTER) <= set(COLUMNS)
    assert all(len(reason) > 20 for reason in CANNOT_MATTER.values())


@pytest.mark.parametrize("table", ["draw_change", "drawn_object"])
def test_a_row_that_vanished_is_found(app: Flask, table: str) -> None:
    world()
    where = "state = 'change_asked'" if table == "draw_change" else "place = 1"
    db.session.execute(text(f"DELETE FROM {table} WHERE {where}"))
    db.session.commit()
    assert integrity.faults()


def test_a_change_that_nobody_asked_for_is_found(app: Flask) -> None:
    world()
    change = db.session.query(DrawChange).filter_by(state=ChangeState.ASKED).one()
    values = {c.name: getattr(change, c.name) for c in DrawChange.__table__.columns if c.name != "id"}
    db.session.add(DrawChange(**{**values, "code": "91130227MA00000000"}))
    db.session.commit()
    assert [fault for fault in integrity.faults() if "在操作日志中没有" in fault]


def test_a_later_moment_than_the_log_tells_is_found(app: Flask) -> None:
    world()
    change = db.session.query(DrawChange).filter_by(number=1).one()
    assert isinstance(change.asked_at, datetime)
    change.asked_at += timedelta(minutes=1)
    db.session.commit()
    assert integrity.faults()
