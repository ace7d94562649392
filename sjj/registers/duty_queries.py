"""Finding entries of 三定方案, 权责清单 and 互联网+监管, and which item each resembles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.duty_likeness import Likeness
from sjj.registers.models import Item
from sjj.registers.scope import READ, may_edit_row
from sjj.registers.upkeep_models import Duty
from sjj.rules.identity import normalise_text

SOURCES = ("三定方案", "权责清单", "互联网+监管")
STATES = {"open": "还没有事项", "linked": "已有事项", "excused": "不需要事项", "gone": "新清单里没有了"}


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    source: str = ""
    state: str = ""
    section_id: int = 0
    agency_id: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != DutyFilter()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item whose name is like that of an entry, and how much in percent."""

    duty: Duty
    item: Item
    percent: int


def state_of(duty: Duty) -> str:
    """Where an entry stands, a key of STATES."""
    if duty.gone_at is not None:
        return "gone"
    if duty.item_id is not None:
        return "linked"
    return "excused" if duty.no_item_reason else "open"


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == "gone":
        return [Duty.gone_at.is_not(None)]
    here = Duty.gone_at.is_(None)
    if state == "linked":
        return [here, Duty.item_id.is_not(None)]
    if state in ("open", "excused"):
        said = Duty.no_item_reason == "" if state == "open" else Duty.no_item_reason != ""
        return [here, Duty.item_id.is_(None), said]
    return []


def duty_to_read(user: User, duty_id: int) -> Duty | None:
    """An entry of an agency whose registers this person may read."""
    duty = db.session.get(Duty, duty_id)
    return duty if duty and user.may(READ, duty.agency_id) else None


def duty_to_edit(user: User, duty_id: int) -> Duty | None:
    """An entry that this person may settle."""
    duty = db.session.get(Duty, duty_id)
    return duty if duty and may_edit_row(user, duty) else None


def matching(user: User, wanted: DutyFilter) -> Select[tuple[Duty]]:
    """The entries that fit, in the order of the lists."""
    query = select(Duty).where(within(Duty.agency_id, user, READ), *_in_state(wanted.state))
    if wanted.words:
        words = normalise_text(wanted.words)
        query = query.where(
            or_(*(c.icontains(words, autoescape=True) for c in (Duty.name, Duty.code, Duty.basis)))
        )
    for name in ("source", "section_id", "agency_id"):
        if value := getattr(wanted, name):
            query = query.where(getattr(Duty, name) == value)
    return query.options(selectinload(Duty.item)).order_by(Duty.agency_id, Duty.source, Duty.code, Duty.id)


def duties(user: User, wanted: DutyFilter, page: int, per_page: int) -> Page[Duty]:
    """One page of the entries that fit."""
    return paged(matching(user, wanted), page, per_page)


def counts(user: User, agency_id: int = 0) -> list[dict[str, Any]]:
    """For each list: how many entries, and how many stand where."""
    query = select(
        Duty.source,
        func.max(Duty.imported_at),
        *(func.count().filter(*_in_state(state)) for state in STATES),
    ).where(within(Duty.agency_id, user, READ))
    if agency_id:
        query = query.where(Duty.agency_id == agency_id)
    found = {row[0]: row for row in db.session.execute(query.group_by(Duty.source))}
    return [
        {
            "source": source,
            "imported_at": found[source][1] if source in found else None,
            **dict(zip(STATES, found[source][2:] if source in found else [0] * len(STATES), strict=True)),
        }
        for source in SOURCES
    ]


def items_to_link(agency_id: int) -> list[Item]:
    """The items that an entry may be answered by: those not retired."""
    query = select(Item).where(Item.agency_id == agency_id, Item.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Item.code)))


def proposals_for(duty: Duty, most: int = 5) -> list[Proposal]:
    """The items whose names are most like an entry's."""
    return _best(duty, Likeness(items_to_link(duty.agency_id)), most)


def proposals(open_duties: Sequence[Duty]) -> list[Proposal]:
    """The one most alike item for each of these entries, where there is one; the surest first."""
    known: dict[int, Likeness] = {}
    found = []
    for duty in open_duties:
        if duty.agency_id not in known:
            known[duty.agency_id] = Likeness(items_to_link(duty.agency_id))
        found += _best(duty, known[duty.agency_id], 1)
    return sorted(found, key=lambda each: (-each.percent, each.duty.id))


def _best(duty: Duty, likeness: Likeness, most: int) -> list[Proposal]:
    return [Proposal(duty, item, percent) for item, percent in likeness.best(duty.name, most)]


def open_duties(user: User, agency_id: int = 0) -> list[Duty]:
    """The entries without an item that this person may settle."""
    found = db.session.scalars(matching(user, DutyFilter(state="open", agency_id=agency_id)))
    return [duty for duty in found if may_edit_row(user, duty)]
