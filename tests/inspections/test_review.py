"""The office reviews a record: sees all of it, accepts it, sends it back; never its own visit."""

import json
from datetime import date

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.followups.models import Problem
from sjj.followups.services import open_problems
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection
from sjj.inspections.review import ReviewRefused, accept, send_back
from sjj.rules.lifecycle import ProblemState, ResultState
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import VISITED_AT, make_inspection, make_record, make_submission, sign
from tests.makers.publicity import PROBLEM_TEXT, make_accepted, make_recorded, with_problem
from tests.visitor import Visitor


@pytest.fixture
def waiting(app: Flask) -> Inspection:
    """An inspection whose record names a problem and waits for review."""
    return make_recorded()


@pytest.fixture
def clerk(visitor: Visitor, waiting: Inspection) -> Visitor:
    """Somebody of the office, signed in."""
    return visitor.sign_in(make_user(Role.OFFICE, agency=waiting.agency))


def test_the_reviewer_sees_everything_side_by_side(clerk: Visitor, waiting: Inspection) -> None:
    clerk.open(f"/inspections/{waiting.id}")
    text = clerk.text()
    for said in (
        PROBLEM_TEXT,
        "李四 厂长",
        "责令改正",
        "台账齐全",
        "定位",
        "出示执法证",
        "签的就是这份正文",
        "68 分钟",
    ):
        assert said in text
    for member in waiting.team:
        assert member.officer.certificate_no in text
    assert waiting.submissions[0].signed_sha256 in text
    photos = clerk.page.select("ul.wall img")
    assert len(clerk.page.select(".sign img")) == 3  # two officers, the person present
    assert len(photos) == 1
    assert clerk.client.get(photos[0]["src"], buffered=True).mimetype == "image/jpeg"


def test_accepting_opens_the_problems_and_waits_for_publication(clerk: Visitor, waiting: Inspection) -> None:
    clerk.open(f"/inspections/{waiting.id}")
    clerk.submit('form[action$="/accept"]')
    assert "1 个问题转入后续处置" in clerk.follow().get_text()
    db.session.expire_all()
    assert waiting.state is ResultState.AWAITING_PUBLICATION
    problem = db.session.scalars(db.select(Problem)).one()
    assert (problem.text, problem.kind, problem.due_on) == (PROBLEM_TEXT, "责令改正", date(2026, 3, 20))
    assert problem.item_id == waiting.results[0].item_id
    assert "inspection.accepted" in db.session.scalars(db.select(AuditEntry.action)).all()


def test_accepting_twice_is_refused_and_opens_nothing_twice(clerk: Visitor, waiting: Inspection) -> None:
    clerk.open(f"/inspections/{waiting.id}")
    clerk.submit('form[action$="/accept"]')
    clerk.post(f"/inspections/{waiting.id}/accept", status=422)
    assert "只有“待审核”的可以审核" in clerk.text()
    assert db.session.scalar(db.select(db.func.count()).select_from(Problem)) == 1


def test_sending_back_needs_a_reason_that_reaches_the_officers(clerk: Visitor, waiting: Inspection) -> None:
    clerk.open(f"/inspections/{waiting.id}")
    clerk.submit('form[action$="/send-back"]', status=422)
    assert "请写明退回的原因" in clerk.text()
    clerk.submit('form[action$="/send-back"]', reason="照片看不清，请补拍")
    db.session.expire_all()
    assert (waiting.state, waiting.sent_back_reason) == (ResultState.SENT_BACK, "照片看不清，请补拍")
    officer = make_user(Role.OFFICER, agency=waiting.agency, officer_id=waiting.team[1].officer_id)
    phone = Visitor(clerk.app).sign_in(officer)
    phone.open(f"/field/inspections/{waiting.uid}")
    assert "照片看不清，请补拍" in phone.text()


def test_reasons_at_single_points_stand_at_these_points_on_the_phone(
    clerk: Visitor, waiting: Inspection
) -> None:
    clerk.open(f"/inspections/{waiting.id}")
    clerk.open(clerk.page.select_one('a[href$="/send-back"]')["href"])
    point = served(waiting)["points"][2]
    assert "记录：未发现问题" in clerk.text()
    clerk.submit('form[action$="/send-back"]', status=422, point_2="字" * 201)
    assert "不超过 200 字" in clerk.text()
    clerk.submit('form[action$="/send-back"]', point_2=" 请补拍台账 ")
    db.session.expire_all()
    assert waiting.sent_back_points == {point["id"]: "请补拍台账"}
    assert waiting.sent_back_reason == "有 1 个要点要更正，见检查表"
    said = db.session.scalars(
        db.select(AuditEntry.sentence).where(AuditEntry.action == "inspection.sent_back")
    ).one()
    assert f"{point['text']}：请补拍台账" in said
    officer = make_user(Role.OFFICER, agency=waiting.agency, officer_id=waiting.team[1].officer_id)
    phone = Visitor(clerk.app).sign_in(officer)
    phone.open("/field/")
    assert "有 1 个要点要更正" in phone.text()
    phone.open(f"/field/inspections/{waiting.uid}")
    marked = [one for one in phone.page.select(".point") if "请补拍台账" in one.get_text()]
    assert [point["text"] in one.get_text() for one in marked] == [True]
    data = json.loads(phone.page.select_one("#visit-data").get_text())
    assert data["sent_back"] == {point["id"]: "请补拍台账"}
    answer = make_submission(waiting, revises=waiting.revision)
    assert answer.status == 201, answer.body
    db.session.commit()
    phone.open(f"/field/inspections/{waiting.uid}?revise=1")
    assert "请补拍台账" not in phone.page.select_one("form").get_text()
    accept(waiting, make_user(Role.APPROVER, agency=waiting.agency), VISITED_AT)
    assert (waiting.sent_back_reason, waiting.sent_back_points) == ("", {})


def test_only_points_of_the_form_can_be_sent_back(app: Flask, waiting: Inspection) -> None:
    with pytest.raises(ReviewRefused, match="不在这次检查的检查表中"):
        send_back(waiting, "", make_user(Role.OFFICE, agency=waiting.agency), VISITED_AT, {"别的": "改"})


def test_one_who_inspected_does_not_review(visitor: Visitor, waiting: Inspection) -> None:
    both = make_user(Role.OFFICE, agency=waiting.agency, officer_id=waiting.team[0].officer_id)
    visitor.sign_in(both).open(f"/inspections/{waiting.id}")
    assert "应由他人审核" in visitor.text()
    assert not visitor.page.select('form[action$="/accept"]')
    visitor.post(f"/inspections/{waiting.id}/accept", status=422)
    visitor.post(f"/inspections/{waiting.id}/send-back", status=422, reason="补拍")
    db.session.expire_all()
    assert waiting.state is ResultState.AWAITING_REVIEW


def test_one_who_entered_the_record_does_not_review(visitor: Visitor, waiting: Inspection) -> None:
    clerk = make_user(Role.OFFICE, agency=waiting.agency)
    waiting.submissions[0].user_id = clerk.id
    db.session.commit()
    visitor.sign_in(clerk).open(f"/inspections/{waiting.id}")
    assert "本人录入的记录须由他人审核" in visitor.text()
    assert not visitor.page.select('form[action$="/accept"], form[action$="/send-back"]')
    visitor.post(f"/inspections/{waiting.id}/accept", status=422)
    visitor.post(f"/inspections/{waiting.id}/send-back", status=422, reason="补拍")
    db.session.expire_all()
    assert waiting.state is ResultState.AWAITING_REVIEW
    accept(waiting, make_user(Role.APPROVER, agency=waiting.agency), VISITED_AT)
    assert waiting.state is ResultState.AWAITING_PUBLICATION


def test_a_record_is_not_accepted_while_files_are_missing(clerk: Visitor, waiting: Inspection) -> None:
    photo = waiting.submissions[0].files[0].sha256
    db.session.delete(db.session.get(StoredFile, photo))
    db.session.commit()
    clerk.open(f"/inspections/{waiting.id}")
    assert "还有 1 个文件没有收到" in clerk.text()
    clerk.post(f"/inspections/{waiting.id}/accept", status=422)
    clerk.open(f"/inspections/{waiting.id}/lost/{photo}")
    clerk.submit('form[action*="/lost/"]', status=422)
    clerk.submit('form[action*="/lost/"]', reason="手机损坏")
    clerk.follow()
    assert "已确认丢失" in clerk.text()
    clerk.submit('form[action$="/accept"]')
    db.session.expire_all()
    assert waiting.state is ResultState.AWAITING_PUBLICATION


def test_a_corrected_record_keeps_problems_it_still_names_and_closes_the_rest(app: Flask) -> None:
    inspection = make_accepted()
    office = make_user(Role.OFFICE, agency=inspection.agency)
    send_back(inspection, "问题写错了", office, VISITED_AT)
    answer = make_submission(
        inspection, revises=inspection.revision, **with_problem(inspection, text="未按许可范围经营")
    )
    assert answer.status == 201, answer.body
    db.session.flush()
    db.session.expire_all()
    accept(inspection, office, VISITED_AT)
    open_problems(inspection, office, VISITED_AT)
    states = {p.text: p.state for p in db.session.scalars(db.select(Problem))}
    assert states == {PROBLEM_TEXT: ProblemState.CLOSED, "未按许可范围经营": ProblemState.OPEN}


def test_a_signature_under_another_text_is_named(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    record = make_record(inspection)
    changed = {"signatures": [row | {"signed_sha256": "0" * 64} for row in sign(record)["signatures"]]}
    make_recorded(inspection, problem=False)
    submission = inspection.submissions[0]
    submission.content = submission.content.replace(
        submission.signed_sha256, changed["signatures"][0]["signed_sha256"]
    )
    db.session.commit()
    visitor.sign_in(make_user(Role.APPROVER, agency=inspection.agency)).open(f"/inspections/{inspection.id}")
    assert "签名后正文有改动" in visitor.text()


def test_pictures_are_only_for_people_who_may_see_the_inspection(clerk: Visitor, waiting: Inspection) -> None:
    photo = waiting.submissions[0].files[0].sha256
    path = f"/inspections/{waiting.id}/files/{photo}"
    assert clerk.client.get(path, buffered=True).status_code == 200
    original = clerk.client.get(f"{path}/original", buffered=True)
    assert original.headers["Content-Disposition"].startswith("attachment")
    stranger = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    officer = make_user(Role.OFFICER, agency=waiting.agency, officer_id=waiting.team[1].officer_id)
    for visitor, status in ((stranger, 404), (Visitor(clerk.app).sign_in(officer), 403)):
        assert visitor.client.get(path, buffered=True).status_code == status
        assert visitor.client.get(f"/inspections/{waiting.id}").status_code == status
    other = make_recorded()
    assert (
        clerk.client.get(
            f"/inspections/{waiting.id}/files/{other.submissions[0].files[0].sha256}"
        ).status_code
        == 404
    )
    assert Visitor(clerk.app).client.get(path).status_code == 303


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.LEADER, Role.AUDITOR])
def test_others_may_not_review(app: Flask, visitor: Visitor, waiting: Inspection, role: Role) -> None:
    visitor.sign_in(make_user(role, agency=waiting.agency))
    visitor.post(f"/inspections/{waiting.id}/accept", status=403)


def test_the_list_finds_filters_and_sorts_by_deadline(clerk: Visitor, waiting: Inspection) -> None:
    agency = waiting.agency
    make_section(agency)
    unvisited = make_inspection(agency, campaign=waiting.campaign)
    clerk.open("/inspections/")
    names = [a.get_text() for a in clerk.page.select("tbody th a")]
    assert names == [waiting.entity.name, unvisited.entity.name]
    assert "已超" in clerk.text()  # the visit was on 2026-03-05, long ago
    clerk.open(f"/inspections/?q={unvisited.entity.code}")
    assert [a.get_text() for a in clerk.page.select("tbody th a")] == [unvisited.entity.name]
    clerk.open("/inspections/?overdue=1")
    assert [a.get_text() for a in clerk.page.select("tbody th a")] == [waiting.entity.name]
    clerk.open("/inspections/?state=not_entered")
    assert [a.get_text() for a in clerk.page.select("tbody th a")] == [unvisited.entity.name]
    clerk.open(f"/inspections/?campaign={waiting.campaign_id + 1000}")
    assert "没有符合条件的检查" in clerk.text()
    export = clerk.client.get("/inspections/export.csv?overdue=1").get_data(as_text=True)
    assert waiting.entity.name in export
    assert unvisited.entity.name not in export
    assert_swap_equals_reload(clerk.client, "/inspections/?state=open")


def test_accept_refuses_with_everything_that_stands_against_it(app: Flask) -> None:
    inspection = make_inspection()
    office = make_user(Role.OFFICE, agency=inspection.agency, officer_id=inspection.team[0].officer_id)
    with pytest.raises(ReviewRefused) as refusal:
        accept(inspection, office, VISITED_AT)
    assert "只有“待审核”" in str(refusal.value)
    assert "应由他人审核" in str(refusal.value)
