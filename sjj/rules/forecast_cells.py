"""The population as a plan sees it: its groups by number, what they share, and the cells they are made of.

Numbers of objects only.
"""

from collections.abc import Iterable

from sjj.rules.population import Population


class Cells:
    """The groups that a forecast asks about. Objects of one cell stand alike to every draw of the plan."""

    def __init__(self, population: Population, groups: Iterable[int]) -> None:
        listed = list(dict.fromkeys(groups))
        self._partition = population.partition
        self._numbers = dict(zip(listed, self._partition.ask(listed), strict=True))
        self.sizes = self._partition.cell_sizes
        self.members = self._partition.members
        self.size = self._partition.size
        self.shared = self._partition.shared

    def of(self, group: int) -> int:
        """The number of a group. Raises KeyError for a group that was not named at the start."""
        return self._numbers[group]

    def shared_by_three(self, first: int, second: int, third: int) -> int:
        """Objects that three groups share, at most (exact where one lies within another)."""
        return min(self.shared(first, second), self.shared(first, third), self.shared(second, third))
