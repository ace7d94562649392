"""What an officer is asked before a draw: in which coming draws they may be drawn, and what they have said.

An officer sees only their own; the office sees who has said so and who has not. Nobody is barred by silence.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from sjj.accounts.models import User
from sjj.database import db
from sjj.draws.models import Declaration
from sjj.plans.models import Campaign, CampaignPartner
from sjj.plans.scope import Scope, condition
from sjj.plans.staff import Staff, staff_of
from sjj.registers.listing import any_match
from sjj.registers.models import ACTIVE_STATES, Entity, Officer
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import CampaignState

PERMISSION = "recusal.declare"
SOON = (CampaignState.APPROVED, CampaignState.PUBLISHED)  # the scheme stands, the list is not frozen
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Coming:
    """A draw in which an officer may be drawn, and what they have said about it."""

    campaign: Campaign
    officer: Officer
    declared: Declaration | None


@dataclass(frozen=True, slots=True)
class Statements:
    """Which of the officers who may be drawn have said that they have declared everything."""

    said: list[Officer] = field(default_factory=list)
    silent: list[Officer] = field(default_factory=list)


def officer_of(user: User) -> Officer | None:
    """The officer that this account is, if it may declare for them."""
    if not user.officer_id:
        return None
    found = db.session.get(Officer, user.officer_id)
    return found if found is not None and user.may(PERMISSION, found.agency_id) else None


def coming_draws(officer: Officer, day: date) -> list[Coming]:
    """The draws before their freeze in which this officer may be drawn, the nearest first."""
    takes_part = select(CampaignPartner.campaign_id).where(CampaignPartner.agency_id == officer.agency_id)
    query = select(Campaign).where(
        Campaign.state.in_(SOON),
        or_(Campaign.agency_id == officer.agency_id, Campaign.id.in_(takes_part)),
    )
    found = []
    for campaign in db.session.scalars(query.order_by(Campaign.starts_on, Campaign.id)):
        if any(member.officer.id == officer.id for member in staff_of(campaign, day).members):
            found.append(Coming(campaign, officer, db.session.get(Declaration, (campaign.id, officer.id))))
    return found


def unanswered(user: User, day: date) -> list[Coming]:
    """The coming draws about which this person, as an officer, has not said anything final yet."""
    officer = officer_of(user)
    return [one for one in coming_draws(officer, day) if one.declared is None] if officer else []


def own_coming(day: Callable[[], date]) -> Callable[[User, int], Coming | None]:
    """A guard's loader: a coming draw of this person's own."""

    def load(user: User, campaign_id: int) -> Coming | None:
        officer = officer_of(user)
        if officer is None:
            return None
        return next((one for one in coming_draws(officer, day()) if one.campaign.id == campaign_id), None)

    return load


def objects_like(campaign: Campaign, words: str, day: date) -> list[Entity]:
    """The objects of a campaign that fit the words, at most MOST_FOUND; without words none, it is no list."""
    if not words:
        return []
    where = condition(campaign.agency_id, Scope.read(campaign.scope), day)
    query = select(Entity).where(
        *where, Entity.state.in_(ACTIVE_STATES), any_match(words, Entity.name, Entity.code, Entity.pinyin)
    )
    return list(db.session.scalars(query.order_by(Entity.pinyin, Entity.id).limit(MOST_FOUND)))


def object_of(campaign: Campaign, entity_id: int, day: date) -> Entity | None:
    """One object of a campaign's scope."""
    where = condition(campaign.agency_id, Scope.read(campaign.scope), day)
    return db.session.scalar(select(Entity).where(*where, Entity.id == entity_id))


def own_recusals(officer: Officer, campaign: Campaign | None = None) -> list[Recusal]:
    """An officer's recusals, the newest first; of one campaign: those that count for its draw."""
    query = select(Recusal).join(Recusal.entity).where(Recusal.officer_id == officer.id)
    if campaign is not None:
        query = query.where(
            Entity.agency_id == campaign.agency_id,
            or_(Recusal.campaign_id.is_(None), Recusal.campaign_id == campaign.id),
        )
    return list(db.session.scalars(query.order_by(Recusal.declared_at.desc(), Recusal.id.desc())))


def statements(campaign_id: int, staff: Staff) -> Statements:
    """Who of those that may be drawn has said so, in the order of the roster."""
    query = select(Declaration.officer_id).where(Declaration.campaign_id == campaign_id)
    known: Collection[int] = set(db.session.scalars(query))
    officers = [member.officer for member in staff.members]
    return Statements(
        [one for one in officers if one.id in known], [one for one in officers if one.id not in known]
    )
