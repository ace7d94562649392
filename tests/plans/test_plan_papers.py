"""The papers of a plan: the table to print, the notice, 文号 and stamped scan with the ones that were replaced."""

import io

import pytest
from flask import Flask
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import plan_version_moves as moves
from sjj.plans.models import PlanLine
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_notice import notice_pdf
from sjj.plans.plan_paper_scans import keep_document, old_scans
from sjj.plans.plan_paper_table import PlanTable, as_csv, as_workbook
from sjj.plans.plan_table import COLUMNS, row_of
from sjj.rules.lifecycle import PlanState
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.plan_versions import AT, YEAR, layer, make_plan, make_ready_line, make_year
from tests.makers.registers import make_item
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # papers only


def picture(colour: str) -> bytes:
    """A small JPEG."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "JPEG")
    return target.getvalue()


def words(data: bytes) -> str:
    """The text of a PDF, without spaces and line ends."""
    return "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(data)).pages).split())


def test_a_line_stands_in_the_seventeen_columns_in_use(app: Flask) -> None:
    agency = make_agency("甲县林业局", frequency_cap=2)
    partner = make_agency("甲县市场监管局")
    line = make_ready_line(
        agency,
        number=7,
        name="木材经营加工联合检查",
        basis="甲林字〔2026〕1号",
        items=[make_item(agency, "木材经营加工监督检查").id, make_item(agency, "检疫检查").id],
        quarter=2,
        layers=[layer("supervision_class", "特殊", "50%"), layer("supervision_class", "重点", "25%", 2)],
        scope={"kinds": ["enterprise"], "townships": ["兴城镇", "罗屯镇"]},
        joint="cross",
        partners=[{"agency": partner.id, "section": None}],
        section_id=make_section(agency, "林政科").id,
    )
    row = row_of(line, 218)
    assert tuple(row) == COLUMNS
    assert len(COLUMNS) == 17
    assert row == {
        "序号": "7",
        "任务名称": "木材经营加工联合检查",
        "制定任务依据": "甲林字〔2026〕1号",
        "检查类型": "日常",
        "实施主体": "甲县林业局林政科",
        "是否联合": "部门联合",
        "联合部门": "甲县市场监管局",
        "检查地域": "兴城镇、罗屯镇",
        "实施层级": "县级",
        "检查事项": "木材经营加工监督检查、检疫检查",
        "检查方式": "实地检查",
        "任务日期": "2026年第二季度",
        "是否涉企": "是",
        "检查对象": "木材经营加工企业；对象性质：主体类；乡镇（街道）：兴城镇、罗屯镇",
        "对象基数": "218",
        "检查比例": "特殊监管对象不低于50%；重点监管对象不低于25%（不少于2户）",
        "频次上限": "每户每年2次",
    }


def test_the_workbook_prints_on_one_page_across_with_its_head_on_every_page(app: Flask) -> None:
    agency = make_year()
    make_ready_line(agency, number=3, name="=1+1", basis="@命令", quarter=4)
    lines = db.session.query(PlanLine).order_by(PlanLine.number).all()
    made = PlanTable("2026年度抽查计划", agency.name, "试林字〔2026〕3号", [row_of(one, 9) for one in lines])
    sheet = load_workbook(io.BytesIO(as_workbook(made))).active
    assert sheet["A1"].value == "2026年度抽查计划"
    assert "试林字〔2026〕3号" in sheet["J2"].value
    assert [cell.value for cell in sheet[3]] == list(COLUMNS)
    assert (sheet["A4"].value, sheet["O4"].value) == (1, 9), "numbers are numbers"
    assert (sheet["B6"].value, sheet["B6"].data_type) == ("=1+1", "s"), "nothing typed becomes a formula"
    assert sheet["A7"].value == "合计 3 项任务，其中涉企 3 项、联合 0 项；对象基数合计 27 户次"
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == (
        "C4",
        "$3:$3",
        "landscape",
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert as_csv(made).decode("utf-8-sig").splitlines()[3].split(",")[1:3] == ["'=1+1", "'@命令"]


def test_the_notice_of_a_plan_and_of_its_adjustment(app: Flask, visitor: Visitor) -> None:
    agency = make_year()
    plan = make_plan(agency)
    said = words(notice_pdf(plan))
    assert "关于印发2026年度抽查计划的通知" in said
    assert "林木种子生产经营监督检查" in said
    assert notice_pdf(plan) == notice_pdf(plan), "the same version, the same bytes"
    clerk = make_user(Role.OFFICE, agency=agency)
    moves.open_adjustment(agency, YEAR, "县里统一安排", clerk, AT)
    make_ready_line(agency, number=3, name="森林防火监督检查", quarter=4)
    changed = db.session.query(PlanLine).filter_by(agency_id=agency.id, number=1).one()
    changed.quarter = 3
    adjusted = make_plan(agency, state=PlanState.APPROVED, clerk=clerk)
    told = words(notice_pdf(adjusted))
    assert "关于调整2026年度抽查计划的通知" in told
    assert "调整理由：县里统一安排" in told
    assert "任务日期：2026年第一季度→2026年第三季度" in told
    assert "新增" in told
    visitor.sign_in(clerk)
    for rest, kind in (
        ("2/notice.pdf", "application/pdf"),
        ("2/table.xlsx", "sheet"),
        ("table.xlsx", "sheet"),
    ):
        visitor.open(f"/plan-versions/{agency.id}/{YEAR}/{rest}")
        assert visitor.response is not None
        assert kind in (visitor.response.mimetype or "")


def test_the_scan_comes_after_approval_and_a_replaced_one_stays(app: Flask, visitor: Visitor) -> None:
    agency = make_year()
    clerk = make_user(Role.OFFICE, agency=agency)
    plan = make_plan(agency, state=PlanState.SUBMITTED, clerk=clerk)
    with pytest.raises(moves.PlanRefused):
        keep_document(plan, "试林字〔2026〕3号", None, clerk, AT)
    moves.approve(plan, make_user(Role.APPROVER, agency=agency), AT)
    here = f"/plan-versions/{agency.id}/{YEAR}/1"
    visitor.sign_in(clerk).open(f"{here}/document")
    visitor.submit("#step", status=422, file=(io.BytesIO(b"<html>"), "scan.pdf"))
    assert "不是可以接收的文件" in visitor.text()
    visitor.submit("#step", document_no="试林字〔2026〕3号", file=(io.BytesIO(picture("white")), "a.jpg"))
    db.session.expire_all()
    first = plan.scan_sha256
    visitor.open(f"{here}/document")
    visitor.submit("#step", file=(io.BytesIO(picture("red")), "b.jpg"))
    db.session.expire_all()
    assert (plan.document_no, plan.scan_sha256 != first) == ("试林字〔2026〕3号", True)
    assert [one.details["scan"] for one in old_scans(plan)] == [first]
    for address in (f"{here}/scan", f"{here}/scans/{first}"):
        visitor.open(address, buffered=True)
        assert visitor.response is not None
        assert visitor.response.headers["Content-Disposition"].startswith("attachment")
    visitor.open(f"{here}/scans/{'0' * 64}", status=404)
    visitor.open(here)
    assert "替换下来的扫描件 1 份" in visitor.text()
    assert "替换盖章扫描件" in visitor.text()


def test_nothing_is_printed_of_a_plan_that_nobody_approved(app: Flask, visitor: Visitor) -> None:
    plan: Plan = make_plan(state=PlanState.SUBMITTED)
    visitor.sign_in(make_user(Role.OFFICE, agency=plan.agency))
    visitor.open(f"/plan-versions/{plan.agency_id}/{YEAR}/1/notice.pdf", status=404)
