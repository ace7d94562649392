"""What is wrong or doubtful in a year's plan, each warning naming the lines that cause it.

It warns and forbids nothing; approving a plan with warnings is the approver's to answer for.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from sjj.rules.amounts import exact
from sjj.rules.direction import undirected
from sjj.rules.forecast import Forecast, Outlook, Verdict
from sjj.rules.forecast_counts import TINY
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.forecast_walk import Round, Walk
from sjj.rules.plan_lines import Joint, Line
from sjj.rules.population import Population

__all__ = ["PlanWarning", "Topic", "forecast_warnings"]


class Topic(StrEnum):
    """What a warning is about."""

    LATE = "late"
    EMPTY = "empty"
    POOL = "pool"
    CAP = "cap"
    CAPACITY = "capacity"
    TARGET = "target"
    DIRECTION = "direction"
    PARTNERS = "partners"

    @property
    def label(self) -> str:
        """In words."""
        return {
            "late": "过季未开展",
            "empty": "没有对象",
            "pool": "可抽户数不足",
            "cap": "超过频次上限",
            "capacity": "人手不足",
            "target": "指标达不到",
            "direction": "大批量盲目随机",
            "partners": "没有选联合单位",
        }[self.value]


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """A warning, the keys of the lines that cause it, the quarter if it has one; ``is_certain`` or only possible."""

    topic: Topic
    lines: tuple[Hashable, ...]
    quarter: int | None
    sentence: str
    is_certain: bool = True


def forecast_warnings(
    found: Forecast, population: Population, groups: Groups, settings: Settings
) -> tuple[PlanWarning, ...]:
    """All warnings of a forecast, by topic in the order of ``Topic``, lines in the plan's order."""
    rounds = [one for one in found.walk.rounds if one.line.inspected is None]
    said = [
        *_pools(rounds),
        *_over_cap(found.walk),
        *_over_capacity(found),
        *_targets(found, groups),
        *_directions(rounds, population, settings),
        *_alone(found),
    ]
    order = list(Topic)
    return tuple(sorted(said, key=lambda one: order.index(one.topic)))


def _pools(rounds: Sequence[Round]) -> Iterator[PlanWarning]:
    for one in rounds:
        key, quarter = (one.line.key,), one.quarter
        begin = f"“{one.line.name}”（{one.line.when}）的{one.layer.label}"
        if not one.size:
            yield PlanWarning(Topic.EMPTY, key, quarter, f"{begin}没有对象")
        elif one.wanted > one.size:
            yield PlanWarning(Topic.POOL, key, quarter, f"{begin}要抽 {one.wanted} 户，只有 {one.size} 户")
        elif one.available + TINY < one.need:
            mean = exact(ceil(one.available - TINY))
            said = f"{begin}要抽 {one.wanted} 户，已检查和达到频次上限的除外，预计可抽的只有 {mean} 户"
            yield PlanWarning(Topic.POOL, key, quarter, said)
        elif max(one.sure, one.covered) < one.wanted:
            said = f"{begin}要抽 {one.wanted} 户，可抽的可能只有 {one.surely_available} 户"
            yield PlanWarning(Topic.POOL, key, quarter, said, is_certain=False)


def _over_cap(walk: Walk) -> Iterator[PlanWarning]:
    """Pools whose visits of the year cannot fit under the cap at all, however the lots fall."""
    rounds = [one for one in walk.rounds if one.limit is not None and one.size]
    for pool in dict.fromkeys(one.pool for one in rounds):
        own = [one for one in rounds if walk.cells.shared(one.pool, pool) == one.size]
        limit = max(one.limit or 0 for one in own)
        size = walk.cells.size(pool)
        visits = _needed(own)
        if visits > size * limit:
            labels = "、".join(dict.fromkeys(one.layer.label for one in own))
            said = (
                f"{labels} {size} 户，全年要检查 {visits} 户次，"
                f"频次上限每户 {limit} 次只容得下 {size * limit} 户次"
            )
            keys = tuple(dict.fromkeys(one.line.key for one in own if one.line.inspected is None))
            yield PlanWarning(Topic.CAP, keys, None, said)


def _needed(rounds: Sequence[Round]) -> int:
    """Visits that these draws need at least: where a line counts what was inspected, others do its work too."""
    total = 0
    for quarter in (1, 2, 3, 4):
        own = [one for one in rounds if one.quarter == quarter]
        plain = sum(min(one.wanted, one.size) for one in own if not one.line.counts_inspected)
        total += max([plain, *(one.wanted for one in own if one.line.counts_inspected)])
    return total


def _over_capacity(found: Forecast) -> Iterator[PlanWarning]:
    for load in found.quarters:
        if load.is_over:
            own = [one for one in found.lines if one.line.in_quarter == load.quarter and one.officer_days]
            own.sort(key=lambda one: -one.officer_days)
            largest = "、".join(f"“{one.line.name}”{exact(one.officer_days, 1)}人日" for one in own[:3])
            said = (
                f"第{load.quarter}季度需 {exact(load.officer_days, 1)} 人日，"
                f"只有 {load.capacity} 人日，最多的是{largest}"
            )
            yield PlanWarning(Topic.CAPACITY, tuple(one.line.key for one in own), load.quarter, said)


def _targets(found: Forecast, groups: Groups) -> Iterator[PlanWarning]:
    for outlook in found.outlooks:
        if outlook.verdict in (Verdict.SURE, Verdict.UNKNOWN):
            continue
        span = outlook.sure.span
        own = _serving(outlook, found, groups)
        names = "、".join(f"“{line.name}”" for line in own[:5])
        cause = f"有关任务：{names}" if names else "计划中没有有关的任务"
        begin = f"{outlook.sure.title}{outlook.verdict.label}：{outlook.sentence}"
        yield PlanWarning(
            Topic.TARGET,
            tuple(line.key for line in own),
            span.quarter,
            f"{begin}。{cause}",
            is_certain=outlook.verdict is Verdict.MISSED,
        )


def _serving(outlook: Outlook, found: Forecast, groups: Groups) -> list[Line]:
    """The lines that an indicator is counted from: those of its quarter that reach its group, or all draws."""
    quarter = outlook.sure.span.quarter
    lines = [one.line for one in found.lines if quarter in (None, one.line.in_quarter)]
    group = {
        "inspected_share": groups.enterprises,
        "special_quarter": groups.special,
        "key_quarter": groups.key,
        "positive_quarter": groups.positive,
        "general_quarter": groups.general,
    }.get(outlook.sure.target.indicator)
    if group is not None:
        return [line for line in lines if line.pool & group]
    if outlook.sure.target.indicator == "credit_share":
        return [line for line in lines if not line.by_credit]
    return []


def _alone(found: Forecast) -> Iterator[PlanWarning]:
    for one in found.lines:
        line = one.line
        if line.joint is not Joint.NONE and not line.partners and line.inspected is None:
            whom = "其他部门" if line.joint.is_cross_agency else "科室"
            said = f"“{line.name}”定为{line.joint.label}，还没有选参加的{whom}"
            yield PlanWarning(Topic.PARTNERS, (line.key,), line.in_quarter, said)


def _directions(rounds: Sequence[Round], population: Population, settings: Settings) -> Iterator[PlanWarning]:
    for one in rounds:
        drawn = min(ceil(one.expected - TINY), one.size)
        if one.line.directed or one.size < settings.direction.large_pool or not 0 < drawn < one.size:
            continue
        found = [
            group
            for name in settings.direction_fields
            for group in undirected(
                one.size, drawn, population.parts(name, one.layer.pool), settings.direction
            )
        ]
        if over := list(dict.fromkeys(found)):  # an industry that is a tag of the same objects too: once
            shown = "、".join(f"“{g.label}”{g.size} 户（{g.chance:.0%}）" for g in over[:4])
            said = (
                f"“{one.line.name}”（{one.line.when}）从 {one.size} 户中不分方向抽 {drawn} 户，"
                f"有 {len(over)} 个小类很可能一户也抽不到：{shown}"
            )
            yield PlanWarning(Topic.DIRECTION, (one.line.key,), one.quarter, said, is_certain=False)
