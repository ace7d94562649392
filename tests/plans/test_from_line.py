"""A line of the plan becomes a campaign in one step, with the numbers that the plan promised."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import from_line
from sjj.plans.from_line import campaign_from_line, campaigns_of, dates_of
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.plan_forecast import forecast_of
from sjj.plans.pool import pool_of
from sjj.registers.models import Officer, SupervisionClass
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.registers import make_entity, make_item, make_officer
from tests.visitor import Visitor

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def agency(app: Flask) -> Agency:
    agency = make_agency()
    for _ in range(4):
        make_officer(agency)
    return agency


@pytest.fixture
def clerk(agency: Agency) -> User:
    return make_user(Role.OFFICE, agency=agency)


def layer(value: str, take: str, minimum: int = 0) -> dict[str, Any]:
    by = "supervision_class" if value else "all"
    return {"by": by, "value": value, "take": take, "minimum": minimum}


def objects(agency: Agency, kind: SupervisionClass, number: int, **more: Any) -> list[Any]:
    return [make_entity(agency, supervision_class=kind, **more) for _ in range(number)]


def test_everything_the_line_says_is_filled_in(agency: Agency, clerk: User) -> None:
    forest, force = (Section(agency=agency, name=name) for name in ("林政科", "执法大队"))
    db.session.add_all([forest, force])
    db.session.flush()
    item = make_item(agency)
    line = make_plan_line(
        agency,
        quarter=2,
        items=[item.id, 99999],
        scope={"townships": ["兴城镇"]},
        layers=[layer("特殊", "50%"), layer("重点", "25%", 3)],
        skip_inspected="half",
        frequency_cap=2,
        section_id=forest.id,
        joint="internal",
        partners=[{"agency": agency.id, "section": force.id}],
    )
    made = campaign_from_line(line, clerk, NOW, DAY)
    assert (made.name, made.purpose, made.check_type) == (line.name, line.basis, "日常")
    assert (made.starts_on, made.ends_on) == (date(2026, 4, 1), date(2026, 6, 30))
    assert [row.item_id for row in made.items] == [item.id]
    assert made.scope == {"townships": ["兴城镇"]}
    assert [(one.value, one.take, one.minimum, one.of_whole) for one in made.strata] == [
        ("特殊", "50%", 0, True),
        ("重点", "25%", 3, True),
    ]
    assert [(one.place, one.section_id) for one in made.partners] == [(1, forest.id), (2, force.id)]
    assert made.state is CampaignState.DRAFT


@pytest.mark.parametrize(
    ("when", "day", "dates"),
    [
        pytest.param({"quarter": 1}, DAY, (DAY, date(2026, 3, 31)), id="the quarter we are in, from today"),
        pytest.param({"month": 11}, DAY, (date(2026, 11, 1), date(2026, 11, 30)), id="a month"),
        pytest.param({"month": 12}, DAY, (date(2026, 12, 1), date(2026, 12, 31)), id="December"),
        pytest.param({}, DAY, (DAY, date(2026, 12, 31)), id="the year"),
        pytest.param(
            {"quarter": 1},
            date(2026, 5, 6),
            (date(2026, 5, 6), date(2026, 12, 31)),
            id="a quarter that is over",
        ),
    ],
)
def test_the_dates_follow_the_line(
    agency: Agency, when: dict[str, int], day: date, dates: tuple[date, date]
) -> None:
    assert dates_of(make_plan_line(agency, **when), day) == dates


@pytest.mark.parametrize(
    ("visited", "more", "take"),
    [
        pytest.param(0, {}, 10, id="25% of 40"),
        pytest.param(20, {"skip_inspected": "year"}, 10, id="of all 40, whoever of them was seen this year"),
        pytest.param(4, {"counts_inspected": True}, 6, id="those seen this quarter count"),
        pytest.param(36, {"skip_inspected": "year"}, 4, id="no more than there are"),
        pytest.param(0, {"minimum": 15}, 15, id="at least fifteen"),
    ],
)
def test_a_campaign_draws_what_the_plan_says(
    agency: Agency, clerk: User, visited: int, more: dict[str, Any], take: int
) -> None:
    """The share is of the whole class: who was inspected already makes the class no smaller (S3 二（四）)."""
    every = objects(agency, SupervisionClass.KEY, 40)
    objects(agency, SupervisionClass.KEY, 3, state="注销")
    earlier = make_campaign(agency, register=False, state=CampaignState.FINISHED)
    for one in every[:visited]:
        make_inspection(agency, campaign=earlier, entity=one, ended_on=date(2026, 2, 10), officers=0)
    minimum = more.get("minimum", 0)
    own = {key: value for key, value in more.items() if key != "minimum"}
    line = make_plan_line(agency, quarter=1, layers=[layer("重点", "25%", minimum)], **own)
    db.session.commit()
    planned = forecast_of(agency, 2026, NOW).by_line[line.id]
    made = campaign_from_line(line, clerk, NOW, DAY)
    count = pool_of(made, DAY).strata["重点"]
    assert count.take == take
    assert (planned.pool, planned.wanted) == (40, max(10, minimum))
    assert "40 户" in count.sentence
    assert count.size == 40 - (visited if own else 0)


def test_a_second_press_asks_first(agency: Agency, clerk: User, visitor: Visitor) -> None:
    line = make_plan_line(agency, layers=[layer("", "10%")], items=[make_item(agency).id])
    db.session.commit()
    address = f"/campaigns/from-line/{line.id}"
    visitor.sign_in(clerk).open(address)
    visitor.submit()
    visitor.follow()
    assert "还没有公示" in visitor.text()
    visitor.post(address, 422)
    assert "这一项已有的抽查任务" in visitor.text()
    assert len(campaigns_of(line)) == 1
    visitor.submit()
    assert len(campaigns_of(line)) == 2


def test_a_dropped_line_refuses_and_a_stranger_finds_nothing(
    agency: Agency, clerk: User, visitor: Visitor, app: Flask
) -> None:
    line, gone = make_plan_line(agency), make_plan_line(agency, dropped_at=NOW)
    db.session.commit()
    visitor.sign_in(clerk).open("/campaigns/")
    visitor.post(f"/campaigns/from-line/{gone.id}", 422)
    assert "已在计划调整中取消" in visitor.text()
    assert campaigns_of(gone) == []
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open("/campaigns/")
    stranger.post(f"/campaigns/from-line/{line.id}", 404)


def test_a_line_off_site_or_of_single_cases_leads_to_its_own_flow(
    agency: Agency, clerk: User, visitor: Visitor
) -> None:
    """Nothing is made before the objects and the officers are named."""
    item = make_item(agency)
    entity = make_entity(agency)
    off_site = make_plan_line(agency, method="书面检查", quarter=1, name="正面清单非现场", items=[item.id])
    single = make_plan_line(agency, check_type="个案", name="个案核查", items=[item.id])
    db.session.commit()
    visitor.sign_in(clerk).open("/campaigns/")
    visitor.post(f"/campaigns/from-line/{off_site.id}")
    page = visitor.follow()
    assert page.select_one("#name")["value"] == "正面清单非现场"  # type: ignore[index]
    visitor.post(f"/campaigns/from-line/{single.id}")
    page = visitor.follow()
    assert page.select_one("#name")["value"] == "个案核查"  # type: ignore[index]
    assert db.session.query(Campaign).count() == 0
    first, second, *_ = db.session.query(Officer).all()
    found = {"officer_1": first.id, "officer_2": second.id, "source": "年度计划", "entity_ids": [entity.id]}
    visitor.submit(**found)
    assert db.session.query(Campaign).one().plan_line_id == single.id


def test_a_layer_left_as_it_is_goes_on_counting_like_the_plan(
    agency: Agency, clerk: User, visitor: Visitor
) -> None:
    objects(agency, SupervisionClass.KEY, 8)
    line = make_plan_line(agency, layers=[layer("重点", "25%", 3)])
    made = campaign_from_line(line, clerk, NOW, DAY)
    db.session.commit()
    visitor.sign_in(clerk).open(f"/campaigns/{made.id}/strata?by=supervision_class")
    visitor.submit(take_0="50%")
    db.session.expire_all()
    kept = {one.value: (one.of_whole, one.minimum) for one in made.strata}
    assert kept["重点"] == (True, 3)
    assert len(kept) == 2


def test_the_button_stands_on_each_line_of_the_plan(agency: Agency, clerk: User, visitor: Visitor) -> None:
    line = make_plan_line(agency, layers=[layer("", "10%")], items=[make_item(agency).id])
    db.session.commit()
    visitor.sign_in(clerk).open("/plan-lines/?year=2026")
    visitor.submit('form[action*="/from-line/"]')
    visitor.follow()
    (made,) = campaigns_of(line)
    visitor.open("/plan-lines/?year=2026")
    assert f"{made.number} {made.state.label}" in visitor.text()


@pytest.mark.parametrize(("is_kept", "status"), [(True, 422), (False, 404)])
def test_a_line_struck_while_somebody_waits_makes_no_campaign(
    agency: Agency, clerk: User, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, is_kept: bool, status: int
) -> None:
    """Whoever pressed the button had read the line before the other's adjustment was through."""
    line = make_plan_line(agency, layers=[layer("", "10%")], items=[make_item(agency).id])
    db.session.commit()

    def other_was_first(_agency_id: int) -> None:
        struck = update(PlanLine).values(dropped_at=NOW) if is_kept else delete(PlanLine)
        db.session.execute(struck, execution_options={"synchronize_session": False})

    visitor.sign_in(clerk).open("/campaigns/")
    monkeypatch.setattr(from_line, "hold_agency", other_was_first)
    visitor.post(f"/campaigns/from-line/{line.id}", status)
    assert db.session.query(Campaign).count() == 0
