"""What a forecast is told beside the plan: which groups the targets are about, and the agency's settings of a year.

Every number here is the office's own to change; none is law.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sjj.rules.direction import DirectionRule
from sjj.rules.plan_lines import Line
from sjj.rules.population import Population
from sjj.rules.targets import Target
from sjj.rules.visit_counting import Counting

__all__ = ["Groups", "Settings"]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of ``population`` that targets are about."""

    enterprises: int
    special: int
    key: int
    positive: int  # 一般 on the 监督执法正面清单
    general: int  # 一般 without them

    @classmethod
    def of(cls, population: Population) -> "Groups":
        """By the fields kind (enterprise), class (特殊, 重点, 一般) and positive (yes)."""
        general = population.group({"class": ("一般",)})
        listed = population.group({"positive": ("yes",)})
        return cls(
            population.group({"kind": ("enterprise",)}),
            population.group({"class": ("特殊",)}),
            population.group({"class": ("重点",)}),
            general & listed,
            general & ~listed,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Of an agency and a year. Visits a day are of one team; ``capacity`` is officer-days by quarter."""

    year: int
    targets: tuple[Target, ...]
    capacity: Mapping[int, int] = field(default_factory=dict)
    team: int = 2
    on_site_a_day: Fraction = Fraction(2)
    off_site_a_day: Fraction = Fraction(4)
    cap: int | None = None
    counting: Counting = field(default_factory=Counting)
    direction: DirectionRule = field(default_factory=DirectionRule)
    direction_fields: tuple[str, ...] = ("industry", "township", "tag")

    def officer_days(self, line: Line, visits: int) -> Fraction:
        """Officer-days (人日) of so many visits of a line."""
        a_day = self.off_site_a_day if line.off_site else self.on_site_a_day
        return Fraction(visits * self.team) / a_day
