"""Who belongs to which group, computed once and asked many times: each group is one big number, a bit an object.

Whole groups are met, joined and counted in microseconds, so a plan of many lines over 100,000 objects can be
forecast after every edit. It knows keys and groups, no names; it decides nothing.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sjj.rules.partition import Partition

__all__ = ["CountedGroup", "Population"]

MAX_PARTS = 500


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """A group of which only the size is known, with the values all its objects have: {"class": ("特殊",)}."""

    size: int
    values: Mapping[str, Collection[str]]


class Population:
    """The objects of an agency with their values by field (kind, class, positive, township, tags …).

    A group is an int with one bit an object: & is both, | either, ``everything & ~group`` the rest, and
    ``group.bit_count()`` the number of objects.
    """

    def __init__(self, keys: Sequence[Hashable], groups: Mapping[tuple[str, str], int], size: int) -> None:
        """Made by ``from_rows`` or ``from_groups``; ``keys`` is empty where only counts are known."""
        self.keys = keys
        self.size = size
        self.everything = (1 << size) - 1
        self.partition = Partition(self.everything)
        self._groups = groups
        self._places: dict[Hashable, int] = {}
        self._parts: dict[tuple[str, int], dict[str, int]] = {}

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[Hashable, Mapping[str, str | Collection[str] | None]]]
    ) -> "Population":
        """From (key, values by field); a field may have one value, several (tags), or none."""
        keys: list[Hashable] = []
        places: dict[tuple[str, str], list[int]] = {}
        for place, (key, values) in enumerate(rows):
            keys.append(key)
            for name, value in values.items():
                for one in (value,) if isinstance(value, str) else value or ():
                    places.setdefault((name, one), []).append(place)
        groups = {pair: _bits(found, len(keys)) for pair, found in places.items()}
        return cls(keys, groups, len(keys))

    @classmethod
    def from_groups(cls, groups: Iterable[CountedGroup]) -> "Population":
        """From sizes of groups that do not overlap."""
        found: dict[tuple[str, str], int] = {}
        start = 0
        for group in groups:
            bits = ((1 << group.size) - 1) << start
            start += group.size
            for name, values in group.values.items():
                for value in values:
                    found[(name, value)] = found.get((name, value), 0) | bits
        return cls((), found, start)

    def group(self, wanted: Mapping[str, Collection[str]] | None = None, **more: Collection[str]) -> int:
        """The objects that have, in every field named, one of the values named; no value named means any."""
        found = self.everything
        for name, values in {**(wanted or {}), **more}.items():
            if not values:
                continue
            either = 0
            for value in (values,) if isinstance(values, str) else values:
                either |= self._groups.get((name, value), 0)
            found &= either
        return found

    def group_of(self, keys: Iterable[Hashable]) -> int:
        """The objects with these keys; unknown keys are passed over."""
        if not self._places:
            self._places = {key: place for place, key in enumerate(self.keys)}
        return _bits((self._places[key] for key in keys if key in self._places), self.size)

    def keys_of(self, group: int) -> list[Hashable]:
        """The keys of the objects in a group, in the order they came."""
        text = bin(group)[:1:-1]
        return [self.keys[place] for place, bit in enumerate(text) if bit == "1"]

    def parts(self, name: str, group: int | None = None) -> dict[str, int]:
        """How many objects of a group each value of a field has; values that none has are left out."""
        within = self.everything if group is None else group
        known = self._parts.get((name, within))
        if known is None:
            if len(self._parts) > MAX_PARTS:
                self._parts.clear()
            found = {v: (bits & within).bit_count() for (of, v), bits in self._groups.items() if of == name}
            known = self._parts[(name, within)] = {value: number for value, number in found.items() if number}
        return known


def _bits(places: Iterable[int], size: int) -> int:
    marks = bytearray((size + 7) // 8)
    for place in places:
        marks[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")
