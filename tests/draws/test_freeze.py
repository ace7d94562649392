"""A list is frozen by two persons, and only as both of them saw it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.freeze_services import confirm
from sjj.draws.models import Draw, DrawMessage, FreezeProposal
from sjj.draws.refusals import DrawRefused
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Officer
from sjj.rules.lifecycle import CampaignState, DrawState
from sjj.web import now
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import FROZEN_AT, make_draw, put_up
from tests.makers.plans import by_class, make_campaign, make_plan_line, make_register
from tests.makers.registers import make_entity, make_officer, make_recusal
from tests.visitor import Visitor

SECONDS = {"approver": Role.APPROVER, "supervisor": Role.SUPERVISOR, "another clerk": Role.OFFICE}


def person(app: Flask, role: Role, campaign: Campaign) -> Visitor:
    """Somebody of the campaign's agency, signed in."""
    return Visitor(app).sign_in(make_user(role, agency=campaign.agency))


def at(campaign: Campaign) -> str:
    """Where the list stands."""
    return f"/draws/freeze/{campaign.id}"


@pytest.mark.parametrize("role", SECONDS.values(), ids=SECONDS)
def test_one_puts_up_and_another_confirms(app: Flask, role: Role) -> None:
    campaign = make_campaign()
    clerk, second = person(app, Role.OFFICE, campaign), person(app, role, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card")
    clerk.follow()
    assert "名单等待确认" in clerk.text()
    assert not clerk.page.select("#confirm")
    assert db.session.query(Draw).count() == 0, "nothing is fixed and nothing is public yet"
    second.open(at(campaign))
    assert "不低于25%，3户取1户" in second.text()
    assert "纪检监督人员 · 十面骰子 · 6 位" in second.text()
    second.submit("#confirm")
    draw = db.session.query(Draw).one()
    assert draw.state is DrawState.FROZEN
    assert draw.proposed_by_id not in (None, draw.frozen_by_id)
    assert db.session.query(FreezeProposal).count() == 0
    said = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [action for action in said if action.startswith("draw.")] == ["draw.proposed", "draw.frozen"]
    told = [message.kind for message in db.session.query(DrawMessage).order_by(DrawMessage.id)]
    assert told == ["proposed", "frozen"]
    assert integrity.faults() == []


def test_the_same_person_cannot_be_both(app: Flask) -> None:
    campaign = make_campaign()
    both = Visitor(app).sign_in(make_user(*Role, agency=campaign.agency))
    both.open(at(campaign))
    both.submit("form.card")
    both.post(f"{at(campaign)}/confirm", 403)
    assert "须由另一人核对后确认冻结" in both.text()
    assert db.session.query(Draw).count() == 0


def test_the_second_person_sends_it_back_and_the_first_takes_it_back(app: Flask) -> None:
    campaign = put_up(make_campaign())
    second = person(app, Role.APPROVER, campaign)
    second.open(at(campaign))
    second.submit("#withdraw")
    assert db.session.query(FreezeProposal).count() == 0
    second.post(f"{at(campaign)}/confirm", 422)
    assert "没有等待确认的名单" in second.text()
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card")
    clerk.open(at(campaign))
    clerk.submit("#withdraw")
    clerk.open(at(campaign))
    clerk.submit("form.card")
    entries = db.session.query(AuditEntry).filter_by(action="draw.proposal_withdrawn")
    assert [entry.details["own"] for entry in entries.order_by(AuditEntry.id)] == [False, True]


def test_only_who_runs_draws_puts_up_and_strangers_see_nothing(app: Flask) -> None:
    campaign = make_campaign()
    approver = person(app, Role.APPROVER, campaign)
    approver.open(at(campaign))
    assert not approver.page.select("main form")
    approver.post(at(campaign), 403)
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, Role.APPROVER, agency=make_agency()))
    for part in ("", "/excluded.csv"):
        stranger.open(at(campaign) + part, 404)
    for part in ("", "/confirm", "/withdraw"):
        stranger.post(at(campaign) + part, 404)
    officer = person(app, Role.OFFICER, campaign)
    officer.open(at(campaign), 403)


def cancel_one(campaign: Campaign) -> None:
    """An enterprise is struck off."""
    first = db.session.query(Entity).filter_by(supervision_class="一般").order_by(Entity.id).first()
    first.name, first.state = "关门厂", "注销"


def add_two(campaign: Campaign) -> None:
    """Two enterprises are entered."""
    for name in ("新来厂甲", "新来厂乙"):
        make_entity(campaign.agency, name, supervision_class="一般")


def send_one_away(campaign: Campaign) -> None:
    """An officer goes off duty."""
    officer = db.session.query(Officer).order_by(Officer.id).first()
    officer.name, officer.on_duty = "张明", False


def bar_one(campaign: Campaign) -> None:
    """A recusal is granted."""
    officer, entity = db.session.query(Officer).first(), db.session.query(Entity).first()
    make_recusal(officer, entity)


def change_class(campaign: Campaign) -> None:
    """An enterprise moves to another class."""
    db.session.query(Entity).filter_by(supervision_class="特殊").first().supervision_class = "一般"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(cancel_one, "名单少了 1 户（关门厂，登记状态为“注销”）", id="fewer"),
        pytest.param(add_two, "名单多了 2 户（新来厂", id="more"),
        pytest.param(send_one_away, "执法人员少了张明", id="an officer"),
        pytest.param(bar_one, "回避多了 1 项", id="a recusal"),
        pytest.param(change_class, "有 1 户换了层", id="another layer"),
    ],
)
def test_what_changed_since_is_said_and_nothing_is_frozen(
    app: Flask, change: Callable[[Campaign], None], said: str
) -> None:
    campaign = put_up(make_campaign())
    if change is send_one_away:
        db.session.query(Officer).order_by(Officer.id).first().name = "张明"
        db.session.query(FreezeProposal).delete()
        put_up(campaign)
    if change is cancel_one:
        db.session.query(Entity).filter_by(supervision_class="一般").order_by(
            Entity.id
        ).first().name = "关门厂"
        db.session.query(FreezeProposal).delete()
        put_up(campaign)
    second = person(app, Role.APPROVER, campaign)
    second.open(at(campaign))
    seen = second.page.select_one("#confirm input[name=seen]")["value"]
    change(campaign)
    second.post(f"{at(campaign)}/confirm", 422, seen=seen)
    assert f"提交之后{said}" in second.text()
    assert db.session.query(Draw).count() == 0
    second.open(at(campaign))
    assert f"提交之后{said}" in second.text(), "seen before the button is pressed, too"
    assert not second.page.select("#confirm")
    second.submit("#withdraw")
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card")
    second.open(at(campaign))
    second.submit("#confirm")
    assert db.session.query(Draw).count() == 1


def test_a_list_put_up_anew_must_be_looked_at_anew(app: Flask) -> None:
    campaign = put_up(make_campaign())
    second = person(app, Role.APPROVER, campaign)
    second.open(at(campaign))
    form = second.page.select_one("#confirm input[name=seen]")
    db.session.query(FreezeProposal).delete()
    make_entity(campaign.agency)
    put_up(campaign)
    second.post(f"{at(campaign)}/confirm", 409, seen=form["value"])
    second.post(f"{at(campaign)}/confirm", 409)  # nor without saying which list was seen
    assert "重新提交过，请重新核对" in second.text()
    assert db.session.query(Draw).count() == 0


def test_a_clock_set_back_freezes_nothing(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    earlier = make_draw(make_campaign(agency, register=False), at=now() + timedelta(days=2))
    campaign = make_campaign(agency, register=False)
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card", 422)
    assert f"服务器时钟早于上一次冻结的时间（{earlier.draw_no}）" in clerk.text()
    other = put_up(make_campaign(), at=now() + timedelta(hours=1))
    second = person(app, Role.APPROVER, other)
    second.open(at(other))
    second.submit("#confirm", 422)
    assert "服务器时钟早于提交名单的时间" in second.text()


def test_all_problems_stand_together_for_both(app: Flask) -> None:
    agency = make_agency()
    make_officer(agency)
    make_officer(agency, "证件过期的", certificate_until=FROZEN_AT.date())
    make_entity(agency, supervision_class="特殊")
    campaign = make_campaign(agency, register=False, strata=by_class(special="5户"))
    campaign.items[0].item.published_at = None
    db.session.commit()
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card", 422, **{"sources-0-digits": "3", "sources-1-from_": "", "sources-1-digits": ""})
    for said in (
        "未公布的事项不得检查",
        "要抽5户，只有1户",
        "至少要2个可派的，只有1个",
        "外部来源只有1个相互独立的",
        "外部数字合计只有3位",
        "证件过期的",
        "不到检查结束日",
    ):
        assert said in clerk.text()
    assert db.session.query(FreezeProposal).count() == 0


def test_a_wrong_source_is_named_once_and_what_was_typed_is_kept(app: Flask) -> None:
    clerk = person(app, Role.OFFICE, make_campaign())
    campaign = db.session.query(Campaign).one()
    clerk.open(at(campaign))
    typed = {"sources-0-digits": "六", "sources-1-digits": "99", "sources-2-from_": "县公证处"}
    clerk.submit("form.card", 422, **typed)
    assert [link.get_text() for link in clerk.page.select(".summary a")] == [
        "位数：来源 1 请填写 1 到 40 的整数",
        "位数：来源 2 请填写 1 到 40 的整数",
        "位数：来源 3 请填写位数",
    ]
    assert "可以冻结" not in clerk.text()
    assert "不能冻结" not in clerk.text()
    assert {clerk.page.select_one(f'[name="{name}"]')["value"] for name in typed} == set(typed.values())


UNUSABLE = "e\u0301厂\U0002ebf0"  # neither NFC nor all assigned: no receipt can hold it


@pytest.mark.parametrize("where", ["an object", "an officer", "left out", "the agency", "the campaign"])
def test_a_text_that_no_draw_can_carry_is_said_or_does_not_matter(app: Flask, where: str) -> None:
    """However it came into the register: an answer in words, never a broken page."""
    campaign = make_campaign()
    entity, officer = db.session.query(Entity).first(), db.session.query(Officer).first()
    clerk, second = person(app, Role.OFFICE, campaign), person(app, Role.APPROVER, campaign)
    clerk.open(at(campaign))
    if where == "left out":
        entity.code, entity.state = UNUSABLE, "注销"
    named = {
        "an object": entity,
        "an officer": officer,
        "the agency": campaign.agency,
        "the campaign": campaign,
    }
    if where in named:
        named[where].name = UNUSABLE
    db.session.commit()
    if where in ("the agency", "the campaign"):
        clerk.submit("form.card", 422)
        assert f"{'部门' if where == 'the agency' else '任务'}名称“" in clerk.text()
        assert "含有未分配的字符" in clerk.text()
        return
    clerk.submit("form.card")
    second.open(at(campaign))
    db.session.query(Officer).filter(Officer.id != officer.id).first().code = UNUSABLE
    db.session.commit()
    second.submit("#confirm", 422)
    assert "执法人员编号“" in second.text()
    assert db.session.query(Draw).count() == 0


def test_two_sources_that_look_alike_are_one(app: Flask) -> None:
    """A character that nobody sees would make one witness count as two independent ones."""
    campaign = make_campaign()
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    clerk.submit(
        "form.card", 422, **{"sources-0-from_": "企业代表", "sources-1-from_": "企业\u200b代表\u2060"}
    )
    assert "外部来源只有1个相互独立的" in clerk.text()
    assert db.session.query(FreezeProposal).count() == 0


def test_everybody_left_out_is_in_the_table(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    for number in range(101):
        make_entity(agency, f"注销{number}厂", state="注销")
    campaign = put_up(make_campaign(agency, register=False))
    second = person(app, Role.SUPERVISOR, campaign)
    second.open(at(campaign))
    assert "登记状态为“注销”：101 户" in second.text()
    assert "全部 101 户在下面的表格里" in second.text()
    table = second.client.get(f"{at(campaign)}/excluded.csv").get_data(as_text=True)
    assert table.count("登记状态为“注销”") == 101


def test_a_rule_changed_after_publication_freezes_nothing(app: Flask) -> None:
    """Whom the draw leaves out is published with the scheme; the plan line may still be edited afterwards."""
    agency = make_agency()
    make_register(agency)
    line = make_plan_line(agency)
    campaign = make_campaign(agency, register=False, plan_line=line)
    line.skip_inspected = "year"
    db.session.commit()
    clerk, second = person(app, Role.OFFICE, campaign), person(app, Role.APPROVER, campaign)
    clerk.open(at(campaign))
    clerk.submit("form.card", 422)
    assert "与公示的方案不同（公示的是：没有这样的规定）" in clerk.text()
    line.skip_inspected = ""
    db.session.commit()
    clerk.open(at(campaign))
    clerk.submit("form.card")
    second.open(at(campaign))
    agency.frequency_cap = 1
    db.session.commit()
    second.submit("#confirm", 422)
    assert "与公示的方案不同" in second.text()
    assert db.session.query(Draw).count() == 0


def test_an_undecided_recusal_is_pointed_out(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    make_recusal(db.session.query(Officer).first(), db.session.query(Entity).first(), approved=None)
    campaign = make_campaign(agency, register=False)
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(at(campaign))
    assert "有 1 项回避申请还没有审批" in clerk.text()


def test_a_campaign_given_up_cannot_be_confirmed(app: Flask) -> None:
    campaign = put_up(make_campaign())
    clerk = person(app, Role.OFFICE, campaign)
    clerk.open(f"/campaigns/{campaign.id}/cancel")
    clerk.submit("form.card", reason="不查了")
    db.session.refresh(campaign)
    assert campaign.state is CampaignState.CANCELLED
    with pytest.raises(DrawRefused, match="方案公示后才能冻结名单"):
        confirm(campaign, make_user(Role.APPROVER, agency=campaign.agency), now())
    db.session.rollback()
