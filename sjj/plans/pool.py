"""Who stands in the pool of a campaign, in which layer, who is left out and why.

Everything here is computed from the registers as they are now; the draw fixes it at freeze. Nobody is left out
in silence: each one left out has a reason (国办发〔2024〕54号, domain.md §8).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from sjj.database import db
from sjj.plans.exclusions import Why, exclusions, inspected_in_quarter, quarter_period
from sjj.plans.models import Campaign, CampaignStratum
from sjj.plans.scope import Scope, condition
from sjj.registers.models import ACTIVE_STATES, Entity
from sjj.rules.quota import Quota, WrongQuota, parse_quota, required
from sjj.rules.quota_lines import Part, PoolCount, QuotaRule, line_quota
from sjj.rules.verify import name_fault


@dataclass(frozen=True, slots=True)
class StratumCount:
    """A layer with the numbers that its quota comes to. `label` of a closed layer is internal."""

    size: int
    take: int
    basis: str
    closed: bool
    label: str
    sentence: str  # 不低于25%，9户取3户
    problem: str = ""


@dataclass(slots=True)
class Whole:
    """A whole layer as the plan counts it: all its objects in business, those seen already, those barred."""

    total: int = 0
    inspected: int = 0
    barred: Counter[str] = field(default_factory=Counter)

    def take(self, reason: str, is_seen: bool) -> None:
        """Count one object; whoever was seen and counts is barred by nothing else."""
        self.total += 1
        if is_seen:
            self.inspected += 1
        elif reason:
            self.barred[reason] += 1


class Excluded(NamedTuple):
    """One object within the scope that is not drawn, why, and what stands behind the reason."""

    entity: Entity
    reason: str
    detail: str = ""


EXCLUDED_HEAD = ("编号", "名称", "乡镇（街道）", "登记状态", "不能抽取的原因", "说明")


@dataclass(slots=True)
class Pool:
    """The objects that may be drawn, by layer, and those that may not, each with the reason."""

    members: list[tuple[Entity, str]] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)
    strata: dict[str, StratumCount] = field(default_factory=dict)

    @property
    def take(self) -> int:
        """How many are drawn of all layers together."""
        return sum(one.take for one in self.strata.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why objects are left out, with how many, the most frequent first."""
        return Counter(one.reason for one in self.excluded).most_common()

    def excluded_rows(self) -> Iterator[tuple[str, ...]]:
        """Everybody within the scope who may not be drawn, as rows of a table (EXCLUDED_HEAD)."""
        for entity, reason, detail in self.excluded:
            yield entity.code, entity.name, entity.township, entity.state, reason, detail


def pool_of(campaign: Campaign, day: date) -> Pool:
    """The pool of a campaign as registers and visits stand on that day."""
    scope = Scope.read(campaign.scope)
    query = select(Entity).where(*condition(campaign.agency_id, scope, day)).order_by(Entity.code)
    names = {(one.by, one.value): one.name for one in campaign.strata}
    barred, seen = exclusions(campaign, day), inspected_in_quarter(campaign, day)
    wholes = {one.name: Whole() for one in campaign.strata if one.of_whole}
    pool = Pool()
    for entity in db.session.scalars(query):
        name = _layer_of(entity, names)
        why = _why_not(entity, name, barred)
        if name in wholes and entity.is_active:
            wholes[name].take(why.reason if why else "", entity.id in seen)
        if why is not None:
            pool.excluded.append(Excluded(entity, why.reason, why.detail))
        elif name is not None:
            pool.members.append((entity, name))
    sizes = Counter(name for _, name in pool.members)
    pool.strata = {
        one.name: count_of_whole(campaign, one, wholes[one.name], sizes[one.name])
        if one.of_whole
        else count_of(one, sizes[one.name])
        for one in campaign.strata
    }
    return pool


def _layer_of(entity: Entity, names: dict[tuple[str, str], str]) -> str | None:
    for key in (
        ("all", ""),
        ("supervision_class", str(entity.supervision_class)),
        ("credit_risk", entity.credit_risk),
    ):
        if key in names:
            return names[key]
    return None


def _why_not(entity: Entity, name: str | None, barred: Mapping[int, Why]) -> Why | None:
    if not entity.is_active:
        return Why(f"登记状态为“{entity.state}”")
    if fault := name_fault(entity.code):
        return Why(f"编号{fault}")
    if entity.id in barred:
        return barred[entity.id]
    return Why("所在层本次不抽取") if name is None else None


def count_of(stratum: CampaignStratum, size: int) -> StratumCount:
    """What the quota of a layer comes to for so many objects; “不低于” rounds up (domain.md §4)."""
    basis = neutral_basis(stratum) if stratum.closed else stratum.basis
    try:
        asked = required(size, stratum.take)
    except WrongQuota as wrong:
        said = f"“{stratum.label}”{wrong}"
        return StratumCount(size, 0, basis, stratum.closed, stratum.label, str(wrong), said)
    return StratumCount(size, asked.number, basis, stratum.closed, stratum.label, asked.sentence)


def count_of_whole(campaign: Campaign, stratum: CampaignStratum, whole: Whole, size: int) -> StratumCount:
    """The same by the plan's own rule: the share is of the whole class, whoever of it may be drawn (quota_lines)."""
    label = stratum.label
    period = quarter_period(campaign, campaign.starts_on).label if whole.inspected else "本季度"
    counts = bool(campaign.plan_line is not None and campaign.plan_line.counts_inspected)
    rule = QuotaRule(parse_quota(stratum.take), stratum.minimum, counts_inspected=counts, period=period)
    parts = tuple(Part(reason, number) for reason, number in whole.barred.most_common())
    asked = line_quota(PoolCount(label, whole.total, (), whole.inspected, parts), rule)
    basis = neutral_basis(stratum) if stratum.closed else f"{stratum.basis}：{asked.sentence}"
    return StratumCount(size, min(asked.draw, size), basis, stratum.closed, label, asked.sentence)


def neutral_basis(stratum: CampaignStratum) -> str:
    """Why so many of a closed layer, without a word of what the layer is."""
    return f"{stratum.name} {share_words(stratum)}"


def share_words(stratum: CampaignStratum) -> str:
    """The quota of a layer as everybody may read it: the share, of what, and at least how many."""
    said = quota_words(parse_quota(stratum.take))
    if stratum.of_whole and parse_quota(stratum.take).ratio is not None:
        said = f"该层全部对象的{said}"
    return f"{said}，至少{stratum.minimum}户" if stratum.minimum else said


def quota_words(quota: Quota) -> str:
    """不低于25%, or 抽取3户."""
    return f"抽取{quota.label}" if quota.ratio is None else f"不低于{quota.label}"


def layer_sizes(campaign: Campaign, scope: Scope, by: str, day: date) -> Counter[str]:
    """How many drawable objects each value of a classification has in the scope, without loading them."""
    column = {"supervision_class": Entity.supervision_class, "credit_risk": Entity.credit_risk}.get(by)
    barred = exclusions(campaign, day)
    where = [*condition(campaign.agency_id, scope, day), Entity.state.in_(ACTIVE_STATES)]
    if column is None:
        return Counter(
            "" for number in db.session.scalars(select(Entity.id).where(*where)) if number not in barred
        )
    rows = db.session.execute(select(Entity.id, column).where(*where))
    return Counter(str(value) for number, value in rows if number not in barred)


def left_out(campaign: Campaign, scope: Scope, day: date) -> list[tuple[str, int]]:
    """Why objects in the scope may not be drawn, with how many, the most frequent first."""
    barred = exclusions(campaign, day)
    rows = db.session.execute(
        select(Entity.id, Entity.state).where(*condition(campaign.agency_id, scope, day))
    )
    reasons = Counter(
        f"登记状态为“{state}”" if state not in ACTIVE_STATES else barred[number].reason
        for number, state in rows
        if state not in ACTIVE_STATES or number in barred
    )
    return reasons.most_common()
