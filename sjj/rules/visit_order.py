"""In which order an officer does the day's visits: what presses first, then from one to the nearest next.

A proposal and no more: who drives may go as they like. A stop without coordinates comes after those that have
some, by its last day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sjj.rules.submission_flags import distance_metres

Place = tuple[float, float]


class Pressing(IntEnum):
    """Why a visit stands where it stands, the most pressing first."""

    SENT_BACK = 0
    OVERDUE = 1
    TODAY = 2
    OPEN = 3
    LATER = 4

    @property
    def label(self) -> str:
        """The group's name on the phone."""
        return ("退回更正", "已超期", "今天该去", "待检查", "计划以后")[self.value]


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to be made: ``key`` names it, ``place`` is (latitude, longitude) in degrees."""

    key: int
    place: Place | None = None
    due_on: date | None = None
    planned_on: date | None = None
    sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A stop in its order, with the metres from the stop before it where both places are known."""

    stop: Stop
    pressing: Pressing
    metres: float | None = None


def pressing_of(stop: Stop, today: date) -> Pressing:
    """How much a stop presses on a day; one planned for a day gone by is today's."""
    if stop.sent_back:
        return Pressing.SENT_BACK
    if stop.due_on is not None and stop.due_on < today:
        return Pressing.OVERDUE
    if stop.planned_on is None:
        return Pressing.OPEN
    return Pressing.TODAY if stop.planned_on <= today else Pressing.LATER


def in_order(stops: Iterable[Stop], today: date, start: Place | None = None) -> list[Placed]:
    """The stops by what presses, a later day after an earlier, then each time to the nearest next."""
    grouped: dict[tuple[Pressing, date], list[Stop]] = {}
    for stop in stops:
        pressing = pressing_of(stop, today)
        later = stop.planned_on if pressing is Pressing.LATER and stop.planned_on else date.min
        grouped.setdefault((pressing, later), []).append(stop)
    found: list[Placed] = []
    here = start
    for (pressing, _), group in sorted(grouped.items()):
        for stop, metres in _nearest_next(group, here):
            found.append(Placed(stop, pressing, metres))
            here = stop.place or here
    return found


def _nearest_next(stops: Sequence[Stop], here: Place | None) -> Iterable[tuple[Stop, float | None]]:
    """From one to the nearest next; without a place to start from, from the one whose last day is nearest."""
    left = sorted((one for one in stops if one.place), key=_by_day)
    while left:
        chosen = left[0] if here is None else min(left, key=lambda one: _metres(here, one))
        left.remove(chosen)
        yield chosen, None if here is None else _metres(here, chosen)
        here = chosen.place
    for stop in sorted((one for one in stops if one.place is None), key=_by_day):
        yield stop, None


def _by_day(stop: Stop) -> tuple[date, int]:
    return stop.due_on or date.max, stop.key


def _metres(here: Place | None, stop: Stop) -> float:
    return distance_metres(here, stop.place) if here and stop.place else 0.0
