"""Who may open the list of a campaign that is to be frozen, and what stands in its tables. Reads only.

The clerk puts the list up (draw.run); whoever runs, approves or witnesses draws of the agency may be the
second person. Nobody else sees it: before the freeze nothing about the list is public.
"""

from collections.abc import Iterator

from sjj.accounts.models import User
from sjj.database import db
from sjj.draws.preparation import Preparation
from sjj.plans.models import Campaign

PROPOSES = "draw.run"
CONFIRMS = ("draw.run", "campaign.approve", "draw.witness")
EXCLUDED_HEAD = ("编号", "名称", "乡镇（街道）", "登记状态", "不在名单中的原因")


def list_of(user: User, campaign_id: int) -> Campaign | None:
    """A guard's loader: the campaign whose list this person may see before the freeze."""
    found = db.session.get(Campaign, campaign_id)
    if found is None or not any(user.may(permission, found.agency_id) for permission in CONFIRMS):
        return None
    return found


def excluded_rows(ready: Preparation) -> Iterator[tuple[str, str, str, str, str]]:
    """Everybody within the scope who does not stand in the list, with the reason."""
    for entity, reason in ready.pool.excluded:
        yield entity.code, entity.name, entity.township, entity.state, reason
