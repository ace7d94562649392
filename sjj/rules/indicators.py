"""Whether a target is met: from plain counts to a figure, a state and a sentence that says what is missing.

Counts come from outside (``indicator_list.COUNTS`` names them); a count that nobody gave makes the figure 待定,
never 0. Nothing to count is said in words, not as 0 % and not as met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from sjj.rules.amounts import exact, percent, rounded_up
from sjj.rules.deadlines import quarter_bounds
from sjj.rules.indicator_list import COUNTS, INDICATORS, Indicator, Measure, Period, Unit
from sjj.rules.targets import Comparison, Target, in_force

__all__ = ["Reading", "Span", "State", "judge", "judge_year", "lacking"]


class State(StrEnum):
    """How a target stands."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_YET_DUE = "not_yet_due"
    PENDING = "pending"

    @property
    def label(self) -> str:
        """In words."""
        return {"met": "达到", "not_met": "未达到", "not_yet_due": "未到期", "pending": "待定"}[self.value]


@dataclass(frozen=True, slots=True)
class Span:
    """A year, or one quarter (1 to 4) of it."""

    year: int
    quarter: int | None = None

    @property
    def label(self) -> str:
        """2026年, 2026年第1季度."""
        return f"{self.year}年" if self.quarter is None else f"{self.year}年第{self.quarter}季度"

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 12, 31) if self.quarter is None else quarter_bounds(self.year, self.quarter)[1]


@dataclass(frozen=True, slots=True)
class Reading:
    """A target with its two numbers, its exact figure (a ratio, or times), its state and what is missing.

    ``missing`` is in the unit of the upper number (户, 次 …): 0 when met, None when it cannot be said or made good.
    """

    target: Target
    span: Span
    upper: int | None
    lower: int | None
    figure: Fraction | None
    state: State
    missing: int | None
    sentence: str

    @property
    def indicator(self) -> Indicator:
        """What is measured."""
        return INDICATORS[self.target.indicator]

    @property
    def title(self) -> str:
        """What of which period: 2026年度抽查企业占比, 2026年第1季度内部联合抽查占比."""
        return f"{self.span.label}{self.indicator.label}".replace("年年", "年", 1)

    @property
    def formula(self) -> str:
        """How it is counted, in words."""
        return self.indicator.measure(self.target.measure).formula

    @property
    def figure_words(self) -> str:
        """41.66%, 1次, or 待定."""
        if self.figure is None:
            return State.PENDING.label
        return percent(self.figure) if self.indicator.unit is Unit.PERCENT else f"{exact(self.figure)}次"


def judge_year(
    targets: Iterable[Target],
    year: int,
    counts: Mapping[int | None, Mapping[str, int]],
    today: date,
) -> tuple[Reading, ...]:
    """All targets of a year and its four quarters; ``counts`` has None for the year, 1 to 4 for the quarters.

    Each period is judged by the targets in force on its last day.
    """
    known = tuple(targets)
    found = []
    for quarter in (None, 1, 2, 3, 4):
        span = Span(year, quarter)
        wanted = Period.YEAR if quarter is None else Period.QUARTER
        for target in in_force(known, span.last):
            if INDICATORS[target.indicator].period is wanted:
                found.append(judge(target, span, counts.get(quarter, {}), today))
    return tuple(found)


def judge(target: Target, span: Span, counts: Mapping[str, int], today: date) -> Reading:
    """One target in one period as it stands today. Raises ValueError for counts that contradict each other."""
    measure = INDICATORS[target.indicator].measure(target.measure)
    unknown = [name for name in (measure.upper, measure.lower) if name and name not in counts]
    upper = counts.get(measure.upper)
    lower = counts.get(measure.lower) if measure.lower else None
    if unknown or upper is None:
        said = "、".join(COUNTS[name].label for name in unknown)
        return Reading(target, span, upper, lower, None, State.PENDING, None, f"{said}还没有统计，待定")
    if upper < 0 or (lower is not None and not 0 <= upper <= lower):
        raise ValueError(f"“{COUNTS[measure.upper].label}”的数不对：{upper}")
    if lower == 0:
        said = f"{span.label}没有{COUNTS[measure.lower or ''].label}，无从计算，待定"
        return Reading(target, span, upper, lower, None, State.PENDING, None, said)
    figure = Fraction(upper) if lower is None else Fraction(upper, lower)
    missing = lacking(target, measure, upper, lower)
    state = _state(missing, today > span.last)
    sentence = f"{_numbers(measure, upper, lower, figure)}，{_verdict(target, measure, missing, state)}"
    return Reading(target, span, upper, lower, figure, state, missing, sentence)


def lacking(target: Target, measure: Measure, upper: int, lower: int | None) -> int | None:
    """How many more of the upper number the target takes: 0 when met, None when no number can mend it."""
    wanted = target.value if lower is None else target.value / 100
    if target.comparison is Comparison.AT_MOST:
        return 0 if upper <= wanted * (1 if lower is None else lower) else None
    if lower is None:
        return max(0, rounded_up(wanted) - upper)
    short = wanted * lower - upper
    if short <= 0:
        return 0
    if not measure.grows:
        return rounded_up(short)
    return None if wanted == 1 else rounded_up(short / (1 - wanted))  # a draw without it stays a draw


def _state(missing: int | None, is_over: bool) -> State:
    if missing == 0:
        return State.MET
    if is_over or missing is None:
        return State.NOT_MET
    return State.NOT_YET_DUE


def _numbers(measure: Measure, upper: int, lower: int | None, figure: Fraction) -> str:
    unit = COUNTS[measure.upper].unit
    if lower is None:
        return f"{COUNTS[measure.upper].label} {upper} {unit}"
    below = COUNTS[measure.lower or ""].unit
    return f"{upper} {unit} ÷ {lower} {below} = {percent(figure)}"


def _verdict(target: Target, measure: Measure, missing: int | None, state: State) -> str:
    if state is State.MET:
        return f"达到“{target.words}”"
    if missing is None:
        tail = "已超过" if target.comparison is Comparison.AT_MOST else "已无法补上"
        return f"未达到“{target.words}”，{tail}"
    begin = "未达到" if state is State.NOT_MET else "要达到"
    verb = "还需增加" if measure.grows else "还差"
    return f"{begin}“{target.words}”，{verb} {missing} {COUNTS[measure.upper].unit}"
