"""A campaign from its first line to its published scheme, as the office does it in a browser."""

import threading
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans.models import Campaign
from sjj.plans.pool import pool_of
from sjj.plans.staff import staff_of
from sjj.registers.models import SupervisionClass
from sjj.rules.lifecycle import CampaignState
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import MADE_AT, make_agency, make_user
from tests.makers.plans import by_class, by_credit, make_campaign, make_plan_line, make_register, make_stratum
from tests.makers.registers import make_entity, make_item, make_law, make_officer, make_tag
from tests.visitor import Visitor

DAY = date(2026, 3, 2)


def people(agency: Agency) -> tuple[User, User]:
    """A clerk and an approver of the agency."""
    return make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)


def basics(item_id: int, **more: object) -> dict[str, object]:
    """What a clerk types first."""
    return {
        "name": "2026年第一季度木材经营加工监督检查",
        "item_ids": [str(item_id)],
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
        "check_type": "日常",
        "method": "实地检查",
        "plan_line_id": "0",
        "section_id": "0",
        **more,
    }


def test_the_whole_way_to_the_published_scheme(app: Flask, visitor: Visitor) -> None:
    agency = make_agency(short_name="迁林")
    make_register(agency)
    item = make_item(agency)
    line = make_plan_line(agency)
    clerk, approver = people(agency)
    visitor.sign_in(clerk).open("/campaigns/")
    assert "新建抽查任务" in visitor.text()
    visitor.open("/campaigns/new")
    visitor.submit("form.card", **basics(item.id, plan_line_id=str(line.id)))
    campaign = db.session.query(Campaign).one()
    assert campaign.number == "迁林抽查〔2026〕1号"
    visitor.follow()
    visitor.submit("main form", kinds=["enterprise"], positive="any")
    visitor.follow()
    visitor.open(f"/campaigns/{campaign.id}/strata?by=supervision_class")
    visitor.submit(
        "main form", take_0="不低于25%", take_1="1户", take_2="3%", basis_0="特殊监管对象 每季不低于25%"
    )
    visitor.follow()
    assert visitor.page.h1.get_text() == "检查人员", "a draft goes on to its last part"
    visitor.submit("main form", size="2")
    visitor.follow()
    assert "不低于25%，3户取1户" in visitor.text()
    assert "合计抽取 3 户" in visitor.text()
    visitor.submit("main .actions form")
    visitor.follow()
    assert "等负责人审批" in visitor.text()

    leader = Visitor(app).sign_in(approver)
    leader.open(f"/campaigns/{campaign.id}/approve")
    assert "每户随机抽取执法人员 2 名，回避对象除外" in leader.text()
    leader.submit("#step")
    visitor.open(f"/campaigns/{campaign.id}/publish")
    assert "任何人都能看到" in visitor.text()
    visitor.submit("#step")
    visitor.follow()
    assert "冻结名单" in visitor.text()
    db.session.refresh(campaign)
    assert campaign.state is CampaignState.PUBLISHED
    assert campaign.items[0].guide_id is not None
    assert [one["take"] for one in campaign.scheme["strata"]] == ["不低于25%", "抽取1户", "不低于3%"]
    assert campaign.scheme["items"][0]["bases"][0]["articles"] == "第六十五条"


def test_sent_back_with_a_reason_and_changed(app: Flask, visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.SUBMITTED)
    clerk, approver = people(campaign.agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}/edit")
    visitor.submit("form.card", 422, starts_on="2026-05-01", ends_on="2026-06-01")
    assert "只有起草中的任务可以修改" in visitor.text()
    leader = Visitor(app).sign_in(approver)
    leader.open(f"/campaigns/{campaign.id}/send-back")
    leader.submit("form.card", 422, reason=" ")
    leader.submit("form.card", reason="比例偏低")
    visitor.open(f"/campaigns/{campaign.id}")
    assert "比例偏低" in visitor.text()
    visitor.open(f"/campaigns/{campaign.id}/edit")
    visitor.submit("form.card", starts_on="2026-05-01", ends_on="2026-06-01")


def test_nobody_approves_their_own(visitor: Visitor) -> None:
    agency = make_agency()
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    campaign = make_campaign(agency, state=CampaignState.SUBMITTED, created_by_id=both.id)
    db.session.commit()
    visitor.sign_in(both).open(f"/campaigns/{campaign.id}")
    assert "须由另一位负责人审批" in visitor.text()
    visitor.post(f"/campaigns/{campaign.id}/approve", 422)
    assert "不能审批自己起草或提交的任务" in visitor.text()
    db.session.refresh(campaign)
    assert campaign.state is CampaignState.SUBMITTED


def test_a_refused_move_says_what_is_possible(visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT)
    clerk, _ = people(campaign.agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}")
    visitor.post(f"/campaigns/{campaign.id}/publish", 422)
    assert "方案批准后才能公示" in visitor.text()


def test_cancelled_with_a_reason(visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.APPROVED)
    clerk, _ = people(campaign.agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}/cancel")
    visitor.submit("form.card", reason="任务并入专项检查")
    visitor.follow()
    assert "已终止" in visitor.text()
    assert "任务并入专项检查" in visitor.text()


def test_all_problems_stand_on_the_page_at_once(visitor: Visitor) -> None:
    agency = make_agency()
    item = make_item(agency, retired_at=MADE_AT)
    campaign = make_campaign(agency, state=CampaignState.DRAFT, items=[item], strata=[], register=False)
    clerk, _ = people(agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}")
    for said in ("已不在随机抽查事项清单中", "还没有定分层和抽取数量", "每户要 2 名执法人员"):
        assert said in visitor.text()
    visitor.post(f"/campaigns/{campaign.id}/submit", 422)
    assert "还不能提交" in visitor.text()


def test_repealed_basis_and_draft_guide_are_warned_of(visitor: Visitor) -> None:
    agency = make_agency()
    item = make_item(agency, confirmed=False)
    item.bases[0].law = make_law(agency, "大气污染防治法", repealed_on=date(2026, 2, 15))
    make_register(agency)
    clerk, _ = people(agency)
    visitor.sign_in(clerk).open("/campaigns/new")
    assert "草案" in visitor.text()
    assert "依据已失效：《大气污染防治法》" in visitor.text()


def test_only_published_items_are_offered(visitor: Visitor) -> None:
    agency = make_agency()
    offered = make_item(agency, "公布的事项")
    hidden = make_item(agency, "没有公布的事项", published_at=None)
    clerk, _ = people(agency)
    visitor.sign_in(clerk).open("/campaigns/new")
    assert offered.name in visitor.text()
    assert hidden.name not in visitor.text()
    visitor.submit("form.card", 422, **basics(hidden.id))


def test_the_count_follows_the_boxes(visitor: Visitor) -> None:
    agency = make_agency()
    campaign = make_campaign(agency, state=CampaignState.DRAFT)
    make_entity(agency, township="洒河桥镇", supervision_class=SupervisionClass.KEY)
    make_entity(agency, township="洒河桥镇", state="注销")
    clerk, _ = people(agency)
    address = f"/campaigns/{campaign.id}/scope"
    visitor.sign_in(clerk).open(address)
    data = {"townships": ["洒河桥镇"], "positive": "any", "do": "preview", "csrf_token": visitor.csrf()}
    whole = visitor.client.post(address, data=data)
    part = visitor.client.post(address, data=data, headers={"HX-Request": "true"})
    assert whole.status_code == part.status_code == 200
    fragment = BeautifulSoup(part.data, "html.parser").find(id="preview")
    standing = BeautifulSoup(whole.data, "html.parser").find(id="preview")
    assert fragment is not None
    assert str(fragment) == str(standing)
    said = fragment.get_text(" ", strip=True)
    assert "1 户可以抽取" in said
    assert "登记状态为“注销” 1 户" in said
    db.session.refresh(campaign)
    assert campaign.scope == {}, "a preview saves nothing"


@pytest.mark.parametrize(
    ("scope", "drawn"),
    [
        pytest.param({}, {"甲", "乙", "丙"}, id="everything"),
        pytest.param({"classes": ["重点"]}, {"乙"}, id="one class"),
        pytest.param({"tags": ["木材", "苗圃"]}, {"甲", "丙"}, id="any of some tags"),
        pytest.param({"credit": ["-"]}, {"丙"}, id="not classified"),
        pytest.param({"positive": "yes"}, {"乙"}, id="on the positive list"),
        pytest.param({"positive": "no"}, {"甲", "丙"}, id="not on the positive list"),
        pytest.param(
            {"kinds": ["enterprise"], "townships": ["兴城镇"], "industries": ["木材加工"]},
            {"甲"},
            id="all at once",
        ),
    ],
)
def test_the_scope_lets_in(app: Flask, scope: dict[str, object], drawn: set[str]) -> None:
    agency = make_agency()
    wood, nursery = make_tag(agency, "木材"), make_tag(agency, "苗圃")
    make_entity(agency, "甲", credit_risk="A", industry="木材加工", tags=[wood])
    make_entity(
        agency,
        "乙",
        credit_risk="B",
        supervision_class=SupervisionClass.KEY,
        positive_from=date(2026, 1, 1),
        positive_until=date(2026, 12, 31),
    )
    make_entity(
        agency, "丙", tags=[nursery, wood], positive_from=date(2025, 1, 1), positive_until=date(2025, 12, 31)
    )
    make_entity(agency, "丁", state="吊销")
    make_entity(make_agency(), "别的部门的")
    campaign = make_campaign(agency, register=False, scope=scope, strata=[make_stratum()])
    pool = pool_of(campaign, DAY)
    assert {entity.name for entity, _ in pool.members} == drawn
    assert all(entity.name == "丁" for entity, *_ in pool.excluded)


def test_at_least_rounds_up_and_a_layer_without_quota_is_left_out_openly(app: Flask) -> None:
    agency = make_agency()
    for _ in range(9):
        make_entity(agency, supervision_class=SupervisionClass.KEY)
    make_entity(agency, supervision_class=SupervisionClass.GENERAL)
    campaign = make_campaign(
        agency, register=False, strata=[make_stratum("supervision_class", "重点", "25%")]
    )
    pool = pool_of(campaign, DAY)
    assert pool.strata["重点"].take == 3
    assert pool.strata["重点"].sentence == "不低于25%，9户取3户"
    assert pool.reasons == [("所在层本次不抽取", 1)]


def test_more_than_there_are_is_refused_with_both_numbers(app: Flask) -> None:
    campaign = make_campaign(strata=by_class(special="12"))
    assert pool_of(campaign, DAY).strata["特殊"].problem == "“特殊监管对象”要抽12户，只有3户"


def test_credit_risk_never_stands_in_the_scheme(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    campaign = make_campaign(agency, state=CampaignState.DRAFT, strata=[])
    clerk, _ = people(agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}/strata?by=credit_risk")
    assert "G1、G2" in visitor.text()
    shares = {"take_0": "1%", "take_1": "2%", "take_2": "10%", "take_3": "31%", "basis_3": "信用风险D类从严"}
    visitor.submit("main form", **shares)
    db.session.refresh(campaign)
    assert {one.name for one in campaign.strata} == {"G1", "G2", "G3", "G4"}
    assert all(one.closed for one in campaign.strata)
    visitor.open(f"/campaigns/{campaign.id}/scope")
    visitor.submit("main form", credit=["C", "D"])
    visitor.open(f"/campaigns/{campaign.id}")
    visitor.submit("main .actions form")
    leader = Visitor(app).sign_in(make_user(Role.APPROVER, agency=agency))
    leader.open(f"/campaigns/{campaign.id}")
    leader.open(f"/campaigns/{campaign.id}/approve")
    leader.submit("#step")
    db.session.refresh(campaign)
    told = str(campaign.scheme)
    assert "信用" not in told
    assert all(f"{letter}类" not in told for letter in "ABCD")
    assert campaign.scheme["has_closed_strata"]


def test_a_scope_by_credit_risk_closes_open_layers(visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT, strata=by_class())
    clerk, _ = people(campaign.agency)
    visitor.sign_in(clerk).open(f"/campaigns/{campaign.id}/scope")
    visitor.submit("main form", credit=["D"])
    db.session.refresh(campaign)
    assert all(one.closed and one.name.startswith("G") for one in campaign.strata)


def test_officers_without_a_valid_certificate_are_not_drawn(app: Flask) -> None:
    campaign = make_campaign()
    agency = campaign.agency
    make_officer(agency, "证件将到期", certificate_until=date(2026, 12, 17))
    make_officer(agency, "不在岗", on_duty=False)
    make_officer(agency, "无证", certificate_no="")
    last_day = make_officer(agency, "当天到期", certificate_until=campaign.ends_on)
    names = {one.officer.name for one in staff_of(campaign, DAY).members}
    assert last_day.name in names
    assert not names & {"证件将到期", "不在岗", "无证"}


def test_two_at_once_get_two_numbers(app: Flask) -> None:
    agency = make_agency()
    item = make_item(agency)
    clerks = [make_user(Role.OFFICE, agency=agency) for _ in range(2)]
    visitors = [Visitor(app).sign_in(clerk) for clerk in clerks]
    for visitor in visitors:
        visitor.open("/campaigns/new")
    values, gate = basics(item.id), threading.Barrier(2)
    answers: list[int] = []
    db.session.rollback()  # let go of the database: the others write now

    def create(visitor: Visitor) -> None:
        token = visitor.csrf()
        for _ in range(4):
            gate.wait()
            with app.app_context():
                answer = visitor.client.post("/campaigns/new", data={**values, "csrf_token": token})
            answers.append(answer.status_code)

    threads = [threading.Thread(target=create, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert answers == [303] * 8
    assert sorted(db.session.scalars(db.select(Campaign.serial))) == list(range(1, 9))


def test_the_list_finds_and_swaps(visitor: Visitor) -> None:
    first = make_campaign(name="木材经营加工监督检查")
    second = make_campaign(first.agency, register=False, name="森林防火监督检查", state=CampaignState.DRAFT)
    clerk, _ = people(first.agency)
    visitor.sign_in(clerk).open("/campaigns/?q=防火")
    assert second.name in visitor.text()
    assert first.name not in visitor.text()
    visitor.open("/campaigns/?state=published")
    assert second.name not in visitor.text()
    assert_swap_equals_reload(visitor.client, "/campaigns/?sort=name")


def test_another_agency_sees_nothing(visitor: Visitor) -> None:
    campaign = make_campaign(strata=by_credit())
    stranger = make_user(Role.OFFICE, Role.APPROVER, agency=make_agency())
    visitor.sign_in(stranger).open("/campaigns/")
    assert campaign.name not in visitor.text()
    for part in ("", "/edit", "/scope", "/strata", "/team", "/cancel", "/send-back"):
        visitor.open(f"/campaigns/{campaign.id}{part}", 404)


def test_who_may_only_read_finds_no_buttons(visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT)
    visitor.sign_in(make_user(Role.SUPERVISOR, agency=campaign.agency)).open(f"/campaigns/{campaign.id}")
    assert not visitor.page.select("main .actions form, main .actions a")
    visitor.open(f"/campaigns/{campaign.id}/edit", 403)
