"""What is due before and beside a draw: lists that a second person confirms, voids that the other of two agrees to.

Whoever put a list up sees that it waits for somebody else; who may not take part sees nothing of it.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.database import db
from sjj.draws.freeze_queries import CONFIRMS
from sjj.draws.models import Draw, FreezeProposal
from sjj.draws.void_services import may_agree
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.presentation import day as day_words
from sjj.presentation import moment
from sjj.rules.lifecycle import CampaignState, DrawState


def lists_to_confirm(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Lists put up for the freeze, for the second person and for whoever waits for one."""
    query = (
        select(FreezeProposal)
        .options(joinedload(FreezeProposal.campaign), joinedload(FreezeProposal.proposed_by))
        .order_by(FreezeProposal.proposed_at)
    )
    for proposal in db.session.scalars(query):
        campaign = proposal.campaign
        if campaign.state is not CampaignState.PUBLISHED or not _sees(user, campaign.agency_id):
            continue
        own = proposal.proposed_by_id == user.id
        yield Due(
            on=deadlines.today,
            when="等另一人确认" if own else "等待确认",
            sub=f"{campaign.starts_on.month}月{campaign.starts_on.day}日开始检查",
            title=f"{'名单已提交' if own else '确认冻结名单'}：{campaign.name}",
            note=f"{campaign.number}，{proposal.proposed_by.display_name} {moment(proposal.proposed_at)} 提交",
            action="查看" if own else "核对名单",
            endpoint="freeze.show",
            values={"campaign_id": campaign.id},
            tone="" if own else "soon",
        )


def voids_to_agree(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Voids that one of the two has asked for and this person may agree to."""
    query = (
        select(Draw)
        .where(Draw.void_asked_by_id.is_not(None), Draw.state != DrawState.VOIDED)
        .options(joinedload(Draw.campaign), joinedload(Draw.void_asked_by))
        .order_by(Draw.void_asked_at)
    )
    for draw in db.session.scalars(query):
        if draw.void_asked_at is None or not may_agree(draw, user):
            continue
        yield Due(
            on=deadlines.today,
            when="等待同意",
            sub=f"{day_words(draw.void_asked_at)}申请",
            title=f"作废抽取：{draw.campaign.name}",
            note=f"{draw.draw_no}，理由：{draw.void_reason}",
            action="查看",
            endpoint="voids.void",
            values={"draw_id": draw.id},
            tone="soon",
        )


def _sees(user: User, agency_id: int) -> bool:
    return any(user.may(permission, agency_id) for permission in CONFIRMS)
