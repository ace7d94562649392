"""When ratings of visits may be read by the office: only among enough others, and never on the day they come.

A rating carries no name, but an office knows whom it visited when. So months are joined until at least five visits
stand together, and a month counts only once it is over; before that nothing is told, not even how many there are.
国办发〔2024〕54号 wants enterprises heard and forbids ranking people by numbers: there is no figure of a person here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

FEWEST = 5  # visits that stand together
POINTS = (1, 2, 3, 4, 5)
POINT_WORDS = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
SATISFIED = 4  # points from which an enterprise was satisfied

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rated:
    """What one visit was rated with in the end, and the month in which it was first rated."""

    month: Month
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Period:
    """One month, or several that were joined, with the ratings of at least five visits."""

    first: Month
    last: Month
    ratings: tuple[Rated, ...]

    def count(self, points: int) -> int:
        """How many visits got these points."""
        return sum(one.points == points for one in self.ratings)

    @property
    def total(self) -> int:
        """How many visits were rated."""
        return len(self.ratings)

    @property
    def satisfied(self) -> int:
        """How many got four points or five."""
        return sum(one.points >= SATISFIED for one in self.ratings)

    @property
    def words(self) -> list[str]:
        """What was said, in an order that tells nothing of when."""
        said = (one.words for one in self.ratings if one.words)
        return sorted(said, key=lambda words: sha256(words.encode()).digest())

    @property
    def label(self) -> str:
        """2026年3月, or 2026年1月至3月."""
        first = f"{self.first[0]}年{self.first[1]}月"
        if self.first == self.last:
            return first
        return (
            f"{first}至"
            + (f"{self.last[0]}年" if self.first[0] != self.last[0] else "")
            + f"{self.last[1]}月"
        )


def periods(ratings: Iterable[Rated], now: Month) -> list[Period]:
    """The periods that may be read in the month `now`, the newest first."""
    found: list[Period] = []
    gathered: list[Rated] = []
    by_month: dict[Month, list[Rated]] = {}
    for one in ratings:
        by_month.setdefault(one.month, []).append(one)
    for month in sorted(month for month in by_month if month < now):
        gathered += by_month[month]
        if len(gathered) >= FEWEST:
            found.append(Period(gathered[0].month, month, tuple(gathered)))
            gathered = []
    return found[::-1]
