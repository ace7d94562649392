"""What of a year's plan has been done already: campaigns carried out, as lines that a forecast takes as known.

Inspections lie above the plans, so the app tells us once, when it is made, whom to ask (as in `plans.visits`).
A line that was carried out counts with the objects that were inspected; a campaign on no line of the plan counts
beside it, and named objects where the settings say so.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.database import db
from sjj.plans.models import ON_SITE, Campaign
from sjj.plans.plan_population import Register
from sjj.plans.plan_settings import ToTargets
from sjj.rules.deadlines import quarter_of
from sjj.rules.lifecycle import CampaignState
from sjj.rules.plan_lines import Joint, Layer, Line
from sjj.rules.quota import Quota


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit that ended: in which campaign, to which object of the agency, when, how, whose."""

    campaign_id: int
    entity_id: int
    day: date
    off_site: bool = False
    own_agency: bool = True


Provider = Callable[[int, int, bool], Sequence[Visited]]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows the visits of an agency (its id) in a year, with other agencies' visits or without."""
    _asked[:] = [provider]


def visited(agency_id: int, year: int, others: bool = False) -> Sequence[Visited]:
    """The visits to an agency's objects that ended in a year. Raises LookupError if nobody was named."""
    if not _asked:
        raise LookupError("nobody was named who knows the visits")
    return _asked[0](agency_id, year, others)


@dataclass(frozen=True, slots=True)
class Done:
    """A year so far: the campaigns of each plan line, and all visits by campaign."""

    of_line: Mapping[int, Sequence[Campaign]]
    off_plan: Sequence[Campaign]
    visits: Mapping[int, Sequence[Visited]]
    others: Sequence[Visited]


def done_of(agency_id: int, year: int, *, others: bool = False) -> Done:
    """What an agency has done of a year, and if asked what others have done at its objects."""
    query = (
        select(Campaign)
        .where(
            Campaign.agency_id == agency_id, Campaign.year == year, Campaign.state != CampaignState.CANCELLED
        )
        .order_by(Campaign.serial)
        .options(selectinload(Campaign.strata), selectinload(Campaign.partners))
    )
    campaigns = list(db.session.scalars(query))
    visits: dict[int, list[Visited]] = {}
    by_others = []
    for one in visited(agency_id, year, others):
        if one.own_agency:
            visits.setdefault(one.campaign_id, []).append(one)
        else:
            by_others.append(one)
    of_line: dict[int, list[Campaign]] = {}
    off_plan = []
    for campaign in campaigns:
        if campaign.plan_line_id is not None:
            of_line.setdefault(campaign.plan_line_id, []).append(campaign)
        elif visits.get(campaign.id):
            off_plan.append(campaign)
    return Done(of_line, off_plan, visits, by_others)


def carried_out(line: Line, done: Done, register: Register, *, strictly: bool, day: date) -> Line:
    """The line as it is known: what was inspected, if all its campaigns are finished.

    `strictly`: a line whose quarter is past counts only what was inspected by now, even nothing.
    """
    campaigns = done.of_line.get(line.key, ()) if isinstance(line.key, int) else ()
    seen = [visit for one in campaigns for visit in done.visits.get(one.id, ())]
    is_finished = bool(campaigns) and all(one.state is CampaignState.FINISHED for one in campaigns)
    if not is_finished and not (strictly and is_past(line, day)):
        return line
    group = register.population.group_of({visit.entity_id for visit in seen})
    last = max((visit.day for visit in seen), default=None)
    quarter = quarter_of(last)[1] if last is not None else line.in_quarter
    layer = Layer("已检查的对象", group, Quota(number=group.bit_count()))
    return replace(
        line, layers=(layer,), inspected=group, quarter=quarter, month=None, from_draw=bool(campaigns)
    )


def is_past(line: Line, day: date) -> bool:
    """Whether the quarter of a line of this year is over."""
    return line.in_quarter < quarter_of(day)[1]


def beside_the_plan(done: Done, register: Register, settings: ToTargets) -> Iterable[Line]:
    """Campaigns on no line of the plan, and other agencies' visits, as lines carried out."""
    for campaign in done.off_plan:
        counts = settings.outside_draws if campaign.check_type != "个案" else settings.individual_cases
        if campaign.was_drawn or counts:
            yield from _by_quarter(campaign, done.visits[campaign.id], register)
    if settings.other_agencies and done.others:
        for quarter, off_site, group in _parts(done.others, register):
            layer = Layer("其他部门已检查的对象", group, Quota(number=group.bit_count()))
            yield Line(
                ("others", quarter, off_site), "其他部门的检查", (layer,), quarter, off_site=off_site,
                inspected=group, from_draw=False, own_agency=False,
            )  # fmt: skip


def _by_quarter(campaign: Campaign, visits: Sequence[Visited], register: Register) -> Iterable[Line]:
    for number, (quarter, off_site, group) in enumerate(_parts(visits, register)):
        layer = Layer("计划外已检查的对象", group, Quota(number=group.bit_count()))
        yield Line(
            ("campaign", campaign.id, number),
            campaign.name,
            (layer,),
            quarter,
            off_site=off_site,
            joint=joint_of(campaign),
            by_credit=by_credit(campaign),
            check_type=campaign.check_type,
            inspected=group,
            from_draw=campaign.was_drawn and number == 0,  # one draw, whatever the quarters of its visits
        )


def _parts(visits: Collection[Visited], register: Register) -> Iterable[tuple[int, bool, int]]:
    found: dict[tuple[int, bool], set[int]] = {}
    for visit in visits:
        found.setdefault((quarter_of(visit.day)[1], visit.off_site), set()).add(visit.entity_id)
    for (quarter, off_site), entities in sorted(found.items()):
        yield quarter, off_site, register.population.group_of(entities)


def joint_of(campaign: Campaign) -> Joint:
    """With whom a campaign is carried out, by its partners."""
    others = {one.agency_id for one in campaign.partners} - {campaign.agency_id}
    if others:
        return Joint.CROSS
    return Joint.INTERNAL if campaign.partners else Joint.NONE


def by_credit(campaign: Campaign) -> bool:
    """Whether a campaign goes by credit risk: its layers or its scope."""
    return any(one.by == "credit_risk" for one in campaign.strata) or bool(campaign.scope.get("credit"))


def is_off_site(method: str) -> bool:
    """Whether nobody goes there."""
    return method != ON_SITE
