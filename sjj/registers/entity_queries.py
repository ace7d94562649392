"""Finding entities, each within what the asking person may see."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.listing import Turn, any_match, order_by
from sjj.registers.models import ACTIVE_STATES, Entity, EntityKind, SupervisionClass, Tag
from sjj.registers.recusal_models import Recusal
from sjj.registers.scope import READ, may_edit_row

SORTS = {
    "name": (Entity.pinyin, Entity.name, Entity.id),
    "code": (Entity.code, Entity.id),
    "class": (Entity.supervision_class, Entity.id),
    "township": (Entity.township, Entity.id),
    "state": (Entity.state, Entity.id),
    "updated": (Entity.updated_at, Entity.id),
}
DEFAULT_SORT = "name"
ALL_ACTIVE = "active"  # the filter “在业或存续”


@dataclass(frozen=True, slots=True)
class EntityFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    kind: str = ""
    supervision_class: str = ""
    tag: str = ""
    township: str = ""
    state: str = ""
    section_id: int = 0
    agency_id: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != EntityFilter()


def entity_to_read(user: User, entity_id: int) -> Entity | None:
    """An entity of an agency whose registers this person may read."""
    entity = db.session.get(Entity, entity_id)
    return entity if entity and user.may(READ, entity.agency_id) else None


def entity_to_edit(user: User, entity_id: int) -> Entity | None:
    """An entity that this person may change."""
    entity = db.session.get(Entity, entity_id)
    return entity if entity and may_edit_row(user, entity) else None


def matching(user: User, wanted: EntityFilter) -> Select[tuple[Entity]]:
    """The entities that fit, in no order yet."""
    query = select(Entity).where(within(Entity.agency_id, user, READ)).options(selectinload(Entity.tags))
    if wanted.words:
        query = query.where(any_match(wanted.words, Entity.name, Entity.code, Entity.pinyin))
    if wanted.kind in [kind.value for kind in EntityKind]:
        query = query.where(Entity.kind == EntityKind(wanted.kind))
    if wanted.supervision_class in [each.value for each in SupervisionClass]:
        query = query.where(Entity.supervision_class == SupervisionClass(wanted.supervision_class))
    if wanted.tag:
        query = query.where(Entity.tags.any(Tag.name == wanted.tag))
    if wanted.township:
        query = query.where(Entity.township == wanted.township)
    if wanted.state:
        states = ACTIVE_STATES if wanted.state == ALL_ACTIVE else (wanted.state,)
        query = query.where(Entity.state.in_(states))
    if wanted.section_id:
        query = query.where(Entity.section_id == wanted.section_id)
    if wanted.agency_id:
        query = query.where(Entity.agency_id == wanted.agency_id)
    return query


def entities(user: User, wanted: EntityFilter, turn: Turn) -> Page[Entity]:
    """One page of the entities that fit."""
    query = matching(user, wanted).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    return paged(query, turn.page, turn.per_page)


def townships(user: User) -> list[str]:
    """The townships that stand in the register."""
    query = select(Entity.township).where(within(Entity.agency_id, user, READ), Entity.township != "")
    return list(db.session.scalars(query.distinct().order_by(Entity.township)))


def other_with_code(entity: Entity, code: str) -> Entity | None:
    """Another entity of the same agency with this code."""
    query = select(Entity).where(Entity.agency_id == entity.agency_id, Entity.code == code)
    with db.session.no_autoflush:
        return db.session.scalar(query.where(Entity.id != (entity.id or 0)))


def recusals_of(entity: Entity) -> list[Recusal]:
    """The recusals declared for this entity, newest first."""
    query = select(Recusal).where(Recusal.entity_id == entity.id).order_by(Recusal.declared_at.desc())
    return list(db.session.scalars(query))


def is_on_positive_list(entity: Entity, day: date) -> bool:
    """Whether the entity stands on the 监督执法正面清单 that day."""
    if entity.positive_from is None or entity.positive_from > day:
        return False
    return entity.positive_until is None or entity.positive_until >= day
