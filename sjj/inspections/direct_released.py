"""Which inspections an officer's phone shows. A condition and nothing else.

What is checked at the desk is not on the phone; a check without a draw is a secret until it is approved, or
until it cannot wait.
"""

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import ApprovalState


def on_the_phone() -> ColumnElement[bool]:
    """Which inspections a phone shows: none off site; one without a draw once it is approved or cannot wait."""
    one, campaign = aliased(CheckApproval), aliased(Campaign)
    released = exists().where(
        one.inspection_id == Inspection.id, or_(one.state == ApprovalState.APPROVED, one.urgent)
    )
    drawn = exists().where(campaign.id == Inspection.campaign_id, campaign.by_draw)
    return Inspection.off_site.is_(False) & or_(drawn, released)
