"""The plan of a year as its page shows it: rows with their numbers, bars of officer-days, targets, warnings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Outcome
from sjj.plans.plan_line_numbers import days_words
from sjj.plans.plan_line_rules import layers_of
from sjj.plans.plan_table import row_of
from sjj.rules.forecast import LineForecast, Outlook, QuarterLoad, Verdict
from sjj.rules.forecast_warnings import PlanWarning
from sjj.rules.indicator_list import Indicator
from sjj.rules.plan_lines import Skip
from sjj.rules.targets import Target

TONES = {Verdict.SURE: "ok", Verdict.LIKELY: "info", Verdict.MISSED: "bad", Verdict.UNKNOWN: ""}
WORST = (Verdict.MISSED, Verdict.LIKELY, Verdict.UNKNOWN, Verdict.SURE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the words of the office's table and its numbers."""

    line: PlanLine
    words: dict[str, str]
    found: LineForecast | None
    days: str
    has_quota: bool
    is_done: bool
    warnings: int
    skip: str  # 已检查的对象, "" when they are drawn all the same


@dataclass(frozen=True, slots=True)
class Bar:
    """A quarter's officer-days: in words, and as parts of the widest bar in percent."""

    load: QuarterLoad
    days: str
    width: float
    goal: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """A target in one period."""

    period: str
    outlook: Outlook

    @property
    def tone(self) -> str:
        """The colour that goes with the verdict's word."""
        return TONES[self.outlook.verdict]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its periods; `worst` is what the list says at first sight."""

    indicator: Indicator
    target: Target
    formula: str
    cells: tuple[Told, ...]

    @property
    def worst(self) -> Told:
        """The worst of its periods."""
        return min(self.cells, key=lambda one: WORST.index(one.outlook.verdict))


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with the lines that cause it."""

    warning: PlanWarning
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All of it."""

    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    targets: tuple[TargetRow, ...]
    warnings: tuple[Warned, ...]
    outcome: Outcome

    @property
    def summary(self) -> list[tuple[Verdict, int, str]]:
        """How many targets (each in each period) stand how."""
        counted = {
            verdict: sum(cell.outlook.verdict is verdict for row in self.targets for cell in row.cells)
            for verdict in (Verdict.SURE, Verdict.LIKELY, Verdict.MISSED, Verdict.UNKNOWN)
        }
        return [(verdict, number, TONES[verdict]) for verdict, number in counted.items() if number]

    @property
    def visits(self) -> int:
        """Visits of the year's lines."""
        return sum(one.found.drawn for one in self.rows if one.found is not None)

    @property
    def days(self) -> str:
        """Officer-days of the year."""
        return days_words(sum((one.officer_days for one in self.outcome.forecast.lines), Fraction(0)))


def plan_page(lines: Sequence[PlanLine], outcome: Outcome) -> PlanPage:
    """The page of a year."""
    return PlanPage(
        rows=tuple(_row(one, outcome) for one in lines),
        bars=_bars(outcome.forecast.quarters),
        targets=target_rows(outcome.forecast.outlooks),
        warnings=_warned(outcome.warnings, lines),
        outcome=outcome,
    )


def _row(line: PlanLine, outcome: Outcome) -> Row:
    found = outcome.by_line.get(line.id)
    return Row(
        line,
        row_of(line, found.pool if found is not None else None),
        found,
        days_words(found.officer_days) if found is not None else "",
        any(one.quota is not None for one in layers_of(line)),
        found is not None and found.line.inspected is not None,
        sum(line.id in one.lines for one in outcome.warnings),
        Skip(line.skip_inspected).label if line.skip_inspected else "",
    )


def _bars(loads: Sequence[QuarterLoad]) -> tuple[Bar, ...]:
    end = max([float(one.officer_days) for one in loads] + [one.capacity or 0 for one in loads] + [1.0])
    return tuple(
        Bar(
            one,
            days_words(one.officer_days),
            round(float(one.officer_days) / end * 100, 1),
            round(min(one.capacity / end * 100, 99.4), 1) if one.capacity is not None else None,
        )
        for one in loads
    )


def target_rows(outlooks: Iterable[Outlook]) -> tuple[TargetRow, ...]:
    """The targets, each with the periods that it is judged in."""
    found: dict[str, list[Outlook]] = {}
    for one in outlooks:
        found.setdefault(one.sure.target.indicator, []).append(one)
    return tuple(
        TargetRow(
            own[0].sure.indicator,
            own[0].sure.target,
            own[0].sure.formula,
            tuple(Told(period_words(one.sure.span.quarter), one) for one in own),
        )
        for own in found.values()
    )


def period_words(quarter: int | None) -> str:
    """全年, 第1季度."""
    return "全年" if quarter is None else f"第{quarter}季度"


def _warned(warnings: Iterable[PlanWarning], lines: Sequence[PlanLine]) -> tuple[Warned, ...]:
    known = {one.id: one for one in lines}
    return tuple(
        Warned(one, tuple(known[key] for key in one.lines if isinstance(key, int) and key in known))
        for one in warnings
    )
