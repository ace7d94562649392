"""All objects split into cells by the groups asked about: kept between questions, so that an edit costs little.

While there are few cells a new group splits them, and every cell lies wholly inside or outside. Later groups
count in part: a cell of 40 with 10 objects inside is a quarter in. Sizes of groups and of what two groups share
are always exact. Not for two threads at once: each worker keeps its own.
"""

from collections.abc import Sequence

__all__ = ["Partition"]

SPLIT_UNTIL = 160  # cells; after that groups count in part
FORGET_AFTER = 500  # groups; then all begins anew with those that are asked for

Members = list[tuple[int, float]]  # (cell, the part of it inside: above 0, at most 1)


class Partition:
    """The cells, and the numbers by which groups are known here."""

    def __init__(self, everything: int) -> None:
        self._everything = everything
        self._begin()

    def _begin(self) -> None:
        self._groups: list[int] = []
        self._numbers: dict[int, int] = {}
        self._sizes: list[int] = []
        self._shared: dict[tuple[int, int], int] = {}
        self._members: dict[int, Members] = {}
        self._split: dict[int, int] = {}  # group → its bit in the signatures
        size = self._everything.bit_count()
        self._cells = [(self._everything, 0, size)] if size else []  # (objects, signature, size)

    def ask(self, groups: Sequence[int]) -> list[int]:
        """The numbers of these groups, good until the next time groups are asked for. The first split first."""
        if len(self._groups) > FORGET_AFTER:
            self._begin()
        for group in groups:
            if group not in self._numbers:
                self._numbers[group] = len(self._groups)
                self._groups.append(group)
                self._sizes.append(group.bit_count())
                if len(self._cells) < SPLIT_UNTIL:
                    self._refine(self._numbers[group])
        return [self._numbers[group] for group in groups]

    @property
    def cell_sizes(self) -> list[int]:
        """Objects by cell; no cell is empty."""
        return [size for _, _, size in self._cells]

    def size(self, number: int) -> int:
        """Objects of a group."""
        return self._sizes[number]

    def shared(self, first: int, second: int) -> int:
        """Objects that two groups share."""
        if first == second:
            return self._sizes[first]
        pair = (first, second) if first < second else (second, first)
        known = self._shared.get(pair)
        if known is None:
            known = self._shared[pair] = (self._groups[first] & self._groups[second]).bit_count()
        return known

    def members(self, number: int) -> Members:
        """The cells of a group, each with the part of it that is inside."""
        known = self._members.get(number)
        if known is None:
            known = self._members[number] = self._gather(number)
        return known

    def _gather(self, number: int) -> Members:
        bit = self._split.get(number)
        if bit is not None:
            return [(n, 1.0) for n, (_, signature, _) in enumerate(self._cells) if signature >> bit & 1]
        group = self._groups[number]
        parts = (
            (n, (objects & group).bit_count() / size) for n, (objects, _, size) in enumerate(self._cells)
        )
        return [(n, part) for n, part in parts if part]

    def _refine(self, number: int) -> None:
        bit = self._split[number] = len(self._split)
        group = self._groups[number]
        refined = []
        for objects, signature, size in self._cells:
            inside = objects & group
            inner = inside.bit_count()
            if inner:
                refined.append((inside, signature | 1 << bit, inner))
            if inner < size:
                refined.append((objects ^ inside, signature, size - inner))
        self._cells = refined
        self._members.clear()
