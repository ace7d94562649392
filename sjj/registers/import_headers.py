"""Finding the header row of a sheet and what each header means.

A header that is not known goes to `extra` under its own words; one that holds ID numbers is never read; one
misspelt by a single character is still known when it is long enough to leave no doubt.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sjj.registers import import_cells as cells
from sjj.registers.import_columns import COLUMNS, NEEDED, Column
from sjj.registers.workbook import TITLE_ROWS, BadWorkbook, Cell, Sheet
from sjj.rules.identity import normalise_text

MOST_HEADER = 60
LEAST_FOR_TYPOS = 5  # characters: 注册日期 and 注销日期 are two different headers
_ID_HEADER = re.compile("身份证|公民身份|^证件号码$")
REFUSED_HEAD = ("表中行号", "不能导入的原因")  # what our own list of refused rows puts before them
_ROW_NUMBERS = frozenset(["序号", "行号", "编次", "NO", "No", "NO.", "No.", "#", *REFUSED_HEAD])
_DRESSING = re.compile(r"[\s*＊※:：]|[(（\[【](必填|选填|必须|可选|可不填|格式.*?|如.*?|例.*?)[)）\]】]")
Learned = Mapping[str, str]  # heading -> field of a column; KEPT: under its own words; empty: left out
KEPT = "="
_BRACKETED = re.compile(r"\(.*?\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a file and what becomes of it. `how`: known, learned, typo, extra, left_out."""

    index: int
    title: str
    column: Column | None
    how: str


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its header understood."""

    sheet: Sheet
    header_row: int  # index in sheet.rows
    headings: tuple[Heading, ...]


NOTHING_LEARNED: Learned = MappingProxyType({})


def find_table(sheets: Sequence[Sheet], what: str, learned: Learned = NOTHING_LEARNED) -> Table:
    """The first sheet whose header can be understood. Raises BadWorkbook with what is missing."""
    for sheet in sheets:
        index = _header_row(sheet, what, learned)
        if index is not None:
            return Table(sheet, index, understand(sheet.rows[index], what, learned))
    labels = {column.field: column.label for column in COLUMNS[what]}
    needed = "、".join(f"“{labels[field]}”" for field in NEEDED[what])
    other = "officers" if what == "entities" else "entities"
    if any(_header_row(sheet, other) is not None for sheet in sheets):
        raise BadWorkbook(
            f"这像是一张{'执法人员' if other == 'officers' else '检查对象'}表，请在“导入什么”里改选后再上传"
        )
    raise BadWorkbook(
        f"没有认出表头：前 {TITLE_ROWS} 行里应有一行写着列名，其中要有{needed}。可下载空白表样对照"
    )


def _header_row(sheet: Sheet, what: str, learned: Learned = NOTHING_LEARNED) -> int | None:
    best, most = None, 1
    for index, row in enumerate(sheet.rows[:TITLE_ROWS]):
        known = [_known(_title(cell), what, learned)[0] for cell in row]
        fields = {column.field for column in known if column is not None}
        if len(fields) > most and fields.issuperset(NEEDED[what]):
            best, most = index, len(fields)
    return best


def understand(row: Sequence[Cell], what: str, learned: Learned = NOTHING_LEARNED) -> tuple[Heading, ...]:
    """What each header means; of two columns that mean the same the second is kept as extra."""
    taken: set[str] = set()
    headings = []
    for index, cell in enumerate(row):
        title = _title(cell)
        if not title:
            continue
        column, how = _known(title, what, learned)
        if title == "编号" and headings and headings[-1].title.startswith("许可证"):
            column, how = _meanings(what)["许可证编号"], "known"
        if how == "left_out":
            headings.append(Heading(index, title, None, how))
            continue
        if column is None or column.field in taken:
            label = _free_label(title, taken)
            column, how = Column(label, label, cells.long_text, extra=True), "extra"
        taken.add(column.field)
        headings.append(Heading(index, title, column, how))
    return tuple(headings)


def _free_label(title: str, taken: set[str]) -> str:
    label, number = title, 2
    while label in taken:
        label, number = f"{title}({number})", number + 1
    return label


def _title(cell: Cell) -> str:
    return normalise_text(cell)[:MOST_HEADER] if isinstance(cell, str) else ""


def _known(title: str, what: str, learned: Learned) -> tuple[Column | None, str]:
    bare = _DRESSING.sub("", title)
    if _ID_HEADER.search(bare) or bare in _ROW_NUMBERS:
        return None, "left_out"
    if title in learned:
        return _as_learned(learned[title], what)
    meanings = _meanings(what)
    found = meanings.get(bare) or meanings.get(_BRACKETED.sub("", bare))
    if found is not None:
        return found, "known"
    close = {c.field: c for name, c in meanings.items() if _one_off(bare, name)}
    return (next(iter(close.values())), "typo") if len(close) == 1 else (None, "extra")


def _as_learned(field: str, what: str) -> tuple[Column | None, str]:
    """What a person said that a heading means: a column, to be kept under its own words, or to be left out."""
    if not field:
        return None, "left_out"
    return next((column for column in COLUMNS[what] if column.field == field), None), "learned"


@cache
def _meanings(what: str) -> dict[str, Column]:
    return {name: column for column in COLUMNS[what] for name in (column.label, *column.synonyms)}


def _one_off(text: str, name: str) -> bool:
    """Whether one character more, less or other turns the one into the other."""
    if min(len(text), len(name)) < LEAST_FOR_TYPOS or abs(len(text) - len(name)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(text, name, strict=False)) if a != b), min(len(text), len(name))
    )
    return (
        text[start + 1 :] == name[start + 1 :]
        or text[start + 1 :] == name[start:]
        or text[start:] == name[start + 1 :]
    )
