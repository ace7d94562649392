"""Tables as CSV that a spreadsheet opens safely and readably.

Begins with a UTF-8 mark so that Chinese shows right; a cell that a spreadsheet would run as a formula gets
an apostrophe in front. Refuses nothing and looks nothing up: rows in, bytes out.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from flask import Response

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def cell(value: object) -> str:
    """What stands in a cell: a date as 2026-03-05, nothing as nothing, never a formula."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text if text.lstrip(" \u3000").startswith(_RUNS_AS_FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole table as bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The table as a file to keep; `name` is ASCII and ends in .csv."""
    response = Response(table(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
