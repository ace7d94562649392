"""How a campaign of named objects begins: with its approval, or at once where a check cannot wait.

Never commits. A drawn campaign is left alone: it begins with its draw.
"""

from datetime import datetime

from sjj.accounts.models import User
from sjj.plans.models import Campaign
from sjj.plans.services import hold, move_campaign
from sjj.rules.lifecycle import CampaignState


def begin_if_named(campaign: Campaign, now: datetime, approver: User | None = None) -> None:
    """待审批 → 检查中 once somebody may go. `approver` None: the team goes first, the approval is made up."""
    if campaign.by_draw:
        return
    hold(campaign)
    if campaign.state is not CampaignState.SUBMITTED:
        return
    move_campaign(campaign, CampaignState.APPROVED, now if approver is not None else None)
    if approver is not None:
        campaign.approved_by_id = approver.id
    move_campaign(campaign, CampaignState.IN_PROGRESS, now)
