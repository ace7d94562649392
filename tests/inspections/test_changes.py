"""What a change of the draw does to the visits: tasks go and come, what is on its way is kept aside."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.changes_services import SUBSTITUTE, ChangeRefused
from sjj.draws.models import Draw, DrawChange
from sjj.draws.teams import Roster
from sjj.draws.void_services import agree_void, ask_void
from sjj.files.models import StoredFile
from sjj.inspections import change_services
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept
from sjj.inspections.submission_queries import tasks_of
from sjj.inspections.submissions import receive
from sjj.inspections.visit_models import CheckApproval
from sjj.registers.models import Entity
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import ApprovalState, ChangeState, ResultState
from tests.draws.test_draw_at_once import at_once
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import ASKED_AT, make_ask, make_change, to_visit
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.inspections import VISITED_AT, make_officer_user, make_record, make_submission, picture
from tests.makers.people import make_leave
from tests.makers.plans import ENDS_ON, by_class, make_campaign, make_register
from tests.makers.registers import make_recusal
from tests.visitor import Visitor


@pytest.fixture
def draw(app: Flask) -> Draw:
    """A held draw with reserves in every layer."""
    agency = make_agency()
    make_register(agency, entities=18)
    return make_draw(make_campaign(agency, register=False, strata=by_class("34%", "0", "0")))


@pytest.fixture
def visits(draw: Draw) -> list[Inspection]:
    """Its visits, handed out."""
    return send_out(draw)


def send_out(draw: Draw) -> list[Inspection]:
    """The teams are sent out."""
    made = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    return made


def visit_at(draw: Draw, entity_id: int) -> Inspection:
    """The visit of an entity in a draw."""
    return db.session.query(Inspection).filter_by(draw_id=draw.id, entity_id=entity_id).one()


def team_of(visit: Inspection) -> list[int]:
    """The officers of the team today, in order."""
    return [one.officer_id for one in visit.team if one.left_at is None]


def test_the_reserve_gets_the_visit_and_the_replaced_loses_it(draw: Draw, visits: list[Inspection]) -> None:
    old = visits[0]
    officer = make_officer_user(old.team[0].officer)
    assert old in tasks_of(officer)
    make_change(draw, reason="停业")
    assert old.state is ResultState.WITHDRAWN
    assert old.withdrawn_reason.startswith("停业，已按规则递补")
    came = to_visit(draw)[-1]
    new = visit_at(draw, came.entity_id)
    assert (new.due_on, new.form_sha256, new.state) == (old.due_on, old.form_sha256, ResultState.NOT_ENTERED)
    assert team_of(new) == [draw.officer_ids[code] for code in came.team]
    approval = db.session.query(CheckApproval).filter_by(inspection_id=new.id).one()
    assert approval.state is ApprovalState.ASKED, "the reserve's visit is put before the approver too"
    assert old not in tasks_of(officer)
    assert new in tasks_of(make_officer_user(new.team[1].officer))
    answer = make_submission(old, officer)
    assert (answer.status, answer.code, answer.body["kept"]) == (409, "closed", True)
    assert send_out(draw)[-1] == new, "handing out again makes nothing twice"
    assert db.session.query(Inspection).filter_by(draw_id=draw.id).count() == len(visits) + 1


def test_who_came_in_and_is_on_leave_in_the_visits_days_is_named(
    app: Flask, draw: Draw, visits: list[Inspection]
) -> None:
    change = make_change(draw, SUBSTITUTE)
    row = to_visit(draw)[0]
    visit = visit_at(draw, row.entity_id)
    came = next(
        one.officer for one in visit.team if one.left_at is None and one.officer_id in newcomers(change)
    )
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    clerk.open(f"/changes/{change.id}")
    assert "检查期间不在" not in clerk.text()
    leave = make_leave(came, visit.due_on, visit.due_on)
    db.session.commit()
    clerk.open(f"/changes/{change.id}")
    assert f"换入的人检查期间不在：{came.name}请假" in clerk.text()
    clerk.open(f"/changes/new/{draw.id}/{row.place}/substitute")
    leave.cancelled_at = VISITED_AT
    db.session.commit()
    clerk.open(f"/changes/{change.id}")
    assert "检查期间不在" not in clerk.text()


def newcomers(change: DrawChange) -> list[int]:
    """The officers whom a substitution brought in."""
    return Roster(change.draw).officer_ids([json.loads(change.entry)["in"]])


def test_whoever_leaves_the_team_loses_the_task_and_their_record_is_kept_aside(
    draw: Draw, visits: list[Inspection]
) -> None:
    visit, row = visits[0], to_visit(draw)[0]
    gone = make_officer_user(visit.team[0].officer)
    on_its_way = make_record(visit)
    change = make_change(draw, SUBSTITUTE, row=row)
    came = draw.officer_ids[json.loads(change.entry)["in"]]
    assert team_of(visit) == [came, visit.team[1].officer_id] or team_of(visit)[0] == came
    assert [one.officer_id for one in visit.team if one.left_at] == [gone.officer_id]
    assert visit not in tasks_of(gone)
    officer = next(one.officer for one in visit.team if one.officer_id == came)
    newcomer = make_officer_user(officer)
    assert visit in tasks_of(newcomer)
    answer = receive(uuid4(), on_its_way, gone, VISITED_AT)
    assert (answer.status, answer.code, answer.body["kept"]) == (403, "not_assigned", True)
    assert visit.revision is None
    assert make_submission(visit, newcomer).status == 201


def test_before_the_teams_are_sent_out_a_change_goes_with_them(draw: Draw) -> None:
    replaced, other = to_visit(draw)[:2]
    make_change(draw)
    change = make_change(draw, SUBSTITUTE, row=other, at=ASKED_AT.replace(hour=9))
    made = send_out(draw)
    assert [one.entity_id for one in made] == [one.entity_id for one in to_visit(draw)]
    assert replaced.entity_id not in {one.entity_id for one in made}
    came = draw.officer_ids[json.loads(change.entry)["in"]]
    assert team_of(visit_at(draw, other.entity_id))[0] == came


def refusal(draw: Draw, *arguments: object, **more: object) -> str:
    """Why a change cannot be asked for."""
    with pytest.raises(ChangeRefused) as refused:
        make_ask(draw, *arguments, **more)  # type: ignore[arg-type]
    db.session.rollback()
    return str(refused.value)


def test_a_visit_that_has_ended_is_not_changed(draw: Draw, visits: list[Inspection]) -> None:
    row = to_visit(draw)[0]
    make_submission(visits[0])
    db.session.commit()
    assert "已有检查记录，不能再递补" in refusal(draw, row=row)
    assert "已经检查完，不能再换人" in refusal(draw, SUBSTITUTE, row=row)


def test_a_record_that_arrives_before_the_decision_wins(draw: Draw, visits: list[Inspection]) -> None:
    change = make_ask(draw)
    make_submission(visits[0])
    db.session.commit()
    approver = make_user(Role.APPROVER, agency=draw.agency)
    with pytest.raises(ChangeRefused, match="已有检查记录"):
        change_services.approve(change, approver, VISITED_AT)
    db.session.rollback()
    assert (change.state, visits[0].state) == (ChangeState.ASKED, ResultState.AWAITING_REVIEW)
    assert integrity.faults() == []


@pytest.mark.parametrize("outcome", ["closed", "moved", "not_found"])
def test_a_visit_that_found_nobody_may_still_be_replaced_until_it_is_accepted(
    draw: Draw, visits: list[Inspection], outcome: str
) -> None:
    visit = visits[0]
    make_submission(visit, outcome=outcome, answers=[], results=[], signatures=[])
    db.session.commit()
    assert "不能再换人" in refusal(draw, SUBSTITUTE)
    change = make_change(draw, reason="查无下落", at=VISITED_AT)
    assert (visit.state, visit.revision is None) == (ResultState.WITHDRAWN, False)
    assert change.state is ChangeState.APPROVED
    assert visit_at(draw, to_visit(draw)[-1].entity_id).state is ResultState.NOT_ENTERED


def test_once_the_result_is_accepted_it_stands(draw: Draw, visits: list[Inspection]) -> None:
    visit = visits[0]
    make_submission(visit, outcome="not_found", answers=[], results=[], signatures=[])
    accept(visit, make_user(Role.OFFICE, agency=draw.agency), VISITED_AT)
    db.session.commit()
    assert "已经审核通过（待公示），不能再递补" in refusal(draw, at=VISITED_AT)


def test_a_voided_draw_takes_back_what_waits(draw: Draw, visits: list[Inspection]) -> None:
    change = make_ask(draw)
    ask_void(draw, "名单有误", make_user(Role.SUPERVISOR, agency=draw.agency), ASKED_AT)
    agree_void(draw, make_user(Role.APPROVER, agency=draw.agency), ASKED_AT)
    db.session.commit()
    with pytest.raises(ChangeRefused, match="只有已抽取、未作废"):
        change_services.approve(change, make_user(Role.APPROVER, agency=draw.agency), ASKED_AT)


def test_the_log_tells_of_every_visit_that_changed(draw: Draw, visits: list[Inspection]) -> None:
    make_change(draw)
    make_change(draw, SUBSTITUTE, at=ASKED_AT.replace(hour=9))
    actions = {one.action for one in db.session.query(AuditEntry)}
    assert {"inspection.replaced", "inspection.supplemented", "inspection.team_changed"} <= actions


# --- the pages ---------------------------------------------------------------------------------------------


def ask_by_page(draw: Draw, clerk: Visitor, kind: str = "replace", **values: object) -> DrawChange:
    """The clerk fills in the form of the first object still to be inspected."""
    place = to_visit(draw)[0].place
    clerk.open(f"/changes/new/{draw.id}/{place}/{kind}")
    file = (BytesIO(picture("证明")), "证明.jpg")
    clerk.submit("form[action*=changes]", evidence=file, **{"evidence_on": "2026-03-01", **values})
    return db.session.query(DrawChange).order_by(DrawChange.id.desc()).first()  # type: ignore[return-value]


def test_two_approvers_at_once_make_one_change(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    change = make_ask(draw)
    number = change.id
    approvers = [Visitor(app).sign_in(make_user(Role.APPROVER, agency=draw.agency)) for _ in range(2)]
    for one in approvers:
        one.open(f"/changes/{number}")

    def press(one: Visitor) -> int:
        address = f"/changes/{number}/approve"
        return one.client.post(address, data={"csrf_token": one.csrf()}).status_code

    assert sorted(at_once(app, approvers, press)) == [303, 409]
    assert db.session.query(DrawChange).one().number == 1
    assert db.session.query(AuditEntry).filter_by(action="draw.change_made").count() == 1
    assert db.session.query(Inspection).count() == len(visits) + 1
    assert integrity.faults() == []


def test_a_record_and_an_approval_at_once_leave_one_outcome(
    app: Flask, draw: Draw, visits: list[Inspection]
) -> None:
    change, visit = make_ask(draw), visits[0]
    number, uid, record = change.id, visit.uid, make_record(visit)
    officer = Visitor(app).sign_in(make_officer_user(visit.team[0].officer))
    approver = Visitor(app).sign_in(make_user(Role.APPROVER, agency=draw.agency))
    token = officer.client.get("/field/ping").json
    headers = {"X-CSRFToken": token["csrf"], "X-Field-User": token["user"]}
    approver.open(f"/changes/{number}")

    def press(one: Visitor) -> tuple[str, int]:
        if one is officer:
            answer = one.client.put(f"/field/submissions/{uuid4()}", json=record, headers=headers)
            return "record", answer.status_code
        address = f"/changes/{number}/approve"
        return "approval", one.client.post(address, data={"csrf_token": one.csrf()}).status_code

    outcome = dict(at_once(app, [officer, approver], press))  # type: ignore[arg-type]
    assert outcome in ({"record": 201, "approval": 422}, {"record": 409, "approval": 303})
    taken_back = db.session.query(Inspection).filter_by(uid=uid).one().state is ResultState.WITHDRAWN
    assert taken_back is (outcome["approval"] == 303)
    assert integrity.faults() == []


def test_from_the_form_to_the_approval(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    approver = Visitor(app).sign_in(make_user(Role.APPROVER, agency=draw.agency))
    name = to_visit(draw)[0].name
    drawn = {one.entity_id for one in to_visit(draw)}
    reserves = [one.name for one in db.session.query(Entity) if one.id not in drawn]
    change = ask_by_page(draw, clerk, reason="注销", note="登记机关已注销")
    clerk.follow()
    assert "等待负责人决定" in clerk.text()
    clerk.post(f"/changes/{change.id}/approve", status=403)
    approver.open("/")
    assert f"递补申请：{draw.campaign.name}" in approver.text()
    approver.open(f"/changes/{change.id}")
    assert "谁也不能挑选" in approver.text()
    assert not any(other in approver.text() for other in reserves), "who would come in is not shown"
    shown = approver.client.get(f"/changes/{change.id}/evidence.jpg", buffered=True)
    assert shown.mimetype == "image/jpeg"
    original = approver.client.get(f"/changes/{change.id}/evidence", buffered=True)
    assert "attachment" in original.headers["Content-Disposition"]
    approver.submit("form[action$=approve]")
    approver.follow()
    came = to_visit(draw)[-1].name
    assert came in approver.text()
    assert change.receipt_sha256 in approver.text()
    approver.post(f"/changes/{change.id}/approve", status=409)
    clerk.open(f"/draws/{draw.id}")
    section = clerk.page.select_one("#changes")
    assert section is not None
    assert all(words in section.get_text() for words in (name, came, "注销", "递补 1 户"))
    receipt = clerk.client.get(f"/draws/{draw.id}/receipt.json").get_json()
    assert [one["by"] for one in receipt["changes"]] == [to_visit(draw)[-1].code]


def test_the_form_names_everything_that_is_missing_and_keeps_the_file(
    app: Flask, draw: Draw, visits: list[Inspection]
) -> None:
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    address = f"/changes/new/{draw.id}/{to_visit(draw)[0].place}/substitute"
    clerk.open(address)
    clerk.submit("form[action*=changes]", 422, evidence_on="2027-01-01")
    for said in ("请选择换下谁", "请选择事由", "请上传证明材料", "不能晚于今天"):
        assert said in clerk.text()
    clerk.submit("form[action*=changes]", 422, evidence=(BytesIO(b"not a picture"), "条.jpg"))
    assert "条.jpg：" in clerk.text()
    clerk.submit("form[action*=changes]", 422, evidence=(BytesIO(picture("病假条")), "条.jpg"))
    assert "证明材料已存" in clerk.text()
    assert db.session.query(StoredFile).count() == 1
    out = to_visit(draw)[0].team_now[0]
    clerk.submit("form[action*=changes]", reason="病假", out=out, evidence_on="2026-03-01")
    assert db.session.query(DrawChange).one().out == out


def test_each_of_a_team_may_be_asked_for_once(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    row = to_visit(draw)[0]
    first, second = row.team_now
    make_ask(draw, SUBSTITUTE, out=first)
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    address = f"/changes/new/{draw.id}/{row.place}/substitute"
    clerk.open(f"{address}?out={first}")
    assert "现在不能申请" in clerk.text()
    clerk.open(address)
    file = (BytesIO(picture("公差")), "公差.jpg")
    clerk.submit("form[action*=changes]", out=second, reason="公差", evidence=file, evidence_on="2026-03-01")
    assert db.session.query(DrawChange).count() == 2
    clerk.open(f"/changes/new/{draw.id}/{row.place}/replace")
    assert "现在不能申请" in clerk.text()


def test_a_file_of_somebody_else_is_no_evidence(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    change = make_ask(draw, row=to_visit(draw)[1])
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    clerk.open(f"/changes/new/{draw.id}/{to_visit(draw)[0].place}/replace")
    clerk.submit(
        "form[action*=changes]", 422, reason="注销", kept=change.evidence_sha256, evidence_on="2026-03-01"
    )
    assert "请上传证明材料" in clerk.text()


def test_the_record_itself_is_the_evidence(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    make_submission(visits[0], outcome="not_found", answers=[], results=[], signatures=[])
    db.session.commit()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    clerk.open(f"/inspections/{visits[0].id}")
    links = [str(a["href"]) for a in clerk.page.select('a[href^="/changes/new"]')]
    assert [link.rsplit("/", 1)[-1] for link in links] == ["replace"]
    clerk.open(links[0])
    clerk.submit("form[action*=changes]", reason="查无下落")
    clerk.follow()
    assert "执法人员的现场检查记录" in clerk.text()
    change = db.session.query(DrawChange).one()
    assert change.evidence_sha256 == visits[0].submissions[0].content_sha256
    assert change.evidence_on == visits[0].ended_on


def test_a_later_recusal_leads_to_the_form(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    officer = visits[0].team[1].officer
    make_recusal(officer, visits[0].entity, reason="近亲属")
    db.session.commit()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    clerk.open("/")
    assert f"{officer.name} 应当回避 {visits[0].entity.name}" in clerk.text()
    clerk.open(f"/inspections/{visits[0].id}")
    link = next(str(a["href"]) for a in clerk.page.select('a[href*="reason="]'))
    clerk.open(link)
    chosen = [str(one["value"]) for one in clerk.page.select("option[selected]")]
    assert chosen == [to_visit(draw)[0].team_now[1], "回避"]
    file = (BytesIO(picture("回避决定")), "决定.jpg")
    clerk.submit("form[action*=changes]", evidence=file, evidence_on="2026-03-02")
    clerk.open("/")
    assert "应当回避" not in clerk.text()
    assert db.session.query(Recusal).count() == 1


def test_refusing_needs_a_reason_and_changes_nothing(
    app: Flask, draw: Draw, visits: list[Inspection]
) -> None:
    change = make_ask(draw)
    approver = Visitor(app).sign_in(make_user(Role.APPROVER, agency=draw.agency))
    approver.open(f"/changes/{change.id}")
    approver.submit("form[action$=refuse]", 422)
    assert "请写明理由" in approver.text()
    approver.submit("form[action$=refuse]", reason="照片看不清")
    approver.follow()
    assert "照片看不清" in approver.text()
    assert visits[0].state is ResultState.NOT_ENTERED


def test_others_see_and_change_nothing(app: Flask, draw: Draw, visits: list[Inspection]) -> None:
    change = make_ask(draw)
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, Role.APPROVER, agency=make_agency()))
    for address in (
        f"/changes/{change.id}",
        f"/changes/{change.id}/evidence",
        f"/changes/new/{draw.id}/1/replace",
    ):
        assert stranger.client.get(address).status_code == 404
    stranger.open("/")
    stranger.post(f"/changes/{change.id}/approve", status=404)
    supervisor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=draw.agency))
    supervisor.open(f"/changes/{change.id}")
    supervisor.post(f"/changes/{change.id}/approve", status=403)
    officer = Visitor(app).sign_in(make_officer_user(visits[0].team[0].officer))
    assert officer.client.get(f"/changes/{change.id}").status_code == 403
