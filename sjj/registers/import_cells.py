"""Reading one cell: text, codes, dates, tags, coordinates. A blank says nothing; nothing is guessed.

Each reader takes a cell that is not blank and returns a value fit for JSON (dates as 2024-03-05), or raises
Unreadable with the end of a sentence that begins with the column's name.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sjj.registers.workbook import Cell
from sjj.rules.identity import (
    credit_code_problem,
    id_number_problem,
    looks_like_float_damaged_code,
    mask_id_number,
    normalise_code,
    normalise_text,
)
from sjj.rules.verify import name_fault

Reader = Callable[[Cell], Any]


class Unreadable(Exception):
    """A cell cannot be taken; the message goes on from the column's name."""


_NOTHING = "N/A n/a NA #N/A 无 - -- — —— － / \\ 空 null NULL None 暂无 N／A Ｎ／Ａ"
BLANKS = frozenset(["", *_NOTHING.split()])
FORMULA_ERRORS = frozenset(["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#DATA!"])
FOREVER = "9999-09-09"  # how sheets write 长期
_plain = re.compile(r"[\u4e00-\u9fff、。，；：！？“”!-~]*").fullmatch
_plain_name = re.compile(r"[\u4e00-\u9fff()（）A-Za-z0-9]+").fullmatch
_plain_code = re.compile(r"[0-9A-Z]*").fullmatch
_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
# A region, a birth date and a serial: an ID number even when its last digit is mistyped (GB 11643-1999).
_id_number = re.compile(
    r"(?<![0-9A-Za-z])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_full_date = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_packed_date = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_separators = re.compile(r"[、,，;；/|\n]+")
_number = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_DAMAGED = "是数字格式，已被表格软件改坏（末几位或开头的 0 可能丢失），请把这一列设为“文本”后重新填写"


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing (empty, N/A, 无, - and the like)."""
    if cell is None or cell in BLANKS:
        return True
    return (
        isinstance(cell, str)
        and (cell[0] <= " " or cell[-1] <= " " or cell[0] == "\u3000")
        and cell.strip() in BLANKS
    )


def as_text(cell: Cell) -> str:
    """A cell as clean text; whole numbers without “.0”; ID numbers inside it are masked."""
    if not isinstance(cell, str):
        if isinstance(cell, bool):
            return "是" if cell else "否"
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if not _plain(cell):
        cell = normalise_text(_control.sub(" ", cell))
    if len(cell) >= 18:
        cell = _id_number.sub(_masked, cell)
    return cell


def _masked(found: re.Match[str]) -> str:
    return mask_id_number(found[0]) if _is_id_number(found[0].upper()) else found[0]


def _is_id_number(code: str) -> bool:
    """Looks like one, and is one or at least no credit code: of those a few look alike."""
    if not _id_number.fullmatch(code):
        return False
    return id_number_problem(code) is None or credit_code_problem(code) is not None


def text(most: int) -> Reader:
    """Text of at most so many characters."""

    def read(cell: Cell) -> str:
        value = as_text(cell)
        if value in FORMULA_ERRORS:
            raise Unreadable(f"是出错的公式（{value}）")
        if len(value) > most:
            raise Unreadable(f"有 {len(value)} 个字，超过 {most} 字")
        return value

    return read


def drawable(most: int) -> Reader:
    """A name: text that a draw's papers can carry (no control characters, no bar)."""
    plain_text = text(most)

    def read(cell: Cell) -> str:
        value: str = plain_text(cell)
        fault = None if _plain_name(value) else name_fault(value)
        if fault:
            raise Unreadable(fault)
        return value

    return read


def long_text(cell: Cell) -> str:
    """Running text as it came, its lines kept."""
    if not isinstance(cell, str):
        return as_text(cell)
    cell = _control.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _id_number.sub(_masked, cell) if len(cell) >= 18 else cell


def credit_code(cell: Cell) -> str:
    """A 统一社会信用代码 whose check digit is right; never an ID number."""
    code = _code_text(cell)
    if _is_id_number(code):
        raise Unreadable("一格里是身份证号：身份证号不能作为代码，请删去；自然人请在“对象类别”列写“自然人”")
    problem = credit_code_problem(code)
    if problem:
        raise Unreadable(problem.removeprefix("统一社会信用代码"))
    return code


def own_code(cell: Cell) -> str:
    """A number that the office gave: certificate numbers, internal codes. Never an ID number."""
    code = _code_text(cell)
    if _is_id_number(code):
        raise Unreadable("一格里是身份证号：身份证号不能作为编号")
    if len(code) > 40:
        raise Unreadable("超过 40 位")
    fault = name_fault(code)
    if fault:
        raise Unreadable(fault)
    return code


def _code_text(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise Unreadable(_DAMAGED)
    if _plain_code(cell):
        return cell
    if looks_like_float_damaged_code(cell):
        raise Unreadable(_DAMAGED)
    return normalise_code(cell)


def day(cell: Cell) -> str:
    """A date in any usual shape, as 2024-03-05."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = _date_of_number(cell)
    return _day_of_text(as_text(cell))


@lru_cache(maxsize=4096)
def _day_of_text(value: str) -> str:
    found = _full_date.match(value) or _packed_date.fullmatch(value)
    if found is None:
        raise Unreadable(f"“{value[:30]}”看不懂，请写成 2024-03-05")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError as problem:
        raise Unreadable(f"“{value[:30]}”不是存在的日期") from problem


def _date_of_number(number: float) -> str:
    """A date typed as 20240305, or stored as a day number without its format."""
    whole = int(number)
    if 19000101 <= whole <= 99991231:
        return str(whole)
    if 10_000 <= whole <= 80_000:
        return (_EXCEL_DAY_ZERO + timedelta(days=whole)).isoformat()
    return str(number)


def last_day(cell: Cell) -> str:
    """The end of a validity: 长期 and 9999-09-09 mean for ever; of two dates the later one."""
    value = as_text(cell)
    if "长期" in value or "永久" in value:
        return FOREVER
    dates = _full_date.findall(value)
    if len(dates) > 1:
        return max(day("-".join(parts)) for parts in dates)
    return day(cell)


def term(cell: Cell) -> str:
    """A validity kept as text: 长期, or the last day."""
    until = last_day(cell)
    return "长期" if until >= FOREVER else until


def tags(cell: Cell) -> tuple[str, ...]:
    """标签 split by 、 , ; / and line ends, each once."""
    return _tags_of_text(cell if isinstance(cell, str) else as_text(cell))


@lru_cache(maxsize=4096)
def _tags_of_text(value: str) -> tuple[str, ...]:
    found = dict.fromkeys(normalise_text(part) for part in _separators.split(value))
    names = [name for name in found if name not in BLANKS]
    for name in names:
        if len(name) > 30:
            raise Unreadable(f"“{name[:20]}…”超过 30 字")
        fault = name_fault(name)
        if fault:
            raise Unreadable(fault)
    return tuple(sorted(names))


def longitude(cell: Cell) -> float:
    """Degrees east, within China."""
    return _degrees(cell, 73, 136)


def latitude(cell: Cell) -> float:
    """Degrees north, within China."""
    return _degrees(cell, 3, 54)


def point(cell: Cell) -> list[float]:
    """经纬度 in one cell, in either order: [longitude, latitude]. In China they cannot be mistaken."""
    numbers = sorted((float(n) for n in _number.findall(as_text(cell))), reverse=True)
    if len(numbers) != 2:
        raise Unreadable(f"“{as_text(cell)[:30]}”看不懂，请写成 118.31,40.14")
    return [_degrees(numbers[0], 73, 136), _degrees(numbers[1], 3, 54)]


def _degrees(cell: Cell, low: float, high: float) -> float:
    try:
        value = float(as_text(cell).rstrip("°"))
    except ValueError as problem:
        raise Unreadable(f"“{as_text(cell)[:20]}”不是度数，请写成 118.3123 这样的小数") from problem
    if not low <= value <= high:
        raise Unreadable(f"{value:g} 不在国内的范围，请核对")
    return round(value, 6)
