"""Lines whose objects overlap, joined into one visit (系统内部联合, 一业一查, 综合查一次): suggested, done when accepted.

The joint line is about the objects that both share and checks the items of both. A line that lies wholly within
goes; one that has more objects stays for the rest, and counts what the joint visits have inspected. Asked for
only on request: it compares all pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Ground, Outcome, forecast_on, ground_of, lines_of
from sjj.plans.plan_line_events import PlanLineChanged, PlanLinesMerged
from sjj.plans.plan_line_numbers import effects
from sjj.plans.plan_line_rules import layer_scope, layers_of
from sjj.plans.plan_line_services import KEPT, PlanLineRefused, add_lines, hold_year, take_out
from sjj.plans.plan_population import FIELDS
from sjj.plans.scope import Scope
from sjj.registers.models import Item
from sjj.registers.topic_queries import topics_of
from sjj.registers.upkeep_models import IndustryTopic
from sjj.rules.forecast import Outlook
from sjj.rules.plan_lines import Joint, Skip
from sjj.rules.plan_merging import Merge, suggest_merges

MOST_LINES = 80  # all pairs of more would take a request too long


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two lines that could be one visit: what comes of it, and why it cannot be done here if it cannot."""

    first: PlanLine
    second: PlanLine
    kind: str
    shared: int
    smaller: int
    saved: int
    joint: (
        dict[str, Any] | None
    )  # the joint line's values; None: its objects are no scope that can be written
    stays: tuple[PlanLine, ...]
    effects: tuple[tuple[Outlook | None, Outlook], ...]
    topic: IndustryTopic | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.first.id}-{self.second.id}"


def suggestions_for(agency: Agency, year: int, now: datetime) -> list[Suggestion]:
    """The suggestions that save most visits. Raises PlanLineRefused above MOST_LINES lines."""
    lines = lines_of(agency.id, year)
    if len(lines) > MOST_LINES:
        raise PlanLineRefused(f"计划有 {len(lines)} 项，超过 {MOST_LINES} 项时不作合并比较，请先按季度整理")
    ground = ground_of(agency, year, now)
    outcome = forecast_on(ground, lines)
    known = {one.id: one for one in lines}
    with outcome.register.turn:
        merges = suggest_merges(
            outcome.lines, outcome.register.population, outcome.register.groups, outcome.settings
        )
    topics = topics_of(agency.id)
    found = [
        _suggestion(ground, lines, known[one.first.key], known[one.second.key], one, outcome, topics)
        for one in merges
        if isinstance(one.first.key, int) and isinstance(one.second.key, int)
    ]
    return [one for one in found if one.saved > 0 or one.joint is None]


def _suggestion(
    ground: Ground,
    lines: Sequence[PlanLine],
    first: PlanLine,
    second: PlanLine,
    merge: Merge,
    outcome: Outcome,
    topics: Sequence[IndustryTopic],
) -> Suggestion:
    shared_mask = merge.instead[0].pool
    scope = _common_scope(first, second)
    with outcome.register.turn:
        is_exact = scope is not None and outcome.register.group(scope) == shared_mask
    stays = tuple(
        line for line, plain in ((first, merge.first), (second, merge.second)) if plain.pool & ~shared_mask
    )
    smaller = min(merge.first.pool.bit_count(), merge.second.pool.bit_count())
    if not is_exact or scope is None:
        return Suggestion(
            first, second, merge.kind, merge.shared, smaller, merge.saved, None, stays, (), None
        )
    topic = _topic(scope, topics)
    values = _joint_values(first, second, merge, scope, topic, ground.agency)
    after = forecast_on(ground, _edited(lines, first, second, values, stays, ground.agency, ground.year))
    return Suggestion(
        first,
        second,
        _kind(values["joint"]),
        merge.shared,
        smaller,
        outcome.forecast.visits - after.forecast.visits,
        values,
        stays,
        effects(outcome.forecast, after.forecast),
        topic,
    )


def _kind(joint: str) -> str:
    if joint == Joint.INTERNAL:
        return "系统内部联合"
    return Joint.INDUSTRY.label if joint == Joint.INDUSTRY else "综合查一次"


def _common_scope(first: PlanLine, second: PlanLine) -> Scope | None:
    """The scope that says “in both”, None where no list of values says so."""
    one, other = (_folded(line) for line in (first, second))
    values: dict[str, Any] = {}
    for name in FIELDS:
        mine, theirs = getattr(one, name), getattr(other, name)
        if name == "tags" and mine and theirs and set(mine) != set(theirs):
            return None  # any of these and any of those: no list of tags means that
        if mine and theirs:
            values[name] = tuple(value for value in mine if value in theirs)
            if not values[name]:
                return None
        else:
            values[name] = mine or theirs
    kinds = {one.positive, other.positive} - {"any"}
    if len(kinds) > 1:
        return None
    return Scope(**values, positive=next(iter(kinds), "any"))


def _folded(line: PlanLine) -> Scope:
    """The scope of a line with one layer, the layer's own value in it."""
    scope = Scope.read(line.scope or {})
    wish = layers_of(line)[0]
    return replace(layer_scope(scope, wish), positive=scope.positive)


def _joint_values(
    first: PlanLine,
    second: PlanLine,
    merge: Merge,
    scope: Scope,
    topic: IndustryTopic | None,
    agency: Agency,
) -> dict[str, Any]:
    values = {name: getattr(first, name) for name in KEPT}
    joint = merge.instead[0]
    number = joint.layers[0].quota.number or 0
    items = list(dict.fromkeys([*(first.items or []), *(second.items or [])]))
    kind, partners = _partners(first, second, items, topic, agency)
    return {
        **values,
        "name": f"{first.name}·{second.name}"[:120],
        "basis": "；".join(dict.fromkeys(one for one in (first.basis, second.basis) if one))[:300],
        "items": items,
        "scope": scope.stored(),
        "layers": [{"by": "all", "value": "", "take": f"{number}户", "minimum": 0}],
        "ratio": f"{number}户",
        "joint": kind.value,
        "partners": partners,
        "by_credit": joint.by_credit,
        "skip_inspected": joint.skip.value,
        "counts_inspected": False,
        "frequency_cap": joint.cap,
        "directed": bool(first.directed and second.directed),
        "merged_from": [first.number, second.number],
    }


def _partners(
    first: PlanLine, second: PlanLine, items: list[int], topic: IndustryTopic | None, agency: Agency
) -> tuple[Joint, list[dict[str, Any]]]:
    """With whom the joint line is carried out: what the two lines say, the 一业一查 list, or the items' sections."""
    said = [*(first.partners or []), *(second.partners or [])]
    kept = list({(one.get("agency"), one.get("section")): one for one in said}.values())
    others = [one for one in kept if one.get("agency") != agency.id]
    listed = _agencies_of(topic, agency)
    if topic is not None and (listed or others):
        added = [{"agency": n, "section": None} for n in listed if n not in {o.get("agency") for o in others}]
        return Joint.INDUSTRY, [*others, *added]
    if others:
        return Joint.CROSS, kept
    query = select(Item.section_id).where(Item.id.in_(items), Item.section_id.is_not(None))
    sections = {*db.session.scalars(query), *(one["section"] for one in kept if one.get("section"))}
    sections |= {one.section_id for one in (first, second) if one.section_id}
    if len(sections) > 1:
        return Joint.INTERNAL, [{"agency": agency.id, "section": n} for n in sorted(sections)]
    return Joint.NONE, []


def _agencies_of(topic: IndustryTopic | None, agency: Agency) -> list[int]:
    """The agencies of the installation that the list names beside this one."""
    if topic is None:
        return []
    names = {str(name) for name in (*topic.partners, topic.lead)}
    query = select(Agency.id).where(Agency.name.in_(names), Agency.id != agency.id)
    return list(db.session.scalars(query.order_by(Agency.id)))


def _topic(scope: Scope, topics: Sequence[IndustryTopic]) -> IndustryTopic | None:
    """The entry of the 一业一查 list that the common objects belong to, if it is one industry of the list."""
    return next((one for one in topics if scope.industries == (one.industry,)), None)


def _edited(
    lines: Sequence[PlanLine],
    first: PlanLine,
    second: PlanLine,
    values: dict[str, Any],
    stays: Sequence[PlanLine],
    agency: Agency,
    year: int,
) -> list[PlanLine]:
    """The plan as it would be, on copies that are never stored."""
    found: list[PlanLine] = []
    for line in lines:
        if line is first:
            found.append(PlanLine(agency_id=agency.id, year=year, number=line.number, **values))
        if line in stays:
            copy = PlanLine(agency_id=agency.id, year=year, number=line.number)
            copy.id = line.id
            for name in KEPT:
                setattr(copy, name, getattr(line, name))
            _for_the_rest(copy)
            found.append(copy)
        elif line is not first and line is not second:
            found.append(line)
    return found


def _for_the_rest(line: PlanLine) -> None:
    """What the joint visits have inspected counts, and is not visited again in the quarter."""
    line.counts_inspected = True
    if line.skip_inspected == Skip.NONE:
        line.skip_inspected = Skip.QUARTER.value


def accept(agency: Agency, year: int, key: str, actor: User, now: datetime) -> PlanLine:
    """Join two lines as suggested, judged anew. Raises PlanLineRefused where that cannot be done (any more)."""
    hold_year(agency.id, year)
    chosen = next((one for one in suggestions_for(agency, year, now) if one.key == key), None)
    if chosen is None or chosen.joint is None:
        raise PlanLineRefused("计划已有变化，这条建议不再适用，请重新查看")
    origins = [f"第{one.number}项“{one.name}”" for one in (chosen.first, chosen.second)]
    [made] = add_lines(agency.id, year, [chosen.joint])
    for line in (chosen.first, chosen.second):
        if line in chosen.stays:
            before = [line.counts_inspected, line.skip_inspected]
            _for_the_rest(line)
            after = [line.counts_inspected, line.skip_inspected]
            record(
                PlanLineChanged(
                    subject_id=line.id, agency_id=agency.id, year=year, number=line.number, name=line.name,
                    changes={"counts_inspected, skip_inspected": [before, after]},
                ),
                actor,
                now,
            )  # fmt: skip
        else:
            take_out(line, actor, now)
    event = PlanLinesMerged(
        subject_id=made.id,
        agency_id=agency.id,
        year=year,
        number=made.number,
        name=made.name,
        origins=origins,
    )
    record(event, actor, now)
    db.session.flush()
    return made
