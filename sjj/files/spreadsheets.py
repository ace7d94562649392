"""Whether bytes are a table that may be kept as evidence: .xlsx, .xls or .csv, told by what they hold.

Nothing is unpacked or computed: a container is judged by its own list of parts. Macros, passwords and parts
that stretch beyond all measure are refused; so is anything that only claims to be a table.
"""

import csv
import io
import re
import zipfile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS, CSV = "application/vnd.ms-excel", "text/csv"
SPREADSHEETS = frozenset({XLSX, XLS, CSV})

MOST_PARTS = 5000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100  # ordinary sheets stay below 30
FREE_OF_RATIO_BYTES = 10 * 1024 * 1024
MOST_LINES_LOOKED_AT = 20

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD, _MACRO = "EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le")
_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php", "%pdf", "{\\rtf")

WITH_MACRO = "表格带有宏，不能接收，请另存为不带宏的 .xlsx"
WITH_PASSWORD = "表格设了密码，请取消密码后再传"  # noqa: S105 - a sentence about a password
BROKEN = "表格已损坏或展开后太大，请另存为新的 .xlsx 再传"


class NotATable(Exception):
    """The bytes claim to be a table and may not be kept; the message may be shown."""


def claimed(data: bytes) -> str:
    """Which table the first bytes claim to be; "" for none. A text is a .csv only if nothing else fits."""
    if data.startswith(_ZIP):
        return XLSX if b"xl/workbook.xml" in data else ""
    if data.startswith(_OLE):
        return XLS if any(mark in data for mark in (*_BOOKS, _PASSWORD)) else ""
    return CSV if _reads_as_table(data) else ""


def judge(data: bytes, media_type: str) -> None:
    """Look into a claimed table. Raises NotATable."""
    if media_type == XLSX:
        _judge_parts(data)
    elif media_type == XLS:
        if _PASSWORD in data:
            raise NotATable(WITH_PASSWORD)
        if _MACRO in data:
            raise NotATable(WITH_MACRO)


def _judge_parts(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise NotATable(BROKEN) from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise NotATable(WITH_PASSWORD)
    if any(name.lower().endswith(("vbaproject.bin", "script-lb.xml")) for name in names):
        raise NotATable(WITH_MACRO)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    stretches = unpacked > FREE_OF_RATIO_BYTES and unpacked > MOST_RATIO * max(packed, 1)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES or stretches or packed > len(data):
        raise NotATable(BROKEN)
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise NotATable(BROKEN)


def _reads_as_table(data: bytes) -> bool:
    """Whether the bytes are a text of lines with columns, and no page, script or program."""
    text = _decoded(data)
    if text is None or _CONTROL.search(text) or text.lstrip().lower().startswith(_MARKUP):
        return False
    lines = text.splitlines()[:MOST_LINES_LOOKED_AT]
    mark = max(",\t;", key=(lines or [""])[0].count)
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return False
    return bool(rows) and len(rows[0]) > 1


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
