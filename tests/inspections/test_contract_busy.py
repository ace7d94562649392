"""Phones while something large is being written: told to come back within seconds, never an error, never doubled."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from sjj.accounts.models import LoginSession
from sjj.database import commit, db, only_reading
from sjj.inspections.models import Submission
from tests.live import Caller, LiveServer
from tests.makers.inspections import make_inspection, make_officer_user, make_record

pytestmark = [
    pytest.mark.slow,  # starts a server
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # others lock rows, not the whole
]


@contextmanager
def another_writer(folder: Path) -> Iterator[None]:
    """Another process's large step: SQLite's one lock is taken until it is through."""
    with closing(sqlite3.connect(folder / "sjj.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def stored() -> int:
    """How many records there are; the test itself holds nothing."""
    with only_reading():
        return db.session.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_record_that_meets_the_lock_is_told_to_come_back_and_goes_in_then(
    app: Flask, live_server: LiveServer, tmp_path: Path
) -> None:
    inspection = make_inspection()
    record, uid = make_record(inspection), uuid4()
    username = make_officer_user(inspection.team[0].officer).username
    db.session.remove()
    phone = Caller(live_server.start()).sign_in(username)
    some_time_ago = datetime.now(UTC) - timedelta(minutes=10)
    db.session.execute(update(LoginSession).values(last_seen_at=some_time_ago))
    commit()  # so that each request would like to mark the session as seen
    with another_writer(tmp_path):
        began = time.monotonic()
        answer = phone.put(uid, record)
        waited = time.monotonic() - began
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert (answer.status, answer.json, headers.get("retry-after")) == (503, {"code": "busy"}, "3")
        assert waited < 5.0
        assert phone.get("/field/ping").json["user"] == username  # who only reads waits for nobody
        assert phone.get("/field/").status == 200
        page = phone.post("/sign-out", {}, phone.csrf)
        assert (page.status, "系统正忙" in page.body.decode()) == (503, True)
    assert stored() == 0
    assert [phone.put(uid, record).status for _ in range(2)] == [201, 200]
    assert stored() == 1
