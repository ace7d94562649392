"""The plain numbers that the year's indicators are judged by, as they stand today (sjj.rules.indicator_list).

A few passes of SQL over the register, the visits and the draws of one agency; persons are never counted
(严禁下达检查指标, 国办发〔2024〕54号). The base is the register as it is now: who has left it counts nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, cast, func, or_, select, type_coerce

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.followups.models import Problem
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.models import Inspection
from sjj.inspections.plan_visits import plan_visits
from sjj.plans.models import Campaign, CampaignPartner
from sjj.plans.plan_forecast_done import Visited, by_credit, joint_of
from sjj.plans.plan_settings import ToTargets, to_targets_of
from sjj.plans.scope import on_positive_list
from sjj.publicity.queries import timeliness_of
from sjj.registers.models import ACTIVE_STATES, Entity, EntityKind
from sjj.rules.deadlines import quarter_of
from sjj.rules.lifecycle import CampaignState, DrawState, ResultState
from sjj.rules.plan_lines import Joint
from sjj.web import today

QUARTERS = (1, 2, 3, 4)
Counts = dict[int | None, dict[str, int]]
_STANDS = (Entity.merged_into_id.is_(None), Entity.state.in_(ACTIVE_STATES))


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit to an object that stands in the register."""

    entity_id: int
    quarter: int
    off_site: bool
    is_enterprise: bool
    group: str  # special, key, positive or general


def counts_of(agency: Agency, year: int, deadlines: Deadlines) -> Counts:
    """All numbers of a year (None) and its quarters."""
    sizes = _sizes(agency.id, deadlines.today)
    visits = _visits(agency.id, year, deadlines.today)
    drawn = _drawn_campaigns(agency.id, year)
    found: Counts = {
        None: _year(sizes, visits) | _draws(drawn, agency.id) | _kept_in_time(agency, year, deadlines)
    }
    cross = _cross_draws(agency.id, year, drawn)
    for quarter in QUARTERS:
        found[quarter] = _quarter(sizes, [one for one in visits if one.quarter == quarter])
        found[quarter]["cross_joint_draws"] = cross[quarter]
    return found


def _sizes(agency_id: int, day: date) -> Counter[str]:
    """How many objects of each group the register holds."""
    listed = on_positive_list(day).label("listed")
    kind, klass = type_coerce(Entity.kind, String), type_coerce(Entity.supervision_class, String)
    query = (
        select(kind, klass, listed, func.count())
        .where(Entity.agency_id == agency_id, *_STANDS)
        .group_by(kind, klass, listed)
    )
    sizes: Counter[str] = Counter()
    for kind_, klass_, on_list, number in db.session.execute(query):
        sizes[_group(str(klass_), bool(on_list))] += number
        if kind_ == EntityKind.ENTERPRISE.value:
            sizes["enterprises"] += number
    return sizes


def _group(klass: str, on_list: bool) -> str:
    if klass == "一般":
        return "positive" if on_list else "general"
    return {"特殊": "special", "重点": "key"}.get(klass, "general")


def _visits(agency_id: int, year: int, day: date) -> list[_Visit]:
    """The visits of the year that count towards the targets."""
    wanted = to_targets_of(agency_id, year)
    made = plan_visits(agency_id, year, wanted.other_agencies)
    kinds = _kinds({one.campaign_id for one in made})
    counted = [one for one in made if _counts(one, kinds, wanted)]
    groups = _groups(agency_id, {one.entity_id for one in counted}, day)
    return [
        _Visit(one.entity_id, quarter_of(one.day)[1], one.off_site, *groups[one.entity_id])
        for one in counted
        if one.entity_id in groups
    ]


def _counts(visit: Visited, kinds: dict[int, tuple[str, bool, bool]], wanted: ToTargets) -> bool:
    if not visit.own_agency:
        return wanted.other_agencies
    check_type, by_draw, planned = kinds[visit.campaign_id]
    if by_draw or planned:
        return True
    return wanted.individual_cases if check_type == "个案" else wanted.outside_draws


def _kinds(campaign_ids: set[int]) -> dict[int, tuple[str, bool, bool]]:
    columns = (Campaign.id, Campaign.check_type, Campaign.by_draw, Campaign.platform, Campaign.plan_line_id)
    query = select(*columns).where(Campaign.id.in_(campaign_ids))
    return {
        number: (kind, by_draw or bool(platform), line is not None)
        for number, kind, by_draw, platform, line in db.session.execute(query)
    }


def _groups(agency_id: int, ids: set[int], day: date) -> dict[int, tuple[bool, str]]:
    """Of the objects that stand in the register: whether an enterprise, and the group."""
    query = select(Entity.id, Entity.kind, Entity.supervision_class, on_positive_list(day)).where(
        Entity.agency_id == agency_id, *_STANDS
    )
    if len(ids) <= MOST_NAMED:
        query = query.where(Entity.id.in_(ids))
    return {
        number: (kind is EntityKind.ENTERPRISE, _group(str(klass), bool(on_list)))
        for number, kind, klass, on_list in db.session.execute(query)
        if number in ids
    }


MOST_NAMED = 20_000  # values in one statement; with more the register is read whole


def _year(sizes: Counter[str], visits: Sequence[_Visit]) -> dict[str, int]:
    inspected = {one.entity_id for one in visits if one.is_enterprise}
    return {"enterprises": sizes["enterprises"], "enterprises_inspected": len(inspected)}


def _quarter(sizes: Counter[str], visits: Sequence[_Visit]) -> dict[str, int]:
    found = {}
    for name in ("special", "key", "general"):
        found[name] = sizes[name]
        found[f"{name}_inspected"] = len({one.entity_id for one in visits if one.group == name})
    off_site = {one.entity_id for one in visits if one.group == "positive" and one.off_site}
    return found | {"positive": sizes["positive"], "positive_off_site": len(off_site)}


def _drawn_campaigns(agency_id: int, year: int) -> list[Campaign]:
    """The campaigns whose draw was held, here or on the provincial platform, and counts."""
    drawn_here = select(Draw.id).where(Draw.campaign_id == Campaign.id, Draw.state == DrawState.DRAWN)
    query = (
        select(Campaign)
        .where(
            Campaign.agency_id == agency_id,
            Campaign.year == year,
            Campaign.state != CampaignState.CANCELLED,
            or_(drawn_here.exists(), _drawn_elsewhere()),
        )
        .order_by(Campaign.id)
    )
    return list(db.session.scalars(query))


def _drawn_elsewhere() -> ColumnElement[bool]:
    """A list that was drawn on the provincial platform and taken over; not one whose checks were all taken back."""
    stands = select(Inspection.id).where(
        Inspection.campaign_id == Campaign.id, Inspection.standing != ResultState.WITHDRAWN
    )
    is_listed = cast(Campaign.platform, String).not_in(("", "{}"))
    return is_listed & Campaign.drawn_at.is_not(None) & stands.exists()


def _draws(campaigns: Sequence[Campaign], agency_id: int) -> dict[str, int]:
    enterprises = _enterprises_drawn([one.id for one in campaigns], agency_id)
    credit = {one.id for one in campaigns if by_credit(one)}
    of_enterprises = [one.id for one in campaigns if enterprises[one.id]]
    return {
        "draws": len(campaigns),
        "draws_by_credit": len(credit),
        "enterprise_draws": len(of_enterprises),
        "enterprise_draws_by_credit": sum(number in credit for number in of_enterprises),
        "enterprises_drawn": sum(enterprises.values()),
        "enterprises_drawn_by_credit": sum(n for number, n in enterprises.items() if number in credit),
        "internal_joint_draws": sum(joint_of(one) is Joint.INTERNAL for one in campaigns),
    }


def _enterprises_drawn(ids: Iterable[int], agency_id: int) -> Counter[int]:
    """Enterprises drawn (户次) by campaign; of a list drawn elsewhere those that were sent out."""
    listed = list(ids)
    here = (
        select(Draw.campaign_id, func.count())
        .join(DrawnObject, DrawnObject.draw_id == Draw.id)
        .join(Entity, Entity.id == DrawnObject.entity_id)
        .where(
            Draw.campaign_id.in_(listed),
            Draw.state == DrawState.DRAWN,
            DrawnObject.left_by.is_(None),
            Entity.kind == EntityKind.ENTERPRISE,
        )
        .group_by(Draw.campaign_id)
    )
    found: Counter[int] = Counter()
    for number, times in db.session.execute(here):
        found[number] = times
    rest = [number for number in listed if number not in found]
    if rest:
        sent = (
            select(Inspection.campaign_id, func.count())
            .join(Entity, Entity.id == Inspection.entity_id)
            .where(
                Inspection.campaign_id.in_(rest),
                Inspection.agency_id == agency_id,
                Inspection.draw_id.is_(None),
                Inspection.standing != ResultState.WITHDRAWN,
                Entity.kind == EntityKind.ENTERPRISE,
            )
            .group_by(Inspection.campaign_id)
        )
        for number, times in db.session.execute(sent):
            found[number] = times
    return found


def _cross_draws(agency_id: int, year: int, own: Sequence[Campaign]) -> Counter[int]:
    """Draws with other agencies by quarter: those that this agency leads, and those it takes part in."""
    found = Counter(_quarter_drawn(one) for one in own if joint_of(one).is_cross_agency)
    theirs = (
        select(Campaign)
        .where(
            Campaign.id.in_(
                select(CampaignPartner.campaign_id).where(CampaignPartner.agency_id == agency_id)
            ),
            Campaign.id.in_(select(Draw.campaign_id).where(Draw.state == DrawState.DRAWN)),
            Campaign.agency_id != agency_id,
            Campaign.year == year,
            Campaign.state != CampaignState.CANCELLED,
        )
        .order_by(Campaign.id)
    )
    found.update(_quarter_drawn(one) for one in db.session.scalars(theirs))
    return found


def _quarter_drawn(campaign: Campaign) -> int:
    return quarter_of(today(campaign.drawn_at) if campaign.drawn_at else campaign.starts_on)[1]


def _kept_in_time(agency: Agency, year: int, deadlines: Deadlines) -> dict[str, int]:
    """Results and follow-ups that fell due, and those of them kept in time."""
    public = timeliness_of(agency.id, year, deadlines)
    due, kept = _follow_ups(agency.id, year, deadlines.today)
    return {
        "results_due": public.due,
        "results_in_time": public.in_time,
        "followups_due": due,
        "followups_in_time": kept,
    }


def _follow_ups(agency_id: int, year: int, day: date) -> tuple[int, int]:
    """Problems of the year whose day has come or which are closed, and how many of them in time."""
    query = select(Problem.due_on, Problem.closed_at).where(
        Problem.agency_id == agency_id, Problem.due_on.between(date(year, 1, 1), date(year, 12, 31))
    )
    due = kept = 0
    for due_on, closed_at in db.session.execute(query):
        if closed_at is None and due_on is not None and due_on >= day:
            continue
        due += 1
        kept += closed_at is not None and due_on is not None and today(closed_at) <= due_on
    return due, kept
