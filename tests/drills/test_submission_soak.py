"""Eight phones send records and photos while the server is killed again and again: nothing is lost or doubled.

SJJ_SOAK_POINTS says how many records each phone sends (60).
"""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import original_path
from sjj.inspections.models import Inspection, ItemResult, Submission
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import content_sha256
from tests.live import Caller, LiveServer, Reply
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, make_record, picture

PHONES, KILLS = 8, 6
POINTS = int(os.environ.get("SJJ_SOAK_POINTS", "60"))
GIVE_UP = 600.0

pytestmark = pytest.mark.soak
Outbox = dict[UUID, dict[str, Any]]


def make_outboxes() -> tuple[str, list[Outbox]]:
    """The records of one officer's visits, shared out among the phones, and the officer's account."""
    first = make_inspection()
    team = [member.officer for member in first.team]
    more = [make_inspection(campaign=first.campaign, officers=team) for _ in range(PHONES * POINTS - 1)]
    records = [(uuid4(), make_record(inspection)) for inspection in (first, *more)]
    return make_officer_user(team[0]).username, [dict(records[n::PHONES]) for n in range(PHONES)]


def photo_of(record: dict[str, Any]) -> bytes:
    """The photo that the record names."""
    data = picture(words := f"{record['inspection']}现场")
    assert [one["sha256"] for one in record["photos"]] == [hash_of(words)]
    return data


def until_answered(call: Callable[[], Reply], end: float) -> Reply:
    """Repeat a call until the server lives long enough to answer it."""
    while time.monotonic() < end:
        try:
            return call()
        except (OSError, HTTPException):
            time.sleep(0.05)
    raise AssertionError("the server never answered")


def send_all(phone: Caller, outbox: Outbox, acknowledged: set[UUID], end: float) -> None:
    """Send each photo and then its record, as a phone does: again until it is acknowledged."""
    for uid, record in outbox.items():
        data, name = photo_of(record), record["photos"][0]["sha256"]
        photo = until_answered(partial(phone.patch, name, 0, len(data), data), end)
        assert photo.status in (200, 201), photo.body
        reply = until_answered(partial(phone.put, uid, record), end)
        assert reply.status in (200, 201), reply.body
        acknowledged.add(uid)


def test_every_acknowledged_record_is_there_once_and_whole(app: Flask, live_server: LiveServer) -> None:
    username, outboxes = make_outboxes()
    records = {uid: record for outbox in outboxes for uid, record in outbox.items()}
    db.session.remove()
    officer = Caller(live_server.start()).sign_in(username)
    acknowledged: set[UUID] = set()
    end = time.monotonic() + GIVE_UP
    with ThreadPoolExecutor(PHONES) as pool:
        sending = [pool.submit(send_all, officer.twin(), outbox, acknowledged, end) for outbox in outboxes]
        for kill in range(1, KILLS + 1):
            while len(acknowledged) < len(records) * kill // (KILLS + 1) and not any(
                one.done() and one.exception() for one in sending
            ):
                time.sleep(0.005)
            known = set(acknowledged)
            live_server.kill()
            check_whole(records, known)
            live_server.start()
        for one in sending:
            one.result()
    assert acknowledged == set(records)
    check_whole(records, acknowledged)
    assert {officer.put(uid, record).status for uid, record in records.items()} == {200}
    check_whole(records, acknowledged)


def check_whole(records: Outbox, acknowledged: set[UUID]) -> None:
    """What was acknowledged is there; whatever is there is there once, complete, its bytes unchanged."""
    stored = db.session.scalars(select(Submission)).all()
    assert acknowledged <= {one.uid for one in stored}
    for one in stored:
        record, inspection = records[one.uid], one.inspection
        assert json.loads(one.content) == record
        assert one.content_sha256 == content_sha256(record)
        assert (inspection.revision, inspection.state) == (one.uid, ResultState.AWAITING_REVIEW)
        assert [row.result for row in inspection.results] == [inspection.result]
        assert len(one.files) == 1 + len(record["signatures"])
        data = photo_of(record)
        assert db.session.get_one(StoredFile, record["photos"][0]["sha256"]).size == len(data)
        assert original_path(record["photos"][0]["sha256"]).read_bytes() == data
    received = AuditEntry.action == "inspection.record_received"
    begun = Inspection.state == ResultState.AWAITING_REVIEW
    for table, condition in ((ItemResult, True), (AuditEntry, received), (Inspection, begun)):
        count = select(func.count()).select_from(table)
        assert db.session.scalar(count.where(condition) if condition is not True else count) == len(stored)
    db.session.remove()
