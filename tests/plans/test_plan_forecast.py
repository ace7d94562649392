"""The forecast of a plan over real rows: who is in, what was done, what the settings say, and two bureaus' years."""

from datetime import UTC, date, datetime

from flask import Flask

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import forecast_of
from sjj.plans.plan_population import register_of
from sjj.plans.scope import Scope
from sjj.registers.models import EntityKind, SupervisionClass
from sjj.rules.forecast import Verdict
from sjj.rules.forecast_warnings import Topic
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency, make_section
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.registers import make_entity, make_tag

JANUARY = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
AUGUST = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
DAY = date(2026, 1, 10)


def by_class(value: str, take: str, **more: int) -> list[dict[str, object]]:
    """One layer by supervision class."""
    return [{"by": "supervision_class", "value": value, "take": take, "minimum": 0, **more}]


def some(agency: Agency, number: int, **more: object) -> None:
    """So many enterprises."""
    for _ in range(number):
        make_entity(agency, **more)


def test_the_register_of_a_plan_knows_who_is_in_and_notices_every_change(app: Flask) -> None:
    agency, section = make_agency(), None
    section = make_section(agency)
    kept = make_entity(agency, township="兴城镇", industry="木材", credit_risk="D", section_id=section.id)
    kept.tags.append(make_tag(agency, "木材经营加工"))
    make_entity(agency, state="注销")
    make_entity(agency, merged_into_id=kept.id)
    make_entity(agency, kind=EntityKind.OTHER, positive_from=date(2026, 1, 1), positive_until=DAY)
    make_entity(make_agency())
    db.session.commit()
    found = register_of(agency.id, DAY)
    assert found.population.size == 2
    for scope in (
        Scope(townships=("兴城镇",), kinds=("enterprise",)),
        Scope(tags=("木材经营加工",)),
        Scope(credit=("D",)),
        Scope(sections=(section.id,)),
        Scope(industries=("木材", "苗圃")),
        Scope(positive="no"),
    ):
        assert found.population.keys_of(found.group(scope)) == [kept.id], scope
    assert found.group(Scope(credit=("-",), positive="yes")).bit_count() == 1
    assert not found.group(Scope(industries=("没有这一行",)))
    assert register_of(agency.id, DAY) is found, "nothing moved: nothing is read again"
    assert not register_of(agency.id, date(2026, 1, 11)).group(Scope(positive="yes")), "the list has run out"
    make_entity(agency)
    db.session.commit()
    assert register_of(agency.id, DAY).population.size == 3


def test_rare_values_are_looked_up_when_a_scope_names_them(app: Flask, monkeypatch: object) -> None:
    agency = make_agency()
    for number in range(6):
        make_entity(agency, industry=f"行业{number % 4}")
    from_rows = "sjj.plans.plan_population.MOST_VALUES"
    monkeypatch.setattr(from_rows, 2)  # type: ignore[attr-defined]
    db.session.commit()
    found = register_of(agency.id, DAY)
    assert set(found.population.parts("industry")) == {"行业0", "行业1"}
    assert found.group(Scope(industries=("行业3",))).bit_count() == 1
    assert found.group(Scope(industries=("行业0", "行业3"))).bit_count() == 3


def test_a_plan_counts_what_was_carried_out_and_what_was_not(app: Flask) -> None:
    agency = make_agency(theme="生态")
    some(agency, 8, supervision_class=SupervisionClass.SPECIAL)
    done = make_plan_line(agency, name="已完成", quarter=1, layers=by_class("特殊", "50%"))
    late = make_plan_line(agency, name="没有开展", quarter=2, layers=by_class("特殊", "50%"))
    make_plan_line(agency, name="下季度", quarter=4, layers=by_class("特殊", "50%"))
    campaign = make_campaign(agency, plan_line_id=done.id, register=False, state=CampaignState.IN_PROGRESS)
    for _ in range(3):
        one = make_inspection(agency, campaign=campaign, ended_on=date(2026, 3, 5))
        one.entity.supervision_class = SupervisionClass.SPECIAL
    campaign.state = CampaignState.FINISHED
    db.session.commit()

    planned = forecast_of(agency, 2026, AUGUST)
    first = planned.by_line[done.id]
    assert (first.drawn, first.sentence) == (3, "已检查的对象已检查 3 户")
    outlook = planned.forecast.outlook("special_quarter", 1)
    assert outlook is not None
    assert (outlook.verdict, outlook.sure.upper, outlook.sure.lower) == (Verdict.MISSED, 3, 11)
    [warning] = [one for one in planned.warnings if one.topic is Topic.LATE]
    assert warning.lines == (late.id,)
    second = planned.forecast.outlook("special_quarter", 2)
    assert second is not None
    assert second.verdict is Verdict.SURE, "as planned it will be done"
    actual = forecast_of(agency, 2026, AUGUST, strictly=True).forecast
    assert actual.outlook("special_quarter", 2).verdict is Verdict.MISSED  # type: ignore[union-attr]
    assert actual.outlook("special_quarter", 4).verdict is Verdict.SURE  # type: ignore[union-attr]


def test_checks_beside_the_plan_count_where_the_setting_says(app: Flask) -> None:
    agency = make_agency()
    campaign = make_campaign(
        agency, register=False, by_draw=False, check_type="专项", state=CampaignState.IN_PROGRESS
    )
    make_inspection(agency, campaign=campaign, ended_on=date(2026, 2, 5))
    some(agency, 3)
    db.session.commit()
    share = forecast_of(agency, 2026, AUGUST).forecast.outlook("inspected_share")
    assert share is not None
    assert (share.sure.upper, share.sure.lower) == (1, 4)
    draws = forecast_of(agency, 2026, AUGUST).forecast.outlook("credit_share")
    assert draws is not None
    assert draws.verdict is Verdict.UNKNOWN, "named objects are no draw"


def test_a_line_without_a_number_and_a_pool_without_objects(app: Flask) -> None:
    agency = make_agency()
    empty = make_plan_line(agency, ratio="3%", scope={"townships": ["没有的镇"]})
    bare = make_plan_line(agency)
    found = forecast_of(agency, 2026, JANUARY)
    assert found.by_line[empty.id].drawn == found.by_line[bare.id].drawn == 0
    assert [one.lines for one in found.warnings if one.topic is Topic.EMPTY] == [(empty.id,)]


def test_an_edit_is_forecast_without_being_kept(app: Flask) -> None:
    agency = make_agency(theme="生态")
    some(agency, 8, supervision_class=SupervisionClass.KEY)
    line = make_plan_line(agency, quarter=1, layers=by_class("重点", "10%"))
    db.session.commit()
    edited = PlanLine(agency_id=agency.id, year=2026, number=1, name="改", quarter=1, method="实地检查",
                      check_type="日常", joint="none", layers=by_class("重点", "25%"))  # fmt: skip
    before, after = forecast_of(agency, 2026, JANUARY), forecast_of(agency, 2026, JANUARY, [edited])
    assert before.forecast.outlook("key_quarter", 1).verdict is Verdict.MISSED  # type: ignore[union-attr]
    assert after.forecast.outlook("key_quarter", 1).verdict is Verdict.SURE  # type: ignore[union-attr]
    db.session.refresh(line)
    assert line.layers == by_class("重点", "10%")
    assert db.session.query(PlanLine).count() == 1
