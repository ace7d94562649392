"""What an adjustment changes: lines added, dropped and changed, and what only the register has moved."""

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_diff import diff
from sjj.plans.plan_version_content import content_now
from sjj.registers.models import SupervisionClass
from sjj.web import now
from tests.makers.accounts import make_agency
from tests.makers.plan_versions import YEAR, layer, make_ready_line, make_year
from tests.makers.plans import make_register
from tests.makers.registers import make_entity

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # plain data


def content(agency: Agency) -> dict[str, object]:
    """The year as a version would keep it now."""
    db.session.flush()
    return content_now(agency, YEAR, now())


def test_nothing_changed_is_said_in_words(app: Flask) -> None:
    agency = make_year()
    found = diff(content(agency), content(agency))
    assert (found.is_empty, found.summary) == (True, "各项任务没有变动")
    assert (found.drifted, found.targets, found.figures, found.totals) == ((), (), (), ())


def test_lines_added_dropped_and_changed_with_their_fields_and_numbers(app: Flask) -> None:
    agency = make_year()
    first, second = db.session.query(PlanLine).order_by(PlanLine.number)
    before = content(agency)
    first.layers, first.month = [layer("supervision_class", "特殊", "100%")], 3
    second.dropped_at = now()
    make_ready_line(agency, number=3, name="森林防火监督检查", by_credit=True)
    found = diff(before, content(agency))
    assert found.summary == "新增 1 项、取消 1 项、变更 1 项"
    assert [row["任务名称"] for row in found.added] == ["森林防火监督检查"]
    assert [row["任务名称"] for row in found.dropped] == ["林木种子生产经营监督检查"]
    said = {one.label: (one.before, one.after) for one in found.changed[0].changes}
    assert said["任务日期"] == ("2026年第一季度", "2026年3月")
    assert said["检查比例"] == ("不低于25%", "特殊监管对象不低于100%")
    assert said["对象基数"] == ("9", "3")
    assert any("运用信用风险分类" in one.label for one in found.figures), "still missed, by other numbers"
    assert any(one.label.endswith("所需人日") for one in found.totals)


def test_a_register_that_moved_on_is_told_apart_from_a_changed_plan(app: Flask) -> None:
    agency = make_year()
    before = content(agency)
    for _ in range(4):
        make_entity(agency, supervision_class=SupervisionClass.GENERAL)
    found = diff(before, content(agency))
    assert found.is_empty
    assert [{one.label for one in line.changes} for line in found.drifted] == [
        {"对象基数", "抽取户数", "所需人日"}
    ] * 2


def test_the_public_comparison_names_no_layer_by_credit_risk(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    line = make_ready_line(agency, number=1)
    before = content(agency)
    shares = {"A": "5%", "B": "10%", "C": "20%", "D": "50%"}
    line.layers = [layer("credit_risk", value, take) for value, take in shares.items()]
    line.scope = {"credit": ["C", "D"], "townships": ["兴城镇"]}
    inside = diff(before, content(agency))
    said = {one.label: one.after for one in inside.changed[0].changes}
    assert "信用风险D类不低于50%" in said["检查比例"]
    assert "信用风险" in said["检查对象"]
    outside = diff(before, content(agency), public=True)
    told = {one.label: one.after for one in outside.changed[0].changes}
    assert told["检查比例"] == "G1 不低于5%；G2 不低于10%；G3 不低于20%；G4 不低于50%"
    assert "信用" not in str(outside)
