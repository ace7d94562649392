"""A campaign made from a line of the year's plan in one step: everything the line says is filled in. Never commits.

The shares stay those of the plan: of the whole class, with its minimum (`CampaignStratum.of_whole`), so that the
campaign draws what the plan's forecast says. A line that was dropped makes no campaign.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans import events
from sjj.plans.models import ON_SITE, Campaign, CampaignItem, CampaignPartner, PlanLine
from sjj.plans.numbering import hold_agency, number_campaign
from sjj.plans.plan_line_rules import layers_of
from sjj.plans.plan_versions import published
from sjj.plans.scope import Scope
from sjj.plans.services import CampaignRefused, Layer, Partner, lay_out
from sjj.registers.models import Item
from sjj.rules.deadlines import quarter_bounds
from sjj.rules.lifecycle import CampaignState
from sjj.rules.plan_lines import Joint

LEAST_TEAM, MOST_TEAM = 2, 4
LAST_MONTH = 12


def campaigns_of_lines(line_ids: Iterable[int]) -> dict[int, list[Campaign]]:
    """{line id: its campaigns that were not cancelled, the oldest first}."""
    query = select(Campaign).where(
        Campaign.plan_line_id.in_(set(line_ids)), Campaign.state != CampaignState.CANCELLED
    )
    found: dict[int, list[Campaign]] = {}
    for one in db.session.scalars(query.order_by(Campaign.serial)):
        found.setdefault(one.plan_line_id or 0, []).append(one)
    return found


def campaigns_of(line: PlanLine, *, hold: bool = False) -> list[Campaign]:
    """The campaigns of one line; `hold`: nobody makes another until this transaction ends."""
    if hold:
        hold_agency(line.agency_id)
    return campaigns_of_lines([line.id]).get(line.id, [])


def is_there_still(line: PlanLine) -> bool:
    """Read a line again once the agency is held: an adjustment may have struck or deleted it an instant ago."""
    return db.session.get(PlanLine, line.id, populate_existing=True) is not None


def why_not(line: PlanLine, day: date) -> str:
    """Why no campaign can be made from a line; "" when it can."""
    if line.dropped_at is not None:
        return "这一项已在计划调整中取消，不能再建抽查任务"
    if day.year > line.year:
        return f"{line.year}年度已经结束，不能再按这一项建抽查任务"
    return ""


def warnings_of(line: PlanLine, day: date) -> list[str]:
    """What should be seen to about a line, and stops nothing."""
    plan, found = published(line.agency_id, line.year), []
    if plan is None:
        found.append(f"{line.year}年度抽查计划还没有公示")
    elif line.id not in {one.get("key") for one in plan.content.get("lines", [])}:
        found.append("这一项还不在已公示的计划里，请先公示计划调整")
    if line.dropped_at is not None:
        found.append("这一项已在计划调整中取消")
    first, last = period_of(line)
    if last < day <= date(line.year, LAST_MONTH, 31):
        found.append(f"计划的日期（{first.month}月至{last.month}月）已过")
    return found


def period_of(line: PlanLine) -> tuple[date, date]:
    """The first and the last day of a line: its month, its quarter or the whole year."""
    if line.month:
        first = date(line.year, line.month, 1)
        _, end = quarter_bounds(line.year, (line.month + 2) // 3)
        return first, min(end, date(line.year, line.month, _last_day(line.year, line.month)))
    if line.quarter:
        return quarter_bounds(line.year, line.quarter)
    return date(line.year, 1, 1), date(line.year, LAST_MONTH, 31)


def _last_day(year: int, month: int) -> int:
    following = date(year + month // LAST_MONTH, month % LAST_MONTH + 1, 1)
    return date.fromordinal(following.toordinal() - 1).day


def dates_of(line: PlanLine, day: date) -> tuple[date, date]:
    """When the campaign runs: within the line's days, from today at the earliest; a late one until the year ends."""
    first, last = period_of(line)
    if day > last:
        return day, date(line.year, LAST_MONTH, 31)
    return max(first, day), last


def is_without_draw(line: PlanLine) -> bool:
    """Whether a line names its objects instead of drawing them: an off-site check or a single case."""
    return line.method != ON_SITE or line.check_type == "个案"


def campaign_from_line(line: PlanLine, actor: User, now: datetime, day: date) -> Campaign:
    """A draft with all that the line says. Raises CampaignRefused."""
    refused = why_not(line, day)
    if refused:
        raise CampaignRefused(refused)
    starts_on, ends_on = dates_of(line, day)
    partners = partners_of(line)
    campaign = Campaign(
        agency=line.agency,
        section_id=line.section_id,
        plan_line=line,
        name=line.name,
        check_type=line.check_type,
        purpose=line.basis,
        method=line.method,
        starts_on=starts_on,
        ends_on=ends_on,
        scope=dict(line.scope or {}),
        needs=[],
        team_size=max(LEAST_TEAM, len(partners)),
        created_by_id=actor.id,
        created_at=now,
    )
    number_campaign(campaign, line.agency, line.year)
    campaign.items = [CampaignItem(item_id=number) for number in _items(line)]
    for place, partner in enumerate(partners, 1):
        if partner is not None:
            campaign.partners.append(
                CampaignPartner(place=place, agency_id=partner.agency_id, section_id=partner.section_id)
            )
    db.session.add(campaign)
    db.session.flush()
    _add_layers(campaign, line)
    record(events.CampaignFromLine(**_about(campaign), line=line.number, name=line.name), actor, now)
    return campaign


def _items(line: PlanLine) -> list[int]:
    """The line's items that still stand in the register, in its order."""
    known = set(db.session.scalars(select(Item.id).where(Item.id.in_(line.items or []))))
    return [number for number in dict.fromkeys(line.items or []) if number in known]


def partners_of(line: PlanLine) -> list[Partner | None]:
    """Who supplies each place of a team, as the line's partners say; the leading agency always goes along."""
    joint = Joint(line.joint or Joint.NONE)
    named = [_partner(one, line.agency_id) for one in line.partners or []]
    if joint is Joint.NONE or not named:
        return []
    own = Partner(line.agency_id, line.section_id) if line.section_id else None
    if joint is Joint.INTERNAL:
        first: list[Partner | None] = [own] if own and own not in named else []
    else:
        first = [own]
    chosen: Sequence[Partner | None] = [*first, *dict.fromkeys(one for one in named if one is not None)]
    return list(chosen[:MOST_TEAM])


def _partner(stored: dict[str, Any], agency_id: int) -> Partner | None:
    agency = int(stored.get("agency") or agency_id)
    section = stored.get("section")
    if agency != agency_id:
        return Partner(agency)  # whom another agency sends is its own affair
    return Partner(agency_id, int(section)) if section else None


def _add_layers(campaign: Campaign, line: PlanLine) -> None:
    wishes = [one for one in layers_of(line) if one.quota is not None]
    for_credit = Scope.read(campaign.scope).uses_credit or any(one.by == "credit_risk" for one in wishes)
    lay_out(
        campaign,
        [
            (one.by, Layer("" if one.value == "-" else one.value, one.take, "", one.minimum, True))
            for one in wishes
        ],
        closed=for_credit,
    )


def _about(campaign: Campaign) -> dict[str, Any]:
    return {"subject_id": campaign.id, "agency_id": campaign.agency_id, "number": campaign.number}
