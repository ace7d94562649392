"""The numbers of one line, each with the sentence that explains it, and what an edit does to the targets.

By the register and the visits as they are today; what later draws of the year change is the forecast's.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Outcome
from sjj.plans.plan_line_rules import LayerWish, layer_label, layer_scope, layers_of
from sjj.plans.plan_population import Register
from sjj.plans.scope import Scope
from sjj.rules.deadlines import quarter_of
from sjj.rules.forecast import Forecast, Outlook
from sjj.rules.forecast_warnings import PlanWarning
from sjj.rules.plan_lines import Line, Skip, quarters_skipped
from sjj.rules.quota import Quota
from sjj.rules.quota_lines import LineQuota, Part, PoolCount, QuotaRule, line_quota
from sjj.rules.visit_counting import CountedVisit

_EVER = {Skip.NONE: "", Skip.QUARTER: "本季度已检查", Skip.HALF: "本半年已检查", Skip.YEAR: "本年已检查"}


@dataclass(frozen=True, slots=True)
class LayerNumbers:
    """One layer: what it is called and what its quota comes to, step by step."""

    wish: LayerWish
    label: str
    pool: PoolCount
    quota: LineQuota | None  # None: the quota cannot be read

    @property
    def sentence(self) -> str:
        """All steps in one line."""
        return (
            self.quota.sentence if self.quota is not None else f"{self.label} {self.pool.total} 户，未定数量"
        )


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """A line: its layers, visits, officer-days, what it does to the targets and what is wrong with it."""

    layers: tuple[LayerNumbers, ...]
    drawn: int
    officer_days: str
    effects: tuple[tuple[Outlook | None, Outlook], ...]
    warnings: tuple[PlanWarning, ...]
    load: tuple[str, bool]  # officer-days of its quarter against capacity, whether it is over


class Seen:
    """The visits of the year so far, as groups of the register."""

    def __init__(self, outcome: Outcome) -> None:
        self._register = outcome.register
        self._counting = outcome.settings.counting
        self._by_quarter: dict[int, set[int]] = {}
        self._counts: dict[int, int] = {}
        kinds = {
            campaign.id: campaign
            for campaign in (*outcome.done.off_plan, *(c for cs in outcome.done.of_line.values() for c in cs))
        }
        for number, visits in outcome.done.visits.items():
            campaign = kinds.get(number)
            for visit in visits:
                self._by_quarter.setdefault(quarter_of(visit.day)[1], set()).add(visit.entity_id)
                counted = CountedVisit(
                    visit.entity_id,
                    visit.day,
                    campaign.check_type if campaign is not None else "日常",
                    visit.off_site,
                    from_draw=campaign is None or campaign.was_drawn,
                )
                if self._counting.counts(counted):
                    self._counts[visit.entity_id] = self._counts.get(visit.entity_id, 0) + 1

    def in_quarters(self, quarters: Sequence[int]) -> int:
        """The objects visited in any of these quarters."""
        keys = {one for quarter in quarters for one in self._by_quarter.get(quarter, ())}
        return self._register.population.group_of(keys)

    def at_cap(self, cap: int | None) -> int:
        """The objects that have reached the yearly cap."""
        if cap is None:
            return 0
        return self._register.population.group_of(n for n, times in self._counts.items() if times >= cap)


def layer_numbers(line: PlanLine, plain: Line, outcome: Outcome) -> tuple[LayerNumbers, ...]:
    """Each layer with its explanation."""
    seen = Seen(outcome)
    scope = Scope.read(line.scope or {})
    return tuple(_layer(wish, scope, plain, seen, outcome) for wish in layers_of(line))


def _layer(wish: LayerWish, scope: Scope, plain: Line, seen: Seen, outcome: Outcome) -> LayerNumbers:
    register = outcome.register
    whole = register.group(layer_scope(scope, wish))
    label = layer_label(wish)  # the positive list stands as a part of its own
    pool, counted = _count(whole, label, scope, plain, seen, register, outcome.settings.cap)
    quota = wish.quota
    if quota is None:
        return LayerNumbers(wish, label, pool, None)
    rule = QuotaRule(
        Quota(quota.ratio, quota.number), wish.minimum, None, counted, f"第{plain.in_quarter}季度"
    )
    return LayerNumbers(wish, label, pool, line_quota(pool, rule))


def _count(
    whole: int, label: str, scope: Scope, plain: Line, seen: Seen, register: Register, cap: int | None
) -> tuple[PoolCount, bool]:
    """The layer in parts that do not overlap, and whether what was inspected counts."""
    outside: list[Part] = []
    left = whole
    if scope.positive != "any":
        apart = whole & (register.on_list if scope.positive == "no" else ~register.on_list)
        if apart:
            outside.append(
                Part("正面清单" if scope.positive == "no" else "不在正面清单的", apart.bit_count())
            )
        left &= ~apart
    inspected = left & seen.in_quarters([plain.in_quarter]) if plain.counts_inspected else 0
    left &= ~inspected
    barred = []
    limit = plain.cap if plain.cap is not None else cap
    skipped = seen.in_quarters(list(quarters_skipped(plain.skip, plain.in_quarter)))
    for reason, group in ((_EVER[plain.skip], skipped), ("达到频次上限", seen.at_cap(limit))):
        hit = left & group
        left &= ~hit
        if hit:
            barred.append(Part(reason, hit.bit_count()))
    count = PoolCount(label, whole.bit_count(), tuple(outside), inspected.bit_count(), tuple(barred))
    return count, plain.counts_inspected


def line_numbers(line: PlanLine, key: Hashable, after: Outcome, before: Outcome | None) -> LineNumbers:
    """All of one line in a forecast; `before`: the plan without the edit."""
    plain = next(one for one in after.lines if one.key == key)
    found = after.by_line[key]
    with after.register.turn:
        layers = layer_numbers(line, plain, after)
    load = after.forecast.quarters[plain.in_quarter - 1]
    of = f"，可用 {load.capacity} 人日" if load.capacity is not None else "，可用人日未填"
    said = f"第{load.quarter}季度共需 {days_words(load.officer_days)} 人日{of}"
    return LineNumbers(
        layers,
        found.drawn,
        days_words(found.officer_days),
        effects(before.forecast, after.forecast) if before is not None else (),
        tuple(one for one in after.warnings if key in one.lines),
        (said, load.is_over),
    )


def effects(before: Forecast, after: Forecast) -> tuple[tuple[Outlook | None, Outlook], ...]:
    """The targets that an edit changes: before and after."""
    known = {(one.sure.target.indicator, one.sure.span.quarter): one for one in before.outlooks}
    found = []
    for new in after.outlooks:
        old = known.get((new.sure.target.indicator, new.sure.span.quarter))
        if old is None or old.expected.figure != new.expected.figure or old.verdict is not new.verdict:
            found.append((old, new))
    return tuple(found)


def days_words(days: object) -> str:
    """Officer-days as people read them: 12, 7.5."""
    from_fraction = float(days)  # type: ignore[arg-type]
    return f"{from_fraction:.1f}".removesuffix(".0")
