"""Lines whose objects overlap are suggested to be one visit, and become one when somebody says so."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import plan_merge
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import forecast_of, lines_of
from sjj.plans.plan_merge import suggestions_for
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.upkeep_models import IndustryTopic
from sjj.web import now
from tests.makers.accounts import MADE_AT, make_agency, make_section, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_entity, make_item, make_tag
from tests.visitor import Visitor


def trades(agency: Agency) -> None:
    """20 sawmills, half of them in one township, and 10 nurseries."""
    for number in range(30):
        make_entity(
            agency,
            industry="木材加工" if number < 20 else "苗圃",
            township="兴城镇" if number % 2 else "洒河桥镇",
        )


def pair(agency: Agency, second: dict[str, Any], **more: Any) -> tuple[PlanLine, PlanLine]:
    """Two lines of the fourth quarter: sawmills, and another scope; items of two sections."""
    items = [make_item(agency, section=make_section(agency, name)) for name in ("林政科", "森防站")]
    lines = [
        make_plan_line(
            agency, quarter=4, scope=scope, items=[item.id], layers=[{"by": "all", "value": "", "take": take}], **more
        )
        for scope, item, take in zip(
            ({"industries": ["木材加工"]}, second), items, ("20%", "50%"), strict=True
        )
    ]  # fmt: skip
    db.session.commit()
    return lines[0], lines[1]


def test_two_lines_over_the_same_objects_become_one_internal_joint_line(visitor: Visitor) -> None:
    agency = make_agency()
    trades(agency)
    first, second = pair(agency, {"industries": ["木材加工"]})
    numbers, key = [first.number, second.number], f"{first.id}-{second.id}"
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-merge/{agency.id}/2026")
    said = visitor.text()
    assert "系统内部联合" in said
    assert "对象有 20 户相同（较小一方 20 户），合并后少上门 4 户次" in said
    before = forecast_of(agency, 2026, now()).forecast.visits
    visitor.submit("main form")
    [made] = lines_of(agency.id, 2026)
    assert (made.merged_from, made.joint, made.layers[0]["take"]) == (numbers, "internal", "10户")
    assert len(made.items) == len(made.partners) == 2
    assert before - forecast_of(agency, 2026, now()).forecast.visits == 4
    visitor.post(f"/plan-merge/{agency.id}/2026", 422, key=key)
    assert "这条建议不再适用" in visitor.text()


def test_the_larger_line_stays_for_the_rest(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    trades(agency)
    first, second = pair(agency, {"industries": ["木材加工"], "townships": ["兴城镇"]})
    gone = second.id
    [one] = suggestions_for(agency, 2026, now())
    assert (one.shared, one.smaller, one.stays) == (10, 10, (first,))
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-merge/{agency.id}/2026")
    visitor.submit("main form")
    db.session.expire_all()
    made, kept = lines_of(agency.id, 2026)
    assert (kept.id, kept.counts_inspected, kept.skip_inspected) == (first.id, True, "quarter")
    assert made.scope == {"industries": ["木材加工"], "townships": ["兴城镇"]}
    assert db.session.get(PlanLine, gone) is None, "it lay wholly within the larger one"


def test_an_industry_of_the_provinces_list_is_checked_together(app: Flask) -> None:
    agency, other = make_agency(), make_agency("试点县市场监督管理局")
    trades(agency)
    pair(agency, {"industries": ["木材加工"]})
    db.session.add(
        IndustryTopic(
            agency_id=agency.id, industry="木材加工", theme="木材加工企业", lead="试点县林业局",
            partners=[other.name, "试点县应急管理局"], imported_at=MADE_AT,
        )
    )  # fmt: skip
    [one] = suggestions_for(agency, 2026, now())
    assert one.kind == "一业一查"
    assert one.joint is not None
    assert {"agency": other.id, "section": None} in one.joint["partners"]


def test_what_overlaps_little_or_differs_in_time_is_left_alone(app: Flask) -> None:
    agency = make_agency()
    trades(agency)
    pair(agency, {"industries": ["苗圃"]})
    assert not suggestions_for(agency, 2026, now())


def test_too_many_lines_are_refused_in_words(visitor: Visitor, monkeypatch: Any) -> None:
    agency = make_agency()
    trades(agency)
    pair(agency, {"industries": ["木材加工"]})
    monkeypatch.setattr(plan_merge, "MOST_LINES", 1)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-merge/{agency.id}/2026")
    assert "计划有 2 项，超过 1 项时不作合并比较" in visitor.text()


CLASSES = {"特殊": "50%", "重点": "25%", "一般": "3%"}
NEXT = 2027  # a year in which every quarter is still to come


def by(way: str, takes: dict[str, str]) -> list[dict[str, Any]]:
    return [{"by": way, "value": value, "take": take, "minimum": 0} for value, take in takes.items()]


def layered(
    agency: Agency, *lines: tuple[dict[str, Any], list[dict[str, Any]]], **more: Any
) -> list[PlanLine]:
    """60 sawmills of all classes, half of them in one township; lines of the first quarter over them."""
    for number in range(60):
        make_entity(
            agency,
            industry="木材加工",
            township="兴城镇" if number % 2 else "洒河桥镇",
            supervision_class=list(SupervisionClass)[number % 3],
            credit_risk="ABCD"[number % 4],
        )
    made = [
        make_plan_line(agency, year=NEXT, quarter=1, scope=scope, layers=layers, items=[make_item(agency).id], **more)
        for scope, layers in lines
    ]  # fmt: skip
    db.session.commit()
    return made


def accepted(visitor: Visitor, agency: Agency) -> list[PlanLine]:
    """Join the first suggestion on its page: saved is what the forecast says, no target has less for sure."""
    [one, *_] = suggestions_for(agency, NEXT, now())
    before = forecast_of(agency, NEXT, now()).forecast
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-merge/{agency.id}/{NEXT}")
    assert f"合并后少上门 {one.saved} 户次" in visitor.text()
    visitor.submit("main form")
    db.session.expire_all()
    after = forecast_of(agency, NEXT, now()).forecast
    assert before.visits - after.visits == one.saved > 0
    for old, new in zip(before.outlooks, after.outlooks, strict=True):
        if old.sure.target.indicator.split("_")[0] in ("special", "key", "general", "inspected"):
            assert old.sure.figure is None or new.sure.figure >= old.sure.figure
    return lines_of(agency.id, NEXT)


def test_two_layered_copies_become_one_line_with_half_the_visits(visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    layered(agency, ({}, by("supervision_class", CLASSES)), ({}, by("supervision_class", CLASSES)))
    before = forecast_of(agency, NEXT, now()).forecast.visits
    [made] = accepted(visitor, agency)
    assert (made.layers, made.ratio) == (by("supervision_class", CLASSES), "")
    assert before == 2 * forecast_of(agency, NEXT, now()).forecast.visits


def test_layers_of_one_line_only_and_the_objects_beyond_stay_in_it(visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    town = {"townships": ["兴城镇"]}
    second = by("supervision_class", {"特殊": "50%", "重点": "60%"})
    first, _ = layered(agency, ({}, by("supervision_class", CLASSES)), (town, second))
    made, kept = accepted(visitor, agency)
    assert (kept.id, kept.layers) == (first.id, by("supervision_class", CLASSES))
    assert (kept.counts_inspected, kept.skip_inspected) == (True, "quarter")
    assert made.scope == town
    assert made.layers == by("supervision_class", {"特殊": "5户", "重点": "6户"})


def test_a_line_that_stays_keeps_only_the_layers_that_did_not_go_over(visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    second = by("supervision_class", {"特殊": "60%", "重点": "25%"})
    first, _ = layered(agency, ({}, by("supervision_class", CLASSES)), ({}, second))
    made, kept = accepted(visitor, agency)
    assert made.layers == by("supervision_class", {"特殊": "12户", "重点": "25%"})
    assert (kept.id, kept.layers, kept.ratio) == (first.id, by("supervision_class", {"一般": "3%"}), "3%")


def test_an_industry_of_the_list_is_joined_by_credit_risk(visitor: Visitor) -> None:
    agency, other = make_agency(theme="生态"), make_agency("试点县市场监督管理局")
    takes = by("credit_risk", {"A": "10%", "B": "20%", "D": "100%", "": "50%"})
    layered(agency, ({"industries": ["木材加工"]}, takes), ({}, takes))
    db.session.add(
        IndustryTopic(
            agency_id=agency.id, industry="木材加工", theme="木材加工企业", lead=agency.name,
            partners=[other.name], imported_at=MADE_AT,
        )
    )  # fmt: skip
    db.session.commit()
    [made] = accepted(visitor, agency)
    assert (made.joint, made.partners) == ("industry", [{"agency": other.id, "section": None}])
    assert (made.layers, made.by_credit) == (takes, True)


@pytest.mark.parametrize("takes", [dict.fromkeys("ABCD", "50%"), {"A": "50%"}], ids=["四类", "一类"])
def test_layers_by_class_and_by_credit_risk_are_not_joined(app: Flask, takes: dict[str, str]) -> None:
    agency = make_agency(theme="生态")
    layered(agency, ({}, by("supervision_class", CLASSES)), ({}, by("credit_risk", takes)))
    assert not suggestions_for(agency, NEXT, now())


def test_of_two_lists_of_tags_the_shorter_within_the_longer_is_what_both_share(app: Flask) -> None:
    agency = make_agency(theme="生态")
    takes, (one, two) = (
        by("supervision_class", CLASSES),
        (make_tag(agency, name) for name in ("森林经营", "工程建设")),
    )
    layered(agency, ({"tags": [one.name, two.name]}, takes), ({"tags": [one.name]}, takes))
    for place, entity in enumerate(db.session.scalars(select(Entity).where(Entity.agency_id == agency.id))):
        entity.tags = [one] if place % 3 else [two]
    db.session.commit()
    [found] = suggestions_for(agency, NEXT, now())
    assert found.joint is not None
    assert found.joint["scope"] == {"tags": [one.name]}
