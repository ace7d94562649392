"""“今天要办”: what waits for each person, in order of the clock, and the year's indicators."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.void_services import ask_void
from sjj.home.dues import dues_of
from sjj.home.indicators import indicators_of
from sjj.home.views import quarter_words
from sjj.inspections.deadlines import Deadlines
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, VALUES, make_draw, make_draw_in_room, put_up
from tests.makers.inspections import make_inspection, make_submission
from tests.makers.plans import by_credit, make_campaign
from tests.makers.publicity import make_accepted, make_notice, make_problem, make_recorded
from tests.makers.registers import make_entity, make_officer, make_recusal
from tests.visitor import Visitor

A_THURSDAY = date(2026, 3, 5)


def test_the_office_sees_what_is_due_in_order_of_the_clock(app: Flask) -> None:
    agency = make_agency()
    accepted = make_accepted(make_inspection(agency))  # ended 2026-03-05, problem due 2026-03-20
    make_recorded(make_inspection(agency, campaign=accepted.campaign))
    make_draw(make_campaign(agency, name="等待派发的任务"))
    make_draw(make_campaign(agency, name="等待抽取的任务"), state=DrawState.FROZEN)
    make_campaign(agency, name="等待冻结的任务")
    make_inspection(agency, due_on=date(2026, 3, 10))
    office = make_user(Role.OFFICE, agency=agency)
    lines = dues_of(office, Deadlines(date(2026, 3, 9)))
    assert [line.on for line in lines] == sorted(line.on for line in lines)
    said = {line.title.split("：")[0]: line for line in lines}
    assert {
        "公示 1 户检查结果",
        "审核检查记录",
        "派发检查任务",
        "举行抽取",
        "冻结名单",
        "问题处置",
        "还有 1 户没有检查记录",
    } <= set(said)
    assert said["公示 1 户检查结果"].when == "剩 18 个工作日"
    assert said["问题处置"].sub == "3月20日 星期五"


def test_an_order_to_put_right_without_a_day_is_not_forgotten(app: Flask) -> None:
    problem = make_problem()
    problem.due_on = None
    db.session.commit()
    office = make_user(Role.OFFICE, agency=problem.inspection.agency)
    lines = dues_of(office, Deadlines(date(2026, 3, 9)))
    assert [line.when for line in lines if line.title.startswith("问题处置")] == ["没有期限"]


def test_a_late_publication_comes_first_and_is_marked(app: Flask, visitor: Visitor) -> None:
    inspection = make_accepted()
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency)).open("/")
    first = visitor.page.select(".due.late")
    assert first
    assert "已超" in first[0].get_text()


def test_every_line_leads_to_a_page(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    inspection = make_accepted(make_inspection(agency))
    recorded = make_recorded(make_inspection(agency))
    make_submission(recorded, narrative="另一份")
    make_draw(make_campaign(agency))
    make_campaign(agency, state=CampaignState.SUBMITTED)
    make_campaign(agency, state=CampaignState.APPROVED)
    make_recusal(make_officer(agency), make_entity(agency), approved=None)
    db.session.commit()
    person = make_user(Role.OFFICE, Role.APPROVER, agency=inspection.agency)
    visitor.sign_in(person).open("/")
    links = {str(a["href"]) for a in visitor.page.select(".due a")}
    assert len(links) >= 7
    for link in links:
        visitor.open(link)


def test_the_approver_sees_what_waits_for_a_decision(app: Flask) -> None:
    agency = make_agency()
    make_campaign(agency, state=CampaignState.SUBMITTED, name="春季检查")
    make_recusal(make_officer(agency, "孙某"), make_entity(agency), approved=None)
    titles = [line.title for line in dues_of(make_user(Role.APPROVER, agency=agency), Deadlines(A_THURSDAY))]
    assert "审批抽查方案：春季检查" in titles
    assert any(title.startswith("回避申报：孙某") for title in titles)
    assert not dues_of(make_user(Role.APPROVER, agency=make_agency()), Deadlines(A_THURSDAY))


def test_nobody_is_asked_to_review_their_own_visit(app: Flask) -> None:
    inspection = make_recorded()
    own = make_user(Role.OFFICE, agency=inspection.agency, officer_id=inspection.team[0].officer_id)
    assert not [line for line in dues_of(own, Deadlines(A_THURSDAY)) if "审核" in line.title]


def test_an_officer_is_taken_to_the_phone_pages(app: Flask, visitor: Visitor) -> None:
    officer = make_officer(make_agency())
    visitor.sign_in(make_user(Role.OFFICER, agency=officer.agency, officer_id=officer.id))
    visitor.open("/", status=303)
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == "/field/"


@pytest.mark.parametrize(
    ("role", "said"),
    [
        pytest.param(Role.SYSTEM_ADMIN, "部门与内设机构", id="the administrator: the settings"),
        pytest.param(Role.SECURITY_ADMIN, "账号", id="the security administrator: accounts"),
        pytest.param(Role.AUDITOR, "最近的操作", id="the auditor: the log"),
        pytest.param(Role.LEADER, "年度抽查企业占比", id="the leader: the indicators"),
        pytest.param(Role.SUPERVISOR, "按期限排", id="the supervisor: what is due"),
        pytest.param(Role.SECTION_ADMIN, "检查对象", id="the section's administrator: the registers"),
    ],
)
def test_every_role_gets_something_sensible(app: Flask, visitor: Visitor, role: Role, said: str) -> None:
    visitor.sign_in(make_user(role, agency=make_agency())).open("/")
    assert said in visitor.page.select_one("main").get_text()  # type: ignore[union-attr]


def test_indicators_stand_with_their_formula_and_numbers(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_notice(make_inspection(agency), problem=False, at=datetime(2026, 5, 20, tzinfo=UTC))
    for _ in range(3):
        make_entity(agency)
    make_draw(make_campaign(agency, register=True, strata=by_credit()))
    make_draw(make_campaign(agency, register=False))
    user = make_user(Role.OFFICE, agency=agency)
    found = {one.label: one for one in indicators_of(agency, user, Deadlines(A_THURSDAY))}
    share = found["年度抽查企业占比"]
    assert share.percent == pytest.approx(100 / 13)
    assert share.reading.sentence.startswith("1 户 ÷ 13 户 = 7.69%")
    assert found["结果及时公示率"].reading.sentence.startswith("0 户次 ÷ 1 户次")
    credit = found["运用信用风险分类占比"]
    assert (credit.percent, credit.target_percent) == (50, 85)
    visitor.sign_in(user).open("/")
    assert "本年已检查的企业 ÷ 名录库中的企业" in visitor.text()


def test_the_rest_of_the_quarter_is_counted_in_working_days(app: Flask) -> None:
    assert quarter_words(Deadlines(A_THURSDAY)) == "第一季度还有 18 个工作日"
    assert quarter_words(Deadlines(date(2030, 3, 5))) == "第一季度"


def test_a_list_put_up_waits_for_the_second_person(app: Flask) -> None:
    agency = make_agency()
    clerk = make_user(Role.OFFICE, agency=agency)
    put_up(make_campaign(agency, name="等待确认的任务"), actor=clerk)
    deadlines = Deadlines(A_THURSDAY)
    assert ("等另一人确认", "名单已提交：等待确认的任务") in [
        (line.when, line.title) for line in dues_of(clerk, deadlines)
    ]
    for role in (Role.OFFICE, Role.APPROVER, Role.SUPERVISOR):
        [line] = [one for one in dues_of(make_user(role, agency=agency), deadlines) if "名单" in one.title]
        assert (line.when, line.title, line.action) == (
            "等待确认",
            "确认冻结名单：等待确认的任务",
            "核对名单",
        )
    assert not dues_of(make_user(Role.OFFICE, agency=make_agency()), deadlines)


def test_a_void_asked_for_waits_for_the_other_of_the_two(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES[:1])
    approver = make_user(Role.APPROVER, agency=draw.agency)
    ask_void(draw, "骰子滚到地上", approver, DRAWN_AT)
    db.session.commit()
    deadlines = Deadlines(A_THURSDAY)
    supervisor = make_user(Role.SUPERVISOR, agency=draw.agency)
    assert [(line.when, line.action) for line in dues_of(supervisor, deadlines)] == [("等待同意", "查看")]
    assert "骰子滚到地上" in dues_of(supervisor, deadlines)[0].note
    assert not dues_of(approver, deadlines)
