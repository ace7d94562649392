"""How much the name of an entry is like an item's: a proposal for a person, never a decision.

Compares pairs of neighbouring characters, leaving out the words that stand in nearly every name.
"""

import re
from collections.abc import Sequence

from sjj.registers.models import Item
from sjj.rules.identity import normalise_text

LEAST_PERCENT = 40
_COMMON = re.compile(
    "行政|监督|检查|监管|管理|抽查|执法|日常|情况|进行|活动|单位|有关|相关|事项|工作|对|的|及|和|与|等"
)


class Likeness:
    """The names of an agency's items, ready to be compared with many entries."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._known = [(item, _pairs(item.name)) for item in items]

    def best(self, name: str, most: int) -> list[tuple[Item, int]]:
        """The items most like a name, in percent; only those that are like it at all."""
        mine = _pairs(name)
        judged = [(item, _percent(mine, theirs)) for item, theirs in self._known]
        likely = [pair for pair in judged if pair[1] >= LEAST_PERCENT]
        return sorted(likely, key=lambda pair: (-pair[1], pair[0].code))[:most]


def _pairs(name: str) -> frozenset[str]:
    core = re.sub(r"[^\w]", "", normalise_text(name))
    core = _COMMON.sub("", core) or core
    return frozenset(core[place : place + 2] for place in range(max(1, len(core) - 1)))


def _percent(one: frozenset[str], other: frozenset[str]) -> int:
    """Twice what they share against all they have (Dice)."""
    total = len(one) + len(other)
    return round(200 * len(one & other) / total) if total else 0
