"""Who may open the list of a campaign that is to be frozen, Reads only.

The clerk puts the list up (draw.run); whoever runs, approves or witnesses draws of the agency may be the
second person. Nobody else sees it: before the freeze nothing about the list is public.
"""

from sjj.accounts.models import User
from sjj.database import db
from sjj.plans.models import Campaign

PROPOSES = "draw.run"
CONFIRMS = ("draw.run", "campaign.approve", "draw.witness")


def list_of(user: User, campaign_id: int) -> Campaign | None:
    """A guard's loader: the campaign whose list this person may see before the freeze."""
    found = db.session.get(Campaign, campaign_id)
    if (
        found is None
        or not found.by_draw
        or not any(user.may(permission, found.agency_id) for permission in CONFIRMS)
    ):
        return None
    return found
