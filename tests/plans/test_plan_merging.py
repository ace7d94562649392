"""Lines whose objects overlap are suggested to be one visit, and become one when somebody says so."""

from typing import Any

from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import plan_merge
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import forecast_of, lines_of
from sjj.plans.plan_merge import suggestions_for
from sjj.registers.upkeep_models import IndustryTopic
from sjj.web import now
from tests.makers.accounts import MADE_AT, make_agency, make_section, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_entity, make_item
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
    kept, made = lines_of(agency.id, 2026)
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
