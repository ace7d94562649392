"""Which visits count is a setting of the year, read in one place: lists, gates and dispatch go by the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.home.indicator_counts import counts_of
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.gates_frequency import one_too_many, visit_numbers
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.plans.plan_models import PlanSettings
from sjj.plans.pool import pool_of
from sjj.plans.visits import visits_that_count
from sjj.registers.models import Entity
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign, make_plan_line, make_stratum
from tests.makers.registers import make_entity

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PLATFORM = {"where": "省平台", "sha256": "0" * 64}
EVERYTHING = {"individual_cases": True, "off_site": True, "other_agencies": True, "outside_draws": True}

Made = Callable[[Agency, Entity], Inspection]


def settings(agency: Agency, **counting: Any) -> None:
    """The year's settings, all but these switches on."""
    row = PlanSettings(agency_id=agency.id, year=2026, targets=[], capacity={}, others={}, changed_at=NOW)
    row.counting = EVERYTHING | counting
    db.session.add(row)
    db.session.flush()


def visit(agency: Agency, entity: Entity, *, off_site: bool = False, **more: Any) -> Inspection:
    campaign = make_campaign(agency, register=False, state=CampaignState.IN_PROGRESS, **more)
    return make_inspection(
        agency,
        campaign=campaign,
        entity=entity,
        ended_on=date(2026, 2, 10),
        off_site=off_site,
        officers=0,
        approved=False,
    )


def single_case(agency: Agency, entity: Entity) -> Inspection:
    return visit(agency, entity, check_type="个案", by_draw=False)


def off_site_check(agency: Agency, entity: Entity) -> Inspection:
    return visit(agency, entity, method="书面检查", off_site=True)


def special_check(agency: Agency, entity: Entity) -> Inspection:
    return visit(agency, entity, check_type="专项", by_draw=False)


def by_another(agency: Agency, entity: Entity) -> Inspection:
    """The same enterprise in another agency's register."""
    other = make_agency()
    return visit(other, make_entity(other, code=entity.code))


def drawn_elsewhere(agency: Agency, entity: Entity) -> Inspection:
    return visit(agency, entity, by_draw=False, platform=PLATFORM)


@pytest.fixture
def agency(app: Flask) -> Agency:
    agency = make_agency(frequency_cap=1)
    make_entity(agency, "没查过的")
    return agency


def coming(agency: Agency, **more: Any) -> Campaign:
    return make_campaign(agency, register=False, strata=[make_stratum(take="1户")], **more)


@pytest.mark.parametrize(
    ("switch", "made"),
    [
        pytest.param("individual_cases", single_case, id="个案"),
        pytest.param("off_site", off_site_check, id="非现场"),
        pytest.param("other_agencies", by_another, id="其他部门"),
        pytest.param("outside_draws", special_check, id="抽查以外"),
    ],
)
@pytest.mark.parametrize("is_on", [True, False], ids=["counts", "does not"])
def test_every_switch_moves_the_lists_and_the_gates_alike(
    agency: Agency, switch: str, made: Made, is_on: bool
) -> None:
    entity = make_entity(agency, "查过一次的")
    made(agency, entity)
    settings(agency, **{switch: is_on})
    campaign = coming(agency)
    left_out = {one.entity.name for one in pool_of(campaign, DAY).excluded}
    assert left_out == ({"查过一次的"} if is_on else set())
    assert [one.number for one in one_too_many(campaign, [entity.id], DAY)] == ([2] if is_on else [])
    assert len(visits_that_count(agency.id, 2026)) == is_on
    again = make_inspection(agency, campaign=campaign, entity=entity, officers=0)
    assert visit_numbers([again], DAY) == {again.id: 1 + is_on}


def test_without_settings_the_agencys_own_count(agency: Agency) -> None:
    for made in (single_case, off_site_check, special_check, by_another):
        made(agency, make_entity(agency))
    assert len(visits_that_count(agency.id, 2026)) == 3


def test_the_settings_of_the_last_year_stay_until_they_are_changed(agency: Agency) -> None:
    row = PlanSettings(agency_id=agency.id, year=2025, targets=[], capacity={}, others={}, changed_at=NOW)
    row.counting = {"individual_cases": False}
    db.session.add(row)
    single_case(agency, make_entity(agency))
    assert visits_that_count(agency.id, 2026) == []


def test_a_check_that_counts_for_nothing_exceeds_nothing(agency: Agency) -> None:
    entity = make_entity(agency)
    visit(agency, entity)
    settings(agency, individual_cases=False)
    single = make_campaign(agency, register=False, strata=[], check_type="个案", by_draw=False)
    assert one_too_many(single, [entity.id], DAY) == []
    assert one_too_many(coming(agency), [entity.id], DAY) != []


def test_what_was_inspected_is_not_drawn_again_whether_it_counts_or_not(agency: Agency) -> None:
    """“已检查的不再抽” speaks of visits, not of the cap: the forecast of the plan counts so too."""
    agency.frequency_cap = None
    single_case(agency, make_entity(agency, "个案查过的"))
    by_another(agency, make_entity(agency, "别的部门查过的"))
    settings(agency, individual_cases=False)
    campaign = coming(agency, plan_line=make_plan_line(agency, skip_inspected="year"))
    assert {one.entity.name for one in pool_of(campaign, DAY).excluded} == {"个案查过的"}


def test_a_list_drawn_on_the_platform_was_drawn(agency: Agency) -> None:
    entity = make_entity(agency)
    drawn_elsewhere(agency, entity)
    settings(agency, outside_draws=False)
    assert len(visits_that_count(agency.id, 2026)) == 1


@pytest.mark.parametrize(
    ("switch", "made"),
    [
        pytest.param("individual_cases", single_case, id="个案"),
        pytest.param("outside_draws", special_check, id="抽查以外"),
        pytest.param("other_agencies", by_another, id="其他部门"),
        pytest.param("", drawn_elsewhere, id="省平台抽取"),
    ],
)
@pytest.mark.parametrize("is_on", [True, False], ids=["counts", "does not"])
def test_what_counts_to_the_targets_has_switches_of_its_own(
    agency: Agency, switch: str, made: Made, is_on: bool
) -> None:
    """A draw always does, wherever it was held; what was not drawn goes by the setting."""
    targets = {"individual_cases": True, "outside_draws": True, "other_agencies": True}
    switched = {"individual_cases": False, "outside_draws": False, "other_agencies": False} | {switch: True}
    settings(agency, targets=targets if is_on else targets | {switch: False} if switch else switched)
    made(agency, make_entity(agency))
    counted = counts_of(agency, 2026, Deadlines(date(2026, 3, 2)))[None]["enterprises_inspected"]
    assert counted == (1 if is_on or not switch else 0)
