"""The lines of a year's plan as plain data: what is drawn when, of which objects, how many, with whom.

One line is one draw (一次抽取). Groups of objects are those of ``population``. Nothing is counted here.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from sjj.rules.quota import Quota

__all__ = ["Joint", "Layer", "Line", "Skip", "quarters_skipped"]


class Joint(StrEnum):
    """With whom a line is carried out."""

    NONE = "none"
    INTERNAL = "internal"
    CROSS = "cross"
    INDUSTRY = "industry"

    @property
    def label(self) -> str:
        """In the office's words."""
        return {
            "none": "单独抽查",
            "internal": "内部联合",
            "cross": "部门联合",
            "industry": "一业一查",
        }[self.value]

    @property
    def is_cross_agency(self) -> bool:
        """Whether other agencies take part (一业一查 is a cross-agency check by industry)."""
        return self in (Joint.CROSS, Joint.INDUSTRY)


class Skip(StrEnum):
    """Objects that were inspected since then are not drawn again."""

    NONE = ""
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def label(self) -> str:
        """In words."""
        return {
            "": "不排除",
            "quarter": "本季度已检查的不再抽",
            "half": "本半年已检查的不再抽",
            "year": "本年已检查的不再抽",
        }[self.value]


def quarters_skipped(skip: Skip, quarter: int) -> range:
    """The quarters whose visits keep an object out of a draw in ``quarter``."""
    first = {
        Skip.NONE: quarter + 1,
        Skip.QUARTER: quarter,
        Skip.HALF: quarter - 1 + quarter % 2,
        Skip.YEAR: 1,
    }
    return range(first[skip], quarter + 1)


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a line: its objects (a group), how many of them are drawn, at least ``minimum``.

    ``by`` what the line is layered (all: not at all) and which ``value`` of it these objects have.
    """

    label: str
    pool: int
    quota: Quota
    minimum: int = 0
    by: str = "all"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan. Layers do not overlap.

    ``cap``: visits a year to one object, None: the agency's own. ``counts_inspected``: those inspected in the
    quarter count towards the number, only the rest is drawn. ``inspected``: of a line carried out, the group of
    those that were; visits without a draw (``from_draw``) or of other agencies (``own_agency``) stand so in the walk
    and are no draw of the plan. Without quarter and month it counts for the last quarter.
    """

    key: Hashable
    name: str
    layers: tuple[Layer, ...]
    quarter: int | None = None
    month: int | None = None
    items: tuple[str, ...] = ()
    off_site: bool = False
    joint: Joint = Joint.NONE
    partners: tuple[str, ...] = ()
    by_credit: bool = False
    skip: Skip = Skip.NONE
    counts_inspected: bool = False
    cap: int | None = None
    check_type: str = "日常"
    directed: bool = False
    inspected: int | None = None
    from_draw: bool = True
    own_agency: bool = True

    @property
    def in_quarter(self) -> int:
        """The quarter (1 to 4) it counts for."""
        if self.month is not None:
            return (self.month + 2) // 3
        return self.quarter or 4

    @property
    def when(self) -> str:
        """第1季度, 3月, 年内."""
        if self.month is not None:
            return f"{self.month}月"
        return f"第{self.quarter}季度" if self.quarter else "年内"

    @property
    def pool(self) -> int:
        """All its objects."""
        found = 0
        for layer in self.layers:
            found |= layer.pool
        return found
