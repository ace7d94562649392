"""Reading a small list from a sheet: its header by what columns may be called, its rows as text.

For lists that are not the large registers (权责清单, 一业一查, 工作指引). Nothing is guessed: a cell that cannot
be taken gives a sentence that names the sheet, the row and the column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sjj.registers import import_cells as cells
from sjj.registers.workbook import TITLE_ROWS, BadWorkbook, Sheet
from sjj.registers.workbook_rows import Cell
from sjj.rules.identity import normalise_text

MOST_LINES = 5000
MOST_TOLD = 50  # problems shown; more would not be read


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its key, what it is called, what else it may be called, how long its texts may be."""

    key: str
    label: str
    others: tuple[str, ...] = ()
    most: int = 300
    needed: bool = False
    keeps_lines: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file and its texts by key; a column that the sheet lacks is missing."""

    number: int
    texts: dict[str, str]


@dataclass(slots=True)
class SheetTable:
    """A sheet whose header is understood, and what is wrong with its cells."""

    sheet: Sheet
    header: int
    places: dict[str, int]
    columns: dict[str, Col]
    problems: list[str] = field(default_factory=list)

    def tell(self, number: int, key: str, what: str) -> None:
        """Note what is wrong with a cell."""
        label = self.columns[key].label
        self.problems.append(f"工作表“{self.sheet.name}”第 {number} 行“{label}”列：{what}")

    def lines(self) -> Iterator[Line]:
        """The rows under the header that say anything; problems are noted on the way."""
        first = self.header + 1
        for number, row in enumerate(
            islice(iter(self.sheet.rows), first, None), self.sheet.first_row + first
        ):
            texts = self._texts(number, row)
            if any(texts.values()):
                yield Line(number, texts)

    def _texts(self, number: int, row: Sequence[Cell]) -> dict[str, str]:
        texts = {}
        for key, place in self.places.items():
            cell = row[place] if place < len(row) else None
            if cells.is_blank(cell):
                texts[key] = ""
                continue
            col = self.columns[key]
            text = cells.long_text(cell) if col.keeps_lines else cells.as_text(cell)
            texts[key] = text[: col.most]
            if text in cells.FORMULA_ERRORS:
                self.tell(number, key, f"是出错的公式（{text}）")
            elif len(text) > col.most:
                self.tell(number, key, f"有 {len(text)} 个字，超过 {col.most} 字")
        return texts


def find_sheet(sheets: Sequence[Sheet], columns: Sequence[Col]) -> SheetTable:
    """The first sheet that has all needed columns. Raises BadWorkbook with what is missing."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:TITLE_ROWS]):
            places = _places(row, columns)
            if all(col.key in places for col in columns if col.needed):
                if len(sheet.rows) - index - 1 > MOST_LINES:
                    raise BadWorkbook(
                        f"工作表“{sheet.name}”有 {len(sheet.rows) - index - 1} 行，一次最多 {MOST_LINES} 行。"
                        "请分成几个文件上传"
                    )
                return SheetTable(sheet, index, places, {col.key: col for col in columns})
    needed = "、".join(f"“{col.label}”" for col in columns if col.needed)
    raise BadWorkbook(f"没有认出表头：前 {TITLE_ROWS} 行里应有一行写着列名，其中要有{needed}")


def _places(row: Sequence[Cell], columns: Sequence[Col]) -> dict[str, int]:
    """Where each column stands; of two that mean the same the first counts."""
    named = {name: col.key for col in columns for name in (col.label, *col.others)}
    places: dict[str, int] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str):
            title = normalise_text(cell).replace(" ", "").rstrip("*※:：").split("(")[0].split("（")[0]
            key = named.get(title)
            if key is not None:
                places.setdefault(key, index)
    return places
