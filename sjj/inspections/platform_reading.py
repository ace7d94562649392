"""A list drawn on the provincial platform, as its table says it: who is to be inspected, by whom. Reads cells only.

One line an object with its officers in one or more columns, or one line an officer: lines of the same object belong
together. Nothing is looked up here and nothing is guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sjj.registers.workbook import TITLE_ROWS, BadWorkbook, read_workbook

MOST_OBJECTS = 2000
MARK = "省平台抽取，本系统不证明其随机性"
_CODES = ("统一社会信用代码", "社会信用代码", "信用代码", "对象编号", "对象代码", "内部编号", "代码", "编号")
_NAMES = ("检查对象", "企业名称", "单位名称", "主体名称", "对象名称", "市场主体", "被检查单位", "名称")
_CERTIFICATE, _OFFICERS = (
    "证号",
    ("执法人员", "检查人员", "执法检查人员", "检查员", "组长", "组员", "主办", "协办"),
)
_AGENCIES = ("执法单位", "所属单位", "人员所属部门", "检查部门", "执法部门", "所属部门")
_SPLIT = re.compile(r"[、,，;；/\n]+")
_WITH_NUMBER = re.compile(r"(.+?)[（(]\s*([0-9A-Za-z\-]{4,})\s*[)）]")


@dataclass(frozen=True, slots=True)
class Named:
    """An officer as the table says: a name, a certificate number, or both, and perhaps an agency."""

    name: str = ""
    certificate: str = ""
    agency: str = ""

    @property
    def words(self) -> str:
        """As people read it."""
        return self.name or self.certificate


@dataclass(slots=True)
class ListRow:
    """One object of the list, with the number of its line in the file."""

    line: int
    code: str
    name: str
    officers: list[Named] = field(default_factory=list)


def read_list(data: bytes, file_name: str) -> list[ListRow]:
    """The objects of a list in its order. Raises BadWorkbook with a sentence."""
    sheets = read_workbook(data, file_name)
    sheet = max(sheets, key=lambda one: len(one.rows))
    rows = [[_text(cell) for cell in row] for row in sheet.rows]
    head = next((n for n, row in enumerate(rows[:TITLE_ROWS]) if _is_head(row)), None)
    if head is None:
        raise BadWorkbook("没有找到表头。表格要有检查对象的代码或名称，和执法人员的姓名或执法证号")
    columns = _columns(rows[head])
    found: dict[tuple[str, str], ListRow] = {}
    for number, row in enumerate(rows[head + 1 :], start=sheet.first_row + head + 1):
        _take(found, number, row, columns)
    if not found:
        raise BadWorkbook("表头下面没有检查对象")
    if len(found) > MOST_OBJECTS:
        raise BadWorkbook(f"一份名单不超过 {MOST_OBJECTS} 户")
    return list(found.values())


def _text(cell: object) -> str:
    """A cell as people read it; a number that Excel made of a code loses its “.0”."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _is_head(row: Sequence[str]) -> bool:
    kinds = {kind for kind, _ in _columns(row)}
    return bool(kinds & {"code", "name"}) and bool(kinds & {"officer", "certificate"})


def _columns(row: Sequence[str]) -> list[tuple[str, int]]:
    """(what it holds, place) of the columns that are known; the first of a kind counts, officers as many as there are."""
    found: list[tuple[str, int]] = []
    for place, title in enumerate(row):
        kind = _kind(title.replace(" ", ""))
        if kind and (kind in ("officer", "certificate") or kind not in {one for one, _ in found}):
            found.append((kind, place))
    return found


def _kind(title: str) -> str:
    if not title:
        return ""
    if _CERTIFICATE in title:
        return "certificate"
    if any(word in title for word in _AGENCIES):
        return "agency"
    if any(title.startswith(word) for word in _OFFICERS):
        return "officer"
    if any(word == title or title.startswith(word) for word in _CODES):
        return "code"
    return "name" if any(word == title or title.startswith(word) for word in _NAMES) else ""


def _take(
    found: dict[tuple[str, str], ListRow], number: int, row: Sequence[str], columns: list[tuple[str, int]]
) -> None:
    def cells(kind: str) -> list[str]:
        return [row[place] for one, place in columns if one == kind and place < len(row)]

    code = "".join(cells("code")).replace(" ", "").upper()
    name = "".join(cells("name"))
    if not (code or name):
        return
    listed = found.setdefault((code, "" if code else name), ListRow(number, code, name))
    agency = "".join(cells("agency"))
    for one in _officers(cells("officer"), cells("certificate"), agency):
        if one not in listed.officers:
            listed.officers.append(one)


def _officers(names: list[str], certificates: list[str], agency: str) -> list[Named]:
    """The n-th number belongs to the n-th name; a number may stand in brackets behind the name."""
    people = [part.strip() for cell in names for part in _SPLIT.split(cell) if part.strip()]
    numbers = [part.strip() for cell in certificates for part in _SPLIT.split(cell) if part.strip()]
    found: list[Named] = []
    for place, said in enumerate(people):
        both = _WITH_NUMBER.fullmatch(said)
        number = both[2] if both else numbers[place] if len(numbers) == len(people) else ""
        found.append(Named(both[1].strip() if both else said, number, agency))
    return found or [Named("", number, agency) for number in numbers]


def shown(value: Any) -> str:
    """A cell's text for a message, cut to what a line can hold."""
    text = str(value)
    return text if len(text) <= 30 else f"{text[:29]}…"
