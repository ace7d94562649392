"""How many of a group must still be drawn, with the sentence that explains every number.

What was inspected in the period counts towards its target, so only the rest is drawn (S3 二（四）: so and so
many 对象 each quarter, not visits). Counts in, counts out; who is drawn is never decided here.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sjj.rules.amounts import exact, rounded_up
from sjj.rules.quota import Quota, WrongQuota

__all__ = ["LineQuota", "OfficerRatio", "Part", "PoolCount", "QuotaRule", "count_pool", "line_quota"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a group that is set apart, in objects (户), with the reason."""

    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class OfficerRatio:
    """So many objects to one officer in post: 1:5, 1:10. A setting; ``source`` is what the office cites.

    As a floor (the default) at least officers × n objects are drawn: 粤环函〔2015〕1384号 asks one officer to
    five objects of a city, to ten of a county. As a ceiling it is what the officers can bear. S3 二（四） names
    the number of officers among its factors and gives no ratio.
    """

    per_officer: int
    officers: int
    is_floor: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """What a group asks for in a period (``period`` is how people say it: 本季度)."""

    quota: Quota
    minimum: int = 0
    officer_ratio: OfficerRatio | None = None
    counts_inspected: bool = True
    period: str = "本季度"


@dataclass(frozen=True, slots=True)
class PoolCount:
    """A group in objects: all, those outside the base, those inspected, those that may not be drawn.

    ``outside`` is not in the base of the ratio (正面清单). ``barred`` is in the base and not inspected, but may
    not be drawn (at the cap, closed). No object is in two parts.
    """

    label: str
    total: int
    outside: tuple[Part, ...] = ()
    inspected: int = 0
    barred: tuple[Part, ...] = ()

    @property
    def base(self) -> int:
        """The objects that the ratio is taken of."""
        return self.total - sum(part.number for part in self.outside)


@dataclass(frozen=True, slots=True)
class LineQuota:
    """The answer in objects: asked for in the period, still to draw, not to be had; each step in words."""

    wanted: int
    draw: int
    shortfall: int
    steps: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """All steps in one line."""
        return "；".join(self.steps)


def count_pool(
    label: str,
    members: Collection[Hashable],
    outside: Sequence[tuple[str, Collection[Hashable]]] = (),
    inspected: Collection[Hashable] = (),
    barred: Sequence[tuple[str, Collection[Hashable]]] = (),
) -> PoolCount:
    """The same from sets of objects: each object counts in the first part that names it, strangers in none."""
    left = set(members)
    total = len(left)
    outside_parts = _taken(left, outside)
    seen = len(left & set(inspected))
    left -= set(inspected)
    return PoolCount(label, total, outside_parts, seen, _taken(left, barred))


def _taken(left: set[Hashable], parts: Sequence[tuple[str, Collection[Hashable]]]) -> tuple[Part, ...]:
    found = []
    for reason, group in parts:
        hit = left & set(group)
        left -= hit
        if hit:
            found.append(Part(reason, len(hit)))
    return tuple(found)


def line_quota(pool: PoolCount, rule: QuotaRule) -> LineQuota:
    """How many of the group to draw now. Raises WrongQuota where the counts contradict each other."""
    _check(pool, rule)
    steps: list[str] = []
    wanted = _asked(pool, rule.quota, steps)
    wanted = _within_bounds(wanted, pool, rule, steps)
    left = wanted
    if rule.counts_inspected and pool.inspected:
        left = max(0, wanted - pool.inspected)
        steps.append(
            f"{rule.period}已检查 {pool.inspected} 户，"
            + (f"{wanted} − {pool.inspected} = 还需抽 {left} 户" if left else "已够，不需再抽")
        )
    drawable = _drawable(pool, rule, left, steps)
    draw = min(left, drawable)
    if draw < left:
        steps.append(f"可抽的只有 {drawable} 户，差 {left - draw} 户")
    return LineQuota(wanted, draw, left - draw, tuple(steps))


def _check(pool: PoolCount, rule: QuotaRule) -> None:
    parts = [part.number for part in (*pool.outside, *pool.barred)]
    if min([pool.total, pool.inspected, rule.minimum, *parts]) < 0:
        raise WrongQuota("户数不能为负")
    if rule.officer_ratio and min(rule.officer_ratio.officers, rule.officer_ratio.per_officer) < 0:
        raise WrongQuota("人数不能为负")
    if pool.base < 0 or pool.inspected + sum(part.number for part in pool.barred) > pool.base:
        raise WrongQuota(f"“{pool.label}”共{pool.total}户，各部分相加比这还多")


def _asked(pool: PoolCount, quota: Quota, steps: list[str]) -> int:
    said = f"{pool.label} {pool.total} 户" + "".join(f" − {p.reason} {p.number} 户" for p in pool.outside)
    if pool.outside:
        said += f" = {pool.base} 户"
    if quota.ratio is not None:
        raw = Fraction(quota.ratio) * pool.base
        wanted = rounded_up(raw)
        steps.append(f"{said} × {quota.label} = {exact(raw)} → {wanted} 户")
        return wanted
    if quota.number is None:
        raise WrongQuota("请填写比例（如25%）或户数（如3）")
    steps.append(f"{said}，抽 {quota.number} 户")
    return quota.number


def _within_bounds(wanted: int, pool: PoolCount, rule: QuotaRule, steps: list[str]) -> int:
    if rule.minimum > wanted:
        wanted = rule.minimum
        steps.append(f"不少于 {rule.minimum} 户 → {wanted} 户")
    ratio = rule.officer_ratio
    if ratio is not None:
        bound = ratio.officers * ratio.per_officer
        said = f"执法人员 {ratio.officers} 人 × {ratio.per_officer} 户（1:{ratio.per_officer}）= {bound} 户"
        if ratio.is_floor and bound > wanted:
            wanted = bound
            steps.append(f"{said}，不低于 → {wanted} 户")
        elif not ratio.is_floor and bound < wanted:
            steps.append(f"{said}，比要求的 {wanted} 户少 {wanted - bound} 户，人员不足")
    if wanted > pool.base and (rule.quota.ratio is not None or rule.minimum == wanted):
        wanted = pool.base  # a floor on a small group means all of it
        steps.append(f"只有 {pool.base} 户 → 全部")
    return wanted


def _drawable(pool: PoolCount, rule: QuotaRule, left: int, steps: list[str]) -> int:
    found = pool.base - (pool.inspected if rule.counts_inspected else 0)
    if pool.barred and left:
        said = "".join(f" − {part.reason} {part.number} 户" for part in pool.barred)
        rest = found - sum(part.number for part in pool.barred)
        steps.append(f"未检查 {found} 户{said} = 可抽 {rest} 户")
        return rest
    return found - sum(part.number for part in pool.barred)
