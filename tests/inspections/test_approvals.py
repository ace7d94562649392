"""Every check is approved by another before the team goes; an urgent one afterwards; nothing holds up a record."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections import approval_services as services
from sjj.inspections.approval_queries import waiting_count
from sjj.inspections.dispatch import AboveCap, dispatch
from sjj.inspections.gates import gates_of
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import CheckApproval
from sjj.rules.lifecycle import ApprovalState, ResultState
from sjj.web import today
from tests.draws.test_draw_at_once import at_once
from tests.inspections.papers import fetch, file, pdf_text
from tests.inspections.test_dispatch import held_draw
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import VISITED_AT, make_inspection, make_officer_user, make_submission
from tests.makers.plans import ENDS_ON
from tests.visitor import Visitor

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def agency(app: Flask) -> Agency:
    """An agency."""
    return make_agency()


@pytest.fixture
def clerk(agency: Agency) -> User:
    """Office staff of it."""
    return make_user(Role.OFFICE, agency=agency, display_name="经办人")


@pytest.fixture
def approver(agency: Agency) -> User:
    """The approver of it."""
    return make_user(Role.APPROVER, agency=agency, display_name="负责人")


def approval(inspection: Inspection) -> CheckApproval:
    """The approval of a visit as the database has it."""
    db.session.expire_all()
    return db.session.scalars(db.select(CheckApproval).filter_by(inspection_id=inspection.id)).one()


def gate(inspection: Inspection, code: str = "approval") -> tuple[bool, str]:
    """How one gate of a visit stands on the day of NOW."""
    found = next(one for one in gates_of(inspection, today(NOW)) if one.code == code)
    return found.passed, found.sentence


def actions() -> list[str]:
    """What the audit log says about approvals, in order."""
    query = db.select(AuditEntry.action).where(AuditEntry.action.startswith("check_approval."))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def test_from_dispatch_to_approval(
    app: Flask, agency: Agency, clerk: User, approver: User, visitor: Visitor
) -> None:
    made = dispatch(held_draw(agency), ENDS_ON, clerk, NOW)
    db.session.commit()
    assert gate(made[0]) == (False, "检查待批准")
    assert (waiting_count(approver), waiting_count(clerk)) == (3, 0)

    visitor.sign_in(approver)
    assert "批准检查" in visitor.open("/").get_text()
    page = visitor.open("/inspections/approvals")
    assert page.select_one("form[action$='/approve'] button").get_text().startswith("批准全部 3 户")
    before = len(actions())
    visitor.open("/inspections/approvals")
    assert len(actions()) == before

    one = approval(made[0])
    visitor.open(f"/inspections/approvals/{one.id}")
    visitor.submit("form[action$='/refuse']", status=422, reason="")
    assert "请写明不予批准的理由" in visitor.text()
    visitor.submit("form[action$='/refuse']", reason="上月刚查过")
    boxes = visitor.open("/inspections/approvals").select("form[action*='/campaigns/'] [name='approval']")
    visitor.submit("form[action*='/campaigns/']", approval=[str(box["value"]) for box in boxes])
    assert "已批准 2 户检查" in visitor.follow().get_text()
    assert [approval(row).state for row in made] == [
        ApprovalState.REFUSED,
        ApprovalState.APPROVED,
        ApprovalState.APPROVED,
    ]
    assert gate(made[0]) == (False, "检查未批准：上月刚查过")
    assert gate(made[1])[0]
    assert actions() == ["check_approval.asked", "check_approval.refused"] + ["check_approval.approved"] * 2

    desk = Visitor(app).sign_in(clerk)
    assert "检查未批准" in desk.open("/").get_text()
    desk.open(f"/inspections/approvals/{one.id}")
    desk.submit("form[action$='/ask-again']", status=422, reason=" ")
    desk.submit("form[action$='/ask-again']", reason="上月查的是别的事项")
    assert approval(made[0]).state is ApprovalState.ASKED
    visitor.open(f"/inspections/approvals/{one.id}")
    visitor.submit("form[action$='/approve']")
    assert approval(made[0]).state is ApprovalState.APPROVED
    assert visitor.open("/inspections/approvals?show=decided").get_text().count("检查已批准") == 3

    said = pdf_text(fetch(desk, file(made[1], "approval.pdf")))
    assert "经办人呈报" in said
    assert "负责人批准" in said
    assert "执法证件：符合" in said


def test_nobody_approves_what_they_asked_for_and_nobody_from_elsewhere(app: Flask, agency: Agency) -> None:
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    first = dispatch(held_draw(agency, objects=1), ENDS_ON, both, NOW)[0]
    db.session.commit()
    visitor = Visitor(app).sign_in(both)
    page = visitor.open("/inspections/approvals")
    assert "应由另一位负责人批准" in visitor.text()
    assert not page.select("main form[action$='/approve']")
    visitor.post(f"/inspections/approvals/{approval(first).id}/approve", 422)
    assert approval(first).state is ApprovalState.ASKED
    assert "批准检查" not in visitor.open("/").get_text()

    elsewhere = Visitor(app).sign_in(make_user(Role.APPROVER, agency=make_agency()))
    elsewhere.open(f"/inspections/approvals/{approval(first).id}", 404)
    elsewhere.post(f"/inspections/approvals/{approval(first).id}/approve", 404)
    elsewhere.post(f"/inspections/approvals/campaigns/{first.campaign_id}/approve", 404)
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.post(f"/inspections/approvals/{approval(first).id}/approve", 403)


def test_what_was_not_on_the_page_is_not_approved_with_it(
    app: Flask, agency: Agency, clerk: User, approver: User
) -> None:
    seen, unseen = dispatch(held_draw(agency, objects=2), ENDS_ON, clerk, NOW)
    db.session.commit()
    visitor = Visitor(app).sign_in(approver)
    visitor.open("/inspections/approvals")
    path = f"/inspections/approvals/campaigns/{seen.campaign_id}/approve"
    visitor.post(path, approval=[str(approval(seen).id)])
    assert approval(seen).state is ApprovalState.APPROVED
    assert approval(unseen).state is ApprovalState.ASKED


def test_of_two_who_decide_at_once_one_comes_too_late(
    app: Flask, agency: Agency, clerk: User, approver: User
) -> None:
    one = dispatch(held_draw(agency, objects=1), ENDS_ON, clerk, NOW)[0]
    db.session.commit()
    number = approval(one).id
    second = make_user(Role.APPROVER, agency=agency)
    ways = {Visitor(app).sign_in(who): way for who, way in ((approver, "approve"), (second, "refuse"))}

    for visitor in ways:
        visitor.open(f"/inspections/approvals/{number}")

    def press(visitor: Visitor) -> tuple[str, int]:
        path = f"/inspections/approvals/{number}/{ways[visitor]}"
        data = {"csrf_token": visitor.csrf(), "reason": "上月刚查过"}
        return ways[visitor], visitor.client.post(path, data=data).status_code

    answers = dict(at_once(app, list(ways), press))  # type: ignore[arg-type]
    assert sorted(answers.values()) == [303, 422]
    assert (approval(one).state is ApprovalState.APPROVED) is (answers["approve"] == 303)
    assert actions()[1:] in (["check_approval.approved"], ["check_approval.refused"])


def test_an_urgent_check_goes_first_and_is_made_up(
    app: Flask, agency: Agency, clerk: User, approver: User
) -> None:
    one = dispatch(held_draw(agency, objects=1), ENDS_ON, clerk, NOW)[0]
    db.session.commit()
    phone = Visitor(app).sign_in(make_officer_user(one.team[0].officer))
    assert "检查待批准" in phone.open("/field/").get_text()
    phone.open(f"/field/inspections/{one.uid}/urgent")
    phone.submit("main form", status=422, reason="")
    phone.submit("main form", reason="群众举报正在盗伐")
    page = phone.follow()
    assert "紧急，先行检查：群众举报正在盗伐；审批待补办" in page.get_text()
    assert not page.select("a[href$='/urgent']")
    assert gate(one)[0]
    assert "紧急检查待补办审批" in Visitor(app).sign_in(clerk).open("/").get_text()

    desk = Visitor(app).sign_in(approver)
    assert "紧急检查待补办审批" in desk.open("/").get_text()
    desk.open("/inspections/approvals")
    assert not desk.page.select("form[action*='/campaigns/']")
    desk.submit("main form")
    row = approval(one)
    assert (row.state, row.urgent, row.urgent_by.officer_id) == (
        ApprovalState.APPROVED,
        True,
        one.team[0].officer_id,
    )
    said = pdf_text(fetch(desk, file(one, "approval.pdf")))
    for words in ("检查后补办审批", "群众举报正在盗伐", "负责人补办批准"):
        assert words in said
    phone.open(f"/field/inspections/{one.uid}/urgent")
    phone.submit("main form", status=422, reason="又来一次")
    assert "已经批准" in phone.text()


def test_whoever_says_urgent_does_not_approve_it(agency: Agency, clerk: User) -> None:
    one = make_inspection(agency, approved=False)
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    row = services.declare_urgent(one, "群众举报", both, NOW)
    with pytest.raises(services.ApprovalRefused, match="另一位负责人"):
        services.approve(row, both, LATER)
    assert services.may_not_decide(row, clerk) == ""


def test_who_asks_again_after_a_refusal_waits_for_the_answer(
    app: Flask, agency: Agency, clerk: User, approver: User
) -> None:
    one = make_inspection(agency, approved=False)
    services.ask_for([one], clerk, NOW)
    services.refuse(approval(one), "上月刚查过", approver, NOW)
    services.ask_again(approval(one), "还是想去", clerk, NOW)
    db.session.commit()
    with pytest.raises(services.ApprovalRefused, match="须等负责人决定"):
        services.declare_urgent(one, "等不及了", clerk, LATER)
    desk = Visitor(app).sign_in(clerk)
    assert not desk.open(f"/inspections/{one.id}").select("a[href$='/urgent']")
    desk.open(f"/inspections/{one.id}/urgent")
    desk.submit(status=422, reason="等不及了")
    assert not approval(one).urgent


def test_a_record_that_says_urgent_is_taken_and_its_approval_made_up(agency: Agency) -> None:
    one = make_inspection(agency, approved=False)
    assert make_submission(one, urgent=True).status == 201
    row = approval(one)
    assert (row.state, row.urgent, row.urgent_reason) == (ApprovalState.ASKED, True, services.BY_RECORD)
    assert gate(one)[0]


def test_a_record_without_approval_is_taken_and_the_gate_says_so(
    app: Flask, agency: Agency, approver: User
) -> None:
    one = make_inspection(agency, approved=False)
    assert make_submission(one).status == 201
    assert gate(one) == (False, "未办检查审批")
    refused = make_inspection(agency)
    approval(refused).state = ApprovalState.REFUSED
    assert make_submission(refused, urgent=True).status == 201
    assert approval(refused).state is ApprovalState.ASKED
    late = make_inspection(agency)
    make_submission(late)
    approval(late).decided_at = VISITED_AT
    assert "检查开始之后才批准" in gate(late)[1]
    db.session.commit()
    page = Visitor(app).sign_in(approver).open(f"/inspections/{late.id}")
    assert "检查开始之后才批准" in page.select_one("#gates").get_text()


def test_a_visit_taken_back_waits_for_nobody(agency: Agency, clerk: User, approver: User) -> None:
    one = dispatch(held_draw(agency, objects=1), ENDS_ON, clerk, NOW)[0]
    one.state = ResultState.WITHDRAWN
    db.session.flush()
    assert waiting_count(approver) == 0
    with pytest.raises(services.ApprovalRefused, match="已撤回"):
        services.approve(approval(one), approver, NOW)


def test_above_the_yearly_cap_somebody_says_why(app: Flask, agency: Agency, clerk: User) -> None:
    agency.frequency_cap = 1
    draw = held_draw(agency, objects=2)
    at_cap, other = (row.entity for row in draw.objects)
    earlier = make_inspection(agency, entity=at_cap, state=ResultState.PUBLISHED)
    db.session.commit()
    with pytest.raises(AboveCap, match=at_cap.name):
        dispatch(draw, ENDS_ON, clerk, NOW)
    db.session.rollback()
    visitor = Visitor(app).sign_in(clerk)
    visitor.open(f"/inspections/dispatch/{draw.id}")
    assert f"{at_cap.name}：本年第 2 次，上限 1 次" in visitor.text()
    visitor.submit("main form", status=422)
    assert "请写明仍要检查的理由" in visitor.text()
    visitor.submit("main form", over_cap_reason="上级交办")
    query = db.select(Inspection).where(Inspection.draw_id == draw.id)
    made = {row.entity_id: row for row in db.session.scalars(query)}
    assert made[at_cap.id].over_cap_reason == "上级交办"
    assert made[other.id].over_cap_reason == ""
    assert "上级交办" in gate(made[at_cap.id], "cap")[1]
    assert gate(earlier, "cap") == (True, "本年第 1 次检查，部门规定每年不超过 1 次")


def test_the_reason_may_come_later_from_the_office(app: Flask, agency: Agency, clerk: User) -> None:
    agency.frequency_cap = 1
    first = make_inspection(agency)
    second = make_inspection(agency, entity=first.entity)
    assert (gate(first, "cap")[0], gate(second, "cap")[0]) == (True, False)
    visitor = Visitor(app).sign_in(clerk)
    visitor.open(f"/inspections/{second.id}")
    visitor.open(str(visitor.page.select_one("#gates a[href$='/over-cap']")["href"]))
    visitor.submit("main form", status=422, reason="")
    visitor.submit("main form", reason="上次的问题需要复查")
    db.session.expire_all()
    assert gate(second, "cap")[0]
    elsewhere = make_user(Role.OFFICE, agency=make_agency())
    Visitor(app).sign_in(elsewhere).open(f"/inspections/{second.id}/over-cap", 404)
