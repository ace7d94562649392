"""Before a draw: an officer declares relations on the phone, for one draw or for ever, or says there are none."""

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.models import Declaration
from sjj.plans.models import Campaign, CampaignPartner
from sjj.registers.models import Officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_queries import bars
from sjj.rules import verify
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import make_draw, put_up
from tests.makers.inspections import make_officer_user
from tests.makers.plans import make_campaign, make_stratum
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor


@pytest.fixture
def agency(app: Flask) -> Agency:
    """An agency with some objects and officers."""
    agency = make_agency()
    for name in ("试点县兴旺木材厂", "试点县顺达木材厂", "试点县青山苗圃"):
        make_entity(agency, name)
    for number in range(4):
        make_officer(agency, f"执法{number}")
    return agency


def campaign_of(agency: Agency, **more: object) -> Campaign:
    return make_campaign(agency, register=False, strata=[make_stratum(take="1户")], **more)


def officer_named(name: str) -> Officer:
    return db.session.query(Officer).filter_by(name=name).one()


def phone_of(app: Flask, name: str) -> Visitor:
    """The phone of an officer."""
    return Visitor(app).sign_in(make_officer_user(officer_named(name)))


def declare(phone: Visitor, campaign: Campaign, words: str, **more: str) -> Recusal:
    """Look an object up and declare a relation to it."""
    page = phone.open(f"/field/recusals/{campaign.id}?q={words}")
    choice = page.select_one("input[name=entity_id]")["value"]
    phone.submit("form.card", entity_id=choice, reason="配偶在此任职", **more)
    return db.session.scalars(select(Recusal).order_by(Recusal.id.desc())).first()


def approve(app: Flask, recusal: Recusal) -> None:
    """The approver grants it."""
    leader = Visitor(app).sign_in(make_user(Role.APPROVER, agency=recusal.entity.agency))
    leader.open(f"/registers/recusals/{recusal.id}/decide")
    leader.submit(do="approve")


def test_declared_on_the_phone_for_this_draw_only(app: Flask, agency: Agency) -> None:
    campaign, other = campaign_of(agency), campaign_of(agency)
    phone = phone_of(app, "执法0")
    phone.open("/field/")
    assert "抽取前请申报回避" in phone.text()
    phone.open(f"/field/recusals/{campaign.id}?q=青山")
    assert "兴旺" not in phone.text(), "it is looked up, never listed"
    phone.submit("form.card", 422, reason="同学")
    assert "请选择检查对象" in phone.text()
    recusal = declare(phone, campaign, "青山")
    phone.follow()
    assert "待审批" in phone.text()
    assert f"仅 {campaign.number}" in phone.text()
    assert recusal.campaign_id == campaign.id
    assert bars([recusal.entity_id], campaign.id) == {}, "it waits for the approver"
    approve(app, recusal)
    assert bars([recusal.entity_id], campaign.id) == {recusal.entity_id: {recusal.officer_id: "配偶在此任职"}}
    assert bars([recusal.entity_id], other.id) == bars([recusal.entity_id]) == {}
    barred = [
        verify.parse(make_draw(one, state=DrawState.FROZEN).rule.encode())["barred"]
        for one in (campaign, other)
    ]
    assert [len(one) for one in barred] == [1, 0]


def test_declared_for_ever_bars_in_every_draw(app: Flask, agency: Agency) -> None:
    campaign, other = campaign_of(agency), campaign_of(agency)
    recusal = declare(phone_of(app, "执法0"), campaign, "兴旺", reach="standing")
    approve(app, recusal)
    assert recusal.campaign_id is None
    assert bars([recusal.entity_id], other.id) != {}


def test_standing_and_for_one_draw_live_side_by_side_but_not_twice(app: Flask, agency: Agency) -> None:
    campaign = campaign_of(agency)
    phone = phone_of(app, "执法0")
    declare(phone, campaign, "兴旺")
    page = phone.open(f"/field/recusals/{campaign.id}?q=兴旺")
    choice = page.select_one("input[name=entity_id]")["value"]
    phone.submit("form.card", 422, entity_id=choice, reason="再报一次")
    assert "正等待审批，不用再申报" in phone.text()
    standing = declare(phone, campaign, "兴旺", reach="standing")
    assert db.session.query(Recusal).count() == 2
    approve(app, standing)
    phone.open(f"/field/recusals/{campaign.id}?q=兴旺")
    phone.submit("form.card", 422, entity_id=choice, reason="又报一次")
    assert "已经长期回避" in phone.text()


def test_the_freeze_page_tells_who_has_not_said_so(app: Flask, agency: Agency) -> None:
    campaign = campaign_of(agency)
    phone = phone_of(app, "执法0")
    phone.open(f"/field/recusals/{campaign.id}")
    phone.submit("#done")
    phone.open(f"/field/recusals/{campaign.id}")
    assert "您已声明没有其他需要回避的" in phone.text()
    phone.post(f"/field/recusals/{campaign.id}/done")
    assert db.session.query(Declaration).count() == 1
    assert db.session.query(AuditEntry).filter_by(action="draw.officer_declared").count() == 1
    phone.open("/field/")
    assert "抽取前请申报回避" not in phone.text()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open(f"/draws/freeze/{campaign.id}")
    assert "有 3 名执法人员还没有声明是否需要回避：执法1、执法2、执法3" in clerk.text()
    assert "已有 1 名声明" in clerk.text()
    clerk.submit("form.card")  # silence bars nobody


def test_only_own_draws_before_the_freeze(app: Flask, agency: Agency) -> None:
    campaign = campaign_of(agency)
    draft = campaign_of(agency, state=CampaignState.DRAFT)
    elsewhere = make_campaign()
    away = officer_named("执法1")
    away.on_duty = False
    phone = phone_of(app, "执法0")
    for one in (draft, elsewhere):
        phone.open(f"/field/recusals/{one.id}", 404)
    phone_of(app, "执法1").open(f"/field/recusals/{campaign.id}", 404)
    make_draw(campaign, state=DrawState.FROZEN)
    phone.open(f"/field/recusals/{campaign.id}", 404)
    phone.open("/field/recusals/")
    assert "没有快要抽取的任务" in phone.text()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open("/field/recusals/", 404)


def test_an_object_outside_the_campaign_cannot_be_declared_here(app: Flask, agency: Agency) -> None:
    campaign = campaign_of(agency, scope={"townships": ["别的镇"]})
    make_entity(agency, "镇外厂", township="别的镇")
    outside = make_entity(agency, "镇里厂", township="兴城镇")
    phone = phone_of(app, "执法0")
    phone.open(f"/field/recusals/{campaign.id}?q=镇")
    assert "镇里厂" not in phone.text()
    phone.submit("form.card", 422, entity_id=str(outside.id), reason="同学")
    assert db.session.query(Recusal).count() == 0


def test_a_partner_s_officer_declares_to_the_leading_agency(app: Flask, agency: Agency) -> None:
    partner = make_agency("试点县市场监督管理局")
    make_officer(partner, "市监甲")
    campaign = campaign_of(agency, partners=[CampaignPartner(place=2, agency_id=partner.id)])
    recusal = declare(phone_of(app, "市监甲"), campaign, "青山")
    approve(app, recusal)
    assert bars([recusal.entity_id], campaign.id) == {recusal.entity_id: {recusal.officer_id: "配偶在此任职"}}


def sent_to(campaign: Campaign) -> dict[str, str]:
    return {"campaign_id": str(campaign.id), "reason": "亲属"}


def test_the_office_declares_for_one_draw_too(app: Flask, agency: Agency) -> None:
    partner = make_agency("试点县市场监督管理局")
    theirs, stranger = make_officer(partner, "市监甲"), make_officer(make_agency(), "别局的")
    campaign = campaign_of(agency, partners=[CampaignPartner(place=2, agency_id=partner.id)])
    frozen = make_draw(campaign_of(agency), state=DrawState.FROZEN).campaign
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open("/registers/recusals/new?q=青山")
    offered = [option["value"] for option in clerk.page.select("#campaign_id option")]
    assert offered == ["0", str(campaign.id)], "what is frozen is no longer offered"
    values = {option["value"] for option in clerk.page.select("#officer_id option")}
    assert str(theirs.id) in values
    assert str(stranger.id) not in values
    choice = clerk.page.select_one("input[name=entity_id]")["value"]
    clerk.submit("form.card", 422, officer_id=str(theirs.id), entity_id=choice, **sent_to(frozen))
    clerk.submit("form.card", officer_id=str(theirs.id), entity_id=choice, **sent_to(campaign))
    clerk.follow()
    assert f"仅 {campaign.number}" in clerk.text()
    assert db.session.query(Recusal).one().campaign_id == campaign.id


def test_once_frozen_the_page_is_gone(app: Flask, agency: Agency) -> None:
    campaign = put_up(campaign_of(agency))
    me: User = make_officer_user(officer_named("执法0"))
    phone = Visitor(app).sign_in(me)
    phone.open(f"/field/recusals/{campaign.id}")
    phone.submit("#done")
    second = Visitor(app).sign_in(make_user(Role.APPROVER, agency=agency))
    second.open(f"/draws/freeze/{campaign.id}")
    second.submit("#confirm")
    phone.post(f"/field/recusals/{campaign.id}/done", 404)
