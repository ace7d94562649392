"""An officer's word before a draw: a relation to one of its objects, or that there is none left to declare.

Only for themself and only before the list is frozen. What is declared waits for the approver like any other
recusal; nobody decides here. Never commits.
"""

from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.declaration_queries import Coming, object_of
from sjj.draws.models import Declaration
from sjj.draws.refusals import DrawRefused
from sjj.plans.services import hold
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_services import RecusalRefused, declare
from sjj.rules.lifecycle import CampaignState
from sjj.web import today


def declare_relation(
    coming: Coming, entity_id: int, reason: str, standing: bool, actor: User, now: datetime
) -> Recusal:
    """Declare a relation of the officer to an object of the coming draw. Raises DrawRefused."""
    _hold(coming)
    entity = object_of(coming.campaign, entity_id, today(now))
    if entity is None:
        raise DrawRefused("请先查找，再选择检查对象")
    try:
        only_for = None if standing else coming.campaign.id
        return declare(coming.officer, entity, reason, actor, now, only_for)
    except RecusalRefused as refusal:
        raise DrawRefused(str(refusal)) from refusal


def say_that_is_all(coming: Coming, actor: User, now: datetime) -> Declaration:
    """Note the officer's word that everything is declared. Saying it twice changes nothing."""
    _hold(coming)
    found = db.session.get(Declaration, (coming.campaign.id, coming.officer.id))
    if found is not None:
        return found
    made = Declaration(
        campaign_id=coming.campaign.id,
        officer_id=coming.officer.id,
        declared_at=now,
        declared_by_id=actor.id,
    )
    db.session.add(made)
    event = events.OfficerDeclared(
        subject_id=coming.campaign.id,
        agency_id=coming.campaign.agency_id,
        number=coming.campaign.number,
        officer=coming.officer.name,
    )
    record(event, actor, now)
    return made


def _hold(coming: Coming) -> None:
    """Before the freeze, and not at the same instant as it."""
    hold(coming.campaign)
    if coming.campaign.state not in (CampaignState.APPROVED, CampaignState.PUBLISHED):
        raise DrawRefused("名单已经冻结，不能再为本次抽取申报；抽中后发现须回避的，请联系办公室替换人员。")
