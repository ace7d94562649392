"""Whom a list leaves out though the register says nothing against it: visited already, under way, at the cap."""

from datetime import date

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.pool import pool_of
from sjj.registers.models import Entity
from sjj.rules.lifecycle import CampaignState, DrawState, ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import make_draw
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign, make_plan_line, make_stratum
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

DAY = date(2026, 3, 2)


def campaign_of(agency: Agency, line: PlanLine | None = None, **more: object) -> Campaign:
    """A campaign over everything that the agency has."""
    return make_campaign(agency, register=False, strata=[make_stratum(take="1户")], plan_line=line, **more)


def left_out(campaign: Campaign, day: date = DAY) -> dict[str, str]:
    """{name: reason} of everybody who is not drawn."""
    return {one.entity.name: one.reason for one in pool_of(campaign, day).excluded}


def visited(entity: Entity, day: date | None, **more: object) -> None:
    """A visit that ended on a day, or is still to be made."""
    make_inspection(entity.agency, entity=entity, ended_on=day, **more)


@pytest.fixture
def agency(app: Flask) -> Agency:
    agency = make_agency()
    make_entity(agency, "没查过的")
    return agency


@pytest.mark.parametrize(
    ("skip", "quarter", "gone"),
    [
        pytest.param("", None, set(), id="the plan does not ask"),
        pytest.param("quarter", None, {"二月查的"}, id="this quarter"),
        pytest.param("quarter", 4, {"十一月查的"}, id="the quarter that the plan names"),
        pytest.param("half", None, {"二月查的"}, id="this half-year"),
        pytest.param("year", None, {"二月查的", "十一月查的"}, id="this year"),
    ],
)
def test_who_was_inspected_in_the_period_is_not_drawn_again(
    agency: Agency, skip: str, quarter: int | None, gone: set[str]
) -> None:
    for name, day in (
        ("二月查的", date(2026, 2, 10)),
        ("十一月查的", date(2026, 11, 3)),
        ("去年查的", date(2025, 12, 31)),
    ):
        visited(make_entity(agency, name), day)
    visited(make_entity(agency, "撤回的"), date(2026, 2, 11), state=ResultState.WITHDRAWN)
    campaign = campaign_of(agency, make_plan_line(agency, skip_inspected=skip, quarter=quarter))
    assert set(left_out(campaign)) == gone


def test_the_reason_names_the_period_and_the_day(agency: Agency) -> None:
    visited(make_entity(agency, "二月查的"), date(2026, 2, 10))
    campaign = campaign_of(agency, make_plan_line(agency, skip_inspected="quarter"))
    (one,) = pool_of(campaign, DAY).excluded
    assert (one.reason, one.detail) == ("2026年第一季度已检查", "2026年2月10日")


def test_what_is_under_way_is_left_out_where_the_plan_asks(agency: Agency) -> None:
    busy = make_entity(agency, "派了还没去的")
    first = campaign_of(agency, state=CampaignState.IN_PROGRESS)
    make_inspection(campaign=first, entity=busy)
    skipping = campaign_of(agency, make_plan_line(agency, skip_inspected="year"))
    assert left_out(skipping) == {"派了还没去的": f"正在检查中（任务{first.number}）"}
    assert left_out(campaign_of(agency, make_plan_line(agency))) == {}


def test_drawn_and_not_sent_out_is_under_way_until_the_draw_is_void(agency: Agency) -> None:
    for _ in range(4):
        make_officer(agency)
    first = campaign_of(agency, make_plan_line(agency, skip_inspected="year"))
    draw = make_draw(first)
    drawn = {one.name for one in draw.objects}
    skipping = campaign_of(agency, first.plan_line)
    assert set(left_out(skipping)) == drawn
    draw.state = DrawState.VOIDED
    assert left_out(skipping) == {}


@pytest.mark.parametrize(
    ("of_agency", "of_line", "gone"),
    [
        pytest.param(None, None, set(), id="no cap at all"),
        pytest.param(2, None, {"查过两次的", "查过一次又要去的"}, id="the agency's cap"),
        pytest.param(2, 3, set(), id="the plan line's cap goes first"),
        pytest.param(None, 1, {"查过两次的", "查过一次又要去的", "查过一次的"}, id="the plan line's alone"),
    ],
)
def test_who_is_at_the_yearly_cap_is_never_drawn(
    agency: Agency, of_agency: int | None, of_line: int | None, gone: set[str]
) -> None:
    agency.frequency_cap = of_agency
    twice, once, again = (
        make_entity(agency, name) for name in ("查过两次的", "查过一次的", "查过一次又要去的")
    )
    for entity, days in ((twice, (5, 6)), (once, (7,)), (again, (8,))):
        for day in days:
            visited(entity, date(2026, 1, day))
    visited(again, None)
    visited(once, date(2025, 6, 1))
    campaign = campaign_of(agency, make_plan_line(agency, frequency_cap=of_line))
    assert set(left_out(campaign)) == gone


def test_another_agency_s_visits_do_not_count(agency: Agency) -> None:
    other = make_agency()
    visited(make_entity(other, "没查过的"), date(2026, 2, 10))
    agency.frequency_cap = 1
    assert left_out(campaign_of(agency, make_plan_line(agency, skip_inspected="year"))) == {}


def test_preview_page_and_table_say_the_same(agency: Agency, visitor: Visitor) -> None:
    agency.frequency_cap = 1
    visited(make_entity(agency, "二月查的"), date(2026, 2, 10))
    make_entity(agency, "注销的", state="注销")
    line = make_plan_line(agency)
    campaign = campaign_of(agency, line, state=CampaignState.DRAFT)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    reason = "已达频次上限（部门规定每年 1 次）"
    visitor.open(f"/campaigns/{campaign.id}/scope")
    assert f"{reason} 1 户" in visitor.text()
    assert "1 户可以抽取" in visitor.text().replace("1 户 可", "1 户可")
    visitor.open(f"/campaigns/{campaign.id}/strata")
    assert "全部对象 1 户" in visitor.text().replace("　", " ")
    visitor.open(f"/campaigns/{campaign.id}")
    assert f"{reason} 1 户" in visitor.text()
    assert "每户每年不超过 1 次，已达上限的不抽" in visitor.text()
    table = visitor.client.get(f"/campaigns/{campaign.id}/excluded.csv").get_data(as_text=True)
    assert f"二月查的,兴城镇,在业,{reason},2026年已检查 1 次" in table
    assert "注销的,兴城镇,注销,登记状态为“注销”" in table


def test_plan_line_and_agency_are_told_in_their_forms(agency: Agency, visitor: Visitor) -> None:
    line = make_plan_line(agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-lines/{line.id}")
    visitor.submit("form.plan-line", 422, frequency_cap="0")
    visitor.submit("form.plan-line", skip_inspected="quarter", frequency_cap="2")
    visitor.follow()
    assert "本季度已检查的不再抽" in visitor.text()
    db.session.refresh(line)
    assert (line.skip_inspected, line.frequency_cap) == ("quarter", 2)
    admin = Visitor(visitor.app).sign_in(make_user(Role.SYSTEM_ADMIN))
    admin.open(f"/admin/agencies/{agency.id}")
    admin.submit("form.card", frequency_cap="4")
    db.session.refresh(agency)
    assert agency.frequency_cap == 4
    admin.open(f"/admin/agencies/{agency.id}")
    admin.submit("form.card", frequency_cap="")
    db.session.refresh(agency)
    assert agency.frequency_cap is None


def test_the_scheme_says_who_is_not_drawn_again(agency: Agency, visitor: Visitor) -> None:
    campaign = campaign_of(agency, make_plan_line(agency, skip_inspected="year", frequency_cap=2))
    db.session.commit()
    visitor.open(f"/public/schemes/{campaign.id}")
    assert "本年已检查的不再抽" in visitor.text()
    assert "每户每年不超过 2 次" in visitor.text()
