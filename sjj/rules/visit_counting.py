"""Which visits count to the yearly frequency cap of an enterprise, who is at it, and who was there just now.

国办发〔2024〕54号 asks for a published yearly cap. Whether 个案, off-site checks, other agencies' visits and those
outside a draw count differs by place: settings, each said in words. Nothing here forbids a visit.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

NEAR_DAYS = 60  # natural days; seen as a warning in 海南 (domain.md §5), an example and no law


@dataclass(frozen=True, slots=True)
class CountedVisit:
    """One visit to one object. ``check_type`` is 日常, 个案 or 专项."""

    entity: Hashable
    day: date
    check_type: str = "日常"
    off_site: bool = False
    own_agency: bool = True
    from_draw: bool = True


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts to the cap. By default: every on-site and off-site visit of the agency itself, 个案 too."""

    individual_cases: bool = True
    off_site: bool = True
    other_agencies: bool = False
    outside_draws: bool = True

    def counts(self, visit: CountedVisit) -> bool:
        """Whether a visit counts to the cap."""
        return not (
            (visit.check_type == "个案" and not self.individual_cases)
            or (visit.off_site and not self.off_site)
            or (not visit.own_agency and not self.other_agencies)
            or (not visit.from_draw and not self.outside_draws)
        )

    @property
    def sentence(self) -> str:
        """The setting in words, to be shown beside the count."""
        parts = (
            ("个案检查", self.individual_cases),
            ("非现场检查", self.off_site),
            ("其他部门的检查", self.other_agencies),
            ("抽查以外的检查", self.outside_draws),
        )
        inside = "、".join(name for name, counted in parts if counted)
        outside = "、".join(name for name, counted in parts if not counted)
        return "；".join(
            said for said in (inside and f"{inside}计入频次", outside and f"{outside}不计入") if said
        )


def count_visits(
    visits: Iterable[CountedVisit], counting: Counting, first: date, last: date
) -> Counter[Hashable]:
    """Counted visits (户次) of each object from the first to the last day, both included."""
    return Counter(one.entity for one in visits if first <= one.day <= last and counting.counts(one))


def at_cap(counts: Mapping[Hashable, int], cap: int | None) -> dict[Hashable, str]:
    """The objects that have reached the cap (visits a year; None: no cap), each with the reason."""
    if cap is None:
        return {}
    return {
        entity: f"本年已检查 {number} 次，达到频次上限 {cap} 次"
        for entity, number in counts.items()
        if number >= cap
    }


def visited_lately(
    visits: Iterable[CountedVisit], entity: Hashable, day: date, within: int = NEAR_DAYS
) -> str:
    """A warning if the object was visited at most ``within`` natural days before ``day``; else nothing."""
    days = [one.day for one in visits if one.entity == entity and 0 <= (day - one.day).days <= within]
    if not days:
        return ""
    last = max(days)
    return f"{last.year}年{last.month}月{last.day}日刚检查过，相隔 {(day - last).days} 天，未超过 {within} 天"
