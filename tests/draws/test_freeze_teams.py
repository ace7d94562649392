"""Teams of groups and of several agencies, from the campaign's page to the frozen rule and the drawn teams."""

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.loads import loads_of_year
from sjj.draws.models import Draw
from sjj.draws.preparation import prepare
from sjj.plans.models import Campaign, CampaignPartner
from sjj.registers.models import Entity, Officer
from sjj.rules import verify
from sjj.rules.lifecycle import CampaignState, DrawState
from sjj.web import today
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.draws import FROZEN_AT, SOURCES, make_draw
from tests.makers.plans import make_campaign, make_stratum
from tests.makers.registers import make_entity, make_officer, make_recusal, make_tag
from tests.visitor import Visitor


def rule_of(draw: Draw) -> dict[str, object]:
    """The frozen rule."""
    return verify.parse(draw.rule.encode())


def problems(campaign: Campaign) -> str:
    """Everything that stands in the way of the freeze."""
    return "；".join(prepare(campaign, SOURCES, today(FROZEN_AT)).problems())


def campaign_of(agency: Agency, take: str = "100%", **more: object) -> Campaign:
    """A campaign that draws everything the agency has, unless told otherwise."""
    return make_campaign(agency, register=False, strata=[make_stratum(take=take)], **more)


def grouped(agency: Agency, **groups: int) -> dict[str, list[Officer]]:
    """So many officers in each group."""
    return {name: [make_officer(agency, group=name) for _ in range(n)] for name, n in groups.items()}


def test_groups_from_the_page_to_the_drawn_team(app: Flask) -> None:
    agency = make_agency()
    groups = grouped(agency, 一组=2, 二组=3, 三组=2)
    alone = make_officer(agency, "没编组的")
    for _ in range(3):
        make_entity(agency)
    campaign = campaign_of(agency, state=CampaignState.DRAFT)
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open(f"/campaigns/{campaign.id}/team")
    clerk.submit("form.card", 422, unit="officer", size="1")
    assert "每户至少 2 名执法人员" in clerk.text()
    clerk.submit("form.card", unit="group", size="1")
    clerk.follow()
    assert "每户随机抽取执法组 1 个，回避对象除外" in clerk.text()
    assert "没编组的（" in clerk.text()
    db.session.refresh(campaign)
    assert (campaign.team_unit, campaign.team_size) == ("group", 1)
    campaign.state = CampaignState.PUBLISHED
    draw = make_draw(campaign)
    rule = rule_of(draw)
    assert rule["team"] == {"size": 1, "unit": "group"}
    assert {one["code"]: one["groups"] for one in rule["officers"]} == {
        officer.code: [name] for name, members in groups.items() for officer in members
    }
    assert alone.code not in draw.officer_ids
    assert all(set(one.team) <= set(groups) for one in draw.objects)
    assert verify_all(draw)


def verify_all(draw: Draw) -> bool:
    """Whether nothing fails in the one verifier."""
    checks = verify.verify_bytes(draw.receipt.encode(), draw.commitment_sha256)
    return all(check.status != verify.FAIL for check in checks)


def test_a_group_too_small_or_with_expired_members_is_no_candidate(app: Flask) -> None:
    agency = make_agency()
    groups = grouped(agency, 一组=2, 二组=2)
    groups["二组"][0].certificate_until = FROZEN_AT.date()
    make_entity(agency)
    campaign = campaign_of(agency, team_unit="group", team_size=2)
    ready = prepare(campaign, SOURCES, today(FROZEN_AT))
    assert list(ready.staff.groups) == ["一组"]
    assert {reason for _, reason in ready.staff.left_out} == {
        "“二组”可以抽取的不足 2 名",
        "执法证有效期至2026年3月2日，不到检查结束日",
    }
    assert "至少要2个可派的，只有1个" in problems(campaign)


def test_a_recusal_of_one_member_bars_the_group(app: Flask) -> None:
    agency = make_agency()
    groups = grouped(agency, 一组=2, 二组=2)
    entity = make_entity(agency)
    make_recusal(groups["一组"][0], entity)
    draw = make_draw(campaign_of(agency, team_unit="group", team_size=1))
    assert draw.objects[0].team == ["二组"]
    make_recusal(groups["二组"][1], entity)
    assert "至少要1个可派的，只有0个" in problems(campaign_of(agency, team_unit="group", team_size=1))


def test_an_officer_may_stand_in_two_groups(app: Flask) -> None:
    agency = make_agency()
    grouped(agency, 一组=1, 二组=2)
    make_officer(agency, group="一组、二组")
    make_entity(agency)
    ready = prepare(campaign_of(agency, team_unit="group", team_size=1), SOURCES, today(FROZEN_AT))
    assert {name: len(members) for name, members in ready.staff.groups.items()} == {"一组": 2, "二组": 3}
    assert ready.problems() == []


def test_the_load_of_a_group_is_that_of_each_member_once(app: Flask) -> None:
    agency = make_agency()
    groups = grouped(agency, 一组=2)
    make_entity(agency)
    make_draw(campaign_of(agency, team_unit="group", team_size=1))
    assert loads_of_year(2026) == {officer.id: 1 for officer in groups["一组"]}
    assert loads_of_year(2025) == {}


def test_who_was_replaced_before_the_visit_carries_no_load(app: Flask) -> None:
    agency = make_agency()
    officers = [make_officer(agency) for _ in range(3)]
    for _ in range(2):
        make_entity(agency)
    draw = make_draw(campaign_of(agency))
    first, second = draw.objects
    by_code = {officer.code: officer.id for officer in officers}
    left = next(code for code in by_code if code not in first.team)
    first.team_now = [left, first.team[1]]
    second.left_by = 1
    db.session.commit()
    assert loads_of_year(2026) == {by_code[left]: 1, by_code[first.team[1]]: 1}


@pytest.fixture
def joint(app: Flask) -> Campaign:
    """A campaign of two agencies whose officers have the same codes; its place 2 is the other agency's."""
    lead, other = make_agency(short_name="甲局"), make_agency("试点县市场监督管理局", short_name="市监")
    make_agency("不相干的局")
    for number in range(1, 5):
        make_officer(lead, f"甲{number}", code=f"ZF-00{number}")
        make_officer(other, f"乙{number}", code=f"ZF-00{number}")
    for _ in range(4):
        make_entity(lead)
    make_entity(other, "别局的对象")
    campaign = campaign_of(lead)
    campaign.partners = [CampaignPartner(place=2, agency_id=other.id)]
    db.session.commit()
    return campaign


def test_each_agency_supplies_one_place(joint: Campaign) -> None:
    draw = make_draw(joint)
    rule = rule_of(draw)
    own, other = f"单位：{joint.agency.name}", "单位：试点县市场监督管理局"
    assert {one["code"]: one["tags"] for one in rule["officers"]} == {
        **{f"ZF-00{n}": [own] for n in range(1, 5)},
        **{f"市监:ZF-00{n}": [other] for n in range(1, 5)},
    }
    assert len(draw.objects) == 4
    for one in draw.objects:
        assert sorted(code.startswith("市监:") for code in one.team) == [False, True]
    names = {
        db.session.get_one(Officer, draw.officer_ids[code]).name[0]
        for one in draw.objects
        for code in one.team
    }
    assert names == {"甲", "乙"}
    assert verify_all(draw)
    loads = loads_of_year(2026)
    assert sum(loads.values()) == 8
    again = make_draw(campaign_of(joint.agency), state=DrawState.FROZEN)
    assert {one["code"]: one["load"] for one in rule_of(again)["officers"]} == {
        officer.code: loads[officer.id]
        for officer in db.session.query(Officer).filter_by(agency_id=joint.agency_id)
    }
    others = make_draw(campaign_of(db.session.query(Entity).filter_by(name="别局的对象").one().agency))
    assert sorted(one["load"] for one in rule_of(others)["officers"]) == sorted(
        loads[officer.id] for officer in db.session.query(Officer).filter(Officer.name.startswith("乙"))
    ), "the same person in another agency's draw keeps the load"


def test_a_partner_s_recusal_bars_its_officer(joint: Campaign) -> None:
    other = joint.partners[0].agency_id
    theirs = db.session.query(Officer).filter_by(agency_id=other).order_by(Officer.code).all()
    for entity in db.session.query(Entity).filter_by(agency_id=joint.agency_id):
        for officer in theirs[:2]:
            make_recusal(officer, entity)
    draw = make_draw(joint)
    barred = {"市监:ZF-001", "市监:ZF-002"}
    assert all(set(bars) == barred for bars in rule_of(draw)["barred"].values())
    assert not barred & {code for one in draw.objects for code in one.team}


def test_a_partner_without_officers_is_a_problem(joint: Campaign) -> None:
    for officer in db.session.query(Officer).filter_by(agency_id=joint.partners[0].agency_id):
        officer.on_duty = False
    db.session.flush()
    said = problems(joint)
    assert "需单位：试点县市场监督管理局" in said


def test_expertise_is_asked_of_the_partner_s_own_officer(joint: Campaign) -> None:
    other = joint.partners[0].agency
    expert = db.session.query(Officer).filter_by(agency_id=other.id).order_by(Officer.code).first()
    expert.tags = [make_tag(other, "计量", on="officer")]
    impostor = db.session.query(Officer).filter_by(agency_id=joint.agency_id).order_by(Officer.code).first()
    impostor.tags = [
        make_tag(joint.agency, "计量", on="officer"),
        make_tag(joint.agency, "单位：试点县市场监督管理局", on="officer"),
    ]
    joint.needs = [[], ["计量"]]
    draw = make_draw(joint)
    for one in draw.objects:
        assert one.team[0] == f"市监:{expert.code}", (
            "the scarcest place first; no typed tag passes for an agency"
        )
        assert not one.team[1].startswith("市监:")


def test_sections_each_supply_one(app: Flask) -> None:
    agency = make_agency()
    wood, fire = make_section(agency, "林政科"), make_section(agency, "防火办")
    for section, number in ((wood, 3), (fire, 3), (None, 2)):
        for _ in range(number):
            make_officer(agency, section_id=section.id if section else None)
    for _ in range(3):
        make_entity(agency)
    campaign = campaign_of(agency, state=CampaignState.DRAFT)
    make_agency("试点县市场监督管理局")
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open(f"/campaigns/{campaign.id}/team")
    places = {"from_1": f"s{wood.id}", "from_2": f"s{fire.id}"}
    clerk.submit("form.card", 422, **{**places, "from_2": f"s{wood.id}"})
    assert "同一科室或部门只能派出一位" in clerk.text()
    clerk.submit("form.card", **places)
    clerk.follow()
    assert "每户随机抽取执法人员 2 名，其中林政科 1 名、防火办 1 名，回避对象除外" in clerk.text()
    assert "所在科室不参加本次检查" in clerk.text()
    campaign.state = CampaignState.PUBLISHED
    draw = make_draw(campaign)
    assert len(draw.officer_ids) == 6
    sections = {officer.id: officer.section_id for officer in db.session.query(Officer)}
    for one in draw.objects:
        assert {sections[draw.officer_ids[code]] for code in one.team} == {wood.id, fire.id}


def test_the_page_of_a_joint_team(app: Flask) -> None:
    agency, other = make_agency(), make_agency("试点县市场监督管理局", short_name="市监")
    third = make_agency("试点县气象局")
    for each in (agency, agency, other, other):
        make_officer(each)
    make_entity(agency)
    campaign = campaign_of(agency, state=CampaignState.DRAFT)
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    address = f"/campaigns/{campaign.id}/team"
    clerk.open(address)
    clerk.submit("form.card", 422, from_1=f"a{other.id}", from_2=f"a{third.id}")
    assert "牵头部门至少要派出一位" in clerk.text()
    clerk.submit("form.card", 422, from_1=f"a{other.id}", from_3=f"a{third.id}")
    assert "第 3 位不能再有要求" in clerk.text()
    clerk.submit("form.card", from_1="", from_2=f"a{other.id}", from_3="")
    page = clerk.open(address)
    assert page.select_one("#from_2 option[selected]")["value"] == f"a{other.id}"
    assert "试点县市场监督管理局" in clerk.text()
    clerk.submit("form.card", from_1="", from_2="")
    db.session.refresh(campaign)
    assert campaign.partners == []


def test_the_public_scheme_names_the_partners(joint: Campaign, visitor: Visitor) -> None:
    joint.state = CampaignState.SUBMITTED
    joint.published_at = None
    db.session.commit()
    leader = Visitor(visitor.app).sign_in(make_user(Role.APPROVER, agency=joint.agency))
    leader.open(f"/campaigns/{joint.id}/approve")
    said = f"其中{joint.agency.name} 1 名、试点县市场监督管理局 1 名"
    assert said in leader.text()
    leader.submit("#step")
    clerk = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=joint.agency))
    clerk.open(f"/campaigns/{joint.id}/publish")
    clerk.submit("#step")
    visitor.open(f"/public/schemes/{joint.id}")
    assert said in visitor.text()
