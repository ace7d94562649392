"""The parallel rows of the contract and sudden death, against a real server on both databases."""

import json
import socket
import threading
import time
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import original_path
from sjj.inspections.models import Inspection, ItemResult, Submission
from sjj.rules.submissions import content_sha256
from tests.live import Caller, LiveServer, at_once
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, make_record, picture
from tests.makers.registers import make_officer

pytestmark = pytest.mark.slow  # each starts a server of its own

THREADS, IDS = 8, 25
KILLS = 4


def signed_in(server: LiveServer, inspection: Inspection) -> Caller:
    """The first officer of the team, on the server, which is started; the test's own transaction is over."""
    username = make_officer_user(inspection.team[0].officer).username
    db.session.remove()
    return Caller(server.start()).sign_in(username)


def many_inspections(count: int) -> list[Inspection]:
    """Visits of one campaign for one team."""
    first = make_inspection()
    team = [member.officer for member in first.team]
    more = [make_inspection(campaign=first.campaign, officers=team) for _ in range(count - 1)]
    return [first, *more]


def test_eight_threads_with_the_same_25_records_store_each_once(app: Flask, live_server: LiveServer) -> None:
    inspections = many_inspections(IDS)
    records = {uuid4(): make_record(inspection) for inspection in inspections}
    officer = signed_in(live_server, inspections[0])

    def send_all() -> list[tuple[UUID, int, str]]:
        phone = officer.twin()
        replies = [(uid, phone.put(uid, record)) for uid, record in records.items()]
        return [(uid, reply.status, reply.json["code"]) for uid, reply in replies]

    answers = [answer for answers in at_once([send_all] * THREADS) for answer in answers]
    for uid in records:
        mine = sorted((status, code) for of, status, code in answers if of == uid)
        assert mine == [(200, "already_received")] * (THREADS - 1) + [(201, "received")]
    assert db.session.scalar(select(func.count()).select_from(Submission)) == IDS
    assert db.session.scalar(select(func.count()).select_from(ItemResult)) == IDS
    received = AuditEntry.action == "inspection.record_received"
    assert db.session.scalar(select(func.count()).select_from(AuditEntry).where(received)) == IDS


def test_of_eight_different_records_of_one_inspection_one_counts(app: Flask, live_server: LiveServer) -> None:
    inspection = make_inspection()
    records = {uuid4(): make_record(inspection, narrative=f"第{number}份") for number in range(THREADS)}
    officer = signed_in(live_server, inspection)
    phones = [officer.twin() for _ in records]
    replies = at_once(
        [
            lambda phone=phone, uid=uid, record=record: phone.put(uid, record)
            for phone, (uid, record) in zip(phones, records.items(), strict=True)
        ]
    )
    codes = sorted(reply.json["code"] for reply in replies)
    assert codes == ["already_submitted"] * (THREADS - 1) + ["received"]
    inspection = db.session.scalars(select(Inspection)).one()
    losers = [reply.json for reply in replies if reply.status == 409]
    assert {one["current"] for one in losers} == {str(inspection.revision)}
    assert all(one["kept"] for one in losers)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == THREADS


def test_one_id_with_eight_contents_is_stored_once(app: Flask, live_server: LiveServer) -> None:
    inspections = many_inspections(THREADS)
    uid, records = uuid4(), [make_record(inspection) for inspection in inspections]
    officer = signed_in(live_server, inspections[0])
    phones = [officer.twin() for _ in records]
    replies = at_once(
        [
            lambda phone=phone, record=record: phone.put(uid, record)
            for phone, record in zip(phones, records, strict=True)
        ]
    )
    assert sorted(reply.status for reply in replies) == [201] + [409] * (THREADS - 1)
    assert {reply.json["code"] for reply in replies} == {"received", "content_differs"}
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    assert db.session.scalar(select(func.count()).select_from(ItemResult)) == 1


def test_a_record_kept_aside_repeats_its_answer_in_parallel(app: Flask, live_server: LiveServer) -> None:
    inspection = make_inspection()
    outsider = make_officer_user(make_officer(inspection.agency)).username
    uid, record = uuid4(), make_record(inspection)
    db.session.remove()
    stranger = Caller(live_server.start()).sign_in(outsider)
    phones = [stranger.twin() for _ in range(THREADS)]
    replies = at_once([lambda phone=phone: phone.put(uid, record) for phone in phones])
    assert {reply.status for reply in replies} == {403}
    assert len({reply.body for reply in replies}) == 1
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def test_the_same_piece_from_eight_threads_is_appended_once(app: Flask, live_server: LiveServer) -> None:
    inspection = make_inspection()
    pictures = [picture(f"{number}", "PNG", (400, 300)) for number in range(6)]
    officer = signed_in(live_server, inspection)

    def send_all() -> set[int]:
        phone, statuses = officer.twin(), set()
        for data in pictures:
            name, half = _name(data), len(data) // 2
            for offset, piece in ((0, data[:half]), (half, data[half:])):
                statuses.add(phone.patch(name, offset, len(data), piece).status)
        return statuses

    statuses = set().union(*at_once([send_all] * THREADS))
    assert statuses <= {200, 201, 204, 409}
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == len(pictures)
    assert all(original_path(_name(data)).read_bytes() == data for data in pictures)


def _name(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_a_large_body_is_answered_and_not_cut_off(app: Flask, live_server: LiveServer) -> None:
    inspection = make_inspection()
    officer = signed_in(live_server, inspection)
    assert officer.put(uuid4(), b" " * 1_500_000).status == 413
    assert officer.put(uuid4(), b" " * 10_000_000).status == 413
    assert officer.patch("0" * 64, 0, 9_000_000, b"x" * 1_000_000).status == 413


@pytest.mark.parametrize("path", ["/field/files", "/account/password"])
def test_a_slow_sender_holds_nobody_up(app: Flask, live_server: LiveServer, path: str) -> None:
    inspection = make_inspection()
    record = make_record(inspection)
    officer = signed_in(live_server, inspection)
    with socket.create_connection(("127.0.0.1", live_server.port)) as slow:
        slow.sendall(officer.head("POST", path, 200_000) + b"--xx\r\n")
        with socket.create_connection(("127.0.0.1", live_server.port)) as slower:
            slower.sendall(officer.head("PATCH", f"/field/files/{'0' * 64}", 200_000) + b"a bit")
            time.sleep(0.5)
            assert officer.put(uuid4(), record).status == 201


def test_a_piece_cut_off_on_the_way_is_not_appended(app: Flask, live_server: LiveServer) -> None:
    inspection = make_inspection()
    data = picture("cut off", "PNG", (300, 200))
    officer = signed_in(live_server, inspection)
    with socket.create_connection(("127.0.0.1", live_server.port)) as cut:
        cut.sendall(officer.head("PATCH", f"/field/files/{_name(data)}", len(data)) + data[: len(data) // 2])
        time.sleep(0.3)
    time.sleep(0.3)
    assert officer.call("HEAD", f"/field/files/{_name(data)}").status == 404
    assert officer.patch(_name(data), 0, len(data), data).status == 201


@pytest.mark.slow
def test_after_kill_9_every_acknowledged_record_is_whole(app: Flask, live_server: LiveServer) -> None:
    inspections = many_inspections(60)
    records = {uuid4(): make_record(inspection) for inspection in inspections}
    photos = {f"{inspection.uid}现场" for inspection in inspections}
    username = make_officer_user(inspections[0].team[0].officer).username
    db.session.remove()
    live_server.start()
    acknowledged: dict[UUID, int] = {}
    here: set[str] = set()
    for kill in range(KILLS):
        officer = Caller(live_server).sign_in(username)
        senders = [
            threading.Thread(target=_send_until_cut, args=(officer.twin(), records, acknowledged)),
            threading.Thread(target=_upload_until_cut, args=(officer.twin(), photos, here)),
        ]
        for sender in senders:
            sender.start()
        time.sleep(0.25 + 0.11 * kill)
        live_server.kill()
        for sender in senders:
            sender.join()
        live_server.start()
    assert acknowledged, "nothing was acknowledged between the kills"
    _check_whole(records, acknowledged, here)
    officer = Caller(live_server).sign_in(username)
    assert {officer.put(uid, record).status for uid, record in records.items()} <= {200, 201}
    _check_whole(records, dict.fromkeys(records, 200), here)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == len(records)


def _send_until_cut(phone: Caller, records: dict[UUID, object], acknowledged: dict[UUID, int]) -> None:
    for uid, record in records.items():
        if uid not in acknowledged:
            try:
                reply = phone.put(uid, record)
            except (OSError, EOFError):
                return
            if reply.status in (200, 201):
                acknowledged[uid] = reply.status


def _upload_until_cut(phone: Caller, photos: set[str], here: set[str]) -> None:
    for words in sorted(photos - here):
        data = picture(words)
        try:
            reply = phone.patch(hash_of(words), 0, len(data), data)
        except (OSError, EOFError):
            return
        if reply.status in (200, 201):
            here.add(words)


def _check_whole(records: dict[UUID, object], acknowledged: dict[UUID, int], here: set[str]) -> None:
    db.session.remove()
    for submission in db.session.scalars(select(Submission)):
        inspection = submission.inspection
        assert json.loads(submission.content) == records[submission.uid]
        assert submission.content_sha256 == content_sha256(json.loads(submission.content))
        assert inspection.revision == submission.uid
        assert inspection.state.value == "awaiting_review"
        assert [row.result for row in inspection.results] == [inspection.result] == ["未发现问题"]
        assert len(submission.files) == 4
    stored = set(db.session.scalars(select(Submission.uid)))
    assert set(acknowledged) <= stored
    for words in here:
        row = db.session.get_one(StoredFile, hash_of(words))
        assert original_path(row.sha256).read_bytes() == picture(words)
    db.session.remove()
