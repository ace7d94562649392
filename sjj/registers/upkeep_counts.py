"""What stands in each section's lists of one agency, counted in a few queries however long the lists are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from sjj.database import db
from sjj.registers.entity_queries import ALL_ACTIVE, LACKING, NO_SECTION
from sjj.registers.law_queries import NOT_YET, REPEALED, UNVERIFIED, warnings_of
from sjj.registers.models import ACTIVE_STATES, Entity, Guide, Item, ItemBasis, Officer
from sjj.registers.upkeep_models import RegisterChange
from sjj.registers.upkeep_state import ENTITY, GUIDE, ITEM, OFFICER, Fault

NOBODY = 0  # section id of rows that belong to no section
MAY_LACK = "place"  # officers enter it at the gate
_LIST = "registers.entities"


@dataclass(frozen=True, slots=True)
class Counted:
    """One list of one section: how long it is, what in it is wrong, when a row of it was touched last."""

    rows: int
    faults: tuple[Fault, ...] = ()
    touched_at: datetime | None = None


Lists = Mapping[tuple[int, str], Counted]  # by section id (NOBODY: none) and list


def counted(agency_id: int, day: date) -> Lists:
    """Every list of an agency as it stands on a day."""
    items = _items(agency_id)
    found: dict[tuple[int, str], Counted] = {}
    found |= {(section, ENTITY): one for section, one in _entities(agency_id).items()}
    found |= {(section, OFFICER): one for section, one in _officers(agency_id, day).items()}
    for section, group in _by_section(items).items():
        found[section, ITEM] = _item_list(section, group, day)
        found[section, GUIDE] = _guide_list(group)
    return found


def changed(agency_id: int) -> dict[tuple[int, str], datetime]:
    """When each list changed last, as the changes of the registers tell."""
    query = (
        select(RegisterChange.section_id, RegisterChange.register, func.max(RegisterChange.at))
        .where(RegisterChange.agency_id == agency_id)
        .group_by(RegisterChange.section_id, RegisterChange.register)
    )
    return {(section or NOBODY, register): at for section, register, at in db.session.execute(query)}


def _entities(agency_id: int) -> dict[int, Counted]:
    counts = [func.count().filter(condition) for _, condition in LACKING.values()]
    query = (
        select(Entity.section_id, func.count(), func.max(Entity.updated_at), *counts)
        .where(
            Entity.agency_id == agency_id,
            Entity.merged_into_id.is_(None),
            Entity.state.in_(ACTIVE_STATES),
        )
        .group_by(Entity.section_id)
    )
    found = {}
    for section_id, rows, touched_at, *numbers in db.session.execute(query):
        where = {"agency": agency_id, "state": ALL_ACTIVE, "section": section_id or NO_SECTION}
        faults = [
            Fault(label, number, _LIST, where | {"missing": key}, weighs=key != MAY_LACK)
            for (key, (label, _)), number in zip(LACKING.items(), numbers, strict=True)
        ]
        if section_id is None:
            faults.insert(0, Fault("没有归口科室", rows, _LIST, where))
        found[section_id or NOBODY] = Counted(rows, tuple(faults), touched_at)
    return found


def _officers(agency_id: int, day: date) -> dict[int, Counted]:
    without = or_(Officer.certificate_no == "", Officer.certificate_until.is_(None))
    query = (
        select(
            Officer.section_id,
            func.count(),
            func.max(Officer.updated_at),
            func.count().filter(Officer.certificate_until < day),
            func.count().filter(without),
        )
        .where(Officer.agency_id == agency_id, Officer.on_duty.is_(True))
        .group_by(Officer.section_id)
    )
    found = {}
    for section_id, rows, touched_at, expired, missing in db.session.execute(query):
        where = {"presence": "on"} | ({"section": section_id} if section_id else {})
        faults = (
            Fault("执法证已过期", expired, "registers.officers", where | {"validity": "expired"}),
            Fault("执法证未登记", missing, "registers.officers", where | {"validity": "missing"}),
        )
        found[section_id or NOBODY] = Counted(rows, faults, touched_at)
    return found


def _items(agency_id: int) -> list[Item]:
    query = (
        select(Item)
        .where(Item.agency_id == agency_id, Item.retired_at.is_(None))
        .options(
            selectinload(Item.bases).selectinload(ItemBasis.law),
            selectinload(Item.guides).load_only(
                Guide.version, Guide.is_draft, Guide.created_at, Guide.confirmed_at
            ),
        )
    )
    return list(db.session.scalars(query))


def _by_section(items: Iterable[Item]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in items:
        found.setdefault(item.section_id or NOBODY, []).append(item)
    return found


def _item_list(section: int, items: list[Item], day: date) -> Counted:
    where = {"section": section} if section else {}
    said = [{word for basis in item.bases for word in warnings_of(basis.law, day)} for item in items]
    faults = (
        Fault(
            "没有公布",
            sum(i.published_at is None for i in items),
            "registers.items",
            where | {"state": "unpublished"},
        ),
        Fault("没有法律依据", sum(not item.bases for item in items)),
        Fault("依据已失效", sum(REPEALED in words for words in said)),
        Fault("依据尚未施行", sum(NOT_YET in words for words in said)),
        Fault("依据待核实", sum(UNVERIFIED in words for words in said)),
    )
    touched = max((item.published_at for item in items if item.published_at), default=None)
    return Counted(len(items), faults, touched)


def _guide_list(items: list[Item]) -> Counted:
    guides = [item.guides for item in items if item.guides]
    faults = (
        Fault("还是草案", sum(all(guide.is_draft for guide in one) for one in guides)),
        Fault("没有指引的事项", len(items) - len(guides)),
        Fault(
            "有新版草案未启用", sum(one[-1].is_draft and not one[0].is_draft for one in guides), weighs=False
        ),
    )
    touched = max((guide.confirmed_at or guide.created_at for one in guides for guide in one), default=None)
    return Counted(len(guides), faults, touched)
