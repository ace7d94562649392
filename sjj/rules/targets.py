"""The targets of an agency as dated, sourced settings, kept as plain dictionaries (JSON) and read back.

A target is no bare number: it says of which indicator, by which way of counting, how much, since when and on
whose paper (architecture.md §2.2). Whether it is met is judged in ``indicators``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sjj.rules.amounts import exact
from sjj.rules.indicator_list import INDICATORS, Unit

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")

__all__ = ["Comparison", "Target", "WrongTargets", "in_force", "read_targets", "target_problems"]


class Comparison(StrEnum):
    """How the figure stands to its target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def label(self) -> str:
        """In words."""
        return {"at_least": "不低于", "at_most": "不超过"}[self.value]


@dataclass(frozen=True, slots=True)
class Target:
    """A target: ``value`` is in percent (85) or in times (1), by the indicator's unit; exact.

    ``measure`` names the way of counting (indicator_list), "" the indicator's first one. ``until`` is its last day.
    """

    indicator: str
    value: Fraction
    source: str
    since: date
    until: date | None = None
    measure: str = ""
    comparison: Comparison = Comparison.AT_LEAST

    @property
    def words(self) -> str:
        """不低于85%, 不低于1次."""
        unit = INDICATORS[self.indicator].unit
        return f"{self.comparison.label}{exact(self.value)}{unit.value}"

    def stored(self) -> dict[str, Any]:
        """As it is kept (JSON)."""
        return {
            "indicator": self.indicator,
            "value": exact(self.value),
            "source": self.source,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "measure": self.measure,
            "comparison": self.comparison.value,
        }


class WrongTargets(ValueError):
    """Targets that cannot be read; ``problems`` are Chinese sentences that may be shown."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


def in_force(targets: Iterable[Target], day: date) -> tuple[Target, ...]:
    """The targets in force on a day, the latest of each indicator and way of counting, in the list's order."""
    found: dict[tuple[str, str], Target] = {}
    for one in targets:
        if one.since <= day and (one.until is None or day <= one.until):
            known = found.get((one.indicator, one.measure))
            if known is None or known.since <= one.since:
                found[(one.indicator, one.measure)] = one
    order = list(INDICATORS)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.indicator)))


def read_targets(stored: Iterable[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Targets from what is kept. Raises WrongTargets with all problems at once."""
    rows = list(stored)
    problems = target_problems(rows)
    if problems:
        raise WrongTargets(problems)
    return tuple(
        Target(
            row["indicator"],
            Fraction(str(row["value"])),
            row["source"],
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["until"]) if row.get("until") else None,
            row.get("measure") or "",
            Comparison(row.get("comparison") or Comparison.AT_LEAST),
        )
        for row in rows
    )


def target_problems(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """All that is wrong with targets as they are kept, in Chinese; an empty list means nothing."""
    return [
        f"第{number}个目标：{said}"
        for number, row in enumerate(stored, start=1)
        for said in _row_problems(row)
    ]


def _row_problems(row: Mapping[str, Any]) -> list[str]:
    said: list[str] = []
    indicator = INDICATORS.get(str(row.get("indicator")))
    if indicator is None:
        return ["没有这个指标"]
    value = _number(row.get("value"))
    if value is None:
        said.append(f"“{indicator.label}”的目标值应为不小于0的数")
    elif indicator.unit is Unit.PERCENT and value > 100:
        said.append(f"“{indicator.label}”的目标值{exact(value)}%超过100%")
    elif indicator.unit is Unit.TIMES and value.denominator != 1:
        said.append(f"“{indicator.label}”的目标值应为整数次")
    if row.get("measure") and row["measure"] not in {one.key for one in indicator.measures}:
        said.append(f"“{indicator.label}”没有这种计算口径")
    if row.get("comparison") and row["comparison"] not in set(Comparison):
        said.append("比较方式只能是不低于或不超过")
    if not str(row.get("source") or "").strip():
        said.append("请写明依据（文号、条款）")
    since, until = _day(row.get("since")), _day(row.get("until"))
    if since is None:
        said.append("请填写起始日期")
    if row.get("until") and until is None:
        said.append("截止日期不对")
    if since and until and until < since:
        said.append("截止日期早于起始日期")
    return said


def _number(value: object) -> Fraction | None:
    return Fraction(str(value)) if _NUMBER.fullmatch(str(value)) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
