"""Warns of a large pool drawn without direction: its small groups are hardly ever drawn.

S1 二（三）: 避免无方向、无针对性的大批量盲目随机. The chance that a group is passed over whole is the
hypergeometric one. It only warns; the office may know better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma

__all__ = ["DirectionRule", "PassedOver", "chance_passed_over", "undirected"]


@dataclass(frozen=True, slots=True)
class DirectionRule:
    """Settings of an office: from how many objects a pool is large, from which chance a group is in danger."""

    large_pool: int = 200
    chance: float = 0.5


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A group of ``size`` objects with its chance (0 to 1) that none of them is drawn."""

    label: str
    size: int
    chance: float


def chance_passed_over(pool: int, group: int, take: int) -> float:
    """The chance (0 to 1) that a draw of ``take`` of ``pool`` objects takes none of a ``group`` within it.

    Raises ValueError for numbers that do not fit into each other.
    """
    if not (0 <= group <= pool and 0 <= take <= pool):
        raise ValueError("分组或抽取数超过了总户数")
    if group + take > pool:
        return 0.0
    return min(1.0, exp(_ways(pool - group, take) - _ways(pool, take)))


def _ways(pool: int, take: int) -> float:
    """The logarithm of the number of ways to take so many of a pool."""
    return lgamma(pool + 1) - lgamma(take + 1) - lgamma(pool - take + 1)


def undirected(
    pool: int, take: int, groups: Mapping[str, int], rule: DirectionRule | None = None
) -> tuple[PassedOver, ...]:
    """The groups (objects each) that a draw from one large pool will probably pass over, likeliest first."""
    setting = rule or DirectionRule()
    if pool < setting.large_pool or not 0 < take < pool:
        return ()
    found = [
        PassedOver(label, size, chance_passed_over(pool, size, take))
        for label, size in groups.items()
        if 0 < size <= pool
    ]
    return tuple(
        sorted(
            (one for one in found if one.chance >= setting.chance), key=lambda one: (-one.chance, one.label)
        )
    )
