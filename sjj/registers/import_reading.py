"""From the cells of a sheet to values for the register, row by row, with everything that is wrong in each.

Looks only at the file: whether a row is new or changed is decided in `import_judging`. Whole rows are
refused, never single cells; a blank cell leaves no value at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sjj.registers import import_cells as cells
from sjj.registers.import_cells import Unreadable
from sjj.registers.import_columns import Column
from sjj.registers.import_headers import Heading, Table
from sjj.registers.import_shifted import shifted, too_long
from sjj.registers.import_words import kind_of_type
from sjj.registers.models import EntityKind
from sjj.registers.workbook import CSV, MOST_ROWS, BadWorkbook, Cell

Values = dict[str, Any]
Layout = tuple[tuple[int, ...], int]  # where the columns that are read stand; how wide a CSV's header is
Check = Callable[[Values, set[str]], Iterable[str]]  # what the row says; the fields whose cell is spoilt

_SAMPLE = re.compile("(案例|示例|样例|例子|范例).{0,3}(删除|勿填|删掉)")
PIECE = 1000
NO_ROWS = "表头下面没有数据"
SAMPLE_TOLD = "示例行，已跳过"


@dataclass(slots=True)
class ReadRow:
    """One row: its number in the file, what it says, and why it cannot be taken."""

    number: int
    name: str
    values: Values
    problems: tuple[str, ...] = ()
    is_sample: bool = False
    cells: tuple[Cell, ...] | list[Cell] = ()  # the row as it stands in the file
    places: tuple[int, ...] = ()  # of the columns that are read

    def as_they_stand(self) -> list[str]:
        """What the read columns hold, ID numbers masked: to mend a refused row."""
        held = self.cells
        return [cells.as_text(held[n]) if n < len(held) and held[n] is not None else "" for n in self.places]


def read_rows(table: Table, what: str) -> list[ReadRow]:
    """Every row under the header that says anything. Raises BadWorkbook when there is none or too many."""
    rows = [row for piece in read_pieces(table, what) for row in piece]
    if not rows:
        raise BadWorkbook(NO_ROWS)
    return rows


def read_pieces(table: Table, what: str) -> Iterator[list[ReadRow]]:
    """The same, a thousand lines of the file at a time. Raises BadWorkbook when there are too many."""
    start = table.header_row + 1
    if body_length(table) > MOST_ROWS:
        raise BadWorkbook(f"表里有 {body_length(table)} 行，一次最多 {MOST_ROWS} 行。请分成几个文件上传")
    known = [(heading, heading.column) for heading in table.headings if heading.column is not None]
    width = 1 + max(heading.index for heading in table.headings) if table.sheet.name == CSV else 0
    layout = (tuple(heading.index for heading, _column in known), width)
    number = table.sheet.first_row + start
    seen = _Seen(_ENTITY_KEYS if what == "entities" else _OFFICER_KEYS)
    body = islice(iter(table.sheet.rows), start, None)
    while piece := list(islice(body, PIECE)):
        read = [_read_row(number + place, row, known, what, layout) for place, row in enumerate(piece)]
        rows = [row for row in read if row is not None]
        for row in rows:
            seen.refuse_repeat(row)
        number += len(piece)
        yield rows


def body_length(table: Table) -> int:
    """How many lines stand under the header."""
    return len(table.sheet.rows) - table.header_row - 1


def _read_row(
    number: int, row: list[Cell], known: list[tuple[Heading, Column]], what: str, layout: Layout
) -> ReadRow | None:
    values: Values = {}
    extra: dict[str, Any] = {}
    problems: list[str] = []
    spoilt: set[str] = set()
    said = False
    for heading, column in known:
        cell = row[heading.index] if heading.index < len(row) else None
        if cells.is_blank(cell):
            continue
        said = True
        try:
            value = column.read(cell)
        except Unreadable as problem:
            if column.field == "credit_risk" and "风险" not in heading.title:
                extra[heading.title] = cells.as_text(cell)  # another scale: 信用等级 of ecology, 守信 …
            elif not (column.field == "own_code" and values.get("code")):
                problems.append(f"{column.label}{problem}")
                spoilt.add(column.field)
            continue
        if value is not None:
            (extra if column.extra else values)[column.field] = value
    if not said:
        return None
    name = values.get("name", "")
    if _SAMPLE.search(name) or (isinstance(row[0], str) and _SAMPLE.search(row[0])):
        return ReadRow(number, name, {}, is_sample=True)
    if extra:
        values["extra"] = extra
    checks = _ENTITY_CHECKS if what == "entities" else _OFFICER_CHECKS
    for check in checks:
        problems.extend(check(values, spoilt))
    places, width = layout
    off = (too_long(row, width) if width else "") or (problems and shifted(row, [h for h, _ in known]))
    told = (off,) if off else tuple(dict.fromkeys(problems))
    return ReadRow(number, name, values, told, cells=row, places=places)


def _has_name(values: Values, spoilt: set[str]) -> Iterable[str]:
    if not values.get("name") and "name" not in spoilt:
        yield "没有名称"


def _splits_point(values: Values, spoilt: set[str]) -> Iterable[str]:
    """经纬度 of one cell goes where the two columns go."""
    if "point" in values:
        values["lon"], values["lat"] = values.pop("point")
    if ("lon" in values) != ("lat" in values) and not spoilt & {"lon", "lat"}:
        yield "经度和纬度只填了一个"


def _has_code_or_says_why(values: Values, spoilt: set[str]) -> Iterable[str]:
    """A credit code, or a sheet that says that this is no 主体类 object; nothing is assumed."""
    said = values.get("kind") or kind_of_type(values.get("entity_type", ""))
    own, code = values.pop("own_code", None), values.get("code")
    if said in (None, EntityKind.ENTERPRISE):
        values["kind"] = EntityKind.ENTERPRISE.value
        if own and code:
            values.setdefault("extra", {})["编号"] = own
        if code or "code" in spoilt:
            return
        if said:
            yield "主体类对象没有统一社会信用代码"
        else:
            yield "没有统一社会信用代码；不是主体的，请加一列“对象类别”，写“自然人”或“非主体类”"
        return
    values["kind"] = said
    if code:  # the owner's code does not name a forest plot
        values.setdefault("extra", {})["统一社会信用代码"] = values.pop("code")
    if own:
        values["code"] = own


def _dates_in_order(values: Values, _spoilt: set[str]) -> Iterable[str]:
    start, end = values.get("positive_from"), values.get("positive_until")
    if start and end and end < start:
        yield "正面清单的截止日期早于起始日期"


def _officer_needs(values: Values, spoilt: set[str]) -> Iterable[str]:
    """Only certified officers inspect (国办发〔2024〕54号): without a certificate nobody is entered."""
    if "own_code" in values:
        values["code"] = values.pop("own_code")
    if not values.get("name") and "name" not in spoilt:
        yield "没有姓名"
    if not values.get("certificate_no") and "certificate_no" not in spoilt:
        yield "没有执法证号"


_ENTITY_CHECKS: tuple[Check, ...] = (_has_name, _splits_point, _has_code_or_says_why, _dates_in_order)
_OFFICER_CHECKS: tuple[Check, ...] = (_officer_needs,)


def _entity_key(values: Values) -> tuple[str, ...]:
    code = values.get("code")
    return (code,) if code else (values["kind"], values["name"], values.get("address", ""))


_ENTITY_KEYS = ((_entity_key, ""),)
_OFFICER_KEYS = (
    (lambda values: values["certificate_no"], "执法证号"),
    (lambda values: values.get("code"), "人员编号"),
)


class _Seen:
    """What has stood in the file: the same thing twice counts once, the later row is refused."""

    def __init__(self, keys: tuple[tuple[Callable[[Values], Any], str], ...]) -> None:
        self._keys: list[tuple[Callable[[Values], Any], str, dict[Any, tuple[int, int]]]]
        self._keys = [(key_of, label, {}) for key_of, label in keys]

    def refuse_repeat(self, row: ReadRow) -> None:
        """Look at one row, in the file's order. Of earlier ones only number and a digest are kept."""
        if row.problems or row.is_sample:
            return
        mine = (row.number, hash(repr(row.values)))
        for key_of, label, first in self._keys:
            key = key_of(row.values)
            number, said = first.setdefault(key, mine) if key is not None else mine
            if number != row.number:
                same = "内容相同" if said == mine[1] else "内容不同，请核对后只留一行"
                told = f"（{label}）" if label else ""
                row.problems = (f"与第 {number} 行重复{told}，{same}",)
                return
