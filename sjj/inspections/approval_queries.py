"""Finding the approvals of checks: what waits for the approver, what was decided. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import ApprovalState, ResultState

READ = "inspection.read"
DECIDE = "campaign.approve"
ASK = "inspection.enter"


@dataclass(frozen=True, slots=True)
class Together:
    """The checks of one campaign that wait; the urgent ones apart, each is decided by itself."""

    campaign: Campaign
    urgent: Sequence[CheckApproval]
    planned: Sequence[CheckApproval]


def waiting(user: User, permission: str = READ) -> list[Together]:
    """What waits for a decision, by campaign, those with urgent checks first."""
    query = _wide().where(
        CheckApproval.state == ApprovalState.ASKED, within(Inspection.agency_id, user, permission), _counts()
    )
    rows = list(db.session.scalars(query.order_by(Campaign.id, CheckApproval.id)).unique())
    found = []
    for _, group in groupby(rows, key=lambda row: row.inspection.campaign_id):
        listed = list(group)
        urgent = [row for row in listed if row.urgent]
        found.append(
            Together(listed[0].inspection.campaign, urgent, [row for row in listed if not row.urgent])
        )
    return sorted(found, key=lambda one: not one.urgent)


def waiting_count(user: User) -> int:
    """How many checks wait for this person's decision."""
    query = (
        select(func.count(CheckApproval.id))
        .join(CheckApproval.inspection)
        .where(
            CheckApproval.state == ApprovalState.ASKED, within(Inspection.agency_id, user, DECIDE), _counts()
        )
    )
    return (db.session.scalar(query) or 0) if user.may(DECIDE) else 0


def decided(user: User, page: int, per_page: int = 20) -> Page[CheckApproval]:
    """What was decided, the latest first."""
    query = _wide().where(
        CheckApproval.state != ApprovalState.ASKED, within(Inspection.agency_id, user, READ)
    )
    return paged(query.order_by(CheckApproval.decided_at.desc(), CheckApproval.id.desc()), page, per_page)


def refused(user: User) -> list[CheckApproval]:
    """The checks that were not approved and are still to be settled by this office."""
    query = _wide().where(
        CheckApproval.state == ApprovalState.REFUSED,
        within(Inspection.agency_id, user, ASK),
        Inspection.standing.not_in(CLOSED),
    )
    return list(db.session.scalars(query.order_by(CheckApproval.decided_at)).unique())


def approval_for(user: User, approval_id: int) -> CheckApproval | None:
    """An approval that this person may read."""
    found = db.session.get(CheckApproval, approval_id)
    return found if found and user.may(READ, found.inspection.agency_id) else None


def approval_to_decide(user: User, approval_id: int) -> CheckApproval | None:
    """An approval where this person decides (not: has the right to, see approval_services.may_not_decide)."""
    found = db.session.get(CheckApproval, approval_id)
    return found if found and user.may(DECIDE, found.inspection.agency_id) else None


def approval_to_ask(user: User, approval_id: int) -> CheckApproval | None:
    """An approval that this person's office asks for."""
    found = db.session.get(CheckApproval, approval_id)
    return found if found and user.may(ASK, found.inspection.agency_id) else None


def shown_together(campaign: Campaign, ids: Sequence[int]) -> list[CheckApproval]:
    """Of the approvals that stood on the page, those of this campaign that still wait and are not urgent."""
    query = _wide().where(
        CheckApproval.id.in_(ids),
        CheckApproval.state == ApprovalState.ASKED,
        CheckApproval.urgent.is_(False),
        Inspection.campaign_id == campaign.id,
        _counts(),
    )
    return list(db.session.scalars(query.order_by(CheckApproval.id)).unique())


def _wide() -> Select[tuple[CheckApproval]]:
    return (
        select(CheckApproval)
        .join(CheckApproval.inspection)
        .join(Inspection.campaign)
        .options(
            contains_eager(CheckApproval.inspection).options(
                contains_eager(Inspection.campaign),
                joinedload(Inspection.entity),
                selectinload(Inspection.team).joinedload(TeamMember.officer),
            ),
            joinedload(CheckApproval.asked_by),
            joinedload(CheckApproval.decided_by),
            joinedload(CheckApproval.urgent_by),
        )
    )


def _counts() -> ColumnElement[bool]:
    """A visit taken back needs no approval any more."""
    return Inspection.standing != ResultState.WITHDRAWN
