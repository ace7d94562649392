"""A record kept aside is compared with the one in force; the office decides which counts, and nothing is lost."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.followups.models import Problem
from sjj.followups.services import open_problems
from sjj.inspections import settle_services
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.review import ReviewRefused, accept
from sjj.inspections.settle_compare import compare
from sjj.inspections.settle_services import Choice, settle
from sjj.publicity.services import publish
from sjj.rules.lifecycle import ResultState
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import (
    VISITED_AT,
    make_inspection,
    make_officer_user,
    make_record,
    make_submission,
    sign,
)
from tests.makers.publicity import PROBLEM_TEXT, make_recorded, with_problem
from tests.makers.registers import make_officer
from tests.phone import Phone
from tests.visitor import Visitor

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


@pytest.fixture
def twice(app: Flask) -> Inspection:
    """A visit that both officers of the team recorded: the first counts, the second found a problem."""
    inspection = make_recorded(problem=False)
    answer = make_submission(inspection, make_officer_user(inspection.team[1].officer), **found(inspection))
    assert (answer.status, answer.body["code"]) == (409, "already_submitted")
    db.session.commit()
    return inspection


def found(inspection: Inspection) -> dict[str, Any]:
    """What the second officer wrote otherwise."""
    return with_problem(inspection) | {"narrative": "台账齐全。缺一车检疫证书。"}


def kept_of(inspection: Inspection) -> Submission:
    """Its record that was kept aside, not one that came after the review."""
    return next(one for one in inspection.submissions if one.kept_code not in ("", "closed"))


def page_of(submission: Submission) -> str:
    """Where it is compared."""
    return f"/inspections/{submission.inspection_id}/kept/{submission.uid}"


def clerk_of(inspection: Inspection) -> User:
    """Somebody of the office who had no part in the visit."""
    return make_user(Role.OFFICE, agency=inspection.agency)


@ON_SQLITE
def test_the_two_stand_side_by_side_and_what_differs_is_marked(visitor: Visitor, twice: Inspection) -> None:
    visitor.sign_in(clerk_of(twice)).open(page_of(kept_of(twice)))
    rows = {
        row.select_one("th").get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in visitor.page.select(".kept-pair tbody tr")
    }
    assert rows["现场情况"] == ["台账齐全。", "台账齐全。缺一车检疫证书。"]
    assert any(PROBLEM_TEXT in right and left == "没有" for left, right in rows.values())
    assert "开始" not in rows
    assert "缺一车检疫证书。" in [mark.get_text() for mark in visitor.page.select("mark")]
    folded = visitor.page.select("details.more dt")
    assert "开始" in [one.get_text(strip=True) for one in folded]
    assert "同组已有人提交" in visitor.text()


def test_the_kept_record_takes_the_place_of_the_current_one(visitor: Visitor, twice: Inspection) -> None:
    kept, first = kept_of(twice), twice.revision
    before = {one.uid: one.content for one in twice.submissions}
    visitor.sign_in(clerk_of(twice)).open(page_of(kept))
    visitor.submit('form[action*="/kept/"]', status=422)
    assert "请选择采用哪一份" in visitor.text()
    assert "请写明理由" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="kept", note="第二份记得更全")
    visitor.follow()
    assert "采用的是另存的记录" in visitor.text()
    db.session.expire_all()
    assert (twice.revision, twice.state) == (kept.uid, ResultState.AWAITING_REVIEW)
    assert (twice.result, [row.result for row in twice.results]) == ("发现问题已责令改正",) * 1 + (
        ["发现问题已责令改正"],
    )
    assert {one.uid: one.content for one in twice.submissions} == before
    assert {one.uid: one.superseded for one in twice.submissions} == {first: True, kept.uid: False}
    assert (kept.settled_as, kept.settled_note, kept.adopted_by.agency_id) == (
        "kept",
        "第二份记得更全",
        twice.agency_id,
    )
    said = db.session.scalars(
        db.select(AuditEntry.sentence).where(AuditEntry.action == "inspection.kept_settled")
    ).one()
    assert "采用另存的：第二份记得更全" in said
    visitor.open(page_of(kept))
    assert "原来的记录" in visitor.text()
    visitor.open("/inspections/kept?show=settled")
    assert "采用另存的" in visitor.text()
    reviewer = make_user(Role.APPROVER, agency=twice.agency)
    accept(twice, reviewer, VISITED_AT)
    assert [problem.text for problem in open_problems(twice, reviewer, VISITED_AT)] == [PROBLEM_TEXT]


def test_phones_are_told_the_same_as_before_and_corrections_follow_the_adopted_one(
    app: Flask, twice: Inspection
) -> None:
    kept = kept_of(twice)
    first = next(one for one in twice.submissions if one is not kept)
    one, two = (Phone(app, submission.user) for submission in (first, kept))
    record = json.loads(kept.content)
    settle(kept, Choice.KEPT, "第二份记得更全", clerk_of(twice), VISITED_AT)
    db.session.commit()
    again = two.put(kept.uid, record)
    assert (again.status_code, again.get_json()) == (
        409,
        {"code": "already_submitted", "kept": True, "current": str(first.uid), "missing_files": []},
    )
    for phone, uid, state in ((one, first.uid, "superseded"), (two, kept.uid, "complete")):
        told = phone.state(uid).get_json()
        assert (told["state"], told["revision"]) == (state, str(kept.uid))
    assert one.form(twice.uid)["revision"] == str(kept.uid)
    listed = one.get("/field/tasks.json").get_json()
    assert [(task["inspection"], task["state"]) for task in listed] == [(str(twice.uid), "awaiting_review")]
    late = sign(make_record(twice, revises=first.uid, narrative="又更正了一次"))
    answer = one.put(uuid4(), late)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "outdated")
    assert answer.get_json()["current"] == str(kept.uid)
    uid = uuid4()
    answer = one.put(uid, sign(make_record(twice, revises=kept.uid, narrative="照另一份更正")))
    assert (answer.status_code, answer.get_json()["code"]) == (201, "received")
    assert two.state(kept.uid).get_json()["state"] == "superseded"
    assert one.form(twice.uid)["revision"] == str(uid)


@ON_SQLITE
def test_an_adopted_record_waits_for_its_files(app: Flask) -> None:
    inspection = make_recorded(problem=False)
    officer = make_officer_user(inspection.team[1].officer)
    photo = "a" * 64
    answer = make_submission(
        inspection,
        officer,
        photos=[{"sha256": photo, "caption": "没有传到的"}],
        answers=no_photos(inspection),
    )
    assert answer.body["missing_files"] == [photo]
    kept = kept_of(inspection)
    settle(kept, Choice.KEPT, "这份是组长写的", clerk_of(inspection), VISITED_AT)
    db.session.commit()
    told = Phone(app, officer).state(kept.uid).get_json()
    assert (told["state"], told["missing_files"]) == ("receiving", [photo])
    with pytest.raises(ReviewRefused, match="还有 1 个文件没有收到"):
        accept(inspection, clerk_of(inspection), VISITED_AT)


def no_photos(inspection: Inspection) -> list[dict[str, Any]]:
    """Every point answered, without pictures."""
    return [row | {"photos": []} for row in make_record(inspection)["answers"]]


def test_the_visit_of_somebody_who_left_the_team_can_be_adopted(visitor: Visitor) -> None:
    inspection = make_inspection()
    gone = make_officer_user(inspection.team[0].officer)
    signed = {"signatures": make_record(inspection)["signatures"]}
    inspection.team[0].left_at = VISITED_AT
    inspection.team[0].place = 3
    answer = make_submission(inspection, gone, **signed)
    assert (answer.status, answer.body["code"]) == (403, "not_assigned")
    db.session.commit()
    kept = kept_of(inspection)
    visitor.sign_in(clerk_of(inspection)).open(page_of(kept))
    assert "这次检查还没有记录" in visitor.text()
    assert "不采用：只留存备查" in visitor.text()
    assert "执法人员签名不是检查组成员" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="both", note="两份", status=422)
    visitor.submit('form[action*="/kept/"]', choice="kept", note="换人之前已经去过")
    db.session.expire_all()
    assert (inspection.revision, inspection.state) == (kept.uid, ResultState.AWAITING_REVIEW)
    assert [flag["code"] for flag in kept.flags].count("stranger_signed") == 1
    assert "clock_skew" not in [flag["code"] for flag in kept.flags]  # judged by when it came
    phone = Visitor(visitor.app).sign_in(gone)
    phone.open("/field/outbox")
    assert "另行保存" not in phone.text()


@ON_SQLITE
@pytest.mark.parametrize(("choice", "said"), [("current", "采用现有的"), ("both", "两份都附卷")])
def test_the_current_one_stays_in_force(visitor: Visitor, twice: Inspection, choice: str, said: str) -> None:
    kept, first = kept_of(twice), twice.revision
    visitor.sign_in(clerk_of(twice)).open("/")
    assert "另存的检查记录" in visitor.text()
    visitor.open(page_of(kept))
    visitor.submit('form[action*="/kept/"]', choice=choice, note="内容一致，以先收到的为准")
    assert "内容一致，以先收到的为准" in visitor.follow().get_text()
    assert said in visitor.text()
    db.session.expire_all()
    assert (twice.revision, kept.settled_as, kept.adopted_at) == (first, choice, None)
    visitor.open("/")
    assert "另存的检查记录" not in visitor.text()
    visitor.post(page_of(kept), status=422, choice="kept", note="又想了想")
    assert "已经比对过" in visitor.text()


def test_an_accepted_result_is_reviewed_anew_and_a_published_one_is_corrected(
    visitor: Visitor, twice: Inspection
) -> None:
    reviewer = clerk_of(twice)
    accept(twice, reviewer, VISITED_AT)
    open_problems(twice, reviewer, VISITED_AT)
    late = make_submission(twice, revises=twice.revision, narrative="审核以后才到")
    assert (late.status, late.body["code"]) == (409, "closed")
    settle(kept_of(twice), Choice.KEPT, "这份才对", reviewer, VISITED_AT)
    assert (twice.state, twice.result) == (ResultState.AWAITING_REVIEW, "发现问题已责令改正")
    accept(twice, reviewer, VISITED_AT)
    open_problems(twice, reviewer, VISITED_AT)
    publish(twice, reviewer, VISITED_AT)
    db.session.commit()
    assert [problem.text for problem in db.session.scalars(db.select(Problem))] == [PROBLEM_TEXT]
    other = next(one for one in twice.submissions if one.kept_code == "closed")
    visitor.sign_in(reviewer).open(page_of(other))
    assert "在公示页面办理更正" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="kept", note="这份更新", status=422)
    assert "在公示页面办理更正" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="both", note="附卷备查")
    db.session.expire_all()
    assert (twice.state, other.settled_as) == (ResultState.PUBLISHED, "both")


@ON_SQLITE
def test_what_is_not_complete_cannot_be_adopted(visitor: Visitor, twice: Inspection) -> None:
    stranger = make_officer_user(make_officer(twice.agency))
    assert make_submission(twice, stranger, results=[], present={}).status == 403
    db.session.commit()
    bad = next(one for one in twice.submissions if one.kept_code == "not_assigned")
    visitor.sign_in(clerk_of(twice)).open(page_of(bad))
    assert "这份记录不完整，不能采用" in visitor.text()
    assert "须填写现场人员姓名" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="kept", note="就用它", status=422)
    db.session.expire_all()
    assert (bad.settled_at, bad.adopted_at) == (None, None)


@ON_SQLITE
def test_who_took_part_does_not_decide(visitor: Visitor, twice: Inspection) -> None:
    kept = kept_of(twice)
    both = make_user(Role.OFFICE, agency=twice.agency, officer_id=twice.team[0].officer_id)
    visitor.sign_in(both).open(page_of(kept))
    assert "应由他人比对" in visitor.text()
    assert not visitor.page.select('form[action*="/kept/"]')
    visitor.post(page_of(kept), status=422, choice="current", note="我的对")
    entered = clerk_of(twice)
    kept.user_id = entered.id
    db.session.commit()
    with pytest.raises(ReviewRefused, match="其中一份是您提交的"):
        settle(kept, Choice.CURRENT, "我的对", entered, VISITED_AT)
    supervisor = Visitor(visitor.app).sign_in(make_user(Role.SUPERVISOR, agency=twice.agency))
    supervisor.open(page_of(kept))
    supervisor.post(page_of(kept), status=403, choice="current", note="看看")
    stranger = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(page_of(kept), status=404)
    stranger.open("/inspections/kept")
    assert "没有等待比对的记录" in stranger.text()


def test_what_fails_half_way_leaves_everything_as_it_was(
    app: Flask, twice: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, first = kept_of(twice), twice.revision
    visitor = Visitor(app).sign_in(clerk_of(twice))
    visitor.open(page_of(kept))

    def broken(*_arguments: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(settle_services, "record", broken)
    with pytest.raises(SystemExit):
        visitor.submit('form[action*="/kept/"]', choice="kept", note="断电")
    db.session.expire_all()
    assert (twice.revision, kept.settled_at, kept.adopted_at) == (first, None, None)
    assert [one.superseded for one in twice.submissions] == [False, False]


@ON_SQLITE
def test_the_list_of_all_that_was_kept_aside(visitor: Visitor, twice: Inspection) -> None:
    visitor.sign_in(clerk_of(twice)).open("/inspections/")
    visitor.open(visitor.page.select_one('main a[href="/inspections/kept"]')["href"])
    names = [link.get_text() for link in visitor.page.select("tbody th a")]
    assert names == [twice.entity.name]
    visitor.open("/inspections/kept?q=没有这一户")
    assert "没有符合条件的记录" in visitor.text()
    export = visitor.client.get("/inspections/kept.csv?show=all").get_data(as_text=True)
    assert twice.entity.name in export
    assert_swap_equals_reload(visitor.client, "/inspections/kept?show=all&sort=-entity")


def test_whatever_differs_between_two_records_has_a_row() -> None:
    form = {
        "items": [{"code": "M1", "name": "木材经营"}],
        "points": [{"id": "P1", "item": "M1", "text": "台账"}],
    }
    said: dict[str, Any] = {
        "outcome": "inspected",
        "urgent": False,
        "started_at": "2026-03-05T09:02:11+08:00",
        "ended_at": "2026-03-05T10:10:40+08:00",
        "checkin": {"method": "gps", "at": "2026-03-05T09:01:00+08:00", "lat": 40.14, "lon": 118.31, "reason": ""},
        "certificates_shown_at": "2026-03-05T09:03:00+08:00",
        "rights_told_at": "2026-03-05T09:03:30+08:00",
        "policy_explained": True,
        "assistants": ["王五"],
        "present": {"name": "李四", "post": "厂长", "phone": "0315-1"},
        "answers": [{"point": "P1", "value": "ok", "note": "", "photos": ["a" * 64]}],
        "results": [{"item": "M1", "result": "未发现问题", "note": ""}],
        "problems": [{"item": "M1", "point": "P1", "kind": "责令改正", "clause": "", "due": "", "text": "缺"}],
        "recusal": {"officer": "", "by": "", "reason": ""},
        "narrative": "台账齐全。",
        "photos": [{"sha256": "a" * 64, "taken_at": "", "lat": 1, "lon": 2, "caption": "堆场"}],
        "signatures": [
            {"role": "present", "name": "李四", "image": "b" * 64, "signed_sha256": "", "at": "", "refused": False}
        ],
        "remarks": "",
    }  # fmt: skip
    assert not [row for group in compare(said, said, [form]) for row in group.different]
    for changed in variants(said):
        assert [row for group in compare(said, changed, [form]) for row in group.different], changed


def variants(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The record with one of its values changed, each in turn, and with one unheard-of key."""

    def other(value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float):
            return value + 1
        return value[:-7] + "7" + value[-6:] if value.endswith("+08:00") else f"{value}改"

    def inside(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [value | {key: one} for key, old in value.items() for one in inside(old)]
        if isinstance(value, list):
            return [
                [*value[:at], one, *value[at + 1 :]] for at, old in enumerate(value) for one in inside(old)
            ]
        return [other(value)]

    return [*inside(said), said | {"没有这个键": "有"}, said | {"photos": {"x": 1}}]


@ON_SQLITE
def test_a_uuid_of_another_visit_is_not_found(visitor: Visitor, twice: Inspection) -> None:
    elsewhere = make_recorded()
    visitor.sign_in(clerk_of(twice))
    for uid in (elsewhere.revision, twice.revision, UUID(int=0)):
        visitor.open(f"/inspections/{twice.id}/kept/{uid}", status=404)
