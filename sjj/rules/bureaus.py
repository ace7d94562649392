"""Two bureaus' papers as settings: their targets, and every clause of them that has a number.

S1 迁西县林业局 迁林字〔2024〕11号; S3 石家庄市生态环境局新乐市分局 2024 年方案. They were made for 2024; an office that
takes them over for a later year writes down its own paper. A clause is judged, never explained away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from sjj.rules import figures
from sjj.rules.deadlines import first_workdays_after_quarter, is_late, last_workdays_of_quarter, plan_due
from sjj.rules.indicators import Reading, State
from sjj.rules.targets import Target
from sjj.rules.workdays import CalendarGap, WorkCalendar

__all__ = ["BUREAUS", "Bureau", "Clause", "ClauseResult", "DoneOn", "clause_results", "joint_verdict"]

SINCE = date(2024, 1, 1)
_S1 = "迁林字〔2024〕11号"
_S3 = "新乐市分局2024年方案"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with a number: where it stands, its words, and what it is about.

    ``about`` names an indicator of ``indicator_list`` or a figure of ``figures``.
    """

    place: str
    words: str
    about: str


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau's paper."""

    key: str
    name: str
    paper: str
    targets: tuple[Target, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class DoneOn:
    """When a thing with a deadline was done (None: not yet): a figure of ``figures``, its quarter if it has one.

    ``what`` tells several acts of one deadline apart: 制定, 上报, 公示.
    """

    figure: str
    done_on: date | None
    quarter: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A clause as it stands: the worst of its periods, each said in a sentence."""

    clause: Clause
    state: State
    sentences: tuple[str, ...]


def _target(indicator: str, value: int, source: str, measure: str = "") -> Target:
    return Target(indicator, Fraction(value), source, SINCE, measure=measure)


FORESTRY = Bureau(
    "qianxi-forestry",
    "迁西县林业局",
    _S1,
    (
        _target("inspected_share", 3, f"{_S1} 一、二（二）"),
        _target("credit_share", 85, f"{_S1} 一", "draws"),
        _target("in_time", 100, f"{_S1} 一、二（四）"),
        _target("followup_in_time", 100, f"{_S1} 一：按时完成后续处置"),
    ),
    (
        Clause("一", "运用信用风险分类的抽查次数占总抽查次数不低于85%", "credit_share"),
        Clause("一、二（二）", "年度抽查企业占比不低于3%", "inspected_share"),
        Clause("一", "抽查结果及时公示率100%", "in_time"),
        Clause("一", "按时完成后续处置", "followup_in_time"),
        Clause("二（二）", "1月底前完成年度抽查计划的制定、上报和公示", figures.PLAN_DUE_JANUARY_DAY),
        Clause("二（四）", "检查结束后20个工作日内录入并公示", "in_time"),
    ),
)
ECOLOGY = Bureau(
    "xinle-ecology",
    "石家庄市生态环境局新乐市分局",
    _S3,
    (
        _target("credit_share", 80, f"{_S3} 二（三）", "enterprise_draws"),
        _target("special_quarter", 50, f"{_S3} 二（四）"),
        _target("key_quarter", 25, f"{_S3} 二（四）"),
        _target("positive_quarter", 100, f"{_S3} 二（四）：每季度实现全覆盖"),
        _target("general_quarter", 3, f"{_S3} 二（四）"),
        _target("internal_joint_share", 30, f"{_S3} 二（五）"),
        _target("cross_joint_quarter", 1, f"{_S3} 二（五）"),
    ),
    (
        Clause("二（三）", "运用信用风险分级分类的抽查次数占抽查企业总次数不低于80%", "credit_share"),
        Clause("二（四）", "每季度至少抽查25%的重点监管对象", "key_quarter"),
        Clause("二（四）", "每季度至少抽查50%的特殊监管对象", "special_quarter"),
        Clause("二（四）", "正面清单企业以非现场方式检查，每季度全覆盖", "positive_quarter"),
        Clause("二（四）", "每季度检查非正面清单的一般监管对象至少3%", "general_quarter"),
        Clause("二（五）", "年度内部联合抽查占抽查总数不低于30%", "internal_joint_share"),
        Clause("二（五）", "每季度至少开展1次部门联合抽查", "cross_joint_quarter"),
        Clause("四（四）", "每季度结束前2个工作日内报送工作总结", figures.QUARTER_SUMMARY_WORKING_DAYS),
        Clause("四（四）", "每季度结束后2个工作日内报送上一季度统计表", figures.QUARTER_TABLE_WORKING_DAYS),
    ),
)
BUREAUS: Mapping[str, Bureau] = MappingProxyType({one.key: one for one in (FORESTRY, ECOLOGY)})

_WORST_FIRST = (State.NOT_MET, State.PENDING, State.NOT_YET_DUE, State.MET)


def clause_results(
    bureau: Bureau,
    year: int,
    readings: Iterable[Reading],
    done: Iterable[DoneOn],
    calendar: WorkCalendar,
    today: date,
) -> tuple[ClauseResult, ...]:
    """Every clause with a number: met, missed, not yet due or 待定. What nobody reported is 待定, never met."""
    by_indicator: dict[str, list[Reading]] = {}
    for reading in readings:
        by_indicator.setdefault(reading.target.indicator, []).append(reading)
    dates = list(done)
    found = []
    for clause in bureau.clauses:
        said = [
            (one.state, f"{one.span.label}：{one.sentence}") for one in by_indicator.get(clause.about, [])
        ]
        said += [_dated(one, year, calendar, today) for one in dates if one.figure == clause.about]
        if not said:
            said = [(State.PENDING, "没有报来数据，待定")]
        found.append(
            ClauseResult(clause, joint_verdict(state for state, _ in said), tuple(t for _, t in said))
        )
    return tuple(found)


def joint_verdict(states: Iterable[State]) -> State:
    """The worst of several: not met, then 待定, then not yet due, then met."""
    return min(states, key=_WORST_FIRST.index)


def _dated(one: DoneOn, year: int, calendar: WorkCalendar, today: date) -> tuple[State, str]:
    begin = f"{year}年" if one.quarter is None else f"{year}年第{one.quarter}季度"
    try:
        due = _due(one, year, calendar)
    except CalendarGap as gap:
        return State.PENDING, f"{begin}：{gap}"
    words = f"{begin}{one.what}：期限{_day(due)}"
    if one.done_on is None and today <= due:
        return State.NOT_YET_DUE, f"{words}，尚未到期"
    if is_late(one.done_on, due, today):
        return (
            State.NOT_MET,
            f"{words}，{f'{_day(one.done_on)}才完成' if one.done_on else '还没有完成'}",
        )
    return State.MET, f"{words}，{_day(one.done_on) if one.done_on else ''}完成"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _due(one: DoneOn, year: int, calendar: WorkCalendar) -> date:
    if one.figure == figures.PLAN_DUE_JANUARY_DAY:
        return plan_due(year)
    if one.quarter is None:
        raise ValueError("请注明季度")
    if one.figure == figures.QUARTER_SUMMARY_WORKING_DAYS:
        return last_workdays_of_quarter(year, one.quarter, calendar)[-1]
    if one.figure == figures.QUARTER_TABLE_WORKING_DAYS:
        return first_workdays_after_quarter(year, one.quarter, calendar)[-1]
    raise ValueError(f"“{one.figure}”不是期限")
