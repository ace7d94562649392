"""How a list is asked for: words, page, page size and order, read from the address and never trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, or_

from sjj.rules.identity import normalise_code, normalise_text

PAGE_SIZES = (20, 50, 100)


class Args(Protocol):
    """The values of an address, as a web framework hands them over."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Which part of a list, in which order."""

    page: int
    per_page: int
    sort: str


def turn_of(args: Args, default_sort: str) -> Turn:
    """Read page, page size and order; anything else than what is offered becomes the default."""
    per_page = args.get("per_page", PAGE_SIZES[0], type=int)
    return Turn(
        page=args.get("page", 1, type=int),
        per_page=per_page if per_page in PAGE_SIZES else PAGE_SIZES[0],
        sort=args.get("sort", default_sort),
    )


def order_by(columns: Mapping[str, tuple[Any, ...]], sort: str, default: str) -> list[Any]:
    """The columns behind an order such as “name” or “-name”."""
    key = sort.removeprefix("-")
    if key not in columns:
        key, sort = default.removeprefix("-"), default
    return [column.desc() if sort.startswith("-") else column.asc() for column in columns[key]]


def any_match(words: str, name: Any, code: Any, pinyin: Any) -> ColumnElement[bool]:
    """Whether each word stands in the name, in the code or in the pinyin initials; % and _ are letters."""
    wanted = normalise_text(words)
    return or_(
        name.icontains(wanted, autoescape=True),
        code.icontains(normalise_code(words), autoescape=True),
        pinyin.contains(wanted.lower().replace(" ", ""), autoescape=True),
    )
