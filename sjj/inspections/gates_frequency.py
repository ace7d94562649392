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
from sjj.inspections.visits_made import counts
from sjj.plans.exclusions import cap_of
from sjj.plans.models import Campaign
from sjj.registers.models import Entity
from sjj.rules.gates import exceeds
from sjj.rules.lifecycle import ResultState


@dataclass(frozen=True, slots=True)
class Made:
    """A visit as it counts: to whom, when it ended (None: still to be made)."""

    id: int
    agency_id: int
    entity_id: int
    ended_on: date | None
    check_type: str = "日常"
    off_site: bool = False
    from_draw: bool = True

    def counts_in(self, year: int) -> bool:
        """Whether it counts to the cap of a year at all."""
        day = self.ended_on or date(year, 12, 31)
        return day.year == year and counts(
            day, self.check_type, off_site=self.off_site, from_draw=self.from_draw
        )


@dataclass(frozen=True, slots=True)
class OneTooMany:
    """An object whose next visit would exceed the yearly cap."""

    entity_id: int
    name: str
    number: int
    cap: int


def visit_numbers(inspections: Sequence[Inspection], day: date) -> dict[int, int]:
    """{inspection id: which visit of its agency to its object in its year it is}."""
    counted = _counted({one.entity_id for one in inspections})
    found = {}
    for one in inspections:
        own = Made(one.id, one.agency_id, one.entity_id, one.ended_on)
        year = (one.ended_on or max(one.planned_on or day, day)).year
        found[one.id] = 1 + sum(_is_before(other, own, year) for other in counted)
    return found


def one_too_many(campaign: Campaign, entity_ids: Iterable[int], day: date) -> list[OneTooMany]:
    """Of these objects, those whose visit by this campaign would be above the cap."""
    cap, _whose = cap_of(campaign)
    wanted = list(dict.fromkeys(entity_ids))
    if cap is None or not wanted:
        return []
    year, counted = max(day, campaign.starts_on).year, _counted(set(wanted))
    names = dict(db.session.execute(select(Entity.id, Entity.name).where(Entity.id.in_(wanted))).all())
    found = []
    for entity_id in wanted:
        coming = Made(0, campaign.agency_id, entity_id, None)
        number = 1 + sum(_counts(other, coming, year) for other in counted)
        if exceeds(number, cap):
            found.append(OneTooMany(entity_id, names[entity_id], number, cap))
    return found


def _counted(entity_ids: set[int]) -> list[Made]:
    query = (
        select(
            Inspection.id,
            Inspection.agency_id,
            Inspection.entity_id,
            Inspection.ended_on,
            Campaign.check_type,
            Inspection.off_site,
            Inspection.draw_id.is_not(None),
        )
        .join(Inspection.campaign)
        .where(Inspection.entity_id.in_(entity_ids), Inspection.standing != ResultState.WITHDRAWN)
    )
    return [Made(*row) for row in db.session.execute(query)]


def _counts(other: Made, own: Made, year: int) -> bool:
    same = (other.agency_id, other.entity_id) == (own.agency_id, own.entity_id) and other.id != own.id
    return same and other.counts_in(year)


def _is_before(other: Made, own: Made, year: int) -> bool:
    """Those that ended come before those still to be made, in the order in which they were made or sent out."""
    return _counts(other, own, year) and _turn(other) < _turn(own)


def _turn(one: Made) -> tuple[bool, date, int]:
    return one.ended_on is None, one.ended_on or date.max, one.id
