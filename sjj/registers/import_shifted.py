"""Rows whose cells stand one column off: said in words, instead of a complaint about each cell.

A row is only looked at when something is wrong with it, or when it is longer than the header of a CSV file. What
belongs where is never guessed; the row is refused and a person puts it right.
"""

from collections.abc import Sequence

from sjj.registers import import_cells as cells
from sjj.registers.import_headers import Heading
from sjj.registers.workbook import Cell
from sjj.rules.identity import credit_code_problem, normalise_code

_CODES = ("代码", "编号", "证", "号码")  # a neighbour that may well hold a code of its own


def shifted(row: Sequence[Cell], headings: Sequence[Heading]) -> str:
    """Where the credit code of a row stands instead of in its column; nothing if that cannot be told."""
    place = next(
        (n for n, h in enumerate(headings) if h.column is not None and h.column.field == "code"), None
    )
    if place is None or _is_code(row, headings[place]):
        return ""
    for step, way in ((1, "右"), (-1, "左")):
        if not 0 <= place + step < len(headings):
            continue
        beside = headings[place + step]
        if _is_code(row, beside) and not any(word in beside.title for word in _CODES):
            return f"这一行的内容像是向{way}错了一格：信用代码写在“{beside.title}”一列，请对齐后重新上传"
    return ""


def too_long(row: Sequence[Cell], width: int) -> str:
    """What a row of a CSV file has beyond its header: a comma inside a cell has cut it in two."""
    more = [cell for cell in row[width:] if not cells.is_blank(cell)]
    if not more:
        return ""
    said = cells.as_text(more[-1])[:20]
    return (
        f"这一行比表头多出 {len(row) - width} 格（末格“{said}”），多半是某格里的逗号把内容分成了两格，请核对"
    )


def _is_code(row: Sequence[Cell], heading: Heading) -> bool:
    cell = row[heading.index] if heading.index < len(row) else None
    return isinstance(cell, str) and credit_code_problem(normalise_code(cell)) is None
