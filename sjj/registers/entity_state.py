"""The registered state of an entity changed by itself, with its reason: what a visit or a paper says (停业, 迁出 …).

Refuses a state that the register does not know and one that stands there already. Never commits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sjj.accounts.models import User
from sjj.audit.services import Event, record
from sjj.database import db
from sjj.registers.change_log import note
from sjj.registers.models import ENTITY_STATES, Entity

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


def kind_of_change(was_active: bool, is_active: bool) -> str:
    """Whether an object left the list, came back, or only changed."""
    return CHANGED if was_active == is_active else LEFT if was_active else RETURNED


def change_state(
    entity: Entity,
    state: str,
    reason: str,
    actor: User,
    now: datetime,
    *,
    source: str = "visit",
    on: date | None = None,
    told_by: str = "",
) -> None:
    """Set the registered state; `on` since when, `told_by` who says so. Raises StateRefused."""
    db.session.flush()
    db.session.refresh(entity, with_for_update={"key_share": True, "of": Entity})
    if state not in ENTITY_STATES:
        raise StateRefused("名录库没有这种状态")
    if entity.merged_into_id is not None:
        raise StateRefused("这一户已并入别户，请改所并入的那一户")
    if entity.state == state:
        raise StateRefused(f"名录库里已经是“{state}”")
    before, was_active = entity.state, entity.is_active
    entity.state, entity.updated_at = state, now
    changes: dict[str, list[str | None]] = {"state": [before, state]}
    if on is not None:
        changes["state_on"] = [None, on.isoformat()]
    if told_by:
        changes["state_source"] = [None, told_by]
    note("entity", entity, kind_of_change(was_active, entity.is_active), changes, reason, source, actor, now)
    event = EntityStateChanged(
        subject_id=entity.id,
        agency_id=entity.agency_id,
        name=entity.name,
        before=before,
        after=state,
        reason=reason,
    )
    record(event, actor, now)
