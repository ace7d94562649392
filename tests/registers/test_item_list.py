"""抽查事项 from a workbook: the exported list comes in unchanged, corrected, and is refused whole when it is wrong."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.item_versions import versions_of
from sjj.registers.models import Item
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT, make_item, make_law
from tests.makers.workbooks import make_csv, make_xlsx
from tests.visitor import Visitor

HEAD = [
    "编号",
    "抽查事项名称",
    "归口科室",
    "检查对象",
    "对象类别",
    "检查方式",
    "实施层级",
    "认领日期",
    "抽查频次",
    "抽查依据",
]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def bring(clerk: Visitor, data: list[list[Any]] | bytes, name: str = "事项.xlsx") -> None:
    """Upload a list and look at the preview."""
    if isinstance(data, list):
        data = make_csv(data, "gb18030") if name.endswith(".csv") else make_xlsx(data)
    clerk.open("/registers/items/import")
    clerk.submit("main form.form", file=(BytesIO(data), name))
    clerk.follow()


def take(clerk: Visitor, status: int = 303, **values: str) -> None:
    """Take over what the preview shows."""
    clerk.submit('main form:not([action$="discard"])', status=status, **values)


def exported(clerk: Visitor) -> bytes:
    return clerk.client.get("/registers/items/export.xlsx").data


def test_a_list_goes_out_comes_in_and_is_corrected(agency: Agency, clerk: Visitor) -> None:
    section = make_section(agency, "林政科")
    item = make_item(
        agency, "木材检查", code="LY-01", section=section, level="市级", claimed_on=MADE_AT.date()
    )
    item.bases[0].articles = "第六十五条第二款第（三）项、第六十六条"
    law = make_law(agency, "中华人民共和国种子法", key="种子法")
    make_item(agency, "没动的", code="LY-02", published_at=None, method="书面检查", frequency="每季一次")
    make_item(agency, "停用的", code="LY-09", retired_at=MADE_AT)
    db.session.commit()
    bring(clerk, exported(clerk))
    assert "没有要改的" in clerk.text()
    new = [
        "LY-06",
        "种子检查",
        "林政科",
        "苗圃",
        "主体类",
        "实地检查",
        "省级",
        "2026年3月5日",
        "每年一次",
        "种子法第三十一条、第四十条",
    ]
    bring(clerk, [["2026年清单"], HEAD, ["LY-01", "木材经营检查", "", "", "", "书面检查"], new], "事项.csv")
    assert "没有依据" not in clerk.text()
    take(clerk, status=422)
    assert "请写明原因" in clerk.text()
    take(clerk, reason="清单修订")
    db.session.refresh(item)
    assert (item.name, item.method, item.section_id, item.level) == (
        "木材经营检查",
        "书面检查",
        section.id,
        "市级",
    )
    assert item.claimed_on == MADE_AT.date(), "what the file leaves blank stands"
    assert [version.reason for version in versions_of(item)] == ["", "清单修订"]
    entered = db.session.scalars(select(Item).where(Item.code == "LY-06")).one()
    assert entered.published_at is None
    assert str(entered.claimed_on) == "2026-03-05"
    assert [(basis.law, basis.articles) for basis in entered.bases] == [(law, "第三十一条、第四十条")]
    changes = {
        (change.code, change.kind, change.source) for change in db.session.scalars(select(RegisterChange))
    }
    assert changes == {("LY-01", "changed", "import"), ("LY-06", "added", "import")}
    bring(clerk, exported(clerk))
    assert "没有要改的" in clerk.text(), "a round trip changes nothing"


def test_a_wrong_list_is_refused_whole(agency: Agency, clerk: Visitor) -> None:
    make_item(agency, "停了的", code="LY-09", retired_at=MADE_AT)
    db.session.commit()
    rows = [
        HEAD,
        ["LY-01", "好的"],
        ["LY-01", "重复的"],
        ["LY-02", ""],
        ["LY-03", "错的", "没有的科", "", "半主体", "飞检", "国家级", "", "", "《没有的法》第一条"],
        ["LY-04", "日期错的", "", "", "", "", "市级", "三月五日"],
        ["LY-09", "停了又改名的"],
        ["LY|07", "竖线"],
    ]
    bring(clerk, rows)
    for words in (
        "第 3 行“事项编号”列：“LY-01”和第 2 行重复",
        "第 4 行“事项名称”列：没有填写",
        "第 5 行“归口科室”列：本部门没有叫“没有的科”的内设机构",
        "第 5 行“对象类别”列",
        "第 5 行“检查方式”列",
        "第 5 行“实施层级”列",
        "第 5 行“法律依据”列：“《没有的法》第一条”在法律依据目录里没有",
        "第 6 行“认领日期”列",
        "第 7 行“事项编号”列：“停了的”已经停用",
        "第 8 行“事项编号”列",
    ):
        assert words in clerk.text(), words
    clerk.post(clerk._path(), status=422)
    assert len(db.session.scalars(select(Item)).all()) == 1


def test_a_section_s_keeper_and_a_stale_preview(agency: Agency, visitor: Visitor) -> None:
    mine = make_section(agency, "林政科")
    item = make_item(agency, code="LY-01", section=mine, published_at=None)
    make_item(agency, "不归我的", code="LY-02")
    db.session.commit()
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    bring(visitor, [HEAD, ["LY-02", "想改名"], ["LY-08", "不分科室的新事项"]])
    assert visitor.text().count("不归您管理") == 2
    bring(visitor, [HEAD, ["LY-01", "改名"]])
    clerk = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open(f"/registers/items/{item.id}/edit")
    clerk.submit(method="书面检查")
    clerk.open(visitor._path(), status=404)
    take(visitor, status=422)
    assert "有人改过事项清单" in visitor.text()
    take(visitor)
    db.session.refresh(item)
    assert (item.name, item.method) == ("改名", "书面检查")
    assert openpyxl.load_workbook(BytesIO(exported(clerk))).active["B2"].value == "改名"
