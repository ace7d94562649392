"""The population cut into the cells that a plan can tell apart: groups as sets of cells, cheap to add up.

A group becomes a small int with one bit a cell. Numbers of objects only.
"""

from collections.abc import Iterable

from sjj.rules.population import Population


class Cells:
    """The cells by a list of groups. Objects of one cell stand alike to every draw of the plan."""

    def __init__(self, population: Population, groups: Iterable[int]) -> None:
        listed = list(dict.fromkeys(groups))
        found = population.partition.cells(listed)
        self.sizes = [cell.size for cell in found]
        bits = [0] * len(listed)
        for number, cell in enumerate(found):
            for place in cell.within:
                bits[place] |= 1 << number
        self._of = dict(zip(listed, bits, strict=True))
        self._known: dict[int, int] = {}

    def of(self, group: int) -> int:
        """The cells of a group. Raises KeyError for a group that was not named at the start."""
        return self._of[group]

    def size(self, cells: int) -> int:
        """How many objects these cells hold."""
        known = self._known.get(cells)
        if known is None:
            known = self._known[cells] = sum(self.sizes[place] for place in self.places(cells))
        return known

    @staticmethod
    def places(cells: int) -> list[int]:
        """The places of the cells in ``sizes``."""
        found = []
        while cells:
            lowest = cells & -cells
            found.append(lowest.bit_length() - 1)
            cells ^= lowest
        return found
