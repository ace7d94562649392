"""Submit, approve or send back, publish, cancel: the steps of a campaign before its draw. Never commits.

Nobody approves what they made or submitted themselves.
"""

from datetime import date, datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.plans import checks, events
from sjj.plans.models import Campaign
from sjj.plans.pool import pool_of
from sjj.plans.scheme import scheme_of
from sjj.plans.services import CampaignRefused, hold, move_campaign
from sjj.rules.lifecycle import CampaignState


def submit(campaign: Campaign, actor: User, now: datetime, day: date) -> None:
    """Hand a draft to the approver, fixing the guides its forms will use. Raises CampaignRefused."""
    move_campaign(campaign, CampaignState.SUBMITTED, now)
    problems = checks.problems(campaign, pool_of(campaign, day), day)
    if problems:
        raise CampaignRefused("还不能提交：" + "；".join(problem.sentence for problem in problems))
    for row in campaign.items:
        row.guide = checks.guide_to_use(row.item)
    campaign.submitted_by_id = actor.id
    campaign.sent_back_reason = ""
    record(events.CampaignSubmitted(**_subject(campaign)), actor, now)


def approve(campaign: Campaign, actor: User, now: datetime) -> None:
    """Approve the scheme as it stands; that text is what will be published. Raises CampaignRefused."""
    hold(campaign)  # first: who submitted it may have changed an instant ago
    if actor.id in (campaign.created_by_id, campaign.submitted_by_id):
        raise CampaignRefused("不能审批自己起草或提交的任务，请由另一位负责人审批")
    move_campaign(campaign, CampaignState.APPROVED, now)
    campaign.approved_by_id = actor.id
    campaign.scheme = scheme_of(campaign)
    record(events.CampaignApproved(**_subject(campaign)), actor, now)


def send_back(campaign: Campaign, reason: str, actor: User, now: datetime) -> None:
    """Return a submitted campaign to its maker with a reason."""
    move_campaign(campaign, CampaignState.DRAFT)
    campaign.sent_back_reason = reason
    campaign.submitted_at = campaign.submitted_by_id = None
    record(events.CampaignSentBack(**_subject(campaign), reason=reason), actor, now)


def publish(campaign: Campaign, actor: User, now: datetime) -> None:
    """Put the approved scheme on the public pages."""
    hold(campaign)
    if campaign.state is not CampaignState.APPROVED:
        raise CampaignRefused(f"当前为“{campaign.state.label}”，方案批准后才能公示，且只公示一次")
    move_campaign(campaign, CampaignState.PUBLISHED, now)
    record(events.SchemePublished(**_subject(campaign)), actor, now)


def cancel(campaign: Campaign, reason: str, actor: User, now: datetime) -> None:
    """Give a campaign up before its draw, with a reason."""
    move_campaign(campaign, CampaignState.CANCELLED, now)
    campaign.cancelled_reason = reason
    record(events.CampaignCancelled(**_subject(campaign), reason=reason), actor, now)


def _subject(campaign: Campaign) -> dict[str, int | str]:
    return {"subject_id": campaign.id, "agency_id": campaign.agency_id, "number": campaign.number}
