"""认领: a section takes the 主体类 objects that are its business; their state told with day and source. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.audit.services import Event, record
from sjj.database import Page, db, paged
from sjj.registers.change_log import note
from sjj.registers.entity_queries import EntityFilter, matching, unclaimed
from sjj.registers.models import Entity
from sjj.registers.scope import NO_SECTION, Place, may_edit


@dataclass(frozen=True, kw_only=True)
class EntityClaimed(Event):
    """A section claimed an object."""

    action: ClassVar[str] = "entity.claimed"
    subject_type: ClassVar[str] = "entity"
    name: str
    place: str

    def sentence(self) -> str:
        return f"认领检查对象 {self.name}，归口 {self.place}"


def to_claim(user: User, wanted: EntityFilter, page: int) -> Page[Entity]:
    """The objects nobody has claimed that this person may see, one page."""
    query = matching(user, wanted).where(unclaimed()).options(selectinload(Entity.section))
    return paged(query.order_by(Entity.township, Entity.name, Entity.id), page, 50)


def may_claim(user: User, entity: Entity) -> bool:
    """Whether the object is this person's to claim: of no section yet, or of one that they keep."""
    own = may_edit(user, entity.agency_id, entity.section_id)
    return own or (entity.section_id is None and _keeps_some_section(user, entity))


def _keeps_some_section(user: User, entity: Entity) -> bool:
    sections = [each.id for each in entity.agency.sections]
    return any(may_edit(user, entity.agency_id, number) for number in (*sections, NO_SECTION))


def claim(ids: Sequence[int], place: Place, actor: User, now: datetime) -> list[Entity]:
    """Claim those of these objects that are still unclaimed and may be claimed; tells which."""
    query = select(Entity).where(
        Entity.id.in_(list(ids)), Entity.agency_id == place.agency.id, unclaimed()
    )  # fmt: skip
    rows = db.session.scalars(query.order_by(Entity.id).with_for_update(of=Entity)).all()
    mine = [row for row in rows if may_claim(actor, row)]
    for entity in mine:
        _claim(entity, place, actor, now)
    return mine


def _claim(entity: Entity, place: Place, actor: User, now: datetime) -> None:
    section = place.section.id if place.section else None
    changes: dict[str, list[object]] = {"claimed_at": [None, now.isoformat()[:10]]}
    if section != entity.section_id:
        changes["section_id"] = [entity.section_id, section]
    entity.claimed_at, entity.claimed_by_id, entity.section_id, entity.updated_at = (
        now, actor.id, section, now
    )  # fmt: skip
    note("entity", entity, "claimed", changes, "", "form", actor, now)
    event = EntityClaimed(
        subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, place=place.label
    )
    record(event, actor, now)
