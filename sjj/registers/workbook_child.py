"""A program of its own that reads one workbook from standard input and writes its cells as JSON.

Started by `workbook.py` for every upload. A hostile or broken file can at worst end this process: memory
and processor time are limited where the system can do that. It knows and imports nothing of the app.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

try:
    import resource
except ImportError:  # Windows: only the caller's time limit holds
    resource = None  # type: ignore[assignment]

MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 30
MOST_SHEETS = 10


def read(data: bytes, most_rows: int, most_columns: int, most_cells: int) -> dict[str, Any]:
    """The visible sheets with their cells, or {"problem": …} naming what is wrong."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        return {"problem": "encrypted"}
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
            return {"problem": "large", "sheet": meta.name, "rows": sheet.height, "columns": sheet.width}
        sheets.append({"name": meta.name, "first_row": sheet.start[0] + 1, "rows": sheet.to_python()})
        if len(sheets) == MOST_SHEETS:
            break
    return {"sheets": sheets}


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
        answer = read(sys.stdin.buffer.read(), *limits)
    except MemoryError:
        answer = {"problem": "large"}
    except BaseException:
        answer = {"problem": "broken"}
    sys.stdout.buffer.write(json.dumps(answer, default=plain, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
