"""What the registers may know of campaigns: whose objects, whose officers, drawn already or not. Reads only."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.database import db
from sjj.plans.models import Campaign
from sjj.registers.draws_ahead import DrawAhead
from sjj.rules.lifecycle import CampaignState

BEFORE_FREEZE = (
    CampaignState.DRAFT,
    CampaignState.SUBMITTED,
    CampaignState.APPROVED,
    CampaignState.PUBLISHED,
)


def campaigns_ahead(agency_ids: Collection[int]) -> list[DrawAhead]:
    """The campaigns of some agencies, the newest first."""
    query = (
        select(Campaign)
        .where(Campaign.agency_id.in_(agency_ids), Campaign.by_draw)
        .order_by(Campaign.year.desc(), Campaign.serial.desc(), Campaign.id)
        .options(selectinload(Campaign.partners))
    )
    return [
        DrawAhead(
            one.id,
            one.number,
            one.name,
            one.agency_id,
            frozenset({one.agency_id, *(partner.agency_id for partner in one.partners)}),
            one.state in BEFORE_FREEZE,
        )
        for one in db.session.scalars(query)
    ]
