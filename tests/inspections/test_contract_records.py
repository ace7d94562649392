"""PUT and GET /field/submissions/<uuid>: one test for each row of field.md §3, in its order."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.store import keep
from sjj.inspections.models import Inspection, Submission
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import ResultState
from tests.makers.accounts import make_user
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, make_record, picture, sign
from tests.makers.registers import make_entity, make_officer
from tests.phone import Phone

NAMED = ("甲", "乙", "被", "现场")


@pytest.fixture
def inspection(app: Flask) -> Inspection:
    """A visit that is to be made."""
    return make_inspection()


@pytest.fixture
def phone(app: Flask, inspection: Inspection) -> Phone:
    """The phone of the team's first officer."""
    return Phone(app, make_officer_user(inspection.team[0].officer))


@pytest.fixture
def colleague(app: Flask, inspection: Inspection) -> Phone:
    """The phone of the team's second officer."""
    return Phone(app, make_officer_user(inspection.team[1].officer))


@pytest.fixture
def stranger(app: Flask, inspection: Inspection) -> Phone:
    """The phone of an officer of the same agency who is not in the team."""
    return Phone(app, make_officer_user(make_officer(inspection.agency)))


def stored() -> int:
    """How many records there are."""
    return db.session.scalar(select(func.count()).select_from(Submission)) or 0


def expect(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Check an answer; its body."""
    body: dict[str, Any] = answer.get_json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body


def named(inspection: Inspection) -> list[str]:
    """The hashes that a made record names, sorted."""
    return sorted(hash_of(f"{inspection.uid}{mark}") for mark in NAMED)


def test_signed_out_is_told_before_anything_else(app: Flask, inspection: Inspection) -> None:
    expect(Phone(app).put(uuid4(), b"x" * 2_000_000), 401, "signed_out")
    expect(Phone(app).state(uuid4()), 401, "signed_out")


def test_a_missing_or_bad_token_is_told_before_the_user(phone: Phone, inspection: Inspection) -> None:
    for token in ("", "nonsense"):
        expect(phone.put(uuid4(), {}, X_CSRFToken=token, X_Field_User="x"), 403, "csrf")
    assert stored() == 0


@pytest.mark.parametrize("name", ["", "zf-somebody-else"], ids=["left out", "a colleague"])
def test_a_session_of_somebody_else_keeps_nothing(phone: Phone, inspection: Inspection, name: str) -> None:
    expect(phone.put(uuid4(), make_record(inspection), X_Field_User=name), 403, "other_user")
    expect(phone.put(uuid4(), b"x" * 2_000_000, X_Field_User=name), 403, "other_user")
    assert stored() == 0


def test_a_password_that_must_change_first_is_json_too(app: Flask, inspection: Inspection) -> None:
    user = make_officer_user(inspection.team[0].officer)
    phone = Phone(app, user)
    user.must_change_password = True
    db.session.commit()
    expect(phone.put(uuid4(), make_record(inspection)), 403, "password_must_change")


def test_a_body_over_one_mebibyte_is_too_large(phone: Phone) -> None:
    expect(phone.put(uuid4(), b" " * 1_048_577), 413, "too_large")
    expect(phone.put(uuid4(), b" " * 40_000_000), 413, "too_large")
    expect(phone.put(uuid4(), b" " * 1_048_576), 422, "invalid")


def test_more_than_sixty_photos_are_too_large(phone: Phone, inspection: Inspection) -> None:
    def with_photos(count: int) -> dict[str, Any]:
        photos = [{"sha256": f"{number:064x}"} for number in range(count)]
        return make_record(inspection, photos=photos, answers=[])

    expect(phone.put(uuid4(), with_photos(61)), 413, "too_large")
    twin = b'{"inspection": 1, "inspection": 2, ' + json.dumps(with_photos(61)).encode()[1:]
    expect(phone.put(uuid4(), twin), 413, "too_large")
    expect(phone.put(uuid4(), with_photos(60)), 422, "invalid")  # nothing is answered


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b'{"inspection": NaN}',
        b'{"inspection": "a", "inspection": "b"}',
        b'{"present": {"name": "a", "name": "b"}}',
        b'{"inspection": "not a uuid"}',
        b'{"inspection": 7}',
        b'{"inspection": null}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_what_is_no_record_is_invalid(phone: Phone, body: bytes) -> None:
    assert expect(phone.put(uuid4(), body), 422, "invalid")["problems"]
    assert stored() == 0


def test_the_same_content_again_is_already_received(phone: Phone, inspection: Inspection) -> None:
    uid, record = uuid4(), make_record(inspection)
    expect(phone.put(uid, record), 201, "received")
    again = dict(reversed(record.items())) | {"device_now": "2026-03-05T11:00:00+08:00"}
    for _ in range(3):
        body = expect(phone.put(uid, again), 200, "already_received")
        assert body["missing_files"] == named(inspection)
        assert "kept" not in body
    assert stored() == 1
    assert "10:11:02" in db.session.get_one(Submission, uid).content


def test_the_same_id_with_other_content_reveals_and_changes_nothing(
    phone: Phone, inspection: Inspection
) -> None:
    uid, record = uuid4(), make_record(inspection)
    phone.put(uid, record)
    before = db.session.get_one(Submission, uid).content
    answer = phone.put(uid, record | {"narrative": "另一种说法"})
    assert expect(answer, 409, "content_differs") == {"code": "content_differs"}
    db.session.expire_all()
    assert db.session.get_one(Submission, uid).content == before


def test_the_same_id_of_another_officer_differs_even_with_the_same_content(
    phone: Phone, colleague: Phone, inspection: Inspection
) -> None:
    uid, record = uuid4(), make_record(inspection)
    phone.put(uid, record)
    assert expect(colleague.put(uid, record), 409, "content_differs") == {"code": "content_differs"}
    assert stored() == 1


def test_an_inspection_that_does_not_exist_is_unknown(phone: Phone, inspection: Inspection) -> None:
    expect(
        phone.put(uuid4(), make_record(inspection) | {"inspection": str(uuid4())}), 404, "unknown_inspection"
    )
    assert stored() == 0


def test_an_officer_outside_the_team_is_kept_aside(stranger: Phone, inspection: Inspection) -> None:
    uid, record = uuid4(), make_record(inspection)
    first = expect(stranger.put(uid, record), 403, "not_assigned")
    assert first == {"code": "not_assigned", "kept": True, "missing_files": named(inspection)}
    assert expect(stranger.put(uid, record), 403, "not_assigned") == first
    assert stored() == 1
    assert stranger.state(uid).get_json()["state"] == "kept_aside"
    db.session.refresh(inspection)
    assert inspection.revision is None


def test_an_officer_who_has_left_the_team_is_kept_aside(phone: Phone, inspection: Inspection) -> None:
    record = make_record(inspection)
    inspection.team[0].left_at = inspection.campaign.created_at
    db.session.commit()
    assert expect(phone.put(uuid4(), record), 403, "not_assigned")["kept"] is True


def test_somebody_who_is_no_officer_is_kept_aside(app: Flask, inspection: Inspection) -> None:
    nobody = Phone(app, make_user(agency=inspection.agency))
    assert expect(nobody.put(uuid4(), make_record(inspection)), 403, "not_assigned")["kept"] is True


def test_what_is_kept_aside_may_be_wrong_in_form(stranger: Phone, inspection: Inspection) -> None:
    uid = uuid4()
    wild = {
        "inspection": str(inspection.uid),
        "revises": 7,
        "photos": "?",
        "answers": [1],
        "form_version": [],
    }
    assert expect(stranger.put(uid, wild), 403, "not_assigned")["missing_files"] == []
    assert json.loads(db.session.get_one(Submission, uid).content) == wild


@pytest.mark.parametrize(
    "state",
    [ResultState.AWAITING_PUBLICATION, ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN],
    ids=lambda state: state.label,
)
def test_an_approved_or_withdrawn_inspection_is_closed(app: Flask, state: ResultState) -> None:
    inspection = make_inspection(state=state)
    phone = Phone(app, make_officer_user(inspection.team[0].officer))
    before, uid = inspection.revision, uuid4()
    body = expect(phone.put(uid, {"inspection": str(inspection.uid)}), 409, "closed")
    assert body == {"code": "closed", "kept": True, "missing_files": []}
    expect(phone.put(uid, {"inspection": str(inspection.uid)}), 409, "closed")
    db.session.refresh(inspection)
    assert (inspection.revision, inspection.state) == (before, state)


def test_an_invalid_record_names_every_problem_and_leaves_the_id_free(
    phone: Phone, inspection: Inspection
) -> None:
    uid, good = uuid4(), make_record(inspection)
    wrong = good | {
        "outcome": "somehow",
        "extra": 1,
        "answers": [good["answers"][0] | {"value": "fine"}, {"point": "nowhere", "value": "ok"}],
        "results": [{"item": good["results"][0]["item"], "result": "好"}],
        "form_version": "0" * 64,
        "ended_at": "2026-03-05T10:10:40",
    }
    del wrong["started_at"]
    problems = expect(phone.put(uid, wrong), 422, "invalid")["problems"]
    paths = {problem["path"] for problem in problems}
    assert {
        "/outcome",
        "/extra",
        "/answers/0/value",
        "/answers/1/point",
        "/results/0/result",
        "/form_version",
        "/started_at",
        "/ended_at",
    } <= paths
    assert all(problem["problem"] for problem in problems)
    assert stored() == 0
    assert phone.state(uid).status_code == 404
    expect(phone.put(uid, good), 201, "received")


def test_a_second_first_record_is_already_submitted(
    phone: Phone, colleague: Phone, inspection: Inspection
) -> None:
    first, second = uuid4(), uuid4()
    phone.put(first, make_record(inspection))
    mine = make_record(inspection, narrative="另一份")
    body = expect(colleague.put(second, mine), 409, "already_submitted")
    assert body["kept"] is True
    assert body["current"] == str(first)
    assert body["missing_files"] == named(inspection)
    assert expect(colleague.put(second, mine), 409, "already_submitted") == body
    assert colleague.state(second).get_json()["state"] == "kept_aside"
    assert phone.state(first).get_json()["state"] == "receiving"


def test_a_revision_of_what_is_not_current_is_outdated(
    phone: Phone, colleague: Phone, inspection: Inspection
) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    expect(phone.put(uuid4(), make_record(inspection, revises=uuid4())), 409, "outdated")
    expect(phone.put(first, make_record(inspection)), 201, "received")
    expect(colleague.put(second, make_record(inspection, revises=first)), 201, "received")
    late = make_record(inspection, revises=first, narrative="晚到的更正")
    body = expect(phone.put(third, late), 409, "outdated")
    assert (body["kept"], body["current"]) == (True, str(second))
    expect(phone.put(uuid4(), make_record(inspection, revises=second)), 201, "received")
    assert expect(phone.put(third, late), 409, "outdated") == body, "the first answer is repeated"


def test_a_new_and_valid_record_is_received(phone: Phone, inspection: Inspection) -> None:
    uid, record = uuid4(), make_record(inspection)
    assert expect(phone.put(uid, record), 201, "received")["missing_files"] == named(inspection)
    db.session.refresh(inspection)
    assert inspection.revision == uid
    assert inspection.state is ResultState.AWAITING_REVIEW
    assert (inspection.outcome, str(inspection.ended_on)) == ("inspected", "2026-03-05")
    assert [row.result for row in inspection.results] == [inspection.result] == ["未发现问题"]
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "inspection.record_received")
    ).all()
    assert [entry.subject_id for entry in told] == [str(inspection.id)]


def test_a_revision_supersedes_and_its_results_replace(phone: Phone, inspection: Inspection) -> None:
    first, second = uuid4(), uuid4()
    phone.put(first, make_record(inspection))
    item = inspection.campaign.items[0].item.code
    found = [{"item": item, "result": "发现问题已责令改正", "note": "台账缺页"}]
    expect(phone.put(second, make_record(inspection, revises=first, results=found)), 201, "received")
    assert phone.state(first).get_json()["state"] == "superseded"
    assert phone.state(first).get_json()["revision"] == str(second)
    db.session.expire_all()
    assert [(row.result, row.note) for row in inspection.results] == [("发现问题已责令改正", "台账缺页")]
    assert inspection.result == "发现问题已责令改正"


def test_a_record_sent_back_takes_a_revision(app: Flask) -> None:
    inspection = make_inspection(state=ResultState.SENT_BACK)
    phone = Phone(app, make_officer_user(inspection.team[1].officer))
    expect(phone.put(uuid4(), make_record(inspection)), 409, "already_submitted")
    expect(phone.put(uuid4(), make_record(inspection, revises=inspection.revision)), 201, "received")
    db.session.refresh(inspection)
    assert inspection.state is ResultState.AWAITING_REVIEW


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        ("moved", "通过登记的住所（经营场所）无法联系"),
        ("closed", "未发现开展本次抽查涉及的经营活动"),
        ("refused", ""),
    ],
)
def test_a_visit_that_could_not_be_made_is_received(
    phone: Phone, inspection: Inspection, outcome: str, result: str
) -> None:
    short = dict.fromkeys(("answers", "results", "present", "checkin"), "")
    witness = [{"role": "witness", "name": "王五", "image": hash_of(f"{inspection.uid}被")}]
    signatures = witness if outcome == "refused" else []
    record = sign(make_record(inspection, outcome=outcome, **short) | {"signatures": signatures})
    expect(phone.put(uuid4(), record), 201, "received")
    db.session.refresh(inspection)
    assert (inspection.outcome, inspection.result) == (outcome, result)


def test_files_that_are_here_are_not_missing_and_complete_the_record(
    phone: Phone, inspection: Inspection
) -> None:
    uid = uuid4()
    keep(picture(f"{inspection.uid}现场"))
    db.session.commit()
    assert phone.put(uid, make_record(inspection)).get_json()["missing_files"] == sorted(
        hash_of(f"{inspection.uid}{mark}") for mark in NAMED[:3]
    )
    assert phone.state(uid).get_json()["state"] == "receiving"
    for mark in NAMED[:3]:
        data = picture(f"{inspection.uid}{mark}")
        assert phone.send_file(hash_of(f"{inspection.uid}{mark}"), data).status_code == 201
    told = phone.state(uid).get_json()
    assert (told["state"], told["missing_files"], told["revision"]) == ("complete", [], str(uid))
    assert told["received_at"].endswith("+08:00")


def test_a_file_declared_lost_is_no_longer_missing(phone: Phone, inspection: Inspection) -> None:
    uid, lost = uuid4(), hash_of(f"{inspection.uid}现场")
    phone.put(uid, make_record(inspection))
    file = next(file for file in db.session.get_one(Submission, uid).files if file.sha256 == lost)
    file.lost_reason = "手机损坏"
    db.session.commit()
    assert lost not in phone.state(uid).get_json()["missing_files"]


def test_an_unknown_record_or_anothers_is_not_found(
    phone: Phone, colleague: Phone, inspection: Inspection
) -> None:
    uid = uuid4()
    phone.put(uid, make_record(inspection))
    for other in (colleague.state(uid), phone.state(uuid4()), phone.state("not-a-uuid")):
        assert other.status_code == 404
    assert phone.put("not-a-uuid", make_record(inspection)).status_code == 404


def test_methods_that_do_not_exist_answer_in_json(phone: Phone) -> None:
    answer = phone.client.delete(f"/field/submissions/{uuid4()}")
    expect(answer, 405, "method_not_allowed")


def test_odd_presence_is_flagged_and_never_refused(phone: Phone, inspection: Inspection) -> None:
    uid = uuid4()
    odd = sign(
        make_record(inspection)
        | {"checkin": {"method": "qr", "code": "https://example.invalid/field/scan/other", "at": ""}}
        | {"started_at": "2026-03-05T10:09:00+08:00"}
    )
    expect(phone.put(uid, odd), 201, "received")
    codes = {flag["code"] for flag in db.session.get_one(Submission, uid).flags}
    assert {"other_code", "short_visit", "clock_skew"} <= codes


def test_the_code_of_a_merged_double_is_the_objects_own(phone: Phone, inspection: Inspection) -> None:
    double = make_entity(inspection.agency, "同一户，登记了两次", merged_into_id=inspection.entity_id)
    elsewhere = make_entity(inspection.agency, "另一户")
    db.session.commit()
    [task] = phone.get("/field/tasks.json").get_json()
    assert task["older_tokens_sha256"] == [sha256(double.token.encode()).hexdigest()]
    page = phone.client.get(task["url"]).text
    for entity, known in ((inspection.entity, True), (double, True), (elsewhere, False)):
        assert (sha256(entity.token.encode()).hexdigest() in page) is known
    uid = uuid4()
    scanned = {"method": "qr", "code": f"https://example.invalid/field/scan/{double.token}", "at": ""}
    expect(phone.put(uid, sign(make_record(inspection) | {"checkin": scanned})), 201, "received")
    assert "other_code" not in {flag["code"] for flag in db.session.get_one(Submission, uid).flags}


def test_a_recusal_asked_on_the_spot_waits_for_the_approver(phone: Phone, inspection: Inspection) -> None:
    officer = inspection.team[1].officer
    asked = {"officer": officer.code, "by": "李四", "reason": "是我的表兄"}
    first = uuid4()
    expect(phone.put(first, make_record(inspection, recusal=asked)), 201, "received")
    expect(phone.put(uuid4(), make_record(inspection, revises=first, recusal=asked)), 201, "received")
    rows = db.session.scalars(select(Recusal)).all()
    assert [(row.officer_id, row.entity_id, row.approved) for row in rows] == [
        (officer.id, inspection.entity_id, None)
    ]
    assert (rows[0].reason, rows[0].campaign_id) == ("李四：是我的表兄", inspection.campaign_id)


def test_an_impossible_year_is_invalid_and_an_odd_one_received(phone: Phone, inspection: Inspection) -> None:
    times = {"started_at": "9999-12-31T20:00:00Z", "ended_at": "1999-12-31T15:59:59Z"}
    told = expect(phone.put(uuid4(), make_record(inspection, **times)), 422, "invalid")
    assert {one["path"] for one in told["problems"]} == {"/started_at", "/ended_at"}
    assert db.session.scalar(db.select(db.func.count()).select_from(Submission)) == 0
    expect(phone.put(uuid4(), make_record(inspection, ended_at="2099-12-31T10:00:00Z")), 201, "received")


def test_the_uuid_may_come_in_either_case(phone: Phone, inspection: Inspection) -> None:
    uid, record = uuid4(), make_record(inspection)
    expect(phone.put(str(uid).upper(), record), 201, "received")
    expect(phone.put(uid, record), 200, "already_received")
    assert UUID(phone.state(uid).get_json()["revision"]) == uid
