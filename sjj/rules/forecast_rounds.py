"""Walks a year's plan draw by draw, before anyone is drawn.

Every cell of the population holds how many of its objects were visited how often and when; a draw takes its
share of all that may be drawn alike (the mean of a fair draw). Beside it run bounds that hold for any draw.
"""

from collections.abc import Iterable
from datetime import date

from sjj.rules.amounts import rounded_up
from sjj.rules.forecast_cells import Cells
from sjj.rules.forecast_walk import Round, Walk
from sjj.rules.plan_lines import Layer, Line, quarters_skipped
from sjj.rules.population import Population
from sjj.rules.quota import Quota
from sjj.rules.visit_counting import CountedVisit, Counting

__all__ = ["asked_of", "walk_year"]

_TINY = 1e-6
# visits that count to the cap, the last quarter visited, the last quarter visited off-site
_State = tuple[int, int, int]


def asked_of(size: int, quota: Quota, minimum: int = 0) -> int:
    """How many of ``size`` objects a quota asks for: a ratio rounds up, a number stays even if too large."""
    if quota.ratio is None:
        return max(quota.number or 0, min(minimum, size))
    return max(rounded_up(quota.ratio * size), min(minimum, size))


def walk_year(
    lines: Iterable[Line], population: Population, groups: Iterable[int], cap: int | None, counting: Counting
) -> Walk:
    """Walk a plan in the order of its draws; ``groups`` are those that will be asked about afterwards.

    ``cap``: visits a year to one object where a line names none (None: no cap).
    """
    ordered = [line for _, line in sorted(enumerate(lines), key=lambda pair: (_month(pair[1]), pair[0]))]
    walk = Walk(Cells(population, [*groups, *_by_weight(ordered)]))
    walker = _Walker(walk, cap, counting)
    for quarter in (1, 2, 3, 4):
        for line in ordered:
            if line.in_quarter == quarter:
                for layer in line.layers:
                    walker.take(line, layer)
        walk.reached[quarter] = walker.reached(1, quarter)
        walk.reached_off_site[quarter] = walker.reached(2, quarter)
    walk.reached_in_year = [sum(n for key, n in cell.items() if key[1]) for cell in walker.state]
    return walk


def _month(line: Line) -> int:
    return line.month if line.month is not None else line.in_quarter * 3


def _pool(line: Line, layer: Layer) -> int:
    return layer.pool if line.inspected is None else layer.pool & line.inspected


def _by_weight(lines: Iterable[Line]) -> list[int]:
    """The pools, those first of which the plan draws the largest share: they are to be told apart best."""
    weights: dict[int, float] = {}
    for line in lines:
        for layer in line.layers:
            pool = _pool(line, layer)
            size = pool.bit_count()
            share = min(1.0, asked_of(size, layer.quota, layer.minimum) / size) if size else 0.0
            weights[pool] = weights.get(pool, 0.0) + (share if line.inspected is None else 1.0)
    return sorted(weights, key=lambda pool: -weights[pool])


class _Walker:
    """The state of all cells while the year goes on."""

    def __init__(self, walk: Walk, cap: int | None, counting: Counting) -> None:
        self.walk = walk
        self.cap = cap
        self.counting = counting
        self.state: list[dict[_State, float]] = [{(0, 0, 0): float(size)} for size in walk.cells.sizes]

    def reached(self, place: int, quarter: int) -> list[float]:
        """Objects by cell that were last visited (1), or last visited off-site (2), in the quarter."""
        return [sum(n for key, n in cell.items() if key[place] == quarter) for cell in self.state]

    def take(self, line: Line, layer: Layer) -> None:
        """One draw, or one that was already carried out."""
        pool = self.walk.cells.of(_pool(line, layer))
        size = self.walk.cells.size(pool)
        visit = CountedVisit("", date.min, line.check_type, line.off_site, line.own_agency, line.from_draw)
        counts = self.counting.counts(visit)
        cap = line.cap if line.cap is not None else self.cap
        one = Round(line, layer, line.in_quarter, pool, size, counts, cap if counts else None)
        eligible = self._eligible(one)
        if line.inspected is None:
            self._forecast(one, sum(n for _, _, n in eligible))
        else:
            one.carried_out()
        self.walk.rounds.append(one)
        self._move(one, eligible)

    def _forecast(self, one: Round, available: float) -> None:
        one.wanted = asked_of(one.size, one.layer.quota, one.layer.minimum)
        one.available = available
        one.surely_available = self._surely_available(one)
        least, one.most, one.need, before = one.wanted, one.wanted, float(one.wanted), 0
        if one.line.counts_inspected:
            this_quarter = [r for r in self.walk.rounds if r.quarter == one.quarter]
            before = self.walk.sure(one.pool, one.quarter)
            least = max(0, one.wanted - min(one.size, self.walk.drawn_within(one.pool, this_quarter)))
            one.most = max(0, one.wanted - before)
            one.need = max(0.0, one.wanted - self._seen(one))
        one.sure = min(least, one.surely_available)
        one.expected = max(min(one.need, one.available), one.sure)
        one.most = min(one.most, one.size)
        in_order = one.line.counts_inspected and one.quarter in quarters_skipped(one.line.skip, one.quarter)
        one.covered = max(before, min(one.wanted, one.surely_available) if in_order else one.sure)

    def _eligible(self, one: Round) -> list[tuple[int, _State, float]]:
        """(cell, state, objects) of all that may be drawn."""
        cells = ((place, part, self.state[place]) for place, part in self.walk.cells.members(one.pool))
        if one.line.inspected is not None:
            return [(place, key, n * part) for place, part, cell in cells for key, n in cell.items()]
        barred = quarters_skipped(one.line.skip, one.quarter)
        limit = one.limit
        return [
            (place, key, n * part)
            for place, part, cell in cells
            for key, n in cell.items()
            if key[1] not in barred and (limit is None or key[0] < limit)
        ]

    def _seen(self, one: Round) -> float:
        return sum(
            n * part
            for place, part in self.walk.cells.members(one.pool)
            for key, n in self.state[place].items()
            if key[1] == one.quarter
        )

    def _surely_available(self, one: Round) -> int:
        """Objects that may be drawn however earlier lots fell.

        An object is barred because it was visited in the skipped quarters, or because the others filled its cap.
        """
        barred = quarters_skipped(one.line.skip, one.quarter)
        skipped = self.walk.drawn_within(one.pool, [r for r in self.walk.rounds if r.quarter in barred])
        rest = [r for r in self.walk.rounds if r.counts and r.quarter not in barred]
        full = 0 if one.limit is None else self._full(one, rest)
        return max(0, one.size - skipped - full)

    def _full(self, one: Round, rounds: list[Round]) -> int:
        """How many objects of its pool these rounds may have filled to the cap, at most.

        A round visits an object once at most, and so do rounds together that skip whom the others visited: f
        objects are full only if cap × f visits fit in.
        """
        visits: list[int] = []
        since = 0
        for each in rounds:
            number = self.walk.drawn_within(one.pool, [each])
            if (
                since
                and each.line.inspected is None
                and since in quarters_skipped(each.line.skip, each.quarter)
            ):
                visits[-1] += number
            else:
                visits.append(number)
                since = each.quarter
        low, high = 0, one.size
        while low < high:
            middle = (low + high + 1) // 2
            if sum(min(number, middle) for number in visits) >= (one.limit or 0) * middle:
                low = middle
            else:
                high = middle - 1
        return low

    def _move(self, one: Round, eligible: list[tuple[int, _State, float]]) -> None:
        share = min(1.0, one.expected / one.available) if one.available > _TINY else 0.0
        if share <= 0:
            return
        visit, quarter, off_site = int(one.counts), one.quarter, one.line.off_site
        for place, key, number in eligible:
            to = (key[0] + visit, quarter, quarter if off_site else key[2])
            if to == key:
                continue
            cell, moved = self.state[place], number * share
            cell[key] -= moved
            if cell[key] <= _TINY:
                del cell[key]
            cell[to] = cell.get(to, 0.0) + moved
