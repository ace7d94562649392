"""What a year's plan will come to: objects and officer-days by line and quarter, and every target's outlook.

``forecast`` is pure and fast: the population is computed once and handed in again after every edit. It forecasts
the plan, not people's diligence: publication and follow-ups in time cannot be planned and stay 待定.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from sjj.rules.forecast_counts import TINY, plan_counts
from sjj.rules.forecast_rounds import walk_year
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.forecast_walk import Round, Walk
from sjj.rules.indicators import Reading, State, judge_year
from sjj.rules.plan_lines import Line
from sjj.rules.population import Population

__all__ = ["Forecast", "LineForecast", "Outlook", "QuarterLoad", "Verdict", "forecast"]

_END_OF_TIME = date(9999, 12, 31)  # a plan is judged as if the year were over


@dataclass(frozen=True, slots=True)
class LineForecast:
    """One line: objects (户) of its pool, asked for, expected to be drawn; 人日; and why so many, in words."""

    line: Line
    pool: int
    wanted: int
    drawn: int
    officer_days: Fraction
    sentence: str


@dataclass(frozen=True, slots=True)
class QuarterLoad:
    """A quarter: visits (户次) and officer-days against capacity (None: nobody said how many there are)."""

    quarter: int
    visits: int
    officer_days: Fraction
    capacity: int | None

    @property
    def is_over(self) -> bool:
        """Whether there are not enough officer-days."""
        return self.capacity is not None and self.officer_days > self.capacity


class Verdict(StrEnum):
    """What a plan promises of a target."""

    SURE = "sure"
    LIKELY = "likely"
    MISSED = "missed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """In words."""
        return {
            "sure": "一定达到",
            "likely": "预计达到",
            "missed": "达不到",
            "unknown": "待定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A target of a period: what it comes to for sure, and what is expected."""

    sure: Reading
    expected: Reading

    @property
    def verdict(self) -> Verdict:
        """Sure, likely, missed, or not to be known from a plan."""
        if self.expected.state is State.PENDING:
            return Verdict.UNKNOWN
        if self.sure.state is State.MET:
            return Verdict.SURE
        return Verdict.LIKELY if self.expected.state is State.MET else Verdict.MISSED

    @property
    def sentence(self) -> str:
        """The verdict with its numbers."""
        if self.verdict is Verdict.LIKELY:
            return f"预计 {self.expected.sentence}；最少 {self.sure.figure_words}，不能保证"
        return self.expected.sentence if self.verdict is not Verdict.SURE else self.sure.sentence


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan's year. ``walk`` is kept for the warnings (``forecast_warnings``)."""

    lines: tuple[LineForecast, ...]
    quarters: tuple[QuarterLoad, ...]
    outlooks: tuple[Outlook, ...]
    walk: Walk

    @property
    def visits(self) -> int:
        """Visits of the year (户次)."""
        return sum(one.drawn for one in self.lines)

    def outlook(self, indicator: str, quarter: int | None = None) -> Outlook | None:
        """The outlook of an indicator in a quarter (None: the year), None if it has no target."""
        found = (
            one
            for one in self.outlooks
            if one.sure.target.indicator == indicator and one.sure.span.quarter == quarter
        )
        return next(found, None)


def forecast(lines: Sequence[Line], population: Population, groups: Groups, settings: Settings) -> Forecast:
    """The forecast of a plan. Hand in the same ``population`` after each edit: it remembers its groups."""
    asked = (groups.enterprises, groups.special, groups.key, groups.positive, groups.general)
    walk = walk_year(lines, population, asked, settings.cap, settings.counting)
    said = tuple(_line(line, walk.rounds, settings) for line in lines)
    loads = tuple(_load(quarter, said, settings) for quarter in (1, 2, 3, 4))
    sure, expected = plan_counts(lines, walk, groups, sure=True), plan_counts(lines, walk, groups, sure=False)
    outlooks = tuple(
        Outlook(low, mean)
        for low, mean in zip(
            judge_year(settings.targets, settings.year, sure, _END_OF_TIME),
            judge_year(settings.targets, settings.year, expected, _END_OF_TIME),
            strict=True,
        )
    )
    return Forecast(said, loads, outlooks, walk)


def _line(line: Line, rounds: Iterable[Round], settings: Settings) -> LineForecast:
    own = [one for one in rounds if one.line is line]
    drawn = sum(ceil(one.expected - TINY) for one in own)
    return LineForecast(
        line,
        sum(one.size for one in own),
        sum(one.wanted for one in own),
        drawn,
        settings.officer_days(line, drawn),
        "；".join(_round_words(one) for one in own),
    )


def _round_words(one: Round) -> str:
    layer, drawn = one.layer, ceil(one.expected - TINY)
    if one.line.inspected is not None:
        return f"{layer.label}已检查 {one.size} 户"
    if layer.quota.ratio is None:
        said = f"{layer.label} {one.size} 户，抽 {one.wanted} 户"
    else:
        said = f"{layer.label} {one.size} 户 × {layer.quota.label} → {one.wanted} 户"
    if drawn < one.wanted and one.available >= one.wanted - TINY:
        return f"{said}，其中预计已检查 {one.wanted - drawn} 户，再抽 {drawn} 户"
    return said if drawn == one.wanted else f"{said}，预计可抽的只有 {drawn} 户"


def _load(quarter: int, lines: Iterable[LineForecast], settings: Settings) -> QuarterLoad:
    own = [one for one in lines if one.line.in_quarter == quarter]
    days = sum((one.officer_days for one in own), Fraction(0))
    return QuarterLoad(quarter, sum(one.drawn for one in own), days, settings.capacity.get(quarter))
