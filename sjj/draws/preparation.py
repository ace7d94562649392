"""Everything that a freeze fixes, gathered from the register, with all that stands in its way.

The salts are new each time: what is shown before the freeze and what is frozen differ only in them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from sqlalchemy import select

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.plans.checks import item_problems
from sjj.plans.models import Campaign
from sjj.plans.pool import Pool, officers_for, officers_left_out, pool_of
from sjj.registers.models import Officer
from sjj.registers.recusal_queries import bars
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
from sjj.rules.lifecycle import DrawState
from sjj.rules.pairing import needs_for_objects
from sjj.web import SHANGHAI

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
    officers: list[Officer]
    officers_out: list[tuple[Officer, str]]
    bars: list[Bar]
    entity_ids: dict[str, int]

    def problems(self) -> list[str]:
        """Every reason for which freezing is refused, as sentences."""
        found = [problem.sentence for problem in item_problems(self.campaign)]
        quotas = [one.problem for one in self.pool.strata.values() if one.problem]
        refused = problems_before_freeze(self.lines, self.rule)
        if quotas:  # a layer whose quota cannot be met takes 0: say why, not that it is 0
            refused = [problem for problem in refused if problem.where != "strata"]
        return [*found, *quotas, *(self._named(one.sentence, one.codes) for one in refused)]

    def warnings(self) -> list[str]:
        """What an illness or a late recusal could make impossible."""
        return [self._named(one.sentence, one.codes) for one in warnings_before_freeze(self.lines, self.rule)]

    def _named(self, sentence: str, codes: Sequence[str]) -> str:
        if not codes or len(codes) > 3:
            return sentence
        names = {entity.code: entity.name for entity, _ in self.pool.members}
        return f"{sentence}——{'、'.join(names.get(code, code) for code in codes)}"

    @property
    def people(self) -> dict[str, Officer]:
        """Whom each officer's code in the rule means."""
        return {officer.code: officer for officer in self.officers}

    @property
    def officer_ids(self) -> dict[str, int]:
        """The officer of the register behind each code of the rule."""
        return {code: officer.id for code, officer in self.people.items()}


def prepare(campaign: Campaign, sources: Sequence[Source], day: date) -> Preparation:
    """Gather pool, layers, officers, loads, needs and bars of a campaign as they stand on that day."""
    pool = pool_of(campaign, day)
    lines = [PoolLine(entity.code, name, token_hex(SALT_BYTES)) for entity, name in pool.members]
    officers = officers_for(campaign, day)
    loads = loads_of_year(campaign.agency_id, day.year)
    entries = [
        OfficerEntry(
            officer.code,
            groups=(officer.group,) if officer.group else (),
            tags=[tag.name for tag in officer.tags],
            load=loads[officer.code],
        )
        for officer in officers
    ]
    barred, shown = _bars(pool, officers)
    team = TeamRule(campaign.team_size, "officer")
    wanted = {line.code: campaign.needs for line in lines} if any(campaign.needs) else {}
    rule = Rule(
        salt=token_hex(SALT_BYTES),
        strata={
            name: Stratum(one.size, one.take, one.basis, one.closed) for name, one in pool.strata.items()
        },
        team=team,
        officers=entries,
        sources=list(sources),
        needs=needs_for_objects(wanted, entries, barred, team),
        barred=barred,
    )
    return Preparation(
        campaign,
        pool,
        lines,
        rule,
        officers,
        officers_left_out(campaign, day),
        shown,
        {entity.code: entity.id for entity, _ in pool.members},
    )


def _bars(pool: Pool, officers: Sequence[Officer]) -> tuple[dict[str, dict[str, str]], list[Bar]]:
    """The approved recusals between this pool and these officers, by code and as people read them."""
    known = {officer.id: officer for officer in officers}
    found = bars([entity.id for entity, _ in pool.members])
    barred: dict[str, dict[str, str]] = {}
    shown = []
    for entity, _ in pool.members:
        for officer_id, reason in sorted(found.get(entity.id, {}).items()):
            if officer_id in known:
                barred.setdefault(entity.code, {})[known[officer_id].code] = reason
                shown.append(Bar(known[officer_id].name, entity.name, reason))
    return barred, shown


def loads_of_year(agency_id: int, year: int) -> Counter[str]:
    """How often each officer was drawn in the draws of a year that count (draw.md §3: `load`)."""
    query = (
        select(Draw.drawn_at, DrawnObject.team)
        .join(DrawnObject.draw)
        .where(Draw.agency_id == agency_id, Draw.state == DrawState.DRAWN)
    )
    loads: Counter[str] = Counter()
    for drawn_at, team in db.session.execute(query):
        if drawn_at is not None and drawn_at.astimezone(SHANGHAI).year == year:
            loads.update(team)
    return loads
