"""一业一查: the province's list comes in, is kept by hand, goes out and comes in again unchanged."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.topic_queries import topics_of
from sjj.registers.upkeep_models import IndustryTopic
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT
from tests.makers.workbooks import make_xlsx
from tests.visitor import Visitor

HEAD = ["序号", "行业领域", "检查场景", "牵头单位", "配合单位", "检查事项", "文件依据"]
WOOD = [
    "1",
    "木材加工",
    "综合检查",
    "林业局",
    "市场监管局、消防救援大队",
    "1.原料台账\n2.储油库、加油站消防",
    "冀双随机办〔2026〕1号",
]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def bring(clerk: Visitor, data: list[list[Any]] | bytes) -> None:
    """Upload a list and look at the preview."""
    book = make_xlsx(data) if isinstance(data, list) else data
    clerk.open("/registers/topics/import")
    clerk.submit("main form.form", file=(BytesIO(book), "一业一查.xlsx"))
    clerk.follow()


def take(clerk: Visitor, status: int = 303, **values: str) -> None:
    """Take over what the preview shows."""
    clerk.submit('main form:not([action$="discard"])', status=status, **values)


def test_the_province_s_list_comes_in_is_kept_and_goes_out(agency: Agency, clerk: Visitor) -> None:
    seeds = ["", "", "苗圃", "林业局", "", "", ""]  # the industry stands in a merged cell above
    bring(clerk, [["一业一查清单"], HEAD, WOOD, seeds])
    assert "新增 2 条" in clerk.text()
    take(clerk)
    first = topics_of(agency.id)[1] if topics_of(agency.id)[0].theme == "苗圃" else topics_of(agency.id)[0]
    assert (first.industry, first.lead) == ("木材加工", "林业局")
    assert first.partners == ["市场监管局", "消防救援大队"]
    assert first.items == ["原料台账", "储油库、加油站消防"]
    clerk.open(f"/registers/topics/{first.id}")
    clerk.submit(partners="市场监管局，=cmd", items="原料台账\n\n除尘设施")
    db.session.expire_all()
    assert (first.partners, first.items) == (["市场监管局", "=cmd"], ["原料台账", "除尘设施"])
    out = clerk.client.get("/registers/topics/export.xlsx").data
    assert all(cell.data_type != "f" for row in openpyxl.load_workbook(BytesIO(out)).active for cell in row)
    bring(clerk, out)
    assert "和现有的清单一样" in clerk.text(), "a round trip changes nothing"
    bring(clerk, [HEAD, WOOD])
    assert "有变化 1 条" in clerk.text()
    assert "新清单里没有 1 条" in clerk.text()
    take(clerk)
    assert len(topics_of(agency.id)) == 2, "nothing is taken out unasked"
    bring(clerk, [HEAD, WOOD])
    take(clerk, drop_gone="y")
    assert [topic.theme for topic in topics_of(agency.id)] == ["综合检查"]
    clerk.open("/registers/topics/?q=木材")
    assert "消防救援大队" in clerk.text()
    clerk.open("/registers/topics/?q=没有的")
    assert "没有符合条件的行业" in clerk.text()


def test_entries_are_kept_by_hand_and_stand_once(agency: Agency, clerk: Visitor) -> None:
    clerk.open("/registers/topics/new")
    clerk.submit(status=422, industry="", lead="")
    assert "请填写牵头部门" in clerk.text()
    clerk.submit(industry="餐饮", theme="", lead="市场监管局")
    clerk.open("/registers/topics/new")
    clerk.submit(status=422, industry="餐饮", theme="", lead="消防救援大队")
    assert "已经登记过" in clerk.text()
    (topic,) = topics_of(agency.id)
    clerk.open(f"/registers/topics/{topic.id}/remove")
    clerk.submit()
    assert topics_of(agency.id) == []


def test_a_bad_list_is_refused_and_a_stale_preview_shown_again(agency: Agency, clerk: Visitor) -> None:
    db.session.commit()
    bring(clerk, [HEAD, WOOD, WOOD, ["", "餐饮", "", "", "", "", ""]])
    assert "第 3 行“行业”列：和第 2 行的行业、主题相同" in clerk.text()
    assert "第 4 行“牵头部门”列：没有填写" in clerk.text()
    clerk.post(clerk._path(), status=422)
    assert db.session.scalar(select(IndustryTopic)) is None
    bring(clerk, [HEAD, WOOD])
    db.session.add(
        IndustryTopic(
            agency_id=agency.id, industry="木材加工", theme="综合检查", lead="别人", imported_at=MADE_AT
        )
    )
    take(clerk, status=422)
    assert "有人改过这份清单" in clerk.text()
    take(clerk)
    assert [topic.lead for topic in topics_of(agency.id)] == ["林业局"]


def test_only_who_keeps_the_agency_s_registers_keeps_the_list(agency: Agency, visitor: Visitor) -> None:
    foreign = make_agency()
    topic = IndustryTopic(agency_id=foreign.id, industry="别局的行业", lead="别局", imported_at=MADE_AT)
    db.session.add(topic)
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    for path in ("", "/remove"):
        visitor.open(f"/registers/topics/{topic.id}{path}", status=404)
        visitor.post(f"/registers/topics/{topic.id}{path}", status=404)
    visitor.open("/registers/topics/")
    assert "别局的行业" not in visitor.text()
    visitor.open("/registers/topics/import")
    visitor.submit(
        "main form.form",
        status=422,
        agency_id=str(foreign.id),
        file=(BytesIO(make_xlsx([HEAD, WOOD])), "a.xlsx"),
    )
    section = make_section(agency)
    keeper = Visitor(visitor.app).sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=section))
    for path in ("new", "import"):
        keeper.open(f"/registers/topics/{path}", status=403)
