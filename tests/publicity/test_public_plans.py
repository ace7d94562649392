"""The year's plan as everybody reads it: every published version, what changed and why, and as open data."""

import csv
import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import plan_version_moves as moves
from sjj.plans.models import PlanLine
from sjj.plans.plan_table import COLUMNS
from sjj.rules.lifecycle import PlanState
from tests.makers.accounts import make_agency, make_user
from tests.makers.plan_versions import AT, YEAR, layer, make_plan, make_ready_line, make_year
from tests.makers.plans import make_register
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


def test_only_what_was_published_is_there(app: Flask, visitor: Visitor) -> None:
    visitor.open("/public/plans")
    assert "还没有公示年度抽查计划" in visitor.text()
    waiting = make_plan(make_year(make_agency("甲县林业局")), state=PlanState.REPORTED)
    shown = make_plan(make_year(make_agency("乙县林业局")))
    visitor.open("/public/plans")
    assert "乙县林业局 2026年度抽查计划" in visitor.text()
    assert not visitor.page.select(f'main a[href^="/public/plans/{waiting.id}"]')
    for rest in ("", "/table.csv", "/table.xlsx", "/notice.pdf", "/scan"):
        visitor.open(f"/public/plans/{waiting.id}{rest}", status=404)
    visitor.open(f"/public/plans?agency={waiting.agency_id}")
    assert "还没有公示" in visitor.text()
    visitor.open(f"/public/plans/{shown.id}")
    assert "木材经营加工监督检查" in visitor.text()
    visitor.open(f"/public/plans/{shown.id}/scan", status=404)


def test_an_adjustment_stands_with_its_reason_beside_the_plan_that_it_changed(
    app: Flask, visitor: Visitor
) -> None:
    agency = make_year()
    first = make_plan(agency)
    clerk = make_user(Role.OFFICE, agency=agency)
    dropped = moves.open_adjustment(agency, YEAR, "后来不调了", clerk, AT)
    moves.drop_adjustment(dropped, clerk, AT)
    moves.open_adjustment(agency, YEAR, "县里统一安排", clerk, AT)
    db.session.query(PlanLine).filter_by(agency_id=agency.id, number=2).one().quarter = 4
    db.session.flush()
    second = make_plan(agency, clerk=clerk)
    visitor.open(f"/public/plans/{second.id}")
    said = visitor.text()
    assert "2026年度抽查计划第1次调整" in said
    assert "2026年第二季度" in said
    assert "县里统一安排" in said
    assert "后来不调了" not in said
    visitor.open(f"/public/plans/{first.id}")
    assert "这一版已经调整" in visitor.text()
    rows = list(csv.DictReader(io.StringIO(visitor.client.get(f"/public/plans/{second.id}/table.csv").text)))
    assert [row["任务日期"] for row in rows] == ["2026年第一季度", "2026年第四季度"]
    book = load_workbook(io.BytesIO(visitor.client.get(f"/public/plans/{second.id}/table.xlsx").data))
    assert [cell.value for cell in book.active[3]] == list(COLUMNS)
    assert visitor.client.get(f"/public/plans/{second.id}/notice.pdf").data.startswith(b"%PDF")


def test_layers_by_credit_risk_and_promises_stay_inside(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_register(agency)
    shares = {"A": "5%", "D": "50%"}
    layers = [layer("credit_risk", value, take) for value, take in shares.items()]
    make_ready_line(agency, number=1, layers=layers, scope={"credit": ["A", "D"]})
    plan = make_plan(agency)
    assert "信用风险D类不低于50%" in str(plan.content["lines"])
    for rest in ("", "/table.csv"):
        said = visitor.client.get(f"/public/plans/{plan.id}{rest}").text
        assert "信用" not in said
        assert "人手不足" not in said
        assert "G1 不低于5%；G2 不低于50%" in said
