"""The officer's day: the visits to be made in a sensible order, each with what to know before going. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sjj.inspections.before import MapLinks, dialled, map_links, place_of
from sjj.inspections.found_before import LastVisit, found_before
from sjj.inspections.gates import gates_of_all
from sjj.inspections.models import Inspection
from sjj.rules.gates import Gate, failing
from sjj.rules.lifecycle import ResultState
from sjj.rules.visit_order import Placed, Pressing, Stop, in_order


@dataclass(frozen=True, slots=True)
class DayStop:
    """One visit of the day; `far`: the way from the stop before it, in words."""

    inspection: Inspection
    pressing: Pressing
    far: str
    place: tuple[float, float] | None
    maps: MapLinks
    failing: tuple[Gate, ...]
    last: LastVisit | None

    @property
    def number(self) -> str:
        """The object's telephone as a link dials it."""
        return dialled(self.inspection.entity.phone)


def day_list(inspections: Sequence[Inspection], day: date) -> list[DayStop]:
    """The visits in the order proposed for a day."""
    known = {one.id: one for one in inspections}
    gates, last = gates_of_all(inspections, day), found_before(inspections)
    placed = in_order([_stop(one) for one in inspections], day)
    return [_day_stop(known[row.stop.key], row, gates, last) for row in placed]


def _stop(one: Inspection) -> Stop:
    return Stop(
        key=one.id,
        place=place_of(one.entity),
        due_on=one.due_on,
        planned_on=one.planned_on,
        sent_back=one.standing is ResultState.SENT_BACK,
    )


def _day_stop(
    one: Inspection, row: Placed, gates: dict[int, tuple[Gate, ...]], last: dict[int, LastVisit]
) -> DayStop:
    return DayStop(
        inspection=one,
        pressing=row.pressing,
        far=far_words(row.metres),
        place=row.stop.place,
        maps=map_links(one.entity),
        failing=failing(gates[one.id]),
        last=last.get(one.id),
    )


def far_words(metres: float | None) -> str:
    """A distance in words: 350 米, 4.2 公里; nothing where it is not known."""
    if metres is None:
        return ""
    return f"{round(metres / 10) * 10} 米" if metres < 995 else f"{metres / 1000:.1f} 公里"
