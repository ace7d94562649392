"""Laws behind published items that have ended, or whose end nobody has stood for yet, for whoever keeps the items.

It counts what the items themselves stand on; which check points name such a law, the page it leads to says.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.presentation import day as day_words
from sjj.registers.law_lapsed import has_ended
from sjj.registers.models import Item, ItemBasis, LawBasis
from sjj.registers.scope import EDIT, may_edit, may_edit_row

SHOWN = 3


def laws_behind_items(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """依据已失效 of published items, then laws to be looked into (依据待核实)."""
    if not user.may(EDIT):
        return
    items = [item for item in _published(user) if may_edit_row(user, item)]
    day = deadlines.today
    lapsed = [item for item in items if _ended(item, day)]
    if lapsed:
        since = min(law.repealed_on or day for item in lapsed for law in _ended(item, day))
        yield Due(
            on=since,
            when="依据已失效",
            sub=f"{day_words(since)}起",
            title=f"{len(lapsed)} 项已公布的事项依据已失效",
            note=f"{_names([item.name for item in lapsed])}：换上现行依据，没有的停用，不得再列入抽查",
            action="去处理",
            endpoint="registers.laws_lapsed",
            tone="late",
        )
    doubtful = _doubtful(user, items)
    if doubtful:
        touched = sum(any(basis.law in doubtful for basis in item.bases) for item in items)
        yield Due(
            on=day,
            when="依据待核实",
            sub="日期还没有人核实",
            title=f"核实 {len(doubtful)} 部法律依据，{touched} 项已公布的事项引用",
            note=_names([f"《{law.title}》" for law in doubtful]),
            action="去核实",
            endpoint="registers.laws_confirm",
            tone="soon" if any(has_ended(law, day, confirmed=False) for law in doubtful) else "",
        )


def _published(user: User) -> Iterable[Item]:
    query = select(Item).where(
        within(Item.agency_id, user, EDIT), Item.published_at.is_not(None), Item.retired_at.is_(None)
    )
    query = query.options(selectinload(Item.bases).selectinload(ItemBasis.law))
    return db.session.scalars(query.order_by(Item.agency_id, Item.code))


def _ended(item: Item, day: date) -> list[LawBasis]:
    return [basis.law for basis in item.bases if has_ended(basis.law, day)]


def _doubtful(user: User, items: Iterable[Item]) -> list[LawBasis]:
    """The laws of these items that nobody has confirmed, where this person may: laws are the whole agency's."""
    laws = dict.fromkeys(basis.law for item in items for basis in item.bases)
    return [law for law in laws if not law.verified and may_edit(user, law.agency_id, None)]


def _names(names: list[str]) -> str:
    said = "、".join(names[:SHOWN])
    return said if len(names) <= SHOWN else f"{said}等"
