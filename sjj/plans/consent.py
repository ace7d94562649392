"""A partner agency's word on a joint campaign: it takes part, with which items of its own, or not. Never commits.

The leading agency asks by naming it in the team. Only a draft can be answered; a change of the dates asks again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.audit.services import record
from sjj.database import db
from sjj.plans import events
from sjj.plans.models import Campaign, CampaignItem, CampaignPartner
from sjj.plans.services import CampaignRefused, hold
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState

ANSWER = "campaign.edit"
YES, NO = "yes", "no"
MAX_NOTE = 300


def invited(user: User, permission: str = ANSWER) -> list[Campaign]:
    """The campaigns of other agencies that ask this person's agency to take part and wait for its word."""
    return list(
        db.session.scalars(
            _joint(user, permission, CampaignPartner.consent == "", Campaign.state == CampaignState.DRAFT)
        )
    )


def invited_count(user: User) -> int:
    """How many wait."""
    return len(invited(user)) if user.may(ANSWER) else 0


def taking_part(user: User, permission: str) -> list[Campaign]:
    """The campaigns of other agencies in which this person's agency takes part or has answered, newest first."""
    return list(db.session.scalars(_joint(user, permission, CampaignPartner.consent != "")))


def _joint(user: User, permission: str, *conditions: ColumnElement[bool]) -> Any:
    mine = (
        select(CampaignPartner.campaign_id)
        .join(Campaign)
        .where(
            CampaignPartner.agency_id != Campaign.agency_id,
            within(CampaignPartner.agency_id, user, permission),
            *conditions,
        )
    )
    newest = (Campaign.year.desc(), Campaign.serial.desc(), Campaign.id)
    return select(Campaign).where(Campaign.id.in_(mine)).order_by(*newest)


def partner_for(user: User, campaign_id: int, permission: str) -> CampaignPartner | None:
    """This person's agency among the partners of a campaign that another agency leads."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        return None
    others = (one for one in campaign.partners if one.agency_id != campaign.agency_id)
    return next((one for one in others if user.may(permission, one.agency_id)), None)


def agree(partner: CampaignPartner, item_ids: Sequence[int], actor: User, now: datetime) -> None:
    """Take part, checking these items of its own (none: it only sends officers). Raises CampaignRefused."""
    campaign = _hold_draft(partner)
    own = select(Item.id).where(
        Item.id.in_(item_ids),
        Item.agency_id == partner.agency_id,
        Item.published_at.is_not(None),
        Item.retired_at.is_(None),
    )
    wanted = set(db.session.scalars(own))
    if wanted != set(item_ids):
        raise CampaignRefused("只能选本部门已经公布的抽查事项", "item_ids")
    rows = [row for row in campaign.items if row.item.agency_id != partner.agency_id]
    kept = {row.item_id: row for row in campaign.items}
    campaign.items = [
        *rows,
        *(kept.get(number) or CampaignItem(item_id=number) for number in dict.fromkeys(item_ids)),
    ]
    _answer(partner, YES, "", actor, now)
    record(events.PartnerAgreed(**_about(partner), items=len(wanted)), actor, now)


def decline(partner: CampaignPartner, note: str, actor: User, now: datetime) -> None:
    """Not take part, with a reason that the leading agency reads. Raises CampaignRefused."""
    campaign = _hold_draft(partner)
    note = note.strip()
    if not 1 <= len(note) <= MAX_NOTE:
        raise CampaignRefused(f"请写明不参加的理由（不超过 {MAX_NOTE} 字）", "reason")
    campaign.items = [row for row in campaign.items if row.item.agency_id != partner.agency_id]
    _answer(partner, NO, note, actor, now)
    record(events.PartnerDeclined(**_about(partner), reason=note), actor, now)


def _answer(partner: CampaignPartner, word: str, note: str, actor: User, now: datetime) -> None:
    partner.consent, partner.consent_note = word, note
    partner.consent_at, partner.consent_by_id = now, actor.id
    db.session.flush()


def _hold_draft(partner: CampaignPartner) -> Campaign:
    campaign = partner.campaign
    hold(campaign)
    if campaign.state is not CampaignState.DRAFT:
        raise CampaignRefused(f"这项任务现在是“{campaign.state.label}”，不能再答复")
    return campaign


def _about(partner: CampaignPartner) -> dict[str, Any]:
    return {
        "subject_id": partner.campaign_id,
        "agency_id": partner.agency_id,
        "number": partner.campaign.number,
        "partner": partner.agency.name,
    }
