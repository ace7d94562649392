"""Finding items and their guides, each within what the asking person may see."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.law_queries import warnings_of
from sjj.registers.listing import Turn, order_by
from sjj.registers.models import Guide, Item, ItemBasis
from sjj.registers.scope import READ, may_edit_row
from sjj.rules.identity import normalise_text

SORTS = {
    "code": (Item.code, Item.id),
    "name": (Item.name, Item.id),
    "published": (Item.published_at, Item.id),
}
DEFAULT_SORT = "code"
STATES = {"published": "已公布", "unpublished": "未公布", "retired": "已停用"}


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    state: str = ""
    section_id: int = 0
    agency_id: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != ItemFilter()


def state_of(item: Item) -> str:
    """Where an item stands, a key of STATES."""
    if item.retired_at is not None:
        return "retired"
    return "published" if item.published_at is not None else "unpublished"


def item_to_read(user: User, item_id: int) -> Item | None:
    """An item of an agency whose registers this person may read."""
    item = db.session.get(Item, item_id)
    return item if item and user.may(READ, item.agency_id) else None


def item_to_edit(user: User, item_id: int) -> Item | None:
    """An item that this person may change."""
    item = db.session.get(Item, item_id)
    return item if item and may_edit_row(user, item) else None


def matching(user: User, wanted: ItemFilter) -> Select[tuple[Item]]:
    """The items that fit, in no order yet."""
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
    if wanted.state == "retired":
        query = query.where(Item.retired_at.is_not(None))
    elif wanted.state in STATES:
        is_published = wanted.state == "published"
        published = Item.published_at.is_not(None) if is_published else Item.published_at.is_(None)
        query = query.where(Item.retired_at.is_(None), published)
    if wanted.section_id:
        query = query.where(Item.section_id == wanted.section_id)
    if wanted.agency_id:
        query = query.where(Item.agency_id == wanted.agency_id)
    return query


def items(user: User, wanted: ItemFilter, turn: Turn) -> Page[Item]:
    """One page of the items that fit."""
    query = matching(user, wanted).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    return paged(query, turn.page, turn.per_page)


def items_in_use(agency_id: int) -> list[Item]:
    """The published, not retired items of an agency: only these may be inspected (国办发〔2024〕54号)."""
    query = select(Item).where(
        Item.agency_id == agency_id, Item.published_at.is_not(None), Item.retired_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Item.code)))


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
