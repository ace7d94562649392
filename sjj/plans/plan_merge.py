"""Lines whose objects overlap, joined into one visit (系统内部联合, 一业一查, 综合查一次): suggested, done when accepted.

The joint line is about the objects that both share, layer by layer, and checks the items of both. A line that lies
wholly within goes; one that has more objects stays for the rest without the layers that went over whole, is drawn
after the joint line and counts what its visits have inspected. Asked for only on request: it compares all pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Ground, Outcome, forecast_on, ground_of, lines_of
from sjj.plans.plan_line_events import PlanLineChanged, PlanLinesMerged
from sjj.plans.plan_line_numbers import effects
from sjj.plans.plan_line_rules import LayerWish, layer_pool, layers_of
from sjj.plans.plan_line_services import KEPT, PlanLineRefused, add_lines, change_places, hold_year, take_out
from sjj.plans.plan_merge_partners import partners_of, topic_of
from sjj.plans.plan_population import FIELDS, Register
from sjj.plans.plan_table import shares
from sjj.plans.scope import Scope
from sjj.registers.topic_queries import topics_of
from sjj.registers.upkeep_models import IndustryTopic
from sjj.rules.forecast import Outlook
from sjj.rules.plan_lines import Joint, Line, Skip
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
    layers_left: dict[int, list[Any]]  # of the lines that stay, by id
    effects: tuple[tuple[Outlook | None, Outlook], ...]
    topic: IndustryTopic | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.first.id}-{self.second.id}"

    @property
    def take(self) -> str:
        """How many the joint line draws, by layer."""
        return shares(PlanLine(**self.joint), internal=True) if self.joint else ""


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
    joint = merge.instead[0]
    scope = _common_scope(first, second)
    with outcome.register.turn:
        is_exact = scope is not None and _is_exact(joint, scope, outcome.register)
    pairs = ((first, merge.first), (second, merge.second))
    stays = tuple(line for line, plain in pairs if plain.pool & ~joint.pool)
    left = {line.id: _layers_left(line, plain, joint) for line, plain in pairs if line in stays}
    smaller = min(merge.first.pool.bit_count(), merge.second.pool.bit_count())
    if not is_exact or scope is None:
        return Suggestion(
            first, second, merge.kind, merge.shared, smaller, merge.saved, None, stays, left, (), None
        )
    topic = topic_of(scope, topics)
    values = _joint_values(first, second, merge, scope, topic, ground.agency)
    after = forecast_on(ground, _edited(lines, first, second, values, left, ground.agency, ground.year))
    return Suggestion(
        first,
        second,
        _kind(values["joint"]),
        merge.shared,
        smaller,
        outcome.forecast.visits - after.forecast.visits,
        values,
        stays,
        left,
        effects(outcome.forecast, after.forecast),
        topic,
    )


def _wishes(joint: Line) -> list[LayerWish]:
    """The layers of the joint line as the office writes them."""
    return [LayerWish(one.by, one.value, one.quota.label, one.minimum) for one in joint.layers]


def _is_exact(joint: Line, scope: Scope, register: Register) -> bool:
    """Whether scope and layers mean the very objects that both lines share."""
    pairs = zip(joint.layers, _wishes(joint), strict=True)
    return all(layer_pool(register, scope, wish) == layer.pool for layer, wish in pairs)


def _layers_left(line: PlanLine, plain: Line, joint: Line) -> list[Any]:
    """The layers of a line that stays, as it keeps them, without those that are wholly in the joint line."""
    moved = {(one.by, one.value) for one in joint.layers}
    gone = {
        (one.by, one.value)
        for one in plain.layers
        if not one.pool & ~joint.pool and (one.pool or (one.by, one.value) in moved)
    }
    kept = zip(line.layers or [], layers_of(line), strict=False)
    return [stored for stored, wish in kept if (wish.by, wish.value.strip("-")) not in gone]


def _kind(joint: str) -> str:
    if joint == Joint.INTERNAL:
        return "系统内部联合"
    return Joint.INDUSTRY.label if joint == Joint.INDUSTRY else "综合查一次"


def _common_scope(first: PlanLine, second: PlanLine) -> Scope | None:
    """The scope that says “in both”, None where no list of values says so."""
    one, other = (Scope.read(line.scope or {}) for line in (first, second))
    values: dict[str, Any] = {}
    for name in FIELDS:
        mine, theirs = getattr(one, name), getattr(other, name)
        if name == "tags" and mine and theirs and not (set(mine) <= set(theirs) or set(mine) >= set(theirs)):
            return (
                None  # any of these and any of those: only where one list holds the other it is the shorter
            )
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
    wishes = _wishes(joint)
    items = list(dict.fromkeys([*(first.items or []), *(second.items or [])]))
    kind, partners = partners_of(first, second, items, topic, agency)
    return {
        **values,
        "name": f"{first.name}·{second.name}"[:120],
        "basis": "；".join(dict.fromkeys(one for one in (first.basis, second.basis) if one))[:300],
        "items": items,
        "scope": scope.stored(),
        "layers": [one.stored() for one in wishes],
        "ratio": wishes[0].take if len(wishes) == 1 else "",
        "joint": kind.value,
        "partners": partners,
        "by_credit": joint.by_credit,
        "skip_inspected": joint.skip.value,
        "counts_inspected": False,
        "frequency_cap": joint.cap,
        "directed": bool(first.directed and second.directed),
        "merged_from": [first.number, second.number],
    }


def _edited(
    lines: Sequence[PlanLine],
    first: PlanLine,
    second: PlanLine,
    values: dict[str, Any],
    left: dict[int, list[Any]],
    agency: Agency,
    year: int,
) -> list[PlanLine]:
    """The plan as `accept` leaves it, on copies that are never stored."""
    found: list[PlanLine] = []
    for line in lines:
        if line.id in left:
            copy = PlanLine(agency_id=agency.id, year=year, number=line.number)
            copy.id = line.id
            for name in KEPT:
                setattr(copy, name, getattr(line, name))
            _for_the_rest(copy, left[line.id])
            found.append(copy)
        elif line is not first and line is not second:
            found.append(line)
    found.append(PlanLine(agency_id=agency.id, year=year, number=first.number, **values))
    place = next((place for place, line in enumerate(found) if line.id in left), -1)
    found[place], found[-1] = found[-1], found[place]
    return found


def _for_the_rest(line: PlanLine, layers: list[Any]) -> None:
    """What the joint visits have inspected counts, and is not visited again in the quarter."""
    if layers != (line.layers or []):
        line.layers = layers
        line.ratio = layers[0]["take"] if len(layers) == 1 else ""
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
            _leave_the_rest(line, chosen.layers_left[line.id], actor, now)
        else:
            take_out(line, actor, now)
    if chosen.stays:
        change_places(chosen.stays[0], made, actor, now)  # it counts what the joint visits have inspected
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


def _leave_the_rest(line: PlanLine, layers: list[Any], actor: User, now: datetime) -> None:
    before = {name: getattr(line, name) for name in ("layers", "counts_inspected", "skip_inspected")}
    _for_the_rest(line, layers)
    changes = {name: [old, getattr(line, name)] for name, old in before.items() if getattr(line, name) != old}
    record(
        PlanLineChanged(
            subject_id=line.id, agency_id=line.agency_id, year=line.year, number=line.number, name=line.name,
            changes=changes,
        ),
        actor,
        now,
    )  # fmt: skip
