"""The gates of visits, with the facts that stand in the database. Reads only, many visits in a few queries.

Seen from the day of the visit: the day it ended, else the day planned, else today. What was decided or declared
after a visit counts as after it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.inspections.gates_frequency import visit_numbers
from sjj.inspections.models import Inspection, Submission, TeamMember
from sjj.inspections.record_values import moment_in
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.exclusions import cap_of
from sjj.plans.models import CampaignItem
from sjj.presentation import moment
from sjj.registers.leave_queries import leave_words, leaves_by_officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.upkeep_models import OfficerLeave
from sjj.rules.gates import (
    ApprovalFact,
    CapFact,
    Facts,
    Gate,
    ItemFact,
    OfficerFact,
    RecusalFact,
    certificate_problem,
    gates,
)
from sjj.rules.lifecycle import ApprovalState
from sjj.web import today


def gates_of(inspection: Inspection, day: date) -> tuple[Gate, ...]:
    """The gates of one visit, seen on a day."""
    return gates_of_all([inspection], day)[inspection.id]


def gates_of_all(inspections: Sequence[Inspection], day: date) -> dict[int, tuple[Gate, ...]]:
    """{inspection id: its gates}."""
    if not inspections:
        return {}
    approvals, begun = approvals_of(inspections), _begun(inspections)
    items = _items(inspections)
    teams, recusals = _teams(inspections), _recusals(inspections)
    leaves = leaves_by_officer({member.officer_id for team in teams.values() for member in team})
    numbers = visit_numbers(inspections, day)
    found = {}
    for one in inspections:
        on = visit_day(one, day)
        team = teams.get(one.id, [])
        cap, whose = cap_of(one.campaign)
        found[one.id] = gates(
            Facts(
                items=[_item(row, on) for row in items.get(one.campaign_id, [])],
                approval=approval_fact(approvals.get(one.id), begun.get(one.id)),
                officers=[_officer(member, on, leaves.get(member.officer_id, ())) for member in team],
                recusals=[
                    RecusalFact(row.officer.name, row.approved is True, row.reason)
                    for row in recusals
                    if _stands_against(row, one, team, on)
                ],
                cap=CapFact(numbers[one.id], cap, whose, one.over_cap_reason),
            )
        )
    return found


def visit_day(inspection: Inspection, day: date) -> date:
    """The day that the gates of a visit are seen from."""
    if inspection.ended_on is not None:
        return inspection.ended_on
    return max(inspection.planned_on or day, day)


def approvals_of(inspections: Iterable[Inspection]) -> dict[int, CheckApproval]:
    """{inspection id: its approval}, where there is one."""
    query = (
        select(CheckApproval)
        .where(CheckApproval.inspection_id.in_([one.id for one in inspections]))
        .options(joinedload(CheckApproval.decided_by), joinedload(CheckApproval.asked_by))
    )
    return {one.inspection_id: one for one in db.session.scalars(query)}


def approval_fact(approval: CheckApproval | None, begun: datetime | None) -> ApprovalFact:
    """What the gate goes by; given after the visit had begun (if it has), it came too late."""
    if approval is None:
        return ApprovalFact()
    decided = approval.decided_at if approval.state is not ApprovalState.ASKED else None
    return ApprovalFact(
        state=approval.state,
        urgent=approval.urgent,
        late=decided is not None and begun is not None and decided > begun,
        said=decided_words(approval),
        reason=approval.note if approval.state is ApprovalState.REFUSED else "",
        urgent_reason=approval.urgent_reason,
    )


def decided_words(approval: CheckApproval) -> str:
    """Who decided and when, in words; empty while it waits."""
    if approval.state is ApprovalState.ASKED or approval.decided_at is None:
        return ""
    who = approval.decided_by.display_name if approval.decided_by else ""
    did = "批准" if approval.state is ApprovalState.APPROVED else "不予批准"
    return f"{who}{moment(approval.decided_at)}{did}"


def _begun(inspections: Iterable[Inspection]) -> dict[int, datetime]:
    """{inspection id: when the visit began}, as its current record says."""
    revisions = {one.revision: one.id for one in inspections if one.revision is not None}
    if not revisions:
        return {}
    query = select(Submission.uid, Submission.content).where(Submission.uid.in_(revisions))
    found = {}
    for uid, content in db.session.execute(query):
        began = moment_in(json.loads(content).get("started_at"))
        if began is not None:
            found[revisions[uid]] = began
    return found


def _items(inspections: Iterable[Inspection]) -> dict[int, list[CampaignItem]]:
    query = (
        select(CampaignItem)
        .where(CampaignItem.campaign_id.in_({one.campaign_id for one in inspections}))
        .options(joinedload(CampaignItem.item))
        .order_by(CampaignItem.id)
    )
    found: dict[int, list[CampaignItem]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.campaign_id, []).append(row)
    return found


def _item(row: CampaignItem, day: date) -> ItemFact:
    item = row.item
    published = item.published_at is not None and today(item.published_at) <= day
    return ItemFact(item.name, published, item.retired_at is not None and today(item.retired_at) <= day)


def _teams(inspections: Iterable[Inspection]) -> Mapping[int, list[TeamMember]]:
    query = (
        select(TeamMember)
        .where(
            TeamMember.inspection_id.in_([one.id for one in inspections]),
            TeamMember.left_at.is_(None),
        )
        .options(joinedload(TeamMember.officer))
        .order_by(TeamMember.inspection_id, TeamMember.place)
    )
    found: dict[int, list[TeamMember]] = {}
    for member in db.session.scalars(query):
        found.setdefault(member.inspection_id, []).append(member)
    return found


def _officer(member: TeamMember, day: date, leaves: Iterable[OfficerLeave]) -> OfficerFact:
    """Whoever was noted as away only after the visit was there."""
    one = member.officer
    problem = certificate_problem(one.certificate_no, one.certificate_until, one.on_duty, day)
    away = [leave for leave in leaves if leave.from_on <= day <= leave.until_on and today(leave.at) <= day]
    return OfficerFact(one.name, problem, leave_words(away[0]) if away else "")


def _recusals(inspections: Iterable[Inspection]) -> Sequence[Recusal]:
    """The recusals from these objects that were granted or still wait."""
    query = (
        select(Recusal)
        .where(Recusal.entity_id.in_({one.entity_id for one in inspections}), Recusal.approved.is_not(False))
        .options(joinedload(Recusal.officer))
        .order_by(Recusal.id)
    )
    return db.session.scalars(query).all()


def _stands_against(row: Recusal, visit: Inspection, team: Sequence[TeamMember], day: date) -> bool:
    return (
        row.entity_id == visit.entity_id
        and row.campaign_id in (None, visit.campaign_id)
        and row.officer_id in {member.officer_id for member in team}
        and today(row.declared_at) <= day
    )
