"""One check without a draw is not made after all; the others of its campaign stand. Never commits.

For what was refused, waits, or was approved and is no longer needed. A check that has a record is not taken back,
and a drawn one never: it is replaced by the rule (draw.md §2).
"""

from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import direct_events as events
from sjj.inspections.models import Inspection
from sjj.inspections.parts import take_back_parts
from sjj.inspections.review import hold
from sjj.plans.models import Campaign
from sjj.plans.services import hold as hold_campaign
from sjj.plans.services import move_campaign
from sjj.rules.lifecycle import RESULT_MOVES, CampaignState, ResultState, move

OVER = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)


class TakeBackRefused(Exception):
    """The check cannot be taken back; the message may be shown."""


def check_to_take_back(user: User, inspection_id: int) -> Inspection | None:
    """A check of a campaign without a draw that this person's office keeps."""
    found = db.session.get(Inspection, inspection_id)
    if found is None or found.campaign.by_draw or not user.may("campaign.edit", found.agency_id):
        return None
    return found


def against(visit: Inspection) -> str:
    """Why it cannot be taken back; empty if it can."""
    if visit.standing is not ResultState.NOT_ENTERED or visit.revision is not None:
        return f"这次检查现在是“{visit.standing.label}”，不能撤回"
    return ""


def take_back(visit: Inspection, reason: str, actor: User, now: datetime) -> None:
    """未录入 → 已撤回. With the last one the campaign is over. Raises TakeBackRefused."""
    campaign = visit.campaign
    hold_campaign(campaign)
    hold(visit)
    refused = against(visit)
    if refused:
        raise TakeBackRefused(refused)
    visit.state = move(RESULT_MOVES, visit.state, ResultState.WITHDRAWN)
    visit.withdrawn_reason = reason
    take_back_parts(visit, reason)
    event = events.CheckTakenBack(
        subject_id=campaign.id,
        agency_id=campaign.agency_id,
        number=campaign.number,
        entity=visit.entity.name,
        reason=reason,
    )
    record(event, actor, now)
    _end_if_over(campaign, reason, now)


def _end_if_over(campaign: Campaign, reason: str, now: datetime) -> None:
    db.session.flush()
    left = select(Inspection.id).where(
        Inspection.campaign_id == campaign.id, Inspection.standing.not_in(OVER)
    )
    if db.session.scalar(left.limit(1)) is not None:
        return
    if campaign.state is CampaignState.SUBMITTED:
        move_campaign(campaign, CampaignState.CANCELLED, now)
        campaign.cancelled_reason = reason
    elif campaign.state is CampaignState.IN_PROGRESS:
        move_campaign(campaign, CampaignState.FINISHED, now)
