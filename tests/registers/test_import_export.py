"""Taking the register away: what is shown, never as a formula, and coming back unchanged."""

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers.import_services import apply, preview, read_upload
from sjj.registers.models import Entity, EntityKind, SupervisionClass
from sjj.registers.scope import Place
from sjj.registers.upkeep_models import ExtraField
from sjj.registers.workbook import read_workbook
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import credit_code, make_entity, make_officer, make_tag
from tests.registers.imported import NOW, outcome, take_in
from tests.visitor import Visitor

# Of the row itself, not of the object: made anew wherever it stands.
NOT_TAKEN = frozenset(
    ["id", "agency_id", "section_id", "token", "updated_at", "class_by", "claimed_at", "claimed_by_id"]
)
FORMULAS = ("=1+1", "+8613800000000", "-2+3", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")')


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def taken(visitor: Visitor, path: str) -> bytes:
    """The file behind an address."""
    visitor.open(path)
    assert visitor.response is not None
    return visitor.response.data


def verdicts(agency: Agency, data: bytes, what: str, ending: str) -> list[tuple[str, str]]:
    batch = preview(read_upload(data, f"a.{ending}", what), Place(agency), System(), NOW)
    commit()
    return outcome(batch)


def _full_register(agency: Agency) -> None:
    section = make_section(agency, "种苗站")
    tags = [make_tag(agency, "木材"), make_tag(agency, "苗圃")]
    make_entity(
        agency, "试点县(甲)木材厂", code=credit_code(8200), section=section, tags=tags,
        lat=40.123456, lon=118.3, registered_on=date(2020, 1, 2),
        positive_from=date(2026, 1, 1), positive_until=date(9999, 9, 9),
        supervision_class=SupervisionClass.SPECIAL, credit_risk="C", state="停业", capital="50万元",
        class_since=date(2026, 1, 8), class_reason="群众投诉三次", class_by="person",
        credit_risk_on=date(2025, 12, 31), credit_risk_source="省信用平台",
        business_scope="第一行\r\n第二行；=1+1", phone="0315-1", contact="李某", industry="木材加工",
        extra={"网格": "三组", "手机": "138", "编号": "7", "许可证有效期至": "长期", "信用等级": "诚信(绿)"},
    )  # fmt: skip
    make_entity(agency, "甲地块", kind=EntityKind.OTHER, extra={"统一社会信用代码": credit_code(8201)})
    make_entity(agency, "张某", kind=EntityKind.PERSON)
    make_entity(agency, "=1+1厂", code=credit_code(8202), address="@SUM(A1)", contact="-2+3", phone="+86138")
    commit()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_entities_come_back_unchanged(clerk: Visitor, agency: Agency, ending: str) -> None:
    _full_register(agency)
    data = taken(clerk, f"/registers/entities/export.{ending}")
    assert verdicts(agency, data, "entities", ending) == [("unchanged", "")] * 4


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_officers_come_back_unchanged(clerk: Visitor, agency: Agency, ending: str) -> None:
    section = make_section(agency, "种苗站")
    tag = make_tag(agency, "森林资源", on="officer")
    make_officer(
        agency, "甲某", section=section, tags=[tag], gender="女", extra={"学历": "本科"}, post="科员"
    )
    make_officer(agency, "乙某", on_duty=False, certificate_until=date(9999, 9, 9))
    commit()
    data = taken(clerk, f"/registers/officers/export.{ending}")
    assert verdicts(agency, data, "officers", ending) == [("unchanged", "")] * 2


def test_only_what_the_filters_show_is_taken_away(clerk: Visitor, agency: Agency) -> None:
    make_entity(agency, "甲木材厂", township="兴城镇")
    make_entity(agency, "乙苗圃", township="三屯营镇")
    make_entity(make_agency(), "别处的厂", township="兴城镇")
    commit()
    page = clerk.open("/registers/entities/?township=兴城镇")
    link = page.select_one("a[href*='export.xlsx']")
    assert link is not None
    (sheet,) = read_workbook(taken(clerk, str(link["href"])), "a.xlsx")
    assert [row[0] for row in sheet.rows] == ["名称", "甲木材厂"]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(clerk: Visitor, agency: Agency) -> None:
    for number, formula in enumerate(FORMULAS):
        make_entity(agency, f"第{number}厂", address=formula, extra={formula: formula})
    commit()
    data = taken(clerk, "/registers/entities/export.xlsx")
    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    (read,) = read_workbook(data, "a.xlsx")
    assert set(FORMULAS) <= {str(cell) for row in read.rows for cell in row}


def test_no_cell_of_a_csv_begins_like_a_formula(clerk: Visitor, agency: Agency) -> None:
    for number, formula in enumerate(FORMULAS):
        make_entity(agency, f"第{number}厂", address=formula, extra={formula: "\t=2"})
    commit()
    text = taken(clerk, "/registers/entities/export.csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {f"'{formula}" for formula in FORMULAS} <= set(cells)


def test_readers_without_the_register_get_nothing(visitor: Visitor, agency: Agency) -> None:
    visitor.sign_in(make_user(Role.AUDITOR))
    visitor.open("/registers/entities/export.xlsx", status=403)
    visitor.open("/registers/officers/export.csv", status=403)


def test_what_was_imported_with_odd_columns_comes_back_unchanged(clerk: Visitor, agency: Agency) -> None:
    head = [
        "单位名称",
        "信用代码",
        "电话",
        "手机",
        "许可证名称",
        "编号",
        "有效期至",
        "在线监控",
        "备注1",
        "备注1",
        "对象编号",
    ]
    row = ["甲厂", credit_code(8203), "1", "2", "甲证", "证一", "9999-09-09", "是", "甲", "乙", "老编号"]
    take_in(agency, [head, row])
    data = taken(clerk, "/registers/entities/export.xlsx")
    assert verdicts(agency, data, "entities", "xlsx") == [("unchanged", "")]


def test_a_register_taken_away_whole_can_be_set_up_elsewhere_from_the_file(
    clerk: Visitor, agency: Agency
) -> None:
    _full_register(agency)
    db.session.add(
        ExtraField(agency_id=agency.id, register="entity", label="网格", kind="choice", choices=["三组"])
    )
    kept = make_entity(agency, "并入的厂", code=credit_code(8204))
    make_entity(agency, "并掉的厂", code=credit_code(8205), merged_into_id=kept.id)
    commit()
    data = taken(clerk, "/registers/entities/export.xlsx")
    other = make_agency()
    make_section(other, "种苗站")
    upload = read_upload(data, "a.xlsx", "entities")
    batch = preview(upload, Place(other), System(), NOW)
    assert batch.counts == {"new": 5}
    apply(batch, System(), NOW)
    commit()
    columns = [c.name for c in Entity.__table__.c if c.name not in NOT_TAKEN]  # type: ignore[attr-defined]

    def standing(of: Agency) -> list[tuple[Any, ...]]:
        query = select(Entity).where(Entity.agency_id == of.id, Entity.merged_into_id.is_(None))
        return [
            (*(getattr(row, name) for name in columns), [tag.name for tag in row.tags])
            for row in db.session.scalars(query.order_by(Entity.code))
        ]

    assert standing(other) == [
        tuple(each.replace("\r\n", "\n") if isinstance(each, str) else each for each in row)
        for row in standing(agency)
    ]
