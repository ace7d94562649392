"""Checks of named objects without a draw (个案, 专项, 紧急): asked for with source and reason. Never commits.

Each visit has its own approval, decided by another person like any other's; until then no officer sees it,
unless it cannot wait. A reason may name a complainant: it stays inside the office.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import direct_events as events
from sjj.inspections.approval_services import ask_for, declare_urgent
from sjj.inspections.direct_checks import Against, against_items, against_officers, against_pairs
from sjj.inspections.direct_scope import Named, entities_by, officers_by
from sjj.inspections.form_versions import form_for
from sjj.inspections.gates_frequency import one_too_many
from sjj.inspections.models import Inspection, TeamMember
from sjj.plans.checks import guide_to_use
from sjj.plans.models import ON_SITE, Campaign, CampaignItem
from sjj.plans.numbering import number_campaign
from sjj.plans.services import hold, move_campaign
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState, ResultState


class DirectRefused(Exception):
    """The checks cannot be asked for; every problem with the field where it stands."""

    def __init__(self, problems: Sequence[Against]) -> None:
        super().__init__("；".join(one.sentence for one in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class DirectWanted:
    """What a person asks for: whom, by whom, why, when."""

    name: str
    check_type: str
    source: str
    reason: str
    entities: tuple[int, ...]
    items: tuple[int, ...]
    officers: tuple[int, ...]
    planned_on: date
    ends_on: date
    urgent_reason: str = ""  # why the team goes before the approval; "": it does not
    over_cap_reason: str = ""
    section_id: int | None = None
    origin: Inspection | None = None
    plan_line_id: int | None = None


def ask_checks(agency: Agency, wanted: DirectWanted, actor: User, now: datetime, day: date) -> Campaign:
    """Make the campaign and its visits and put them before the approver. Raises DirectRefused, NoGuide."""
    campaign = Campaign(
        agency_id=agency.id,
        section_id=wanted.section_id,
        plan_line_id=wanted.plan_line_id,
        by_draw=False,
        name=wanted.name,
        check_type=wanted.check_type,
        purpose="",
        method=ON_SITE,
        source=wanted.source,
        source_reason=wanted.reason,
        starts_on=day,
        ends_on=wanted.ends_on,
        scope=Named(wanted.entities, wanted.officers).stored(),
        needs=[],
        team_size=len(wanted.officers),
        state=CampaignState.DRAFT,
        created_by_id=actor.id,
        created_at=now,
    )
    number_campaign(campaign, agency, day.year)
    campaign.items = [CampaignItem(item_id=number) for number in wanted.items]
    db.session.add(campaign)
    db.session.flush()
    found = problems_of(campaign, wanted, day)
    if found:
        raise DirectRefused(found)
    for row in campaign.items:
        row.guide = guide_to_use(row.item)
    move_campaign(campaign, CampaignState.SUBMITTED, now)
    campaign.submitted_by_id = actor.id
    _send(campaign, wanted, actor, now)
    return campaign


def problems_of(campaign: Campaign, wanted: DirectWanted, day: date) -> list[Against]:
    """Everything that stands against it, all at once."""
    entities, officers = entities_by(wanted.entities), officers_by(wanted.officers)
    items = list(db.session.scalars(select(Item).where(Item.id.in_(wanted.items)).order_by(Item.code)))
    found = list(against_items(items))
    if not entities:
        found.append(Against("entity_ids", "还没有选检查对象"))
    found += [
        Against("entity_ids", f"“{one.name}”登记状态为“{one.state}”") for one in entities if not one.is_active
    ]
    found += [
        Against("entity_ids", f"“{one.name}”已并入别户，请改选留下的那一户")
        for one in entities
        if one.merged_into_id is not None
    ]
    found += against_officers(officers, wanted.ends_on)
    found += against_pairs(officers, entities)
    if wanted.planned_on < day:
        found.append(Against("planned_on", "计划日期不能早于今天"))
    if wanted.ends_on < wanted.planned_on:
        found.append(Against("ends_on", "最迟日期不能早于计划日期"))
    if not wanted.over_cap_reason:
        found += [
            Against(
                "over_cap_reason",
                f"“{one.name}”本年将是第 {one.number} 次检查，超过频次上限 {one.cap} 次，请写明理由",
            )
            for one in one_too_many(campaign, wanted.entities, day)
        ]
    return found


def _send(campaign: Campaign, wanted: DirectWanted, actor: User, now: datetime) -> None:
    form = form_for(campaign, now)
    visits = [
        Inspection(
            uid=uuid4(),
            agency_id=campaign.agency_id,
            campaign=campaign,
            entity=entity,
            state=ResultState.NOT_ENTERED,
            form=form,
            due_on=wanted.ends_on,
            planned_on=wanted.planned_on,
            over_cap_reason=wanted.over_cap_reason,
            origin_id=wanted.origin.id if wanted.origin else None,
            team=[
                TeamMember(officer_id=one, place=place) for place, one in enumerate(wanted.officers, start=1)
            ],
        )
        for entity in entities_by(wanted.entities)
    ]
    db.session.add_all(visits)
    ask_for(visits, actor, now, f"{wanted.source}：{wanted.reason}"[:500])
    event = events.DirectAsked(
        **_about(campaign),
        source=wanted.source,
        reason=wanted.reason,
        entities=tuple(one.entity.name for one in visits),
        urgent=bool(wanted.urgent_reason),
    )
    record(event, actor, now)
    if wanted.urgent_reason:
        for visit in visits:
            declare_urgent(visit, wanted.urgent_reason, actor, now)


def cancel(campaign: Campaign, reason: str, actor: User, now: datetime) -> None:
    """Give up what nobody has approved yet; its visits are taken back. Raises RefusedMove."""
    hold(campaign)
    move_campaign(campaign, CampaignState.CANCELLED, now)
    campaign.cancelled_reason = reason
    query = select(Inspection).where(
        Inspection.campaign_id == campaign.id, Inspection.state == ResultState.NOT_ENTERED
    )
    taken_back = list(db.session.scalars(query.with_for_update(of=Inspection)))
    for visit in taken_back:
        visit.state, visit.withdrawn_reason = ResultState.WITHDRAWN, reason
    record(events.DirectCancelled(**_about(campaign), reason=reason, count=len(taken_back)), actor, now)


def _about(campaign: Campaign) -> dict[str, Any]:
    return {"subject_id": campaign.id, "agency_id": campaign.agency_id, "number": campaign.number}
