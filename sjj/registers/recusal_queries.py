"""Finding recusals, and which officers they bar. An officer sees only their own."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Select, select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.draws_ahead import DrawAhead, ahead, campaigns_of
from sjj.registers.listing import Turn, any_match
from sjj.registers.models import Entity, Officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.scope import READ

MOST_FOUND = 20
CHUNK = 5000  # stays below the number of parameters either database takes
STATES = {"waiting": "待审批", "barred": "应当回避", "refused": "不需回避"}


def bars(entity_ids: Iterable[int], campaign_id: int | None = None) -> dict[int, dict[int, str]]:
    """{entity id: {officer id: reason}} of the recusals an approver has granted, standing ones and, where a
    campaign is named, those declared for its draw only.
    """
    found: dict[int, dict[int, str]] = {}
    for chunk in _chunks(entity_ids):
        query = select(Recusal).where(
            Recusal.approved.is_(True), Recusal.entity_id.in_(chunk), _valid_for(campaign_id)
        )
        for recusal in db.session.scalars(query.order_by(Recusal.campaign_id.is_not(None), Recusal.id)):
            found.setdefault(recusal.entity_id, {}).setdefault(recusal.officer_id, recusal.reason)
    return found


def undecided(campaign_id: int, entity_ids: Iterable[int], officer_ids: Sequence[int]) -> list[Recusal]:
    """The recusals between these that would count for a campaign if the approver had granted them."""
    found: list[Recusal] = []
    for chunk in _chunks(entity_ids):
        query = select(Recusal).where(
            Recusal.approved.is_(None), Recusal.entity_id.in_(chunk), _valid_for(campaign_id)
        )
        found += [one for one in db.session.scalars(query) if one.officer_id in officer_ids]
    return found


def _valid_for(campaign_id: int | None) -> ColumnElement[bool]:
    standing = Recusal.campaign_id.is_(None)
    return standing if campaign_id is None else standing | (Recusal.campaign_id == campaign_id)


def _chunks(entity_ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(set(entity_ids))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def waiting(agency_ids: Sequence[int]) -> list[Recusal]:
    """The recusals of these agencies that wait for the approver, oldest first."""
    query = select(Recusal).join(Recusal.entity).where(Recusal.approved.is_(None))
    query = query.where(Entity.agency_id.in_(agency_ids))
    return list(db.session.scalars(query.order_by(Recusal.declared_at)))


def recusals(user: User, state: str, turn: Turn) -> Page[Recusal]:
    """One page of the recusals this person may see, those that wait first."""
    query = _visible(user)
    if state in STATES:
        wanted = {"waiting": None, "barred": True, "refused": False}[state]
        query = query.where(Recusal.approved.is_(wanted))
    ordered = query.order_by(Recusal.approved.is_not(None), Recusal.declared_at.desc(), Recusal.id.desc())
    return paged(ordered, turn.page, turn.per_page)


def _visible(user: User) -> Select[tuple[Recusal]]:
    query = select(Recusal).join(Recusal.entity)
    if user.may(READ):
        return query.where(within(Entity.agency_id, user, READ))
    return query.where(Recusal.officer_id == (user.officer_id or 0))


def recusal_to_decide(user: User, recusal_id: int) -> Recusal | None:
    """A recusal of an agency where this person decides."""
    recusal = db.session.get(Recusal, recusal_id)
    return recusal if recusal and user.may("recusal.decide", recusal.entity.agency_id) else None


def officers_to_declare(user: User) -> list[Officer]:
    """For whom this person may declare: an officer for themself, the office for the officers of its agency and
    for those whom other agencies send to its coming draws.
    """
    if not user.may(READ):
        mine = select(Officer).where(
            within(Officer.agency_id, user, "recusal.declare"), Officer.id == (user.officer_id or 0)
        )
        return list(db.session.scalars(mine))
    sent = {agency for one in draws_of(user) for agency in one.sends}
    query = select(Officer).where(
        within(Officer.agency_id, user, "recusal.declare") | Officer.agency_id.in_(sent)
    )
    own_first = Officer.agency_id != (user.agency_id or 0)
    return list(db.session.scalars(query.order_by(own_first, Officer.agency_id, Officer.code)))


def draws_of(user: User) -> list[DrawAhead]:
    """The coming draws for which this person may declare a recusal."""
    agencies = user.agencies("recusal.declare")
    if agencies is None:
        agencies = frozenset(db.session.scalars(select(Agency.id)))
    return ahead(agencies)


def entities_to_declare(user: User, words: str, chosen_id: int) -> list[Entity]:
    """The entities that fit the words, at most MOST_FOUND, and the one already chosen."""
    reach = select(Entity).where(within(Entity.agency_id, user, "recusal.declare"))
    chosen = list(db.session.scalars(reach.where(Entity.id == chosen_id))) if chosen_id else []
    if not words:
        return chosen
    fits = any_match(words, Entity.name, Entity.code, Entity.pinyin)
    found = db.session.scalars(
        reach.where(fits, Entity.merged_into_id.is_(None))
        .order_by(Entity.pinyin, Entity.id)
        .limit(MOST_FOUND)
    )
    return [*chosen, *(entity for entity in found if entity.id != chosen_id)]


def recusal_between(officer: Officer, entity: Entity, campaign_id: int | None = None) -> Recusal | None:
    """The recusal of this officer from this entity, standing or for one campaign, if one was ever declared."""
    query = select(Recusal).where(
        Recusal.officer_id == officer.id,
        Recusal.entity_id == entity.id,
        Recusal.campaign_id.is_(None) if campaign_id is None else Recusal.campaign_id == campaign_id,
    )
    return db.session.scalar(query)


def reach_of(recusals: Iterable[Recusal]) -> dict[int, str]:
    """{recusal id: for which draw}, in words: 长期, or the number of the one campaign it is for."""
    listed = list(recusals)
    agencies = {one.entity.agency_id for one in listed if one.campaign_id is not None}
    numbers = {one.campaign_id: one.number for one in campaigns_of(agencies)} if agencies else {}
    return {
        one.id: "长期" if one.campaign_id is None else f"仅 {numbers.get(one.campaign_id, '一次抽取')}"
        for one in listed
    }
