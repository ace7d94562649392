"""Makers of uploaded files: workbooks of every kind that an office sends, and some that nobody should."""

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

ENTITY_HEAD = ("企业名称", "统一社会信用代码", "成立日期", "住所", "标签")


def make_xlsx(rows: Sequence[Sequence[Any]], sheet: str = "企业名录") -> bytes:
    """An .xlsx of one sheet; the cells keep the type that they have here, “=…” becomes a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write(number, place, cell)
    return target.getvalue()


def make_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file in some encoding."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue().encode(encoding)


def make_ods(rows: Sequence[Sequence[str]]) -> bytes:
    """A small .ods, as LibreOffice would write the cells."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return _ods(body)


def make_wide_ods(columns: int, rows: int) -> bytes:
    """An .ods of a few hundred bytes that says that one cell is repeated this often in each direction."""
    cell = (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell>"
    )
    body = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return _ods(body)


def _ods(body: str) -> bytes:
    kind, names = "application/vnd.oasis.opendocument.spreadsheet", "urn:oasis:names:tc:opendocument:xmlns:"
    manifest = (
        f'<?xml version="1.0"?><m:manifest xmlns:m="{names}manifest:1.0" m:version="1.2">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        f' xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" xmlns:text="{names}text:1.0"'
        ' office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="名录">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    parts = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content}
    return make_zip({name: part.encode() for name, part in parts.items()})


def make_zip(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def make_sparse_xlsx(last_cell: str) -> bytes:
    """An .xlsx of two cells, one of them as far away as this."""
    book = make_xlsx([["企业名称", "统一社会信用代码"]])
    source = zipfile.ZipFile(io.BytesIO(book))
    parts = {name: source.read(name) for name in source.namelist()}
    row = "".join(filter(str.isdigit, last_cell))
    cell = f'<row r="{row}"><c r="{last_cell}"><v>1</v></c></row></sheetData>'.encode()
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", cell)
    return make_zip(parts)


def make_xls(rows: Sequence[Sequence[str]]) -> bytes:
    """An old .xls (BIFF8 in one OLE stream) of text cells; only what a reader needs."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(value: str, length: str) -> bytes:
        return struct.pack(length, len(value)) + b"\x01" + value.encode("utf-16-le")

    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    bound = record(0x0085, struct.pack("<IH", 0, 0) + text("名录", "<B"))
    globals_size = len(start) + len(bound) + 4
    bound = record(0x0085, struct.pack("<IH", globals_size, 0) + text("名录", "<B"))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet += record(0x0204, struct.pack("<HHH", number, place, 0) + text(cell, "<H"))
    end = record(0x000A, b"")
    return _in_ole("Workbook", start + bound + end + sheet + end)


def _in_ole(name: str, stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    free, last, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD, last, *range(3, sectors + 2), last]
    fat = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, last, 0, last, 0, 0)
    head += struct.pack("<108I", *([free] * 108))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        coded = (title + "\0").encode("utf-16-le")
        body = coded.ljust(64, b"\0") + struct.pack("<HBBIII", len(coded), kind, 1, none, none, child)
        return (body + bytes(36) + struct.pack("<IQ", start, size)).ljust(128, b"\0")

    folder = entry("Root Entry", 5, 1, last, 0) + entry(name, 2, none, 2, len(stream)) + bytes(256)
    return head + fat + folder + stream


MESSY_HEAD = (
    "序号",
    "单位名称",
    "统一社会信用代码",
    "注册日期",
    "法人",
    "身份证号",
    "注册地址",
    "联系电话",
    "状态",
)


def make_messy_rows(count: int, codes: Sequence[str]) -> tuple[list[list[Any]], dict[str, int]]:
    """A register as a bureau hands it over, every tenth row of it spoilt in some way; how many of each way."""
    rows: list[list[Any]] = [["试点县企业登记汇总表"], [], list(MESSY_HEAD)]
    rows.append(["1", "案例（请删除）", codes[0], "2020-01-05", "张三", "", "某镇1号", "0315-1", "存续"])
    told = {"good": 0, "damaged": 0, "shifted": 0, "twice": 0, "without": 0, "digit": 0}
    for number in range(count):
        code = codes[number]
        row: list[Any] = [
            number, f"试点第{number}号（林业）有限公司", code, "2020/1/5", "N/A", "130227199001011234",
            f"试点县某镇{number}号", "－", ("存续（在营、开业、在册）", "在业", "")[number % 3],
        ]  # fmt: skip
        way = (
            ("damaged", "shifted", "twice", "without", "digit")[number // 10 % 5]
            if number % 10 == 9
            else "good"
        )
        told[way] += 1
        if way == "damaged":
            row[2] = 9.11302e17
        elif way == "shifted":
            row[2:] = ["", *row[2:8]]
        elif way == "twice":
            row[2] = codes[number - 1]
        elif way == "without":
            row[2] = "无"
        elif way == "digit":
            row[2] = code[:-1] + ("0" if code[-1] != "0" else "1")
        elif number % 10 == 1:
            row[2] = "".join(chr(ord(c) + 0xFEE0) for c in code)  # full width
        rows.append(row)
    return rows, told
