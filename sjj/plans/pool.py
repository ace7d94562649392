"""Who stands in the pool of a campaign, in which layer, who is left out and why, who may be sent.

Everything here is computed from the register as it is now; the draw fixes it at freeze. Nobody is left out
in silence: each one left out has a reason (国办发〔2024〕54号, domain.md §8).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from sjj.database import db
from sjj.plans.models import Campaign, CampaignStratum
from sjj.plans.scope import Scope, condition
from sjj.registers.models import ACTIVE_STATES, Entity, Officer
from sjj.rules.quota import Quota, WrongQuota, parse_quota, required
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
class Pool:
    """The objects that may be drawn, by layer, and those that may not, each with the reason."""

    members: list[tuple[Entity, str]] = field(default_factory=list)
    excluded: list[tuple[Entity, str]] = field(default_factory=list)
    strata: dict[str, StratumCount] = field(default_factory=dict)

    @property
    def take(self) -> int:
        """How many are drawn of all layers together."""
        return sum(one.take for one in self.strata.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why objects are left out, with how many, the most frequent first."""
        return Counter(reason for _, reason in self.excluded).most_common()


def pool_of(campaign: Campaign, day: date) -> Pool:
    """The pool of a campaign as the register stands on that day."""
    scope = Scope.read(campaign.scope)
    query = select(Entity).where(*condition(campaign.agency_id, scope, day)).order_by(Entity.code)
    names = {(one.by, one.value): one.name for one in campaign.strata}
    pool = Pool()
    for entity in db.session.scalars(query):
        name = _layer_of(entity, names)
        reason = _why_not(entity, name)
        if reason or name is None:
            pool.excluded.append((entity, reason))
        else:
            pool.members.append((entity, name))
    sizes = Counter(name for _, name in pool.members)
    pool.strata = {one.name: count_of(one, sizes[one.name]) for one in campaign.strata}
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


def _why_not(entity: Entity, name: str | None) -> str:
    if not entity.is_active:
        return f"登记状态为“{entity.state}”"
    if fault := name_fault(entity.code):
        return f"编号{fault}"
    return "所在层本次不抽取" if name is None else ""


def count_of(stratum: CampaignStratum, size: int) -> StratumCount:
    """What the quota of a layer comes to for so many objects; “不低于” rounds up (domain.md §4)."""
    basis = neutral_basis(stratum) if stratum.closed else stratum.basis
    try:
        asked = required(size, stratum.take)
    except WrongQuota as wrong:
        said = f"“{stratum.label}”{wrong}"
        return StratumCount(size, 0, basis, stratum.closed, stratum.label, str(wrong), said)
    return StratumCount(size, asked.number, basis, stratum.closed, stratum.label, asked.sentence)


def neutral_basis(stratum: CampaignStratum) -> str:
    """Why so many of a closed layer, without a word of what the layer is."""
    return f"{stratum.name} {quota_words(parse_quota(stratum.take))}"


def quota_words(quota: Quota) -> str:
    """不低于25%, or 抽取3户."""
    return f"抽取{quota.label}" if quota.ratio is None else f"不低于{quota.label}"


def layer_sizes(agency_id: int, scope: Scope, by: str, day: date) -> Counter[str]:
    """How many drawable objects each value of a classification has in the scope, without loading them."""
    column = {"supervision_class": Entity.supervision_class, "credit_risk": Entity.credit_risk}.get(by)
    where = [*condition(agency_id, scope, day), Entity.state.in_(ACTIVE_STATES)]
    if column is None:
        return Counter({"": db.session.scalar(select(func.count()).select_from(Entity).where(*where)) or 0})
    rows = db.session.execute(select(column, func.count()).where(*where).group_by(column))
    return Counter({str(value): number for value, number in rows})


def states_left_out(agency_id: int, scope: Scope, day: date) -> list[tuple[str, int]]:
    """The register states in the scope that may not be drawn, with how many."""
    where = [*condition(agency_id, scope, day), Entity.state.not_in(ACTIVE_STATES)]
    rows = db.session.execute(select(Entity.state, func.count()).where(*where).group_by(Entity.state))
    return sorted((state, number) for state, number in rows)


def officers_for(campaign: Campaign, day: date) -> list[Officer]:
    """Officers who may be drawn: on duty, certificate valid that day and until the campaign's end."""
    return [officer for officer in _officers(campaign.agency_id) if not why_not_drawn(officer, campaign, day)]


def officers_left_out(campaign: Campaign, day: date) -> list[tuple[Officer, str]]:
    """Officers of the agency who may not be drawn, each with the reason."""
    reasons = ((officer, why_not_drawn(officer, campaign, day)) for officer in _officers(campaign.agency_id))
    return [(officer, reason) for officer, reason in reasons if reason]


def why_not_drawn(officer: Officer, campaign: Campaign, day: date) -> str:
    """Why an officer may not be drawn, or nothing (only certified officers inspect: 国办发〔2024〕54号)."""
    until = officer.certificate_until
    if not officer.on_duty:
        return "不在岗"
    if not officer.certificate_no or until is None:
        return "没有登记执法证号或有效期"
    if until < max(day, campaign.ends_on):
        return f"执法证有效期至{until.year}年{until.month}月{until.day}日，不到检查结束日"
    return ""


def _officers(agency_id: int) -> Sequence[Officer]:
    query = (
        select(Officer)
        .where(Officer.agency_id == agency_id)
        .order_by(Officer.code)
        .options(selectinload(Officer.tags))
    )
    return db.session.scalars(query).all()
