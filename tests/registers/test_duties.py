"""权责对照: three lists come in, each entry gets an item or a reason, what the next list lacks is marked."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.models import Item
from sjj.registers.upkeep_models import Duty
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT, make_item, make_law
from tests.makers.workbooks import make_csv, make_xlsx
from tests.visitor import Visitor

HEAD = ["职权编码", "职权名称", "职权类型", "设定依据", "承办机构"]
WOOD = [
    "130227001",
    "对木材经营加工的监督检查",
    "行政检查",
    "《中华人民共和国森林法》第六十五条、第六十六条",
    "林政科",
]
SEED = ["130227002", "林木种子生产经营的行政检查", "行政检查", "种子法第四十九条", "种苗站"]
PERMIT = ["130227003", "林木采伐许可证核发", "行政许可", "森林法第五十六条", ""]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def bring(clerk: Visitor, rows: list[list[Any]], source: str = "权责清单", name: str = "清单.xlsx") -> None:
    """Upload a list and look at the preview."""
    data = make_csv(rows, "gb18030") if name.endswith(".csv") else make_xlsx(rows)
    clerk.open("/registers/duties/import")
    clerk.submit("main form.form", source=source, file=(BytesIO(data), name))
    clerk.follow()


def take(clerk: Visitor, status: int = 303) -> None:
    """Take over what the preview shows."""
    clerk.submit('main form:not([action$="discard"])', status=status)


def duty(name: str) -> Duty:
    db.session.expire_all()
    return db.session.scalars(select(Duty).where(Duty.name == name)).one()


def test_a_list_is_settled_entry_by_entry_and_comes_anew(agency: Agency, clerk: Visitor) -> None:
    section = make_section(agency, "林政科")
    law = make_law(agency, "中华人民共和国森林法", key="森林法")
    wood = make_item(agency, "木材经营加工监督检查")
    make_item(agency, "湿地保护利用监督检查")
    db.session.commit()
    bring(clerk, [["某某县林业局权责清单"], HEAD, WOOD, SEED, PERMIT])
    assert "新增 3 条" in clerk.text().replace("，", " ")
    assert "没有叫“种苗站”的内设机构" in clerk.text()
    assert db.session.scalar(select(Duty)) is None, "a preview writes nothing"
    take(clerk)
    assert duty(WOOD[1]).section_id == section.id
    clerk.open("/registers/duties/proposals")
    (box,) = clerk.page.select('input[name="chosen"]')
    assert box["value"] == f"{duty(WOOD[1]).id}-{wood.id}"
    clerk.submit("main form", status=422)
    clerk.submit("main form", chosen=[str(box["value"])])
    assert duty(WOOD[1]).item_id == wood.id
    permit, seed = duty(PERMIT[1]), duty(SEED[1])
    clerk.open(f"/registers/duties/{permit.id}")
    clerk.submit('form[action$="/excuse"]', status=422, reason="")
    assert "请写明为什么不需要抽查事项" in clerk.text()
    clerk.submit('form[action$="/excuse"]', reason="行政许可，不属于检查")
    clerk.open(f"/registers/items/new?duty={seed.id}")
    assert clerk.page.select_one('input[name="name"]')["value"] == SEED[1]
    clerk.submit(code="LY-06")
    item = db.session.scalars(select(Item).where(Item.code == "LY-06")).one()
    assert duty(SEED[1]).item_id == item.id
    clerk.open(f"/registers/items/new?duty={duty(WOOD[1]).id}")
    chosen = clerk.page.select_one('select[name="bases-0-law_id"] option[selected]')
    assert chosen["value"] == str(law.id)
    assert clerk.page.select_one('input[name="bases-0-articles"]')["value"] == "第六十五条、第六十六条"
    assert (
        clerk.page.select_one('select[name="place"] option[selected]')["value"] == f"{agency.id}-{section.id}"
    )
    clerk.open("/registers/duties/?state=open")
    assert "没有符合条件的条目" in clerk.text()
    bring(clerk, [HEAD, [*WOOD[:3], "森林法第六十五条", "林政科"], PERMIT])
    for words in ("不再列出 1 条", "有变化 1 条", "没有变化 1 条"):
        assert words in clerk.text().replace("，", " "), words
    take(clerk)
    assert duty(SEED[1]).gone_at is not None
    assert duty(WOOD[1]).item_id == wood.id, "what was settled stays settled"
    assert duty(PERMIT[1]).no_item_reason == "行政许可，不属于检查"
    clerk.open(f"/registers/duties/{seed.id}")
    assert "最近导入的清单里没有这一条" in clerk.text()
    bring(clerk, [HEAD, WOOD, SEED, PERMIT])
    assert "重新列出" in clerk.text()
    take(clerk)
    assert duty(SEED[1]).gone_at is None
    assert duty(SEED[1]).item_id == item.id
    said = [
        entry.sentence for entry in db.session.scalars(select(AuditEntry)) if entry.subject_type == "duty"
    ]
    assert f"权责清单“{PERMIT[1]}”不需要事项：行政许可，不属于检查" in said


def test_three_lists_stand_apart_and_are_counted(agency: Agency, clerk: Visitor) -> None:
    bring(clerk, [["名称"], ["负责林业执法"]], "三定方案", "三定.csv")
    take(clerk)
    bring(clerk, [HEAD, WOOD, SEED], "互联网+监管")
    take(clerk)
    clerk.open("/registers/duties/")
    counts = {
        row.th.get_text(): [td.get_text() for td in row.select("td.n")]
        for row in clerk.page.select("tbody tr")
        if row.th
    }
    assert counts == {
        "三定方案": ["1", "0", "0", "0"],
        "权责清单": ["0", "0", "0", "0"],
        "互联网+监管": ["2", "0", "0", "0"],
    }
    answer = clerk.client.get("/registers/duties/export.xlsx?state=open&q=种子")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[2] for row in rows] == ["名称", SEED[1]]


def test_a_bad_list_is_refused_whole(agency: Agency, clerk: Visitor) -> None:
    db.session.commit()
    other = ["130227001", WOOD[1], "行政处罚", "另一种说法", ""]
    bring(clerk, [HEAD, WOOD, other, ["9", "", "行政检查", "", ""], [*WOOD[:1], "名" * 301]])
    assert "第 3 行“名称”列：和第 2 行编码、名称相同，内容不同" in clerk.text()
    assert "第 4 行“名称”列：没有填写" in clerk.text()
    assert "第 5 行“名称”列：有 301 个字" in clerk.text()
    clerk.post(clerk._path(), status=422)
    assert db.session.scalar(select(Duty)) is None
    bring(clerk, [HEAD, WOOD, WOOD])
    assert "新增 1 条" in clerk.text(), "the same line twice counts once"
    bring(clerk, [["甲", "乙"], ["1", "2"]])
    assert "没有认出表头" in clerk.text()


def test_two_who_take_over_the_same_list(agency: Agency, clerk: Visitor) -> None:
    colleague = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=agency))
    for one in (clerk, colleague):
        bring(one, [HEAD, WOOD])
    take(clerk)
    take(colleague, status=422)
    assert "有人改过这份清单" in colleague.text()
    take(colleague)
    assert len(db.session.scalars(select(Duty)).all()) == 1
    db.session.add(Duty(agency_id=agency.id, source="权责清单", name="=HYPERLINK(1)", imported_at=MADE_AT))
    db.session.commit()
    book = openpyxl.load_workbook(BytesIO(clerk.client.get("/registers/duties/export.xlsx").data)).active
    assert all(cell.data_type != "f" for row in book.iter_rows() for cell in row)


def test_an_entry_is_settled_only_by_who_keeps_it_and_with_own_items(
    agency: Agency, visitor: Visitor
) -> None:
    mine, foreign = make_section(agency), make_agency()
    item, retired = make_item(foreign), make_item(agency, retired_at=MADE_AT)
    rows = [
        Duty(agency_id=agency.id, source="权责清单", name="全局的", imported_at=MADE_AT),
        Duty(agency_id=agency.id, source="权责清单", name="本科的", imported_at=MADE_AT, section_id=mine.id),
        Duty(agency_id=foreign.id, source="权责清单", name="别局的", imported_at=MADE_AT),
    ]
    db.session.add_all(rows)
    db.session.commit()
    whole, own, theirs = (row.id for row in rows)
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    visitor.open(f"/registers/duties/{theirs}", status=404)
    visitor.open(f"/registers/items/new?duty={theirs}", status=404)
    visitor.open(f"/registers/duties/{whole}")
    assert not visitor.page.select('form[action$="/link"]')
    visitor.post(f"/registers/duties/{whole}/excuse", status=404, reason="不归我")
    visitor.open("/registers/duties/import", status=403)
    visitor.open(f"/registers/duties/{own}")
    for wrong in (item.id, retired.id, "x"):
        visitor.post(f"/registers/duties/{own}/link", status=422, item_id=str(wrong))
    visitor.post(f"/registers/duties/{own}/excuse", reason="不需要")
    visitor.post(f"/registers/duties/{own}/reopen")
    assert duty("本科的").no_item_reason == ""
    visitor.open("/registers/duties/")
    assert "别局的" not in visitor.text()
