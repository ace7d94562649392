"""The registered state of an entity changed by itself, with its reason: what a visit found out (停业, 迁出 …).

Refuses a state that the register does not know and one that stands there already. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sjj.accounts.models import User
from sjj.audit.services import Event, record
from sjj.database import db
from sjj.registers.models import ENTITY_STATES, Entity
from sjj.registers.upkeep_models import RegisterChange

CHANGED, LEFT, RETURNED = "changed", "left", "returned"


class StateRefused(Exception):
    """The state cannot be changed so; the message may be shown."""


@dataclass(frozen=True, kw_only=True)
class EntityStateChanged(Event):
    """The registered state of an entity changed, and why."""

    action: ClassVar[str] = "entity.state_changed"
    subject_type: ClassVar[str] = "entity"
    name: str
    before: str
    after: str
    reason: str

    def sentence(self) -> str:
        return f"检查对象 {self.name} 的状态由“{self.before}”改为“{self.after}”：{self.reason}"


def change_state(entity: Entity, state: str, reason: str, actor: User, now: datetime) -> None:
    """Set the registered state. Raises StateRefused."""
    db.session.flush()
    db.session.refresh(entity, with_for_update={"key_share": True, "of": Entity})
    if state not in ENTITY_STATES:
        raise StateRefused("名录库没有这种状态")
    if entity.state == state:
        raise StateRefused(f"名录库里已经是“{state}”")
    before, was_active = entity.state, entity.is_active
    entity.state, entity.updated_at = state, now
    kind = CHANGED if was_active == entity.is_active else LEFT if was_active else RETURNED
    db.session.add(
        RegisterChange(
            agency_id=entity.agency_id,
            section_id=entity.section_id,
            register="entity",
            subject_id=entity.id,
            code=entity.code,
            name=entity.name,
            kind=kind,
            changes={"state": [before, state]},
            reason=reason[:300],
            source="visit",
            at=now,
            by_id=actor.id,
        )
    )
    event = EntityStateChanged(
        subject_id=entity.id,
        agency_id=entity.agency_id,
        name=entity.name,
        before=before,
        after=state,
        reason=reason,
    )
    record(event, actor, now)
