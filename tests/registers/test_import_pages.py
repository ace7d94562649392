"""The pages of importing: who may, what a clerk sees, and that nothing happens by itself or twice."""

import re
from io import BytesIO

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import commit, db
from sjj.registers.models import Entity, Officer
from sjj.registers.workbook import read_workbook
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import credit_code, make_entity
from tests.makers.workbooks import ENTITY_HEAD, make_xlsx
from tests.registers.imported import how_many
from tests.visitor import Visitor

CODES = [credit_code(number) for number in range(8100, 8130)]
NEW = "/registers/imports/new"


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def upload(visitor: Visitor, data: bytes, name: str = "名录.xlsx", status: int = 303, **more: str) -> None:
    """Send a file through the form."""
    visitor.open(NEW)
    visitor.submit(file=(BytesIO(data), name), status=status, **more)
    if status == 303:
        visitor.follow()


def table(*rows: tuple[str, ...]) -> bytes:
    return make_xlsx([ENTITY_HEAD, *rows])


def test_a_clerk_uploads_looks_and_applies(clerk: Visitor) -> None:
    data = table(("甲厂", CODES[0], "2020-1-2"), ("乙厂", "123"), ("案例（请删除）", "x"))
    upload(clerk, data)
    shown = clerk.text()
    assert "新增 1 行" in shown
    assert "不能导入 1 行" in shown
    assert "统一社会信用代码应为18位，现为3位" in shown
    assert "示例行，已跳过" in shown
    assert "表头是怎么认的（工作表“企业名录”第 1 行）" in shown
    assert how_many() == 0
    clerk.submit("form[action$='/apply']")
    clerk.follow()
    assert "已导入：新增 1 条，更新 0 条" in clerk.text()
    assert how_many() == 1
    assert clerk.page.select_one("form[action$='/apply']") is None


def test_applying_from_a_page_left_open_does_nothing_twice(clerk: Visitor) -> None:
    upload(clerk, table(("甲厂", CODES[0])))
    assert clerk.response is not None
    path = clerk.response.request.path
    for told in ("已导入：新增 1 条", "不能再次处理"):
        clerk.post(f"{path}/apply")
        clerk.follow()
        assert told in clerk.text()
    assert how_many() == 1


def test_a_register_that_moved_is_told_and_a_new_preview_offered(clerk: Visitor, agency: Agency) -> None:
    mine = make_entity(agency, "甲厂", code=CODES[0], address="一号")
    commit()
    upload(clerk, table(("甲厂", CODES[0], "", "二号")))
    assert "住所： 一号 → 二号" in clerk.text()
    mine.address = "三号"
    commit()
    clerk.submit("form[action$='/apply']", status=422)
    assert "预览之后名录库有改动，有 1 行的结果与预览不同" in clerk.text()
    clerk.submit("form[action$='/preview']")
    clerk.follow()
    assert "住所： 三号 → 二号" in clerk.text()
    clerk.submit("form[action$='/apply']")
    db.session.expire_all()
    assert mine.address == "二号"


def test_a_file_may_be_put_away(clerk: Visitor) -> None:
    upload(clerk, table(("甲厂", CODES[0])))
    clerk.submit("form[action$='/discard']")
    clerk.follow()
    assert "名录库没有改动" in clerk.text()
    clerk.open(str(clerk.page.select("#main table a")[0]["href"]))
    assert "这个文件已放弃" in clerk.text()
    assert how_many() == 0


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("名录.xlsx", b"\x89PNG", "这不是表格文件"),
        ("名录.xlsm", table(("甲厂", CODES[0])), "宏"),
        ("名录.docx", b"PK\x03\x04", "只能上传"),
        ("名录.xlsx", make_xlsx([["甲", "乙"]]), "没有认出表头"),
    ],
    ids=["picture", "macro", "document", "no header"],
)
def test_a_refused_file_is_told_at_its_field_and_nothing_is_kept(
    clerk: Visitor, name: str, data: bytes, told: str
) -> None:
    upload(clerk, data, name, status=422)
    problem = clerk.page.select_one("#file-problem")
    assert problem is not None
    assert told in problem.get_text()
    clerk.open("/registers/imports/")
    assert "还没有导入过" in clerk.text()


def test_without_a_file_or_a_choice_every_field_tells(visitor: Visitor) -> None:
    make_agency()
    make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=None))
    visitor.open(NEW)
    visitor.submit(status=422)
    assert {"place-problem", "file-problem"} <= {
        str(each["id"]) for each in visitor.page.select("[id$=-problem]")
    }


def test_officers_are_imported_too(clerk: Visitor) -> None:
    data = make_xlsx([["姓名", "执法证号", "有效期"], ["甲某", "0001", "2028-1-1"]])
    upload(clerk, data, what="officers")
    clerk.submit("form[action$='/apply']")
    assert how_many(Officer) == 1


def test_rows_are_filtered_paged_and_searched(clerk: Visitor) -> None:
    rows = [(f"第{number}厂", code) for number, code in enumerate(CODES)] + [("坏厂", "1")]
    upload(clerk, table(*rows))
    assert clerk.response is not None
    path = clerk.response.request.path
    assert len(clerk.page.select("#rows tbody tr")) == 20
    assert len(clerk.open(f"{path}?page=2").select("#rows tbody tr")) == 11
    assert len(clerk.open(f"{path}?verdict=rejected").select("#rows tbody tr")) == 1
    assert len(clerk.open(f"{path}?q=第29").select("#rows tbody tr")) == 1
    assert "没有这样的行" in clerk.open(f"{path}?q=没有").get_text()
    clerk.open(f"{path}?verdict=nonsense&page=999")


def test_an_htmx_request_gets_only_the_rows(clerk: Visitor) -> None:
    upload(clerk, table(("甲厂", CODES[0])))
    assert clerk.response is not None
    path = clerk.response.request.path
    fragment = clerk.open(path, headers={"HX-Request": "true"})
    assert fragment.find("html") is None
    assert fragment.select_one("#rows") is not None


def test_the_rows_that_failed_can_be_taken_away(clerk: Visitor) -> None:
    upload(clerk, table(("甲厂", CODES[0]), ("乙厂", "123")))
    assert clerk.response is not None
    clerk.open(clerk.response.request.path + "/problems.xlsx")
    (sheet,) = read_workbook(clerk.response.data, "a.xlsx")
    assert [row[:4] for row in sheet.rows] == [
        ["表中行号", "不能导入的原因", "企业名称", "统一社会信用代码"],
        ["3", "统一社会信用代码应为18位，现为3位", "乙厂", "123"],
    ]
    mended = [[*row[:3], CODES[1], *row[4:]] if row[0] == "3" else row for row in sheet.rows]
    upload(clerk, make_xlsx(mended))
    assert "新增 1 行" in clerk.text()
    assert "不能导入 0 行" in clerk.text()


@pytest.mark.parametrize("what", ["entities", "officers"])
def test_the_empty_form_to_fill_in_can_be_imported_as_it_is(clerk: Visitor, what: str) -> None:
    clerk.open(f"/registers/imports/template/{what}.xlsx")
    assert clerk.response is not None
    upload(clerk, clerk.response.data, what=what)
    assert "已跳过 1 行" in clerk.text()
    header = clerk.page.select_one("details")
    assert header is not None
    assert not re.search("没有对应栏目|请核对", header.get_text())


def test_only_those_who_may_import_reach_the_pages(visitor: Visitor, agency: Agency) -> None:
    clerk = make_user(Role.OFFICE, agency=agency)
    visitor.sign_in(clerk)
    upload(visitor, table(("甲厂", CODES[0])))
    assert visitor.response is not None
    path = visitor.response.request.path
    stranger = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(path, status=404)
    stranger.post(f"{path}/apply", status=404)
    reader = Visitor(visitor.app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    reader.open(NEW, status=403)
    assert how_many() == 0


def test_a_section_administrator_imports_into_the_own_section(visitor: Visitor, agency: Agency) -> None:
    own, other = make_section(agency, "林政科"), make_section(agency, "种苗站")
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=own))
    visitor.open(NEW)
    assert [option.get_text() for option in visitor.page.select("#place option")] == [
        f"{agency.short_name} · 林政科"
    ]
    visitor.submit(
        file=(BytesIO(table(("甲厂", CODES[0]))), "a.xlsx"), place=f"{agency.id}-{other.id}", status=422
    )
    upload(visitor, table(("甲厂", CODES[0])))
    visitor.submit("form[action$='/apply']")
    made = db.session.query(Entity).one()
    assert made.section_id == own.id
