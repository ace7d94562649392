"""Opening an uploaded table (.xlsx, .xls, .ods, .csv) without trusting it: cells in, or a sentence why not.

Looks into the container before anything is unpacked, then lets a process of its own read it. Takes values,
never formulas or macros; never guesses a broken file's content.
"""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sjj.registers import workbook_child
from sjj.registers.workbook_child import PIECE
from sjj.registers.workbook_rows import Cell, Spool, SpooledRows

MOST_BYTES = 30 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100  # times the packed size; ordinary sheets stay below 30
FREE_OF_RATIO_BYTES = 10 * 1024 * 1024
MOST_PARTS = 5000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 6_000_000
TITLE_ROWS = 20  # rows that may stand above the header
SECONDS = 90

CSV = "CSV"  # stands for the name of a sheet
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
MACRO_MARK = "_VBA_PROJECT".encode("utf-16-le")
UNREADABLE = "这个文件打不开，可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
ENCRYPTED = "这个文件设了密码。请取消密码后再上传"
MACRO = "这个文件带有宏，不能上传。请另存为不带宏的 .xlsx 后再上传"
TOO_LARGE = f"这个表格展开后太大。请分成几个文件，每个不超过 {MOST_ROWS} 行、{MOST_COLUMNS} 列"
NOT_A_TABLE = (
    "这不是表格文件。请上传 .xlsx、.xls、.ods 或 .csv；网页另存的 .xls 请先用 Excel 或 WPS 另存为 .xlsx"
)
EMPTY = "这个文件里没有内容"


class BadWorkbook(Exception):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its cells, and the number that its first row has in the file."""

    name: str
    first_row: int
    rows: Sequence[list[Cell]]


def read_workbook(data: bytes, file_name: str) -> list[Sheet]:
    """Every visible sheet that has content, its rows in memory. Raises BadWorkbook."""
    return [Sheet(each.name, each.first_row, list(each.rows)) for each in open_workbook(data, file_name)]


def open_workbook(data: bytes, file_name: str) -> list[Sheet]:
    """The same, but the rows lie on the disk and are read as they are asked for. Raises BadWorkbook."""
    check_size(data)
    if data.startswith(ZIP_MARK):
        _check_zip(data)
        sheets = _read_apart(data)
    elif data.startswith(OLE_MARK):
        _check_ole(data)
        sheets = _read_apart(data)
    elif Path(file_name).suffix.lower() in (".csv", ".txt"):
        sheets = [_read_csv(data)]
    else:
        raise BadWorkbook(NOT_A_TABLE)
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise BadWorkbook(EMPTY)
    return sheets


def check_size(data: bytes) -> None:
    """Refuse nothing at all, and too much. Raises BadWorkbook."""
    if not data:
        raise BadWorkbook(EMPTY)
    if len(data) > MOST_BYTES:
        raise BadWorkbook(f"文件超过 {MOST_BYTES // 1024 // 1024} MB。请分成几个文件上传")


def _check_zip(data: bytes) -> None:
    """Judge the container by its directory alone; nothing is unpacked."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
        raise BadWorkbook(UNREADABLE) from problem
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
        raise BadWorkbook(TOO_LARGE)
    if unpacked > FREE_OF_RATIO_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        raise BadWorkbook("这个文件的压缩比例异常，不能打开。请用 Excel 或 WPS 另存为新的 .xlsx 再上传")
    if packed > len(data):
        raise BadWorkbook(UNREADABLE)  # parts that lie over one another
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise BadWorkbook(ENCRYPTED)
    if any(name.lower().endswith(("vbaproject.bin", "script-lb.xml")) for name in names):
        raise BadWorkbook(MACRO)
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise BadWorkbook(NOT_A_TABLE)


def _check_ole(data: bytes) -> None:
    if ENCRYPTED_MARK in data:
        raise BadWorkbook(ENCRYPTED)
    if MACRO_MARK in data:
        raise BadWorkbook(MACRO)


def _read_apart(data: bytes) -> list[Sheet]:
    """Let the child program read it: a file that breaks the reader breaks only that process."""
    limits = (MOST_ROWS + TITLE_ROWS, MOST_COLUMNS, MOST_CELLS)
    command = [sys.executable, "-I", workbook_child.__file__, *map(str, limits)]
    spool = Spool()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=data, stdout=spool.file, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise BadWorkbook(TOO_LARGE) from problem
    if done.returncode != 0:
        raise BadWorkbook(TOO_LARGE if done.returncode < 0 else UNREADABLE)
    lines = spool.line_starts()
    answer: dict[str, Any] = _answer(spool, lines)
    wrong = answer.get("problem")
    if wrong == "large" and "sheet" in answer:
        raise BadWorkbook(
            f"工作表“{answer['sheet']}”有 {answer['rows']} 行、{answer['columns']} 列。{TOO_LARGE}"
        )
    if wrong:
        raise BadWorkbook({"encrypted": ENCRYPTED, "large": TOO_LARGE}.get(wrong, UNREADABLE))
    sheets = []
    for each in answer["sheets"]:
        mine, lines = lines[: -(-each["rows"] // PIECE)], lines[-(-each["rows"] // PIECE) :]
        sheets.append(Sheet(each["name"], each["first_row"], SpooledRows(spool, mine, each["rows"])))
    return sheets


def _answer(spool: Spool, lines: list[int]) -> dict[str, Any]:
    if not lines:
        raise BadWorkbook(UNREADABLE)
    answer = spool.line_at(lines[-1])
    return answer if isinstance(answer, dict) else {"problem": "broken"}


def _read_csv(data: bytes) -> Sheet:
    text = _decoded(data)
    first = text[:4000].splitlines()[:1] or [""]
    delimiter = max(",\t;", key=first[0].count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append([_unguarded(cell) for cell in row])
            if len(rows) > MOST_ROWS + TITLE_ROWS or len(row) > MOST_COLUMNS:
                raise BadWorkbook(TOO_LARGE)
    except csv.Error as problem:
        raise BadWorkbook(UNREADABLE) from problem
    return Sheet(CSV, 1, rows if any(any(row) for row in rows) else [])


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(mark in text for mark in ("\x00", "\x01", "\x02", "\x03", "\x04")):
            break
        if text.lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
            break
        return text
    raise BadWorkbook(NOT_A_TABLE)


def _unguarded(cell: str) -> str:
    """Take off the mark that our own CSV export puts before a text that looks like a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell
