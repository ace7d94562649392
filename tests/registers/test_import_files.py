"""Uploaded files: every kind that an office has, and those that are broken, hostile or no table at all."""

from collections.abc import Callable
from io import BytesIO

import pytest
import xlsxwriter

from sjj.registers import workbook
from sjj.registers.import_services import read_upload
from sjj.registers.workbook import BadWorkbook, read_workbook
from tests.makers.registers import credit_code
from tests.makers.workbooks import (
    ENTITY_HEAD,
    make_csv,
    make_ods,
    make_sparse_xlsx,
    make_wide_ods,
    make_xls,
    make_xlsx,
    make_zip,
)

TABLE = [ENTITY_HEAD, ("试点县甲木材厂", credit_code(7001), "2020-03-05", "试点县兴城镇", "木材加工、苗圃")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("名录.xlsx", make_xlsx(TABLE)),
        ("名录.xls", make_xls(TABLE)),
        ("名录.ods", make_ods(TABLE)),
        ("名录.csv", make_csv(TABLE)),
        ("名录.csv", make_csv(TABLE, "utf-8")),
        ("名录.csv", make_csv(TABLE, "gb18030")),
        ("名录.csv", make_csv(TABLE, "utf-16")),
        ("名录.txt", "\n".join("\t".join(row) for row in TABLE).encode("gb18030")),
        ("名录.csv", "\r\n".join(";".join(row) for row in TABLE).encode()),
    ],
    ids=["xlsx", "xls", "ods", "csv with mark", "csv", "csv GB18030", "csv UTF-16", "tabs", "semicolons"],
)
def test_every_kind_of_table_says_the_same(name: str, data: bytes) -> None:
    (row,) = read_upload(data, name, "entities").rows
    assert row.problems == ()
    assert row.values == {
        "name": "试点县甲木材厂",
        "code": credit_code(7001),
        "kind": "enterprise",
        "registered_on": "2020-03-05",
        "address": "试点县兴城镇",
        "tags": ("木材加工", "苗圃"),
    }


def _bomb() -> bytes:
    return make_zip(
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (30 * 1024 * 1024)}
    )


def _unpacked_too_large() -> bytes:
    """A directory that says 240 MB: judged before anything is unpacked."""
    parts = {f"xl/worksheets/sheet{number}.xml": bytes(1024) + b"x" * number for number in range(3)}
    data = make_zip({"xl/workbook.xml": b"<workbook/>", **parts})
    for number in range(3):
        data = data.replace((1024 + number).to_bytes(4, "little"), (80 * 1024 * 1024).to_bytes(4, "little"))
    return data


def _lying_bomb() -> bytes:
    """Says that its parts are small; they are not."""
    data = bytearray(_bomb())
    size = (30 * 1024 * 1024).to_bytes(4, "little")
    return bytes(data.replace(size, (1000).to_bytes(4, "little")))


def _cut_short() -> bytes:
    return make_xlsx(TABLE)[:-200]


def _protected() -> bytes:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    return ole + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def _macro() -> bytes:
    return make_zip({"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"})


def _old_macro() -> bytes:
    return make_xls(TABLE) + "_VBA_PROJECT_CUR".encode("utf-16-le")


def _encrypted_zip() -> bytes:
    data = bytearray(make_zip({"xl/workbook.xml": b"<workbook/>"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + place] |= 1
    return bytes(data)


REFUSED: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("zip bomb by ratio", "a.xlsx", _bomb, "压缩比例异常"),
    ("zip bomb by size", "a.xlsx", _unpacked_too_large, "展开后太大"),
    ("zip bomb that lies", "a.xlsx", _lying_bomb, "打不开"),
    ("cut short", "a.xlsx", _cut_short, "打不开"),
    ("a cell at the end of the world", "a.xlsx", lambda: make_sparse_xlsx("XFD1048576"), "展开后太大"),
    ("too many rows", "a.xlsx", lambda: make_sparse_xlsx("B210000"), "210000 行"),
    ("too many columns", "a.xlsx", lambda: make_sparse_xlsx("KZ3"), "312 列"),
    ("repeated cells", "a.ods", lambda: make_wide_ods(16000, 1_000_000), "打不开|展开后太大"),
    ("password", "a.xlsx", _protected, "密码"),
    ("encrypted zip", "a.xlsx", _encrypted_zip, "密码"),
    ("macro", "a.xlsx", _macro, "宏"),
    ("macro in an old workbook", "a.xls", _old_macro, "宏"),
    ("a text document", "a.xlsx", lambda: make_zip({"word/document.xml": b"<x/>"}), "不是表格文件"),
    ("a picture", "a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "不是表格文件"),
    (
        "a web page saved as .xls",
        "a.xls",
        lambda: "<html><table>企业名称</table></html>".encode(),
        "不是表格文件",
    ),
    (
        "a web page saved as .csv",
        "a.csv",
        lambda: "<html><table>企业名称</table></html>".encode(),
        "不是表格文件",
    ),
    ("a program called .csv", "a.csv", lambda: b"\x7fELF\x02\x01\x01\x00" + bytes(300), "不是表格文件"),
    ("nothing", "a.xlsx", lambda: b"", "没有内容"),
    ("an empty sheet", "a.xlsx", lambda: make_xlsx([]), "没有内容"),
    ("an empty csv", "a.csv", lambda: b"\xef\xbb\xbf\r\n,,\r\n", "没有内容"),
    ("only a header", "a.xlsx", lambda: make_xlsx([ENTITY_HEAD]), "没有数据"),
    ("no header", "a.xlsx", lambda: make_xlsx([["甲", "乙"], ["1", "2"]]), "没有认出表头"),
    ("an officers' sheet", "a.xlsx", lambda: make_xlsx([["姓名", "执法证号"], ["甲", "1"]]), "执法人员表"),
    ("junk in an OLE container", "a.xls", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000), "打不开"),
]


@pytest.mark.parametrize(
    ("name", "make", "told"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(
    name: str, make: Callable[[], bytes], told: str
) -> None:
    with pytest.raises(BadWorkbook, match=told):
        read_upload(make(), name, "entities")


def test_more_bytes_than_allowed_are_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 1000)
    with pytest.raises(BadWorkbook, match="MB"):
        read_workbook(make_xlsx(TABLE), "a.xlsx")


def test_more_rows_than_allowed_are_refused_in_csv_too() -> None:
    with pytest.raises(BadWorkbook, match="太大"):
        read_workbook(b"a,b\n" * (workbook.MOST_ROWS + 100), "a.csv")


def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SECONDS", 0.001)
    with pytest.raises(BadWorkbook, match="太大"):
        read_workbook(make_xlsx(TABLE), "a.xlsx")


def test_a_formula_gives_its_value_and_one_that_failed_gives_nothing() -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ENTITY_HEAD)
        page.write_row(1, 0, ["甲", credit_code(1)])
        page.write_formula(1, 3, '=CONCATENATE("试点县","兴城镇")', None, "试点县兴城镇")
        page.write_row(2, 0, ["乙", credit_code(2)])
        page.write_formula(2, 3, "=1/0", None, "#DIV/0!")
    first, second = read_upload(target.getvalue(), "a.xlsx", "entities").rows
    assert first.values["address"] == "试点县兴城镇"
    assert second.problems == ()
    assert "address" not in second.values


def test_a_formula_s_error_written_out_as_text_refuses_the_row() -> None:
    rows = [ENTITY_HEAD, ("乙", credit_code(2), "", "#DIV/0!", "")]
    (row,) = read_upload(make_csv(rows), "a.csv", "entities").rows
    assert row.problems == ("住所是出错的公式（#DIV/0!）",)


def test_hidden_sheets_and_sheets_without_our_header_are_passed_over() -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("封面").write(0, 0, "试点县企业名录")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, ENTITY_HEAD)
        hidden.write_row(1, 0, ["旧", credit_code(3)])
        hidden.hide()
        page = book.add_worksheet("名录")
        page.write_row(4, 1, ENTITY_HEAD)
        page.write_row(5, 1, ["新", credit_code(4)])
    upload = read_upload(target.getvalue(), "a.xlsx", "entities")
    assert [(row.number, row.name) for row in upload.rows] == [(6, "新")]
    assert upload.table.sheet.name == "名录"
