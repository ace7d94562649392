"""Lines of a plan whose objects overlap, and what carrying them out together would save.

S1 二（三）: 检查对象相近、交集度较多的单项抽查优化整合; 一业一查; 国办发〔2024〕54号: 综合查一次. It suggests; the office
decides whether joining makes sense (科学性、必要性和有效性).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

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

    Two lines of one quarter, both on site or both off site, not yet carried out, not layered by different things,
    whose objects overlap by ``least_overlap`` of the smaller pool or more.
    """
    found = []
    for first, second in combinations(lines, 2):
        layers = _joint_layers(first, second) if _go_together(first, second) else ()
        if _overlap(first, second, layers, least_overlap):
            instead = _instead(first, second, layers)
            saved = _visits((first, second)) - _visits(instead)
            if saved > 0:
                found.append((saved, first, second, instead))
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


def _go_together(first: Line, second: Line) -> bool:
    """Whether one visit could serve both, and both are layered by the same (or one of them not at all)."""
    ways = {_way(first), _way(second)}
    return (
        first.in_quarter == second.in_quarter
        and first.off_site == second.off_site
        and first.check_type == second.check_type
        and first.inspected is None
        and second.inspected is None
        and None not in ways
        and len(ways - {"all"}) <= 1
    )


def _way(line: Line) -> str | None:
    """What a line is layered by; None where its layers are of several kinds."""
    ways = {one.by for one in line.layers}
    if len(ways) != 1 or (ways == {"all"} and len(line.layers) > 1):
        return None
    return ways.pop()


def _overlap(first: Line, second: Line, layers: Sequence[Layer], least: Fraction) -> bool:
    shared = sum(one.pool.bit_count() for one in layers)
    return bool(shared) and shared >= least * min(first.pool.bit_count(), second.pool.bit_count())


def _joint_layers(first: Line, second: Line) -> tuple[Layer, ...]:
    """A layer for each value that occurs in both; a line without layers has every value."""
    pairs = (
        (one, other)
        for one, other in product(first.layers, second.layers)
        if one.value == other.value or "all" in (one.by, other.by)
    )
    return tuple(_joint_layer(*pair) for pair in pairs if pair[0].pool & pair[1].pool or _same_pool(*pair))


def _same_pool(one: Layer, other: Layer) -> bool:
    return one.pool == other.pool and one.value == other.value


def _joint_layer(one: Layer, other: Layer) -> Layer:
    """What both share, drawing the larger of what either asks of it; what both say alike stays as it is said."""
    shared = one.pool & other.pool
    size = shared.bit_count()
    named = other if one.by == "all" else one
    named = replace(named, pool=shared, label="共同对象" if named.by == "all" else named.label)
    if one.pool == other.pool and (one.quota == other.quota or not shared):
        larger = max(one.quota, other.quota, key=lambda quota: (quota.ratio or 0, quota.number or 0))
        return replace(named, quota=larger, minimum=max(one.minimum, other.minimum))
    number = min(size, max(_part(one, size), _part(other, size)))
    return replace(named, quota=Quota(number=number), minimum=0)


def _visits(lines: Sequence[Line]) -> int:
    return sum(
        min(asked_of(layer.pool.bit_count(), layer.quota, layer.minimum), layer.pool.bit_count())
        for line in lines
        for layer in line.layers
    )


def _instead(first: Line, second: Line, layers: tuple[Layer, ...]) -> tuple[Line, ...]:
    """One joint line on what both share, and what is left of each."""
    joint = replace(
        first,
        key=("merged", first.key, second.key),
        name=f"{first.name}·{second.name}",
        layers=layers,
        items=tuple(dict.fromkeys((*first.items, *second.items))),
        partners=tuple(dict.fromkeys((*first.partners, *second.partners))),
        joint=_joint(first, second),
        by_credit=first.by_credit or second.by_credit,
        skip=max((first.skip, second.skip), key=list(Skip).index),
        counts_inspected=False,
        cap=min((cap for cap in (first.cap, second.cap) if cap is not None), default=None),
    )
    parts = ((line, _left(line, joint.pool)) for line in (first, second))
    rest = [replace(line, name=f"{line.name}（其余）", layers=left) for line, left in parts if left]
    return (joint, *rest)


def _left(line: Line, shared: int) -> tuple[Layer, ...]:
    """The layers of a line on what is not shared, each with its part of what it asks."""
    pools = ((layer, layer.pool & ~shared) for layer in line.layers)
    return tuple(
        replace(layer, pool=pool, quota=Quota(number=_part(layer, pool.bit_count())), minimum=0)
        for layer, pool in pools
        if pool
    )


def _part(layer: Layer, size: int) -> int:
    """What a layer asks of a part of its pool, rounded up."""
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
    instead: tuple[Line, ...],
) -> Merge:
    kind = "综合查一次" if instead[0].joint is Joint.CROSS else instead[0].joint.label
    size, smaller = instead[0].pool.bit_count(), min(first.pool.bit_count(), second.pool.bit_count())
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
