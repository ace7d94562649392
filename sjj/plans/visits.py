"""Which visits an agency's objects have had, and which of them count to the yearly cap: asked in this one place.

Inspections lie above the plans, so the app tells us once, when it is made, whom to ask (as in
`registers.holds`). What counts is a setting of the agency's year; nothing is guessed when nobody was named.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sjj.plans.plan_settings import counting_of, settings_in_force
from sjj.rules.visit_counting import CountedVisit, Counting


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to an object of the agency's register. `day` None: still to be made, of the campaign `number`.

    `inspection_id` 0: drawn and not sent out yet.
    """

    entity_id: int
    day: date | None
    number: str = ""
    check_type: str = "日常"
    off_site: bool = False
    own_agency: bool = True
    from_draw: bool = True
    inspection_id: int = 0

    def counts_in(self, year: int, counting: Counting) -> bool:
        """Whether it counts to the cap of a year; one still to be made will be made in it."""
        day = self.day or date(year, 12, 31)
        told = CountedVisit(None, day, self.check_type, self.off_site, self.own_agency, self.from_draw)
        return day.year == year and counting.counts(told)


@dataclass(frozen=True, slots=True)
class Visits:
    """What is known of a period. `made`, `under_way`: the agency's own, whether they count to the cap or not."""

    rows: Sequence[Visit] = field(default_factory=list)

    @property
    def made(self) -> Mapping[int, Sequence[date]]:
        """By the id of the entity: the days on which a visit ended."""
        found: dict[int, list[date]] = {}
        for one in self.rows:
            if one.own_agency and one.day is not None:
                found.setdefault(one.entity_id, []).append(one.day)
        return found

    @property
    def under_way(self) -> Mapping[int, Sequence[str]]:
        """By the id of the entity: the campaigns whose visit is not made yet."""
        found: dict[int, list[str]] = {}
        for one in self.rows:
            if one.own_agency and one.day is None:
                found.setdefault(one.entity_id, []).append(one.number)
        return found


Provider = Callable[[int, date, date, Collection[int] | None, bool], Visits]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows an agency's visits from a day to a day, both counted.

    It is told the agency's id, the days, the objects wanted (None: all), and whether other agencies' are asked for.
    """
    _asked[:] = [provider]


def visits(
    agency_id: int,
    since: date,
    until: date,
    entity_ids: Collection[int] | None = None,
    *,
    with_others: bool = False,
) -> Visits:
    """The visits of an agency in a period and those under way. Raises LookupError if nobody was named."""
    if not _asked:
        raise LookupError("nobody was named who knows the visits")
    return _asked[0](agency_id, since, until, entity_ids, with_others)


def counting_for(agency_id: int, year: int) -> Counting:
    """What counts to the cap in an agency's year: its settings, or what holds without any."""
    row = settings_in_force(agency_id, year)
    return counting_of(row.counting or {}) if row is not None else Counting()


def visits_that_count(agency_id: int, year: int, entity_ids: Collection[int] | None = None) -> list[Visit]:
    """The visits that count to the yearly cap, made or still to be made: for lists, gates and dispatch alike."""
    counting = counting_for(agency_id, year)
    known = visits(
        agency_id,
        date(year, 1, 1),
        date(year, 12, 31),
        entity_ids,
        with_others=counting.other_agencies,
    )
    return [one for one in known.rows if one.counts_in(year, counting)]
