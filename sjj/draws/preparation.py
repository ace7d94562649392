"""Everything that a freeze fixes, gathered from the registers, with all that stands in its way.

The salts are new each time: what is shown before the freeze and what is frozen differ only in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from sjj.draws.loads import loads_of_year
from sjj.plans.checks import item_problems
from sjj.plans.exclusions import sentences
from sjj.plans.models import Campaign
from sjj.plans.pool import Pool, pool_of
from sjj.plans.staff import Place, Staff, staff_of
from sjj.registers.models import Officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_queries import bars, undecided
from sjj.rules.draw import (
    OfficerEntry,
    PoolLine,
    Rule,
    Source,
    Stratum,
    TeamRule,
    problems_before_freeze,
    warnings_before_freeze,
)
from sjj.rules.pairing import needs_for_objects
from sjj.rules.verify import shown, text_fault

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One officer who may not visit one object, and why."""

    officer: str
    entity: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preparation:
    """A draw that has not been frozen: its pool, its rule, its people."""

    campaign: Campaign
    pool: Pool
    lines: list[PoolLine]
    rule: Rule
    staff: Staff
    bars: list[Bar]
    waiting: list[Recusal]  # declared, not decided on: they bar nobody yet
    entity_ids: dict[str, int]

    def problems(self) -> list[str]:
        """Every reason for which freezing is refused, as sentences."""
        found = [problem.sentence for problem in item_problems(self.campaign)]
        quotas = [one.problem for one in self.pool.strata.values() if one.problem]
        refused = problems_before_freeze(self.lines, self.rule)
        if quotas:  # a layer whose quota cannot be met takes 0: say why, not that it is 0
            refused = [problem for problem in refused if problem.where != "strata"]
        return [
            *self._other_than_published(),
            *self._unusable_names(),
            *found,
            *quotas,
            *(self._named(one.sentence, one.codes) for one in refused),
        ]

    def warnings(self) -> list[str]:
        """What an illness or a late recusal could make impossible, and what two persons should look at."""
        found = [
            self._named(one.sentence, one.codes) for one in warnings_before_freeze(self.lines, self.rule)
        ]
        if self.waiting:
            found.append(f"有 {len(self.waiting)} 项回避申请还没有审批，冻结后才批准的不再影响本次抽取")
        return found

    def _unusable_names(self) -> list[str]:
        """The two names that stand in the commitment."""
        names = (("部门名称", self.campaign.agency.name), ("任务名称", self.campaign.name))
        return [f"{what}“{shown(name)}”{fault}" for what, name in names if (fault := text_fault(name))]

    def _other_than_published(self) -> list[str]:
        """Whom a draw leaves out is promised in the scheme: by another rule it would not be the published draw."""
        said = self.campaign.scheme.get("left_out")
        if said is None or [tuple(pair) for pair in said] == sentences(self.campaign):
            return []
        promised = "；".join(f"{label}：{words}" for label, words in said) or "没有这样的规定"
        return [
            "已检查不再抽或频次上限的规定在方案公示后改过，与公示的方案不同"
            f"（公示的是：{promised}）。请改回，或者终止任务、重新公示方案"
        ]

    def _named(self, sentence: str, codes: Sequence[str]) -> str:
        if not codes or len(codes) > 3:
            return sentence
        names = {entity.code: entity.name for entity, _ in self.pool.members}
        return f"{sentence}——{'、'.join(names.get(code, code) for code in codes)}"

    @property
    def people(self) -> dict[str, Officer]:
        """Whom each officer's code in the rule means."""
        return {member.code: member.officer for member in self.staff.members}

    @property
    def officer_ids(self) -> dict[str, int]:
        """The officer of the register behind each code of the rule."""
        return {code: officer.id for code, officer in self.people.items()}

    @property
    def loads(self) -> dict[str, int]:
        """How often each of them was drawn this year before, by code."""
        return {entry.code: entry.load for entry in self.rule.officers}


def prepare(campaign: Campaign, sources: Sequence[Source], day: date) -> Preparation:
    """Gather pool, layers, officers, loads, needs and bars of a campaign as they stand on that day."""
    pool = pool_of(campaign, day)
    lines = [PoolLine(entity.code, name, token_hex(SALT_BYTES)) for entity, name in pool.members]
    staff = staff_of(campaign, day)
    loads = loads_of_year(day.year)
    entries = [
        OfficerEntry(one.code, groups=one.groups, tags=one.tags, load=loads[one.officer.id])
        for one in staff.members
    ]
    barred, shown = _bars(campaign, pool, staff)
    team = TeamRule(campaign.team_size, campaign.team_unit)
    rule = Rule(
        salt=token_hex(SALT_BYTES),
        strata={
            name: Stratum(one.size, one.take, one.basis, one.closed) for name, one in pool.strata.items()
        },
        team=team,
        officers=entries,
        sources=list(sources),
        needs=needs_for_objects(_wanted(lines, staff.places), entries, barred, team),
        barred=barred,
    )
    ids = {entity.code: entity.id for entity, _ in pool.members}
    waiting = undecided(campaign.id, ids.values(), [one.officer.id for one in staff.members])
    return Preparation(campaign, pool, lines, rule, staff, shown, waiting, ids)


def _wanted(lines: Sequence[PoolLine], places: Sequence[Place]) -> Mapping[str, Sequence[Sequence[str]]]:
    wanted = [place.tags for place in places]
    return {line.code: wanted for line in lines} if any(wanted) else {}


def _bars(campaign: Campaign, pool: Pool, staff: Staff) -> tuple[dict[str, dict[str, str]], list[Bar]]:
    """The approved recusals between this pool and these officers, by code and as people read them."""
    known = {member.officer.id: member for member in staff.members}
    found = bars([entity.id for entity, _ in pool.members], campaign.id)
    barred: dict[str, dict[str, str]] = {}
    shown = []
    for entity, _ in pool.members:
        for officer_id, reason in sorted(found.get(entity.id, {}).items()):
            if officer_id in known:
                barred.setdefault(entity.code, {})[known[officer_id].code] = reason
                shown.append(Bar(known[officer_id].officer.name, entity.name, reason))
    return barred, shown
