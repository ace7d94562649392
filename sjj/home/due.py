"""One line of what is due: when, what, and the page where it is done."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Due:
    """One line: when, what, and the page (`endpoint` with `values`) where it is done."""

    on: date
    when: str
    sub: str
    title: str
    note: str
    action: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    tone: str = ""
