"""A year's plan, walked: how many objects each draw takes and whom the year reaches, expected and for sure.

Expected is the mean over all ways the lots may fall; sure holds however they fall. ``forecast_rounds`` does the
walking. Numbers of objects; none is ever named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sjj.rules.forecast_cells import Cells
from sjj.rules.plan_lines import Layer, Line, quarters_skipped

__all__ = ["Round", "Walk"]


@dataclass(slots=True)
class Round:
    """One layer of one line: how many objects it asks for and gets; ``pool`` is the number of its group.

    ``wanted`` by the quota; ``need`` still expected to be missing of it; ``expected`` to be drawn; drawn at least ``sure`` and at most ``most``;
    ``covered``: so many objects of the pool are inspected in the quarter after it, for sure. ``available``
    (expected) and ``surely_available`` may be drawn. ``counts``: its visits count to the cap ``limit``.
    """

    line: Line
    layer: Layer
    quarter: int
    pool: int
    size: int
    counts: bool
    limit: int | None
    wanted: int = 0
    need: float = 0.0
    expected: float = 0.0
    sure: int = 0
    most: int = 0
    covered: int = 0
    available: float = 0.0
    surely_available: int = 0

    def carried_out(self) -> None:
        """All objects of the round are known to have been inspected."""
        self.wanted = self.sure = self.most = self.covered = self.surely_available = self.size
        self.need = self.expected = self.available = self.size


@dataclass(slots=True)
class Walk:
    """The rounds of a year in order, and the distinct objects expected to be reached, by cell."""

    cells: Cells
    rounds: list[Round] = field(default_factory=list)
    reached: dict[int, list[float]] = field(default_factory=dict)
    reached_off_site: dict[int, list[float]] = field(default_factory=dict)
    reached_in_year: list[float] = field(default_factory=list)

    def expected(self, group: int, quarter: int | None, *, off_site: bool = False) -> float:
        """Distinct objects of a group that are expected to be inspected in the quarter (None: the year)."""
        if quarter is None:
            by_cell = self.reached_in_year
        else:
            by_cell = (self.reached_off_site if off_site else self.reached)[quarter]
        return sum(by_cell[place] * part for place, part in self.cells.members(group))

    def sure(self, group: int, quarter: int | None, *, off_site: bool = False) -> int:
        """Distinct objects of a group that are inspected however the lots fall, at least."""
        found = 0
        earlier: list[Round] = []
        for one in self.rounds:
            if quarter not in (None, one.quarter) or (off_site and not one.line.off_site):
                continue
            outside = one.size - self.cells.shared(one.pool, group)
            picked = max(0, one.sure - outside)
            new = max(0, picked - self._again(one, earlier, group, quarter))
            whole = picked if off_site else max(picked, one.covered - outside)
            found = max(found + new, whole)
            earlier.append(one)
        return min(found, self.cells.size(group))

    def _again(self, one: Round, earlier: Sequence[Round], group: int, quarter: int | None) -> int:
        """How many of its picks in the group may have been inspected before in the period, at most."""
        if one.line.inspected is None:
            first = one.quarter if quarter is not None else 1
            if first in quarters_skipped(one.line.skip, one.quarter):
                return 0
        three = self.cells.shared_by_three
        return sum(min(before.most, three(before.pool, one.pool, group)) for before in earlier)

    def drawn_within(self, group: int, rounds: Sequence[Round]) -> int:
        """How many visits these rounds make to objects of the group, at most."""
        return sum(min(one.most, self.cells.shared(one.pool, group)) for one in rounds)
