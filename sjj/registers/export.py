"""Writing registers out as workbooks and CSV that can be imported again unchanged.

Every cell is text: nothing that somebody once typed can become a formula in somebody else's program.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import xlsxwriter

from sjj.registers.import_columns import COLUMNS
from sjj.registers.models import Entity, EntityKind, Officer

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NOT_WRITTEN = frozenset(["point"])  # stands in the two columns 经度 and 纬度
_WIDE = {"名称": 34, "统一社会信用代码": 22, "住所": 34, "经营范围": 40, "执法证号": 20, "不能导入的原因": 60}
_SAMPLES = {
    "entities": {
        "名称": "案例（请删除）",
        "统一社会信用代码": "91130227MA00000000",
        "成立日期": "2020-03-05",
        "标签": "木材加工、重点区域",
    },
    "officers": {
        "姓名": "案例（请删除）",
        "执法证号": "03020100001",
        "执法证有效期": "2028-12-31",
        "专长": "森林资源、野生动物",
    },
}


def workbook(sheet_name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx of one sheet whose cells are all text, its columns set to text so that codes stay whole."""
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(sheet_name)
        as_text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "num_format": "@"})
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, _WIDE.get(heading, 14), as_text)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, head)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value:
                    sheet.write_string(number, place, value)
    return target.getvalue()


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV for Excel and WPS (UTF-8 with its mark); a text that looks like a formula gets a ' before it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(map(guarded, headings))
    writer.writerows([guarded(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def guarded(value: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def blank_form(what: str) -> bytes:
    """An empty workbook with every column that we understand and a sample row that an import skips."""
    labels = [column.label for column in COLUMNS[what] if column.field not in _NOT_WRITTEN]
    return workbook("导入表样", labels, [[_SAMPLES[what].get(label, "") for label in labels]])


def table_of(found: Sequence[Entity] | Sequence[Officer], what: str) -> tuple[list[str], Iterator[list[str]]]:
    """Headings and rows of register rows; what came in other columns stands in columns of its own."""
    columns = [column for column in COLUMNS[what] if not column.extra and column.field not in _NOT_WRITTEN]
    taken = {column.label for column in columns}
    more = sorted({name for row in found for name in (row.extra or {})} - taken)
    headings = [column.label for column in columns] + more
    said = _entity_values if what == "entities" else _officer_values

    def rows() -> Iterator[list[str]]:
        for row in found:
            values = said(row)
            yield [values.get(c.field, "") for c in columns] + [
                _plain((row.extra or {}).get(name)) for name in more
            ]

    return headings, rows()


def _entity_values(entity: Any) -> dict[str, str]:
    values = _common(entity, "entities")
    if entity.kind is EntityKind.ENTERPRISE:
        values["code"] = entity.code
    else:
        values["own_code"] = entity.code
        values["code"] = _plain((entity.extra or {}).get("统一社会信用代码"))
    values["kind"] = entity.kind.label
    return values


def _officer_values(officer: Any) -> dict[str, str]:
    values = _common(officer, "officers")
    values["own_code"] = officer.code
    values["on_duty"] = "在岗" if officer.on_duty else "离岗"
    return values


def _common(row: Any, what: str) -> dict[str, str]:
    apart = ("code", "own_code", "kind", "section", "tags", "on_duty", *_NOT_WRITTEN)
    values = {
        c.field: _plain(getattr(row, c.field)) for c in COLUMNS[what] if not c.extra and c.field not in apart
    }
    values["section"] = row.section.name if row.section else ""
    values["tags"] = "、".join(tag.name for tag in row.tags)
    return values


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)
