"""Which visit of the year a visit is, and which visits to be made would be one too many (国办发〔2024〕54号).

Counted per agency and year, as the lists of later draws count (plans.exclusions, visits_made): a visit that was
sent out and not made yet counts, one withdrawn does not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.visits_made import KEPT_ID
from sjj.plans.exclusions import cap_of
from sjj.plans.models import Campaign
from sjj.plans.visits import Visit, counting_for, visits_that_count
from sjj.registers.models import Entity
from sjj.rules.gates import exceeds


@dataclass(frozen=True, slots=True)
class OneTooMany:
    """An object whose next visit would exceed the yearly cap."""

    entity_id: int
    name: str
    number: int
    cap: int


def visit_numbers(inspections: Sequence[Inspection], day: date) -> dict[int, int]:
    """{inspection id: which visit to its object in its year it is, of those that count for its agency}."""
    kept = _kept({one.entity_id for one in inspections})
    groups: dict[tuple[int, int], list[Inspection]] = {}
    for one in inspections:
        year = (one.ended_on or max(one.planned_on or day, day)).year
        groups.setdefault((one.agency_id, year), []).append(one)
    found = {}
    for (agency_id, year), group in groups.items():
        counted = _counted(agency_id, year, {kept[one.entity_id] for one in group})
        for one in group:
            own = _turn(one.ended_on, one.id)
            others = (
                other for other in counted.get(kept[one.entity_id], ()) if other.inspection_id != one.id
            )
            found[one.id] = 1 + sum(_turn(other.day, other.inspection_id) < own for other in others)
    return found


def one_too_many(campaign: Campaign, entity_ids: Iterable[int], day: date) -> list[OneTooMany]:
    """Of these objects, those whose visit by this campaign would be above the cap.

    A campaign whose visits do not count to the cap cannot exceed it.
    """
    cap, _whose = cap_of(campaign)
    wanted = list(dict.fromkeys(entity_ids))
    year = max(day, campaign.starts_on).year
    if cap is None or not wanted or not _would_count(campaign, year):
        return []
    kept = _kept(set(wanted))
    counted = _counted(campaign.agency_id, year, set(kept.values()))
    names = dict(db.session.execute(select(Entity.id, Entity.name).where(Entity.id.in_(wanted))).all())
    found = []
    for entity_id in wanted:
        number = 1 + len(counted.get(kept[entity_id], ()))
        if exceeds(number, cap):
            found.append(OneTooMany(entity_id, names[entity_id], number, cap))
    return found


def _would_count(campaign: Campaign, year: int) -> bool:
    coming = Visit(
        0,
        None,
        check_type=campaign.check_type,
        off_site=campaign.is_off_site,
        from_draw=campaign.was_drawn,
    )
    return coming.counts_in(year, counting_for(campaign.agency_id, year))


def _kept(entity_ids: set[int]) -> dict[int, int]:
    """{object: what it was merged into, else itself}: the visits of doubles are visits to one object."""
    rows = db.session.execute(select(Entity.id, KEPT_ID).where(Entity.id.in_(entity_ids)))
    return dict(rows.all())  # type: ignore[arg-type]


def _counted(agency_id: int, year: int, entity_ids: set[int]) -> dict[int, list[Visit]]:
    """The visits sent out or made that count, by object; what is only drawn is not a visit yet."""
    found: dict[int, list[Visit]] = {}
    for one in visits_that_count(agency_id, year, entity_ids):
        if one.inspection_id:
            found.setdefault(one.entity_id, []).append(one)
    return found


def _turn(ended_on: date | None, inspection_id: int) -> tuple[bool, date, int]:
    """Those that ended come before those still to be made, in the order in which they were made or sent out."""
    return ended_on is None, ended_on or date.max, inspection_id
