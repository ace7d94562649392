"""工作指引 as a workbook: out, corrected, looked at, in as a draft; and two versions side by side."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.item_queries import latest_guide, newest_guide
from sjj.registers.models import Item
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT, make_guide, make_item
from tests.makers.workbooks import make_csv, make_xlsx
from tests.visitor import Visitor

HEAD = ["事项编号", "事项名称", "要点编号", "检查要点", "判定标准", "检查方法", "依据条款", "罚则", "必查"]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def taken(clerk: Visitor, path: str) -> list[list[Any]]:
    """The rows of an exported workbook, its header too."""
    answer = clerk.client.get(path)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "no cell is a formula"
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def bring(clerk: Visitor, rows: list[list[Any]] | bytes, status: int = 303, name: str = "指引.xlsx") -> None:
    """Upload these rows and look at the preview; a .csv keeps a text that begins with = as it is."""
    clerk.open("/registers/items/guides")
    if isinstance(rows, list):
        rows = make_csv(rows) if name.endswith(".csv") else make_xlsx(rows)
    clerk.submit('form[enctype="multipart/form-data"]', status=status, file=(BytesIO(rows), name))
    if status == 303:
        clerk.follow()


def texts(item: Item) -> list[str]:
    db.session.expire_all()
    return [point.text for point in newest_guide(item).points]


def test_a_guide_goes_out_and_comes_in_corrected(agency: Agency, clerk: Visitor) -> None:
    item, other = make_item(agency, points=3), make_item(agency, "没动过的", points=2)
    item.guides[0].points[0].text = "=1+1 台账"
    db.session.commit()
    rows = taken(clerk, "/registers/items/guides.xlsx")
    assert rows[0] == HEAD
    assert len(rows) == 6
    bring(clerk, clerk.client.get("/registers/items/guides.xlsx").data)
    assert "没有要改的" in clerk.text()
    assert not clerk.page.select('form:not([action$="/discard"]) button.main'), "nothing to take over"
    mine = taken(clerk, f"/registers/items/{item.id}/guide.xlsx")
    assert mine == rows[:4]
    changed = [
        HEAD,
        mine[2],
        mine[1],
        [item.code, "", "", "新加的要点", "未发现问题：有。发现问题：无。", "", "", "", "否"],
    ]
    changed[1][4] = "改过的标准\n第二行"
    bring(clerk, changed, name="指引.csv")
    assert "新增 1，修改 1，删去 1" in clerk.text()
    assert "第1版不动，写成第2版草案" in clerk.text()
    assert "改过的标准" in clerk.text()
    clerk.submit('form[action*="/guides/"]:not([action$="discard"])')
    db.session.expire_all()
    assert [(guide.version, guide.is_draft) for guide in item.guides] == [(1, False), (2, True)]
    assert texts(item) == ["第2项台账是否齐全", "=1+1 台账", "新加的要点"]
    assert [point.code for point in item.guides[1].points] == [f"{item.code}-{n}" for n in (2, 1, 4)]
    assert item.guides[1].points[0].standard == "改过的标准\n第二行"
    assert latest_guide(item).version == 1, "work goes on by the confirmed one"
    assert len(other.guides) == 1
    clerk.open(f"/registers/items/{item.id}/guide/diff")
    assert "第1版和第2版的差别" in clerk.text()
    labels = [chip.get_text() for chip in clerk.page.select(".changes .chip")]
    assert sorted(labels) == ["修改", "删去", "新增", "移动"]
    assert taken(clerk, f"/registers/items/{item.id}/guide.xlsx")[1][4] == "改过的标准\n第二行"


def test_every_bad_cell_is_named_and_nothing_is_taken(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=2, code="LY-01")
    make_item(agency, code="LY-02", name="停了的", retired_at=MADE_AT)
    foreign = make_item(make_agency(), code="LY-77")
    db.session.commit()
    good = ["LY-01", "", "LY-01-1", "好的一条", "标准", "", "", "", "是"]
    rows = [
        ["2026年工作指引"],
        HEAD,
        good,
        ["LY-01", "", "LY-01-1", "重复的", "标准", "", "", "", ""],
        ["", "", "LY-01-9", "不认识的编号", "标准", "", "", "", ""],
        ["LY-01", "", "", "", "没有要点", "", "", "", ""],
        ["LY-01", "", "", "没有标准", "", "", "", "", "也许"],
        ["LY-01", "", "", "太长的罚则", "标准", "", "", "罚" * 201, ""],
        ["LY-02", "", "", "停用事项的", "标准", "", "", "", ""],
        [foreign.code, "", "", "别局的", "标准", "", "", "", ""],
    ]
    bring(clerk, rows)
    said = clerk.text()
    for words in (
        "工作表“企业名录”第 4 行“要点编号”列：“LY-01-1”和第 3 行重复",
        "第 5 行“要点编号”列：“LY-01-9”不是这个事项现有的要点",
        "第 6 行“检查要点”列：没有填写",
        "第 7 行“判定标准”列：没有填写",
        "第 7 行“必查”列：“也许”请改为“是”或“否”",
        "第 8 行“罚则”列：有 201 个字，超过 200 字",
        "第 9 行“事项编号”列：“停了的”已经停用",
        "第 10 行“事项编号”列：本部门没有编号“LY-77”的事项",
    ):
        assert words in said, words
    path = clerk._path()
    clerk.post(path, status=422, seen="")
    assert len(item.guides) == 1
    clerk.submit('form[action$="/discard"]')
    clerk.open(path, status=404)


def test_files_that_are_no_guides_are_refused(agency: Agency, clerk: Visitor) -> None:
    make_item(agency)
    db.session.commit()
    bring(clerk, [["甲", "乙"], ["1", "2"]])
    assert "没有认出表头" in clerk.text()
    bring(clerk, [HEAD])
    assert "表头下面没有数据" in clerk.text()
    bring(clerk, [HEAD, *([["LY-01", "", "", "要点", "标准", "", "", "", ""]] * 5001)])
    assert "一次最多 5000 行" in clerk.text()
    bring(clerk, [HEAD], status=422, name="指引.xlsm")
    assert "可能带有宏" in clerk.text()
    clerk.submit(
        'form[enctype="multipart/form-data"]', status=422, file=(BytesIO(b"PK\x03\x04broken"), "a.xlsx")
    )
    assert "打不开" in clerk.text()


def test_a_preview_that_is_no_longer_true_is_shown_again(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=2)
    db.session.commit()
    rows = taken(clerk, f"/registers/items/{item.id}/guide.xlsx")
    rows[1][3] = "表里改的"
    bring(clerk, rows)
    colleague = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=agency))
    colleague.open(f"/registers/items/{item.id}/guide")
    colleague.submit("main form.form", do="save", **{"points-1-text": "同事改的"})
    clerk.submit('form[action*="/guides/"]:not([action$="discard"])', status=422)
    assert "有人改过指引" in clerk.text()
    assert texts(item)[1] == "同事改的"
    colleague.open(clerk._path(), status=404), "what one has brought nobody else may look at"
    clerk.submit('form[action*="/guides/"]:not([action$="discard"])')
    assert texts(item) == ["表里改的", "第2项台账是否齐全"]


def test_of_two_who_write_on_a_guide_the_second_is_told(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=2, confirmed=False)
    db.session.commit()
    colleague = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=agency))
    for one in (clerk, colleague):
        one.open(f"/registers/items/{item.id}/guide")
    clerk.submit("main form.form", do="save", **{"points-0-text": "我改的"})
    colleague.submit("main form.form", do="save", status=422, **{"points-0-text": "他改的"})
    assert "有人改过这份指引" in colleague.text()
    assert texts(item)[0] == "我改的"
    colleague.submit("main form.form", do="save")
    assert texts(item)[0] == "他改的"


def test_a_section_s_keeper_brings_only_its_own_items(agency: Agency, visitor: Visitor) -> None:
    mine = make_section(agency)
    make_item(agency, code="LY-01", section=mine)
    make_item(agency, "不归我的", code="LY-02")
    db.session.commit()
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    point = ["", "", "新的", "标准", "", "", "", ""]
    bring(visitor, [HEAD, ["LY-01", *point], ["LY-02", *point]])
    assert "“不归我的”不归您管理" in visitor.text()
    bring(visitor, [HEAD, ["LY-01", *point]])
    assert "新增 1，修改 0，删去 4" in visitor.text()
    reader = Visitor(visitor.app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    reader.open("/registers/items/guides", status=403)
    assert len(taken(reader, "/registers/items/guides.xlsx")) == 9


def test_the_versions_to_compare_are_chosen(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=1)
    for version, points in ((2, 2), (3, 3)):
        item.guides.append(make_guide(version, item.code, points))
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide/diff?from=1&to=3")
    assert len(clerk.page.select(".changes > li")) == 3, "one changed from optional to required, two added"
    clerk.open(f"/registers/items/{item.id}/guide/diff?from=x&to=99")
    assert "第2版和第3版的差别" in clerk.text()
    clerk.open(f"/registers/items/{item.id}/guide/diff?from=2&to=2")
    assert "两版一样" in clerk.text()
