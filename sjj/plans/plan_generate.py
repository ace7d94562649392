"""Lines that the year's targets require and the plan does not have: proposed with the reason, added when chosen.

Only for quarters that are still to come, and only where a target is not safe yet; what the plan has already is
never proposed again, so that asking twice adds nothing twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.plans.models import ON_SITE, PlanLine
from sjj.plans.plan_forecast import Outcome, forecast_of, lines_of
from sjj.plans.plan_line_events import PlanLinesGenerated
from sjj.plans.plan_line_rules import layers_of
from sjj.plans.plan_line_services import PlanLineRefused, add_lines, hold_year
from sjj.rules.amounts import rounded_up
from sjj.rules.forecast import Verdict
from sjj.rules.forecast_rounds import asked_of
from sjj.rules.plan_generation import required_lines
from sjj.rules.plan_lines import Joint, Line
from sjj.rules.quota import Quota
from sjj.rules.targets import in_force
from sjj.web import today

OFF_SITE = "书面检查"
_SCOPES: dict[str, tuple[dict[str, Any], str, str]] = {  # scope, layer by, layer value
    "special_quarter": ({}, "supervision_class", "特殊"),
    "key_quarter": ({}, "supervision_class", "重点"),
    "general_quarter": ({"positive": "no"}, "supervision_class", "一般"),
    "positive_quarter": ({"positive": "yes"}, "supervision_class", "一般"),
    "inspected_share": ({"kinds": ["enterprise"]}, "all", ""),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line that is missing: why, how many, and what stands in its way if it cannot be added."""

    key: str
    line: Line
    indicator: str
    why: str
    sentence: str
    stands: PlanLine | None = None  # a line for this exists, its number is too small

    @property
    def take(self) -> str:
        """Its quota as the office writes it."""
        return self.line.layers[0].quota.label


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is missing, and what lines alone cannot mend."""

    lines: tuple[Proposed, ...]
    notes: tuple[str, ...]


def proposals_for(agency: Agency, year: int, now: datetime, start: int | None = None) -> Proposals:
    """The missing lines of a year, from the present quarter on or from the one named."""
    day = today(now)
    lines = lines_of(agency.id, year)
    outcome = forecast_of(agency, year, now, lines)
    start = start or _first_quarter(year, day)
    with outcome.register.turn:
        wanted = required_lines(outcome.register.groups, outcome.settings, start)
    found = [one for one in (_proposed(line, outcome, lines) for line in wanted) if one is not None]
    found = _share_rest(found, outcome)
    return _with_joint(found, outcome, year, start)


def _first_quarter(year: int, day: date) -> int:
    if year > day.year:
        return 1
    return (day.month + 2) // 3 if year == day.year else 5


def _proposed(line: Line, outcome: Outcome, lines: Sequence[PlanLine]) -> Proposed | None:
    indicator = str(line.key).split("-", 1)[1]
    quarter = None if indicator == "inspected_share" else line.in_quarter
    outlook = outcome.forecast.outlook(indicator, quarter)
    if outlook is None or outlook.verdict in (Verdict.SURE, Verdict.UNKNOWN):
        return None
    plain = replace(line, joint=Joint.NONE)
    why = f"{outlook.sure.title}{outlook.verdict.label}：{outlook.sentence}"
    return Proposed(
        str(line.key), plain, indicator, why, _sentence(plain), _same(indicator, line.in_quarter, lines)
    )


def _sentence(line: Line) -> str:
    layer = line.layers[0]
    size = layer.pool.bit_count()
    if layer.quota.ratio is None:
        return f"{layer.label} {size} 户，抽 {layer.quota.number} 户"
    return f"{layer.label} {size} 户 × {layer.quota.label} → {asked_of(size, layer.quota)} 户"


def _same(indicator: str, quarter: int, lines: Sequence[PlanLine]) -> PlanLine | None:
    """A line of the plan that is about the same objects in the same quarter."""
    scope, by, value = _SCOPES[indicator]
    for one in lines:
        layers = layers_of(one)
        at = (one.month + 2) // 3 if one.month else one.quarter or 4
        if (
            at == quarter
            and (one.scope or {}) == scope
            and [(layer.by, layer.value) for layer in layers] == [(by, value)]
        ):
            return one
    return None


def _share_rest(found: list[Proposed], outcome: Outcome) -> list[Proposed]:
    """The year's share asks only for what the plan lacks, spread over the quarters that are left."""
    own = [one for one in found if one.indicator == "inspected_share"]
    outlook = outcome.forecast.outlook("inspected_share")
    if not own or outlook is None:
        return found
    each, more = divmod(outlook.sure.missing or 0, len(own))
    rest = [one for one in found if one.indicator != "inspected_share"]
    for place, one in enumerate(own):
        number = each + (place < more)
        if number:
            layer = replace(one.line.layers[0], quota=Quota(number=number))
            line = replace(one.line, layers=(layer,))
            rest.append(replace(one, line=line, sentence=_sentence(line), stands=None))
    return rest


def _with_joint(found: list[Proposed], outcome: Outcome, year: int, start: int) -> Proposals:
    """Joint kinds and credit classes on as many of the new lines as the targets still lack."""
    notes: list[str] = []
    lines = list(found)
    for quarter in range(start, 5):
        outlook = outcome.forecast.outlook("cross_joint_quarter", quarter)
        missing = (outlook.sure.missing or 0) if outlook is not None else 0
        missing -= _mark(lines, missing, Joint.CROSS, quarter)
        if missing > 0:
            notes.append(f"第{quarter}季度还缺 {missing} 次部门联合：请把该季度的任务改为部门联合")
    notes += _mark_internal(lines, outcome, year)
    by_credit = outcome.forecast.outlook("credit_share") is not None
    enterprises = outcome.register.groups.enterprises
    if by_credit:
        lines = [
            replace(one, line=replace(one.line, by_credit=bool(one.line.pool & enterprises))) for one in lines
        ]
        notes += _credit_note(outcome, sum(one.line.by_credit and one.stands is None for one in lines))
    return Proposals(tuple(lines), tuple(notes))


def _credit_note(outcome: Outcome, added: int) -> list[str]:
    """What is still missing of the draws by credit risk when the new lines are added."""
    outlook = outcome.forecast.outlook("credit_share")
    missing = (outlook.sure.missing or 0) - added if outlook is not None else 0
    if missing <= 0:
        return []
    return [f"运用信用风险分类的抽取还差 {missing} 次：请把已有的任务改为按信用风险分类抽取"]


def _mark(lines: list[Proposed], number: int, joint: Joint, quarter: int | None) -> int:
    """Give so many of the new lines a joint kind, those on site first; returns how many there were."""
    free = [
        place
        for place, one in enumerate(lines)
        if one.stands is None and one.line.joint is Joint.NONE and quarter in (None, one.line.in_quarter)
    ]
    free.sort(key=lambda place: lines[place].line.off_site)
    chosen = free[: max(0, number)]
    for place in chosen:
        lines[place] = replace(lines[place], line=replace(lines[place].line, joint=joint))
    return len(chosen)


def _mark_internal(lines: list[Proposed], outcome: Outcome, year: int) -> list[str]:
    targets = [
        one
        for one in in_force(outcome.settings.targets, date(year, 12, 31))
        if one.indicator == "internal_joint_share"
    ]
    if not targets:
        return []
    present = [one for one in outcome.forecast.lines if one.line.from_draw and one.line.own_agency]
    total = len(present) + sum(one.stands is None for one in lines)
    have = sum(one.line.joint is Joint.INTERNAL for one in present)
    missing = rounded_up(targets[0].value / 100 * total) - have
    missing -= _mark(lines, missing, Joint.INTERNAL, None)
    if missing <= 0:
        return []
    return [f"内部联合还缺 {missing} 次：请把已有的任务改为内部联合"]


def add_proposed(
    agency: Agency,
    year: int,
    keys: Collection[str],
    item_ids: Sequence[int],
    partners: dict[Joint, list[dict[str, Any]]],
    actor: User,
    now: datetime,
    start: int | None = None,
) -> list[PlanLine]:
    """Add the chosen lines, judged anew: what somebody else has added meanwhile is not added again."""
    hold_year(agency.id, year)
    chosen = [
        one for one in proposals_for(agency, year, now, start).lines if one.key in keys and one.stands is None
    ]
    if not chosen:
        raise PlanLineRefused("所选的任务计划里已经有了，没有要加的")
    basis = {one.indicator: one.source for one in in_force(_targets(agency, year, now), date(year, 12, 31))}
    rows = [_values(one, basis.get(one.indicator, ""), item_ids, partners) for one in chosen]
    made = add_lines(agency.id, year, rows)
    event = PlanLinesGenerated(
        subject_id=made[0].id, agency_id=agency.id, year=year, names=[one.name for one in made]
    )
    record(event, actor, now)
    return made


def _targets(agency: Agency, year: int, now: datetime) -> Any:
    return forecast_of(agency, year, now).settings.targets


def _values(
    one: Proposed, basis: str, item_ids: Sequence[int], partners: dict[Joint, list[dict[str, Any]]]
) -> dict[str, Any]:
    scope, by, value = _SCOPES[one.indicator]
    line = one.line
    return {
        "name": line.name,
        "basis": basis[:300],
        "check_type": "日常",
        "quarter": line.quarter,
        "ratio": one.take,
        "skip_inspected": line.skip.value,
        "items": list(item_ids),
        "scope": dict(scope),
        "layers": [{"by": by, "value": value, "take": one.take, "minimum": 0}],
        "method": OFF_SITE if line.off_site else ON_SITE,
        "joint": line.joint.value,
        "partners": partners.get(line.joint, []),
        "by_credit": line.by_credit,
        "directed": line.directed,
        "counts_inspected": line.counts_inspected,
    }
