"""Finding entities, each within what the asking person may see."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import agencies_of, within
from sjj.database import Page, db, paged
from sjj.registers.listing import Args, Turn, any_match, order_by, paged_once
from sjj.registers.models import ACTIVE_STATES, Entity, EntityKind, SupervisionClass, Tag, entity_tag
from sjj.registers.recusal_models import Recusal
from sjj.registers.scope import READ, may_edit_row
from sjj.registers.tags import ON_ENTITY
from sjj.registers.upkeep_models import ExtraField

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
MERGED = "merged"  # the filter “已并入别户”
NO_SECTION = -1  # the filter “不分科室”
ENDING_SOON = timedelta(days=30)

# What an object may lack, in the order of the upkeep page: what it is called, and the rows without it.
LACKING: dict[str, tuple[str, ColumnElement[bool]]] = {
    "class": ("没有分类", Entity.class_by == ""),
    "place": ("没有坐标", or_(Entity.lat.is_(None), Entity.lon.is_(None))),
    "phone": ("没有电话", Entity.phone == ""),
}


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
    claimed: str = ""
    positive: str = ""
    missing: str = ""  # what an object lacks, a key of LACKING
    own: tuple[tuple[str, str], ...] = ()  # (label of an agency's own choice field, value)

    @classmethod
    def of(cls, args: Args, fields: Iterable[ExtraField] = ()) -> "EntityFilter":
        """What an address asks for; `fields` are the agency's own that may be asked about."""
        own = ((field.label, args.get(f"own_{field.id}", "")) for field in fields)
        return cls(
            words=args.get("q", "").strip(),
            kind=args.get("kind", ""),
            supervision_class=args.get("class", ""),
            tag=args.get("tag", ""),
            township=args.get("township", ""),
            state=args.get("state", ""),
            section_id=args.get("section", 0, type=int),
            agency_id=args.get("agency", 0, type=int),
            claimed=args.get("claimed", ""),
            positive=args.get("positive", ""),
            missing=args.get("missing", ""),
            own=tuple((label, value) for label, value in own if value),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != EntityFilter()


def entity_to_read(user: User, entity_id: int) -> Entity | None:
    """An entity of an agency whose registers this person may read."""
    entity = db.session.get(Entity, entity_id)
    return entity if entity and user.may(READ, entity.agency_id) else None


def entity_to_edit(user: User, entity_id: int) -> Entity | None:
    """An entity that this person may change; a merged double stays as it was."""
    entity = db.session.get(Entity, entity_id)
    if entity is None or entity.merged_into_id is not None:
        return None
    return entity if may_edit_row(user, entity) else None


def matching(user: User, wanted: EntityFilter, day: date | None = None) -> Select[tuple[Entity]]:
    """The entities that fit, in no order yet. Merged doubles only where they are asked for."""
    query = select(Entity).where(within(Entity.agency_id, user, READ)).options(selectinload(Entity.tags))
    merged = Entity.merged_into_id.is_not(None)
    query = query.where(merged if wanted.state == MERGED else ~merged)
    if wanted.kind in [kind.value for kind in EntityKind]:
        query = query.where(Entity.kind == EntityKind(wanted.kind))
    if wanted.supervision_class in [each.value for each in SupervisionClass]:
        query = query.where(Entity.supervision_class == SupervisionClass(wanted.supervision_class))
    if wanted.township:
        query = query.where(Entity.township == wanted.township)
    if wanted.state and wanted.state != MERGED:
        states = ACTIVE_STATES if wanted.state == ALL_ACTIVE else (wanted.state,)
        query = query.where(Entity.state.in_(states))
    if wanted.section_id:
        section_id = None if wanted.section_id == NO_SECTION else wanted.section_id
        query = query.where(Entity.section_id == section_id)
    if wanted.agency_id:
        query = query.where(Entity.agency_id == wanted.agency_id)
    if wanted.claimed in ("yes", "no"):
        claimed = Entity.claimed_at.is_not(None) if wanted.claimed == "yes" else unclaimed()
        query = query.where(claimed)
    if wanted.positive and day is not None:
        query = query.where(*_positive(wanted.positive, day))
    if wanted.missing in LACKING:
        query = query.where(LACKING[wanted.missing][1])
    for label, value in wanted.own:
        said = json.dumps({label: value})[1:-1]  # as JSON writes it: SQLite finds no escaped key by a path
        query = query.where(cast(Entity.extra, String).contains(said, autoescape=True))
    # What takes longest comes last: by then most rows are out.
    if wanted.words:
        query = query.where(any_match(wanted.words, Entity.name, Entity.code, Entity.pinyin, Entity.address))
    if wanted.tag:
        query = query.where(_tagged(wanted.tag))
    return query


def _tagged(name: str) -> ColumnElement[bool]:
    """Asked by the tags' numbers: each row is then looked up once, in the key of the links."""
    tags = db.session.scalars(select(Tag.id).where(Tag.on == ON_ENTITY, Tag.name == name)).all()
    mine = entity_tag.c.entity_id == Entity.id
    return select(entity_tag.c.tag_id).where(mine, entity_tag.c.tag_id.in_(tags)).exists()


def unclaimed() -> ColumnElement[bool]:
    """主体类 that no section has claimed yet; others are entered by whoever keeps them."""
    return and_(
        Entity.kind == EntityKind.ENTERPRISE, Entity.claimed_at.is_(None), Entity.merged_into_id.is_(None)
    )


def _positive(wanted: str, day: date) -> list[ColumnElement[bool]]:
    begun = Entity.positive_from <= day
    if wanted == "over":
        return [begun, Entity.positive_until < day]
    stands = or_(Entity.positive_until.is_(None), Entity.positive_until >= day)
    if wanted == "ending":
        return [begun, Entity.positive_until.between(day, day + ENDING_SOON)]
    return [begun, stands]


def entities(user: User, wanted: EntityFilter, turn: Turn, day: date | None = None) -> Page[Entity]:
    """One page of the entities that fit."""
    order = order_by(SORTS, turn.sort, DEFAULT_SORT)
    query = matching(user, wanted, day)
    if wanted.words or wanted.tag:
        return paged_once(query, Entity, order, turn, selectinload(Entity.tags))
    return paged(query.order_by(*order), turn.page, turn.per_page)


def townships(user: User) -> list[str]:
    """The townships that stand in the register."""
    found = {name for agency in agencies_of(user, READ) for name in _townships_of(agency.id)}
    return sorted(found)


def _townships_of(agency_id: int) -> list[str]:
    """Each name found from the one before it, so that the index is asked a dozen times and not read through."""
    first = func.min(Entity.township)
    here = Entity.agency_id == agency_id
    walk = select(first.label("name")).where(here, Entity.township > "").cte("walk", recursive=True)
    after = select(first).where(here, Entity.township > walk.c.name).scalar_subquery()
    walk = walk.union_all(select(after).where(walk.c.name.is_not(None)))
    return list(db.session.scalars(select(walk.c.name).where(walk.c.name.is_not(None))))


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
