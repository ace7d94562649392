"""调整名单: every change of a period with before and after; the version for outside tells nothing internal."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.change_log import change_of, note_many
from sjj.registers.change_words import said_of
from sjj.registers.models import Entity, Item, Officer
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.people import make_change
from tests.visitor import Visitor

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
JUNE = "since=2026-06-01&until=2026-06-02"


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency("试点县林业局")


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    with time_machine.travel(NOW, tick=False):
        return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def rows(visitor: Visitor) -> list[str]:
    return [
        cell.find(string=True, recursive=False) or "" for cell in visitor.page.select('td[data-label="名称"]')
    ]


def at(day: int, hour: int = 4) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def some_changes(agency: Agency) -> None:
    """Two days of work on three registers; what is internal stands in three of them."""
    section = make_section(agency, "林政科")
    make_change(agency, name="五月的", at=datetime(2026, 5, 31, 15, 59, tzinfo=UTC))
    make_change(agency, name="新来的", at=datetime(2026, 5, 31, 16, 0, tzinfo=UTC), section=section)
    make_change(
        agency, name="改名的", kind="changed", at=at(1), source="form", reason="企业申请",
        changes={"name": ["老名", "改名的"], "section_id": [None, section.id], "credit_risk": ["A", "D"]},
    )  # fmt: skip
    make_change(
        agency,
        name="只改信用的",
        kind="changed",
        at=at(1),
        source="import",
        changes={"信用风险分类": ["B", "C"], "credit_risk_source": ["", "省平台"]},
    )
    make_change(
        agency,
        name="重新分类的",
        kind="changed",
        at=at(1),
        source="rule",
        reason="信用风险 D 类列为特殊",
        changes={"supervision_class": ["一般", "特殊"], "class_reason": ["", "信用风险为 D"]},
    )
    make_change(
        agency,
        name="=HYPERLINK(1)",
        register="officer",
        kind="left",
        at=at(2),
        source="form",
        reason="调离<script>",
        changes={"在岗状态": ["在岗", "离岗"]},
    )
    make_change(agency, name="事项一", register="item", at=at(2, 15))
    make_change(agency, name="六月三日的", at=at(2, 16))
    make_change(make_agency(), name="外局的", at=at(1))
    db.session.commit()


@time_machine.travel(NOW, tick=False)
def test_a_period_with_its_totals_and_what_became_of_each(agency: Agency, clerk: Visitor) -> None:
    some_changes(agency)
    clerk.open(f"/registers/changes/?{JUNE}")
    assert sorted(rows(clerk)) == sorted(
        ["新来的", "改名的", "只改信用的", "重新分类的", "=HYPERLINK(1)", "事项一"]
    )
    said = clerk.text()
    for words in (
        "名称：老名 → 改名的",
        "内设机构：（空） → 林政科",
        "信用风险分类：A → D",
        "在岗状态：在岗 → 离岗",
        "调离<script>",
        "检查对象 1 3 0 4",
    ):
        assert words in said, words
    for query, names in (
        ("register=officer", ["=HYPERLINK(1)"]),
        ("kind=added&register=entity", ["新来的"]),
        ("source=rule", ["重新分类的"]),
        ("q=改名", ["改名的"]),
        ("q=%25", []),
    ):
        clerk.open(f"/registers/changes/?{JUNE}&{query}")
        assert rows(clerk) == names, query


@time_machine.travel(NOW, tick=False)
def test_the_version_for_outside_says_nothing_of_credit(agency: Agency, clerk: Visitor) -> None:
    some_changes(agency)
    asked = f"{JUNE}&audience=outside&number=试林〔2026〕9号"
    clerk.open(f"/registers/changes/?{asked}")
    assert "只改信用的" not in rows(clerk)
    assert len(rows(clerk)) == 5
    table = clerk.page.select("table")[1].get_text(" ")
    assert "信用" not in table
    assert "监管对象类别：一般 → 特殊" in table
    sheet = load_workbook(io.BytesIO(clerk.client.get(f"/registers/changes/report.xlsx?{asked}").data)).active
    cells = [str(cell.value or "") for row in sheet.iter_rows() for cell in row]
    pdf = PdfReader(io.BytesIO(clerk.client.get(f"/registers/changes/report.pdf?{asked}").data))
    printed = "".join(page.extract_text() for page in pdf.pages)
    word = zipfile.ZipFile(io.BytesIO(clerk.client.get(f"/registers/changes/report.docx?{asked}").data))
    typed = word.read("word/document.xml").decode()
    for text in ("".join(cells), printed, typed):
        assert "信用" not in text
        assert "省平台" not in text
        assert "老名" in text
    assert sheet.max_row == 6
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)
    assert "试林〔2026〕9号" in printed.replace(" ", "")
    assert "试林〔2026〕9号" in typed
    assert "内部版" not in typed
    assert "调离&lt;script&gt;" in typed


@time_machine.travel(NOW, tick=False)
def test_the_version_for_inside_is_marked_as_such(agency: Agency, clerk: Visitor) -> None:
    some_changes(agency)
    answer = clerk.client.get(f"/registers/changes/report.docx?{JUNE}")
    typed = zipfile.ZipFile(io.BytesIO(answer.data)).read("word/document.xml").decode()
    assert "内部版：含内部参考信息" in typed
    assert "信用风险分类：A → D" in typed


@time_machine.travel(NOW, tick=False)
def test_a_wrong_period_is_told_and_other_agencies_are_out_of_reach(agency: Agency, clerk: Visitor) -> None:
    some_changes(agency)
    clerk.open("/registers/changes/?since=2026-06-05&until=2026-06-01", status=422)
    assert "结束日期不能早于开始日期" in clerk.text()
    clerk.open("/registers/changes/?since=2026-06-31&until=", status=422)
    assert (
        clerk.client.get("/registers/changes/report.pdf?since=2026-06-05&until=2026-06-01").status_code == 400
    )
    clerk.open("/registers/changes/")
    assert len(rows(clerk)) == 8
    assert "2026年4月1日至2026年6月3日" in clerk.text()
    other = make_agency()
    db.session.commit()
    clerk.open(f"/registers/changes/?agency={other.id}", status=404)
    clerk = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=other))
    clerk.open(f"/registers/changes/?{JUNE}")
    assert "这段时间没有这样的调整" in clerk.text()
    paper = clerk.client.get(f"/registers/changes/report.pdf?{JUNE}")
    assert "这段时间没有调整" in PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()


@time_machine.travel(NOW, tick=False)
def test_thousands_of_changes_are_one_report(agency: Agency, clerk: Visitor) -> None:
    about = {"kind": "changed", "changes": {"phone": ["", "0315-1"]}, "reason": "导入", "source": "import"}
    about |= {"batch_id": None, "at": at(1), "by_id": None}
    note_many(
        change_of("entity", agency.id, None, number, f"F-{number:06d}", f"第{number}户") | about
        for number in range(2_500)
    )
    db.session.commit()
    clerk.open(f"/registers/changes/?{JUNE}&audience=outside&per_page=100&page=25")
    assert rows(clerk)[-1] == "第2499户"
    assert not clerk.page.select('a[href*="report.pdf"]')
    clerk.open(f"/registers/changes/report.pdf?{JUNE}", status=422)
    assert "超过 2000 条" in clerk.text()
    answer = clerk.client.get(f"/registers/changes/report.xlsx?{JUNE}")
    sheet = zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 2_501


def test_every_field_of_a_register_has_its_name_in_the_office(app: Flask) -> None:
    unsaid = {"id", "agency_id", "pinyin", "token", "updated_at", "photo_sha256"}
    for model in (Entity, Officer, Item):
        for column in sorted({*model.__table__.columns.keys()} - unsaid):
            change = RegisterChange(kind="changed", changes={column: ["a", "b"]}, reason="")
            [line] = said_of(change).lines
            assert not line.label.isascii(), (model.__name__, column)
