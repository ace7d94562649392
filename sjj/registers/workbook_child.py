"""A program of its own that reads one workbook from standard input and writes its cells as lines of JSON.

The last line says what there is: the sheets, or what is wrong; before it stand pieces of rows, so that neither
side ever holds all cells as Python objects. Started by `workbook.py` for every upload. A hostile or broken file can at worst end this process: memory
and processor time are limited where the system can do that. It knows and imports nothing of the app.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

try:
    import resource
except ImportError:  # Windows: only the caller's time limit holds
    resource = None  # type: ignore[assignment]

MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 60
MOST_SHEETS = 10
PIECE = 1000  # rows in a line


def read(data: bytes, most_rows: int, most_columns: int, most_cells: int) -> Iterator[Any]:
    """Pieces of rows of the visible sheets, then {"sheets": …}, or {"problem": …} naming what is wrong."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        yield {"problem": "encrypted"}
        return
    sheets: list[dict[str, Any]] = []
    cells = 0
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible or meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if not sheet.height or sheet.start is None:
            continue
        cells += sheet.height * sheet.width
        if sheet.height > most_rows or sheet.width > most_columns or cells > most_cells:
            yield {"problem": "large", "sheet": meta.name, "rows": sheet.height, "columns": sheet.width}
            return
        yield from _pieces(sheet)
        sheets.append({"name": meta.name, "first_row": sheet.start[0] + 1, "rows": sheet.height})
        if len(sheets) == MOST_SHEETS:
            break
    yield {"sheets": sheets}


def _pieces(sheet: CalamineSheet) -> Iterator[list[list[Any]]]:
    """Its rows a thousand at a time, without the empty ones above (columns come cut already)."""
    above, _left = sheet.start or (0, 0)
    rows = islice(sheet.iter_rows(), above, None)
    while piece := list(islice(rows, PIECE)):
        yield piece


def plain(value: Any) -> str:
    """Dates and times as text, a midnight without its time."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def main() -> None:
    """Read, answer, end. The arguments are the limits: rows, columns, cells."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = [int(argument) for argument in sys.argv[1:4]]
    try:
        for line in read(sys.stdin.buffer.read(), *limits):
            _say(line)
    except MemoryError:
        _say({"problem": "large"})
    except BaseException:
        _say({"problem": "broken"})


def _say(line: Any) -> None:
    text = json.dumps(line, default=plain, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    main()
