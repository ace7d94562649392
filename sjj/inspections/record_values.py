"""Reading single values of a record that may hold any JSON: what does not fit is nothing, and nothing raises."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sjj.web import SHANGHAI

MOST_METRES = 1e8  # beyond it a number is no place on Earth and no accuracy


def mapping_in(value: Any) -> Mapping[str, Any]:
    """An object, empty for anything else."""
    return value if isinstance(value, dict) else {}


def rows_in(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text_at(row: Any, key: str) -> str:
    """The text under a key, empty if there is none."""
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, str) else ""


def number_in(value: Any) -> float | None:
    """A number that can be printed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_METRES:
        return None
    return float(value)


def day_in(text: str) -> date | None:
    """The day that an ISO date names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_in(value: Any) -> datetime | None:
    """The moment that an ISO time with offset names, Shanghai time."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(SHANGHAI) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
