"""A list drawn on the provincial platform: taken over with its officers, marked, never among the draws held here."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.home.indicator_counts import counts_of
from sjj.inspections.approval_services import approve
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.direct_take_back import take_back
from sjj.inspections.models import Inspection
from sjj.inspections.platform_judging import Told, judge
from sjj.inspections.platform_lists import ListRefused, take_over
from sjj.inspections.platform_reading import MARK, Named, read_list
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.publicity.content import published_content
from sjj.registers.models import Entity, Item, Officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.workbook import BadWorkbook
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_entity, make_item, make_officer
from tests.visitor import Visitor

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def team(agency: Agency) -> list[Officer]:
    return [make_officer(agency, name) for name in ("王一", "李二")]


@pytest.fixture
def told(agency: Agency) -> Told:
    return Told(
        name="省平台抽取的木材加工企业检查",
        items=(make_item(agency).id,),
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 31),
        where="河北省双随机监管工作平台",
        drawn_at="2026年2月27日 10:00",
        drawn_by="县双随机办",
        number="HB-2026-001",
    )


def table(*lines: str, head: str = "统一社会信用代码,企业名称,执法人员1,执法人员2") -> bytes:
    return "\n".join([head, *lines]).encode()


def line_of(entity: Entity, *officers: str) -> str:
    return ",".join([entity.code, entity.name, *officers])


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        pytest.param(
            "统一社会信用代码,企业名称,执法人员1,执法人员2", ["X-1,甲公司,王一,李二"], id="two columns"
        ),
        pytest.param("代码,名称,检查人员", ["X-1,甲公司,王一、李二"], id="one cell"),
        pytest.param("代码,名称,检查人员", ["X-1,甲公司,王一", "X-1,甲公司,李二"], id="a line an officer"),
    ],
)
def test_the_ways_in_which_a_platform_writes_teams(head: str, lines: list[str]) -> None:
    (row,) = read_list(table(*lines, head=head), "名单.csv")
    assert (row.code, row.name) == ("X-1", "甲公司")
    assert row.officers == [Named("王一"), Named("李二")]


def test_numbers_stand_beside_or_behind_the_names() -> None:
    beside = table("X-1,甲公司,王一、李二,0311001、0311002", head="代码,名称,执法人员,执法证号")
    behind = table("X-1,甲公司,王一（0311001）、李二（0311002）", head="代码,名称,执法人员")
    for data in (beside, behind):
        (row,) = read_list(data, "名单.csv")
        assert row.officers == [Named("王一", "0311001"), Named("李二", "0311002")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"a,b\n1,2", "没有找到表头", id="no heading"),
        pytest.param(table(), "没有检查对象", id="nobody"),
        pytest.param(b"PK\x03\x04", "打不开", id="a broken file"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadWorkbook, match=said):
        read_list(data, "名单.csv")


def test_every_line_says_what_stands_against_it(agency: Agency, team: list[Officer], told: Told) -> None:
    """All at once: unknown, merged, closed, twice, unknown officer, of neither agency, expired, barred, alone."""
    good, closed, barred, double = (
        make_entity(agency, "好的"),
        make_entity(agency, "注销的", state="注销"),
        make_entity(agency, "回避的"),
        make_entity(agency, "重复登记的"),
    )
    double.merged_into_id = good.id
    make_officer(agency, "过期的", certificate_until=date(2026, 3, 10))
    make_officer(make_agency(), "外人")
    for name in ("同名", "同名"):
        make_officer(agency, name)
    db.session.add(
        Recusal(
            officer=team[0], entity=barred, reason="亲属", declared_at=NOW, decision_note="", approved=True
        )
    )
    db.session.flush()
    lines = {
        line_of(good, "王一", "李二"): [],
        "X-404,没有的,王一,李二": ["没有这一户"],
        line_of(closed, "王一", "李二"): ["登记状态"],
        line_of(barred, "王一", "李二"): ["应当回避"],
        line_of(double, "王一", "李二"): ["已并入"],
        line_of(make_entity(agency, "甲"), "王一", "没有的人"): ["没有执法人员", "不足 2 名"],
        line_of(make_entity(agency, "乙"), "王一", "外人"): ["不是本部门或参加部门", "不足 2 名"],
        line_of(make_entity(agency, "丙"), "王一", "过期的"): ["执法证"],
        line_of(make_entity(agency, "丁"), "王一", "同名"): ["请写明执法证号", "不足 2 名"],
        line_of(make_entity(agency, "戊"), "王一"): ["不足 2 名"],
    }
    judged = judge(agency, told, read_list(table(*lines), "名单.csv"))
    for one, wanted in zip(judged, lines.values(), strict=True):
        said = "；".join(one.problems)
        assert all(word in said for word in wanted), (one.label, said)
        assert len(one.problems) == len(wanted), (one.label, said)


def test_a_partner_s_officer_is_taken_where_the_partner_was_named(
    agency: Agency, team: list[Officer], told: Told
) -> None:
    other = make_agency()
    make_officer(other, "邻局的人")
    rows = read_list(table(line_of(make_entity(agency), "王一", "邻局的人")), "名单.csv")
    assert judge(agency, told, rows)[0].problems
    (one,) = judge(agency, replace(told, partners=(other.id,)), rows)
    assert one.problems == []


def taken(agency: Agency, told: Told, data: bytes, clerk: User, **more: str) -> Campaign:
    made = take_over(agency, told, read_list(data, "名单.csv"), data, "名单.csv", clerk, NOW, **more)
    db.session.commit()
    return made


def test_the_leading_group_reads_no_name_of_who_is_still_to_be_visited(
    agency: Agency, team: list[Officer], told: Told, visitor: Visitor
) -> None:
    told = replace(told, plan_line_id=make_plan_line(agency).id)
    entity = make_entity(agency, "将要去查的厂")
    made = taken(agency, told, table(line_of(entity, "王一", "李二")), make_user(Role.OFFICE, agency=agency))
    visitor.sign_in(make_user(Role.LEADER, agency=agency))
    for path in ("/", "/dashboard/", "/campaigns/", "/plan-lines/", "/indicators", "/plan-lines/clauses"):
        visitor.open(path)
        assert entity.name not in visitor.text(), path
    for path in (f"/campaigns/{made.id}", f"/direct/{made.id}"):
        visitor.open(path, 404)
    visitor.open("/draws/", 403)
    made.state = CampaignState.FINISHED
    db.session.commit()
    visitor.open("/campaigns/")
    assert made.name in visitor.text()


def test_it_becomes_a_campaign_that_waits_for_its_approval(
    agency: Agency, team: list[Officer], told: Told
) -> None:
    clerk, head = make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)
    entities = [make_entity(agency) for _ in range(2)]
    made = taken(agency, told, table(*(line_of(one, "王一", "李二") for one in entities)), clerk)
    assert (made.by_draw, made.was_drawn, made.state) == (False, True, CampaignState.SUBMITTED)
    assert (made.source, made.source_reason) == ("省平台抽取", MARK)
    visits = db.session.query(Inspection).all()
    assert [[one.officer_id for one in visit.team] for visit in visits] == [[one.id for one in team]] * 2
    for approval in db.session.query(CheckApproval).all():
        approve(approval, head, NOW)
    assert made.state is CampaignState.IN_PROGRESS
    assert db.session.query(Draw).count() == 0  # never among our own
    content = published_content(visits[0])
    assert (content["platform"], content["directed"]) == ("河北省双随机监管工作平台", "不定向")


def test_a_list_whose_checks_were_all_taken_back_counts_as_no_draw(
    agency: Agency, team: list[Officer], told: Told
) -> None:
    """Else a list brought and given up again would meet “每季度至少一次部门联合”."""
    clerk, head = make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)
    made = taken(agency, told, table(line_of(make_entity(agency), "王一", "李二")), clerk)
    (visit,) = db.session.query(Inspection).all()
    for approval in db.session.query(CheckApproval).all():
        approve(approval, head, NOW)
    db.session.flush()
    assert counts_of(agency, 2026, Deadlines(NOW.date()))[None]["draws"] == 1
    take_back(visit, "已停产", clerk, NOW)
    db.session.flush()
    assert made.state is CampaignState.FINISHED
    assert counts_of(agency, 2026, Deadlines(NOW.date()))[None]["draws"] == 0


def test_the_same_list_is_taken_over_once(agency: Agency, team: list[Officer], told: Told) -> None:
    clerk = make_user(Role.OFFICE, agency=agency)
    data = table(line_of(make_entity(agency), "王一", "李二"))
    first = taken(agency, told, data, clerk)
    with pytest.raises(ListRefused, match=first.number):
        taken(agency, told, data, clerk)
    db.session.rollback()
    assert db.session.query(Campaign).count() == 1


def test_a_line_of_the_plan_that_is_gone_by_now_takes_no_list(
    agency: Agency, team: list[Officer], told: Told
) -> None:
    """Between looking at a list and taking it over lie up to two days: the plan may have been adjusted."""
    entity, clerk = make_entity(agency), make_user(Role.OFFICE, agency=agency)
    struck, number = make_plan_line(agency, dropped_at=NOW), 99_999
    data = table(line_of(entity, "王一", "李二"))
    for line in (struck.id, number):
        with pytest.raises(ListRefused, match="不在年度计划中"):
            take_over(
                agency, replace(told, plan_line_id=line), read_list(data, "a.csv"), data, "a.csv", clerk, NOW
            )


def test_lines_with_problems_stay_out_only_with_a_reason(
    agency: Agency, team: list[Officer], told: Told
) -> None:
    clerk = make_user(Role.OFFICE, agency=agency)
    data = table(line_of(make_entity(agency), "王一", "李二"), "X-404,没有的,王一,李二")
    db.session.commit()
    with pytest.raises(ListRefused, match="1 户有问题"):
        taken(agency, told, data, clerk)
    db.session.rollback()
    made = taken(agency, told, data, clerk, left_out_reason="正在核实登记")
    (left,) = made.platform["left_out"]
    assert (left["name"], left["line"]) == ("没有的", 3)
    assert db.session.query(Inspection).count() == 1


def test_through_the_pages(agency: Agency, team: list[Officer], visitor: Visitor) -> None:
    item, entity = make_item(agency), make_entity(agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open("/platform-lists/new")
    data = table(line_of(entity, "王一", "李二"), "X-404,没有的,王一,李二")
    visitor.submit(
        file=FileStorage(BytesIO(data), "名单.csv"),
        where="省平台",
        drawn_at="2月27日",
        drawn_by="县双随机办",
        name="省平台木材检查",
        item_ids=[item.id],
        starts_on="2026-03-02",
        ends_on="2026-03-31",
    )
    visitor.follow()
    assert "1 户有问题" in visitor.text()
    assert MARK in visitor.text()
    visitor.submit("form.card", 422)
    visitor.submit("form.card", 422, leave_out="y")
    visitor.submit("form.card", leave_out="y", reason="正在核实")
    visitor.follow()
    assert MARK in visitor.text()
    made = db.session.query(Campaign).one()
    with visitor.client.get(f"/platform-lists/file/{made.id}") as answer:
        assert answer.data == data
    visitor.open("/draws/")
    assert MARK in visitor.text()
    visitor.open("/campaigns/?way=platform")
    assert "省平台木材检查" in visitor.text()
    visit = db.session.query(Inspection).one()
    visitor.open(f"/papers/inspections/{visit.uid}/notice")
    assert MARK in visitor.text()
    stranger = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/platform-lists/file/{made.id}", 404)
    assert db.session.get_one(Item, item.id) is not None
