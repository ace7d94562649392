"""How a list is asked for: words, page, page size and order, read from the address and never trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.operators import desc_op

from sjj.database import Page, db
from sjj.rules.identity import normalise_code, normalise_text

PAGE_SIZES = (20, 50, 100)
MOST_WORDS = 5
Row = TypeVar("Row")


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


def any_match(words: str, name: Any, code: Any, pinyin: Any, *more: Any) -> ColumnElement[bool]:
    """Whether each word stands in the name, the code, the pinyin initials or in `more`; % and _ are letters.

    A column that the word cannot stand in is not looked at, and letters are only made small where there are
    any: on a large register that is half of the time.
    """
    return and_(*[_one_match(each, name, code, pinyin, more) for each in words.split()[:MOST_WORDS]])


def _one_match(word: str, name: Any, code: Any, pinyin: Any, more: tuple[Any, ...]) -> ColumnElement[bool]:
    wanted = normalise_text(word)
    if wanted.isascii() and wanted.isalnum():  # the initials hold every letter and digit of the name
        spelt = pinyin.contains(wanted.lower(), autoescape=True)
        return or_(spelt, *[each.contains(wanted, autoescape=True) for each in more], _in_code(code, word))
    has_letters = any(character.isascii() and character.isalpha() for character in wanted)
    said = [each.icontains if has_letters else each.contains for each in (name, *more)]
    return or_(*[one(wanted, autoescape=True) for one in said], _in_code(code, word))


def _in_code(code: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = code.contains(normalise_code(word), autoescape=True)
    return found


def paged_once(
    query: Select[tuple[Row]], model: type[Row], order: list[Any], turn: Turn, *loading: ORMOption
) -> Page[Row]:
    """One page of a large list whose conditions have to look at each row: they look once, for rows and total."""
    table: Any = model
    keys = [each.element.label(f"key{place}") for place, each in enumerate(order)]
    found = query.with_only_columns(table.id.label("id"), *keys).order_by(None).cte("found")
    number = select(func.count()).select_from(found).scalar_subquery()
    ways = [
        found.c[f"key{n}"].desc() if each.modifier is desc_op else found.c[f"key{n}"].asc()
        for n, each in enumerate(order)
    ]
    shown = select(found.c.id, number).order_by(*ways).limit(turn.per_page)
    page = max(turn.page, 1)
    rows = db.session.execute(shown.offset((page - 1) * turn.per_page)).all()
    if not rows and page > 1:
        page = max(1, -(-(db.session.scalar(select(number)) or 0) // turn.per_page))
        rows = db.session.execute(shown.offset((page - 1) * turn.per_page)).all()
    these = select(model).where(table.id.in_([row[0] for row in rows])).options(*loading)
    by_id = {each.id: each for each in db.session.scalars(these).unique()}
    items = [by_id[row[0]] for row in rows]
    return Page(items, rows[0][1] if rows else 0, page, turn.per_page)
