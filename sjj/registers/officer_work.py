"""What officers have done this year and still have to do, only to share the work evenly and to renew certificates.

Visits lie above the registers, so the app tells us once, when it is made, whom to ask (as in `holds`). Only days
and visits are told: never findings, never fines, never a rank (严禁下达检查指标, 国办发〔2024〕54号).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Work:
    """One officer's visits of a year that are over, on how many days, and the days of those to be made.

    A day ahead is the one planned, else the last one allowed; None: no day is set.
    """

    made: int = 0
    days: int = 0
    ahead: tuple[date | None, ...] = ()

    def after(self, day: date | None) -> int:
        """How many visits are to be made after a day."""
        return sum(1 for one in self.ahead if day is not None and one is not None and one > day)

    def between(self, first: date, last: date) -> int:
        """How many visits are to be made from a day to a day, both counted."""
        return sum(1 for one in self.ahead if one is not None and first <= one <= last)


NO_WORK = Work()
Provider = Callable[[Collection[int], int], Mapping[int, Work]]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows the visits of some officers (their ids) in a year."""
    _asked[:] = [provider]


def work_of(officer_ids: Collection[int], year: int) -> Mapping[int, Work]:
    """The work of these officers; who has none is missing. Raises LookupError if nobody was named."""
    if not _asked:
        raise LookupError("nobody was named who knows the visits of officers")
    return _asked[0](officer_ids, year) if officer_ids else {}
