"""Finding items and their guides, each within what the asking person may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.item_versions import STATES
from sjj.registers.law_queries import warnings_of
from sjj.registers.listing import Turn, order_by
from sjj.registers.models import Guide, Item, ItemBasis, LawBasis
from sjj.registers.scope import READ, may_edit_row
from sjj.rules.identity import normalise_text

SORTS = {
    "code": (Item.code, Item.id),
    "name": (Item.name, Item.id),
    "published": (Item.published_at, Item.id),
}
DEFAULT_SORT = "code"
CLAIMS = {"open": "未认领", "done": "已认领"}
LAW_STATES = {"repealed": "依据已失效", "unverified": "依据待核实", "none": "没有依据"}
HOME_LEVEL = "县级"
LEVELS = (HOME_LEVEL, "市级", "省级")
ENTITY_KINDS = ("主体类", "非主体类")


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    state: str = ""
    section_id: int = 0
    agency_id: int = 0
    level: str = ""
    claim: str = ""
    method: str = ""
    object_type: str = ""
    frequency: str = ""
    law: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != ItemFilter()


def item_to_read(user: User, item_id: int) -> Item | None:
    """An item of an agency whose registers this person may read."""
    item = db.session.get(Item, item_id)
    return item if item and user.may(READ, item.agency_id) else None


def item_to_edit(user: User, item_id: int) -> Item | None:
    """An item that this person may change."""
    item = db.session.get(Item, item_id)
    return item if item and may_edit_row(user, item) else None


def matching(user: User, wanted: ItemFilter, day: date) -> Select[tuple[Item]]:
    """The items that fit on a day, in no order yet."""
    query = select(Item).where(within(Item.agency_id, user, READ))
    query = query.options(
        selectinload(Item.bases).selectinload(ItemBasis.law),
        selectinload(Item.guides).selectinload(Guide.points),
    )
    if wanted.words:
        words = normalise_text(wanted.words)
        fits = [
            column.icontains(words, autoescape=True) for column in (Item.name, Item.code, Item.object_type)
        ]
        query = query.where(or_(*fits))
    for name in ("section_id", "agency_id", "level", "method", "object_type", "frequency"):
        if value := getattr(wanted, name):
            query = query.where(getattr(Item, name) == value)
    return query.where(*_in_state(wanted.state), *_claimed(wanted.claim), *_standing_on(wanted.law, day))


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == "retired":
        return [Item.retired_at.is_not(None)]
    if state in STATES:
        published = Item.published_at.is_not(None) if state == "published" else Item.published_at.is_(None)
        return [Item.retired_at.is_(None), published]
    return []


def _claimed(claim: str) -> list[ColumnElement[bool]]:
    """Only items of the levels above are claimed."""
    above = Item.level != HOME_LEVEL
    if claim == "open":
        return [above, Item.claimed_on.is_(None), Item.retired_at.is_(None)]
    return [above, Item.claimed_on.is_not(None)] if claim == "done" else []


def _standing_on(law: str, day: date) -> list[ColumnElement[bool]]:
    if law == "repealed":
        return [Item.bases.any(ItemBasis.law.has(and_(LawBasis.verified, LawBasis.repealed_on <= day)))]
    if law == "unverified":
        return [Item.bases.any(ItemBasis.law.has(~LawBasis.verified))]
    return [~Item.bases.any()] if law == "none" else []


def items(user: User, wanted: ItemFilter, turn: Turn, day: date) -> Page[Item]:
    """One page of the items that fit."""
    query = matching(user, wanted, day).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    return paged(query, turn.page, turn.per_page)


def said_of(user: User, column: Any) -> list[str]:
    """What the items that this person may read say in a column, each once."""
    query = select(column).where(within(Item.agency_id, user, READ), column != "")
    return list(db.session.scalars(query.distinct().order_by(column)))


def items_chosen(user: User, ids: list[int]) -> list[Item] | None:
    """The items with these ids, all of them open to this person's changes; None if one is not."""
    found = [item_to_edit(user, each) for each in dict.fromkeys(ids)]
    chosen = [item for item in found if item is not None]
    return chosen if len(chosen) == len(found) else None


def items_in_use(agency_id: int) -> list[Item]:
    """The published, not retired items of an agency: only these may be inspected (国办发〔2024〕54号)."""
    query = select(Item).where(
        Item.agency_id == agency_id, Item.published_at.is_not(None), Item.retired_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Item.code)))


def may_claim(item: Item) -> bool:
    """Whether an item of a level above waits to be claimed (认领)."""
    return item.level != HOME_LEVEL and item.claimed_on is None and item.retired_at is None


def other_with_code(agency_id: int, code: str, item: Item | None) -> Item | None:
    """Another item of the agency with this code."""
    query = select(Item).where(Item.agency_id == agency_id, Item.code == code)
    with db.session.no_autoflush:
        return db.session.scalar(query.where(Item.id != (item.id or 0)) if item is not None else query)


def basis_warnings(item: Item, day: date) -> dict[int, list[str]]:
    """What must be said beside each law basis of an item that day, by the basis's id."""
    return {basis.id: warnings_of(basis.law, day) for basis in item.bases}


def latest_guide(item: Item) -> Guide | None:
    """The guide that work goes by: the newest confirmed one; if none is confirmed yet, the newest draft."""
    confirmed = [guide for guide in item.guides if not guide.is_draft]
    return (confirmed or item.guides or [None])[-1]


def newest_guide(item: Item) -> Guide | None:
    """The guide that is written on: the newest version, draft or confirmed."""
    return item.guides[-1] if item.guides else None
