"""Campaigns of named objects and their checks as the office reads them. Reads only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from sjj.accounts.models import User
from sjj.database import db
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.plans.queries import any_campaign
from sjj.registers.listing import any_match
from sjj.registers.models import Entity
from sjj.rules.lifecycle import CampaignState, ResultState
from sjj.rules.results import is_problem

EDIT, APPROVE = "campaign.edit", "campaign.approve"
MOST_FOUND = 20
HAS_RECORD = (
    ResultState.AWAITING_REVIEW,
    ResultState.AWAITING_PUBLICATION,
    ResultState.PUBLISHED,
    ResultState.CORRECTED,
)


def named_campaign(user: User, campaign_id: int) -> Campaign | None:
    """A campaign without a draw that this person may read."""
    return _named(user, campaign_id, "campaign.read")


def named_to_edit(user: User, campaign_id: int) -> Campaign | None:
    """A campaign without a draw that this person's office keeps."""
    return _named(user, campaign_id, EDIT)


def batch_to_edit(user: User, campaign_id: int) -> Campaign | None:
    """An off-site batch that this person's office keeps."""
    found = _named(user, campaign_id, EDIT)
    return found if found is not None and found.is_off_site else None


def batch_to_decide(user: User, campaign_id: int) -> Campaign | None:
    """An off-site batch where this person decides (not: has the right to, see offsite_batches.approve)."""
    found = _named(user, campaign_id, APPROVE)
    return found if found is not None and found.is_off_site else None


def _named(user: User, campaign_id: int, permission: str) -> Campaign | None:
    found = any_campaign(user, campaign_id, permission)
    return found if found is not None and not found.by_draw else None


def checks_of(campaign: Campaign) -> list[Inspection]:
    """The checks of a campaign with what its page shows."""
    query = (
        select(Inspection)
        .where(Inspection.campaign_id == campaign.id)
        .options(joinedload(Inspection.entity), selectinload(Inspection.team).joinedload(TeamMember.officer))
        .order_by(Inspection.id)
    )
    return list(db.session.scalars(query))


def approvals_of(inspections: Sequence[Inspection]) -> dict[int, CheckApproval]:
    """{inspection id: its approval}."""
    query = select(CheckApproval).where(CheckApproval.inspection_id.in_([one.id for one in inspections]))
    return {one.inspection_id: one for one in db.session.scalars(query)}


def finding_of(user: User, uid: UUID) -> Inspection | None:
    """An off-site check of this person's office whose record found a problem: a check on site may follow it."""
    found = db.session.scalar(select(Inspection).where(Inspection.uid == uid))
    if found is None or not user.may(EDIT, found.agency_id):
        return None
    return found if may_open_case(found) else None


def may_open_case(inspection: Inspection) -> bool:
    """Whether an off-site check found something that a check on site may follow."""
    return inspection.off_site and inspection.standing in HAS_RECORD and is_problem(inspection.result)


def opened_from(inspection: Inspection) -> list[Inspection]:
    """The checks on site that a finding opened."""
    query = select(Inspection).where(Inspection.origin_id == inspection.id).order_by(Inspection.id)
    return list(db.session.scalars(query.options(joinedload(Inspection.campaign))))


def origin_of(inspection: Inspection) -> Inspection | None:
    """The off-site check whose finding opened this one."""
    return db.session.get(Inspection, inspection.origin_id) if inspection.origin_id else None


def entities_found(agency_id: int, words: str) -> list[Entity]:
    """The first objects of an agency by name, code or pinyin initials."""
    told = words.strip()
    if not told:
        return []
    query = select(Entity).where(
        Entity.agency_id == agency_id,
        Entity.merged_into_id.is_(None),
        any_match(told, Entity.name, Entity.code, Entity.pinyin),
    )
    return list(db.session.scalars(query.order_by(Entity.name, Entity.id).limit(MOST_FOUND)))


def entities_of(agency_id: int, ids: Sequence[int]) -> list[Entity]:
    """Those of these objects that are the agency's."""
    query = select(Entity).where(Entity.agency_id == agency_id, Entity.id.in_(ids))
    return list(db.session.scalars(query.order_by(Entity.name, Entity.id)))


def waiting_batches(agency_ids: Sequence[int] | None, states: Sequence[CampaignState]) -> list[Campaign]:
    """Off-site batches in some states; None: of every agency."""
    query = select(Campaign).where(Campaign.by_draw.is_(False), Campaign.state.in_(states))
    if agency_ids is not None:
        query = query.where(Campaign.agency_id.in_(agency_ids))
    return [
        one for one in db.session.scalars(query.order_by(Campaign.ends_on, Campaign.id)) if one.is_off_site
    ]
