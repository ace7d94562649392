"""A year's plan from its lines to the public page and through an adjustment, as the office does it in a browser."""

import io
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.plans import plan_version_moves as moves
from sjj.plans import plan_versions
from sjj.plans.models import PlanLine
from sjj.plans.plan_models import Plan
from sjj.plans.plan_version_moves import PlanRefused
from sjj.rules.lifecycle import PlanState, RefusedMove
from tests.makers.accounts import make_agency, make_user
from tests.makers.plan_versions import (
    AT,
    YEAR,
    layer,
    make_plan,
    make_ready_line,
    make_year,
    reasons_for,
)
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.registers import make_item, make_law
from tests.visitor import Visitor


def people(agency: Agency) -> tuple[User, User]:
    """A clerk and an approver of the agency."""
    return make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)


def here(agency: Agency, rest: str = "") -> str:
    """The address of the agency's year."""
    return f"/plan-versions/{agency.id}/{YEAR}/{rest}"


def picture() -> bytes:
    """A small JPEG."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(target, "JPEG")
    return target.getvalue()


def lines(agency: Agency) -> list[PlanLine]:
    """The lines of the year that stand."""
    query = select(PlanLine).where(PlanLine.agency_id == agency.id, PlanLine.dropped_at.is_(None))
    return list(db.session.scalars(query.order_by(PlanLine.number)))


def test_the_whole_way_from_lines_to_the_public_plan_and_its_adjustment(app: Flask, visitor: Visitor) -> None:
    agency = make_year()
    clerk, approver = people(agency)
    visitor.sign_in(clerk).open(here(agency))
    assert "编制中" in visitor.text()
    visitor.open(here(agency, "submit"))
    asked = [box["name"] for box in visitor.page.select('#step textarea[name^="why-"]')]
    assert asked, "credit risk is not used, so a target is missed"
    visitor.submit("#step", status=422)
    assert "请说明达不到仍要提交的理由" in visitor.text()
    visitor.submit("#step", **dict.fromkeys(asked, "信用分类数据尚未接入，三季度补"))
    visitor.follow()
    assert "等负责人审批" in visitor.text()
    visitor.open(here(agency, "adjust"))
    visitor.submit("#step", status=422, reason="想再改")
    assert "还没有公示" in visitor.text()

    leader = Visitor(app).sign_in(approver)
    leader.open(here(agency, "1/approve"))
    assert "三季度补" in leader.text()
    leader.submit("#step")
    visitor.open(here(agency, "1/report"))
    visitor.submit("#step", reported_to="市林业局、县双随机办")
    visitor.open(here(agency, "1/document"))
    scan = (io.BytesIO(picture()), "盖章.jpg")
    visitor.submit("#step", document_no="试林字〔2026〕3号", file=scan)
    visitor.open(here(agency, "1/publish"))
    visitor.submit("#step")
    visitor.follow()
    assert "计划已公示" in visitor.text()
    assert plan_versions.why_not_editable(agency.id, YEAR).startswith("2026年计划已公示")

    visitor.open(here(agency, "adjust"))
    visitor.submit("#step", status=422, reason="")
    visitor.submit("#step", reason="县里统一安排，增加一次联合检查")
    assert plan_versions.may_edit_lines(agency.id, YEAR)
    make_ready_line(agency, number=3, name="野生动物繁育监督检查", quarter=3)
    lines(agency)[0].layers = [layer(take="50%")]
    db.session.commit()
    visitor.open(here(agency))
    assert "新增 1 项、变更 1 项" in visitor.text()
    assert "不低于25%" in visitor.text()
    visitor.open(here(agency, "submit"))
    visitor.submit(
        "#step", **dict.fromkeys([b["name"] for b in visitor.page.select("#step textarea")], "同前")
    )
    leader.open(here(agency, "2/approve"))
    assert "野生动物繁育监督检查" in leader.text()
    leader.submit("#step")
    visitor.open(here(agency, "2/report"))
    visitor.submit("#step")
    visitor.open(here(agency, "2/publish"))
    visitor.submit("#step")
    assert [one.state for one in plan_versions.versions(agency.id, YEAR)] == [PlanState.PUBLISHED] * 2
    first = plan_versions.version_of(agency.id, YEAR, 1)
    assert first is not None
    assert len(first.content["lines"]) == 2, "what was published stays as it was"
    public = Visitor(app)
    public.open("/public/plans")
    public.open(f"/public/plans/{plan_versions.published(agency.id, YEAR).id}")  # type: ignore[union-attr]
    assert "县里统一安排" in public.text()
    assert "野生动物繁育监督检查" in public.text()


def test_all_that_stands_in_the_way_is_said_at_once(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    clerk, _ = people(agency)
    visitor.sign_in(clerk).open(here(agency, "submit"))
    assert "计划里还没有任务" in visitor.text()
    hidden, gone = (
        make_item(agency, "未公布的", published_at=None),
        make_item(agency, "退出的", retired_at=AT),
    )
    old = make_item(agency, "依据没了的")
    old.bases[0].law = make_law(agency, repealed_on=AT.date())
    unsure = make_item(agency, "待核实的")
    unsure.bases[0].law = make_law(agency, repealed_on=AT.date(), verified=False)
    make_plan_line(agency, number=1, name="空的")
    ids = [one.id for one in (hidden, gone, old, unsure)]
    make_ready_line(agency, number=2, items=ids)
    make_ready_line(agency, number=3, name="联合的", joint="cross")
    visitor.open(here(agency, "submit"))
    said = visitor.text()
    for part in (
        "还没有选抽查事项",
        "还没有定抽取比例或户数",
        "未公布的事项不得检查（国办发〔2024〕54号）",
        "已不在随机抽查事项清单中",
        "依据已全部失效",
        "依据待核实",
        "第3项“联合的”定为部门联合，还没有选参加的其他部门",
    ):
        assert part in said
    assert visitor.page.select_one("#step button") is None
    with pytest.raises(PlanRefused) as refused:
        moves.submit(agency, YEAR, {}, clerk, AT)
    assert len(refused.value.sentences) == 6
    db.session.rollback()
    assert plan_versions.current(agency.id, YEAR) is None, "a refused submission leaves no version"


def test_whoever_submits_does_not_approve_and_a_plan_goes_back_with_a_reason(
    app: Flask, visitor: Visitor
) -> None:
    agency = make_year()
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    plan = make_plan(agency, state=PlanState.SUBMITTED, clerk=both)
    visitor.sign_in(both).open(here(agency, "1/approve"))
    assert "不能审批自己提交的计划" in visitor.text()
    visitor.post(here(agency, "1/approve"), status=422)
    assert "请由另一位负责人审批" in visitor.text()
    leader = Visitor(app).sign_in(make_user(Role.APPROVER, agency=agency))
    leader.open(here(agency, "1/send-back"))
    leader.submit("#step", status=422, reason="")
    leader.submit("#step", reason="第二季度太集中")
    visitor.open(here(agency))
    assert "第二季度太集中" in visitor.text()
    db.session.refresh(plan)
    assert (plan.state, plan.submitted_by_id) == (PlanState.DRAFT, None)
    moves.submit(agency, YEAR, reasons_for(agency), both, AT)
    assert plan.version == 1, "the same version is handed in again"


def test_what_was_handed_in_anew_is_not_approved_unseen(app: Flask, visitor: Visitor) -> None:
    """The page stood open while another approver sent the plan back and the clerk handed in another one."""
    agency = make_year()
    clerk, approver = people(agency)
    plan = make_plan(agency, state=PlanState.SUBMITTED, clerk=clerk)
    db.session.commit()
    visitor.sign_in(approver).open(here(agency, "1/approve"))
    moves.send_back(plan, "再改", make_user(Role.APPROVER, agency=agency), AT)
    lines(agency)[0].layers = [layer(take="90%")]
    moves.submit(agency, YEAR, reasons_for(agency), clerk, AT + timedelta(minutes=5))
    db.session.commit()
    visitor.submit("#step", status=422)
    assert "请看过再审批" in visitor.text()
    visitor.open(here(agency, "1/approve"))
    visitor.submit("#step")
    db.session.refresh(plan)
    assert plan.state is PlanState.APPROVED


def test_one_reason_may_stand_for_several_missed_targets(app: Flask, visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    make_year(agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(here(agency, "submit"))
    first, *others = [box["name"] for box in visitor.page.select('#step textarea[name^="why-"]')]
    assert others
    visitor.submit("#step", **{first: "单独的理由"}, status=422)
    assert len(visitor.page.select(".field.wrong")) == len(others), "only those without a reason are named"
    visitor.submit("#step", **{first: "单独的理由"}, common="分局人手不足，三季度补查")
    plan = db.session.scalars(select(Plan)).one()
    said = {one["reason"] for one in plan.content["acknowledged"]}
    assert said == {"单独的理由", "分局人手不足，三季度补查"}


def test_a_stranger_and_another_agency_see_nothing(app: Flask, visitor: Visitor) -> None:
    agency = make_year()
    make_plan(agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency()))
    for rest in (
        "",
        "1",
        "1/notice.pdf",
        "table.xlsx",
        "1/table.xlsx",
        "1/document",
        "submit",
        "adjust",
        "1/scan",
    ):
        visitor.open(here(agency, rest), status=404)
    supervisor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    supervisor.open(here(agency))
    supervisor.open(here(agency, "adjust"), status=403)


def test_a_dropped_adjustment_leaves_the_lines_exactly_as_published(app: Flask, visitor: Visitor) -> None:
    agency = make_year()
    make_plan(agency)
    first, second = lines(agency)
    before = [(one.number, one.name, one.quarter, one.layers, one.items) for one in (first, second)]
    clerk, _ = people(agency)
    moves.open_adjustment(agency, YEAR, "试一试", clerk, AT)
    keys = [first.id, second.id]
    first.number, second.number = 9, 8
    db.session.flush()
    first.number, second.number = 2, 1
    first.name, first.layers = "改了名", [layer(take="1户")]
    carried = make_ready_line(agency, number=3, name="新增且已有任务")
    make_campaign(agency, register=False, plan_line_id=carried.id)
    make_ready_line(agency, number=4, name="新增")
    db.session.flush()
    db.session.delete(second)
    db.session.commit()
    visitor.sign_in(clerk).open(here(agency, "2/drop"))
    visitor.submit("#step")
    db.session.expire_all()
    after = [(one.number, one.name, one.quarter, one.layers, one.items) for one in lines(agency)]
    assert after == before
    assert [one.id for one in lines(agency)] == keys, "also the deleted one, under its own key"
    assert db.session.get_one(PlanLine, carried.id).dropped_at is not None
    assert plan_versions.current(agency.id, YEAR).state is PlanState.PUBLISHED  # type: ignore[union-attr]
    visitor.open(here(agency, "2"))
    assert "放弃调整" in visitor.text()
    moves.open_adjustment(agency, YEAR, "再来", clerk, AT)
    standing = plan_versions.current(agency.id, YEAR)
    assert standing is not None
    assert (standing.version, plan_versions.title_of(standing, YEAR)) == (3, "2026年度抽查计划第1次调整")
    with pytest.raises(PlanRefused):
        moves.open_adjustment(agency, YEAR, "双击", clerk, AT)


def test_a_first_plan_cannot_be_dropped_and_steps_keep_their_order(app: Flask) -> None:
    agency = make_year()
    clerk, approver = people(agency)
    plan = make_plan(agency, state=PlanState.SUBMITTED, clerk=clerk)
    with pytest.raises(RefusedMove):
        moves.publish(plan, clerk, AT)
    moves.send_back(plan, "再看看", approver, AT)
    with pytest.raises(PlanRefused):
        moves.drop_adjustment(plan, clerk, AT)


@pytest.mark.parametrize("step", ["approve", "submit", "adjust"])
def test_two_people_at_the_same_instant_take_a_step_once(app: Flask, step: str) -> None:
    agency = make_year()
    clerk = make_user(Role.OFFICE, agency=agency)
    if step != "submit":
        make_plan(
            agency, state=PlanState.SUBMITTED if step == "approve" else PlanState.PUBLISHED, clerk=clerk
        )
    said = {"reason": "同时"} | {f"why-{key}": why for key, why in reasons_for(agency).items()}
    role = Role.APPROVER if step == "approve" else Role.OFFICE
    visitors = [Visitor(app).sign_in(make_user(role, agency=agency)) for _ in range(2)]
    address = here(agency, "1/approve" if step == "approve" else step)
    for one in visitors:
        one.open(address)
    shown = visitors[0].page.select_one("#step [name=seen]")
    said |= {"seen": str(shown["value"])} if shown is not None else {}
    agency_id, gate, answers = agency.id, threading.Barrier(2), list[int]()
    db.session.rollback()  # let go of the database: the others write now

    def take(visitor: Visitor) -> None:
        token = visitor.csrf()
        gate.wait()
        with app.app_context():
            answers.append(visitor.client.post(address, data={**said, "csrf_token": token}).status_code)

    threads = [threading.Thread(target=take, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(answers) == [303, 422]
    wanted = {
        "submit": (1, PlanState.SUBMITTED),
        "approve": (1, PlanState.APPROVED),
        "adjust": (2, PlanState.DRAFT),
    }
    newest = plan_versions.current(agency_id, YEAR)
    assert newest is not None
    assert (newest.version, newest.state) == wanted[step]


def test_the_deadline_is_said_until_the_plan_is_public(app: Flask) -> None:
    agency = make_year()
    user = make_user(Role.OFFICE, agency=agency)
    early = datetime(2026, 1, 21, 2, 0, tzinfo=UTC)
    card = plan_versions.state_card(agency, YEAR, user, early)
    assert card.deadline == "2026年1月31日前制定、上报并公示，还有 10 天"
    late = plan_versions.state_card(agency, YEAR, user, datetime(2026, 3, 2, tzinfo=UTC))
    assert (late.is_late, late.deadline[-8:]) == (True, "已超期 30 天"[-8:])
    make_plan(agency)
    assert plan_versions.state_card(agency, YEAR, user, early).deadline == ""


def test_the_log_tells_who_went_on_with_which_missed_target(app: Flask) -> None:
    plan = make_plan(state=PlanState.SUBMITTED)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.submitted")).one()
    assert entry.subject_id == str(plan.id)
    assert "达不到，已逐项说明理由" in entry.sentence
    assert any("人手不足" in one for one in entry.details["missed"])
