"""Lines of a plan whose objects overlap, and what carrying them out together would save.

S1 二（三）: 检查对象相近、交集度较多的单项抽查优化整合; 一业一查; 国办发〔2024〕54号: 综合查一次. It suggests; the office
decides whether joining makes sense (科学性、必要性和有效性).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from sjj.rules.forecast import Forecast, Outlook, forecast
from sjj.rules.forecast_rounds import asked_of
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.plan_lines import Joint, Layer, Line, Skip
from sjj.rules.population import Population
from sjj.rules.quota import Quota

__all__ = ["Merge", "merged_plan", "suggest_merges"]


@dataclass(frozen=True, slots=True)
class Merge:
    """Two lines that could be carried out together on what they share, and the lines in their place.

    ``saved`` visits (户次) of the year. ``effects``: the indicators that change, before and after.
    """

    first: Line
    second: Line
    kind: str
    shared: int
    saved: int
    instead: tuple[Line, ...]
    effects: tuple[tuple[Outlook, Outlook], ...]
    sentence: str


def suggest_merges(
    lines: Sequence[Line],
    population: Population,
    groups: Groups,
    settings: Settings,
    *,
    least_overlap: Fraction = Fraction(1, 2),
    most: int = 5,
) -> tuple[Merge, ...]:
    """The suggestions that save most visits, best first.

    Two lines of one quarter, both on site or both off site, not yet carried out, whose objects overlap by
    ``least_overlap`` of the smaller pool or more.
    """
    found = []
    for first, second in combinations(lines, 2):
        shared = _shared(first, second, least_overlap)
        if shared:
            instead = _instead(first, second, shared)
            saved = _visits((first, second)) - _visits(instead)
            if saved > 0:
                found.append((saved, first, second, shared, instead))
    found.sort(key=lambda one: -one[0])
    before = forecast(lines, population, groups, settings) if found else None
    return tuple(
        _suggestion(lines, before, population, groups, settings, *one) for one in found[:most] if before
    )


def merged_plan(lines: Sequence[Line], merge: Merge) -> list[Line]:
    """The plan with a suggestion carried out: its lines stand where the first of the two stood."""
    keys = (merge.first.key, merge.second.key)
    place = min(number for number, one in enumerate(lines) if one.key in keys)
    rest = [one for one in lines[place:] if one.key not in keys]
    return [*lines[:place], *merge.instead, *rest]


def _shared(first: Line, second: Line, least: Fraction) -> int:
    """The objects of both, nothing where the two cannot be joined."""
    if (
        first.in_quarter != second.in_quarter
        or first.off_site != second.off_site
        or first.check_type != second.check_type
        or first.inspected is not None
        or second.inspected is not None
        or len(first.layers) != 1
        or len(second.layers) != 1
    ):
        return 0
    shared = first.pool & second.pool
    smaller = min(first.pool.bit_count(), second.pool.bit_count())
    return shared if smaller and shared.bit_count() >= least * smaller else 0


def _visits(lines: Sequence[Line]) -> int:
    return sum(
        min(asked_of(layer.pool.bit_count(), layer.quota, layer.minimum), layer.pool.bit_count())
        for line in lines
        for layer in line.layers
    )


def _instead(first: Line, second: Line, shared: int) -> tuple[Line, ...]:
    """One joint line on what both share, drawing the larger number, and what is left of each."""
    size = shared.bit_count()
    number = max(_part(first, size), _part(second, size))
    joint = replace(
        first,
        key=("merged", first.key, second.key),
        name=f"{first.name}·{second.name}",
        layers=(Layer("共同对象", shared, Quota(number=min(number, size))),),
        items=tuple(dict.fromkeys((*first.items, *second.items))),
        partners=tuple(dict.fromkeys((*first.partners, *second.partners))),
        joint=_joint(first, second),
        by_credit=first.by_credit or second.by_credit,
        skip=max((first.skip, second.skip), key=list(Skip).index),
        counts_inspected=False,
        cap=min((cap for cap in (first.cap, second.cap) if cap is not None), default=None),
    )
    rest = []
    for line in (first, second):
        left = line.pool & ~shared
        if left:
            part = _part(line, left.bit_count())
            layer = replace(line.layers[0], pool=left, quota=Quota(number=part), minimum=0)
            rest.append(replace(line, name=f"{line.name}（其余）", layers=(layer,)))
    return (joint, *rest)


def _part(line: Line, size: int) -> int:
    """What a line asks of a part of its pool, rounded up."""
    layer = line.layers[0]
    whole = layer.pool.bit_count()
    asked = min(asked_of(whole, layer.quota, layer.minimum), whole)
    return -(-asked * size // whole) if whole else 0


def _joint(first: Line, second: Line) -> Joint:
    kinds = {first.joint, second.joint}
    if Joint.INDUSTRY in kinds:
        return Joint.INDUSTRY
    return Joint.CROSS if Joint.CROSS in kinds or first.partners != second.partners else Joint.INTERNAL


def _suggestion(
    lines: Sequence[Line],
    before: Forecast,
    population: Population,
    groups: Groups,
    settings: Settings,
    saved: int,
    first: Line,
    second: Line,
    shared: int,
    instead: tuple[Line, ...],
) -> Merge:
    kind = "综合查一次" if instead[0].joint is Joint.CROSS else instead[0].joint.label
    size, smaller = shared.bit_count(), min(first.pool.bit_count(), second.pool.bit_count())
    said = (
        f"“{first.name}”与“{second.name}”的对象有 {size} 户相同（较小一方 {smaller} 户），"
        f"合并为{kind}可少上门 {saved} 户次"
    )
    plain = Merge(first, second, kind, size, saved, instead, (), said)
    after = forecast(merged_plan(lines, plain), population, groups, settings)
    effects = tuple(
        (old, new)
        for old, new in zip(before.outlooks, after.outlooks, strict=True)
        if old.expected.figure != new.expected.figure or old.verdict is not new.verdict
    )
    words = "；".join(
        f"{old.sure.title} {old.expected.figure_words} → {new.expected.figure_words}（{new.verdict.label}）"
        for old, new in effects
    )
    return replace(plain, effects=effects, sentence=f"{said}；{words}" if words else said)
