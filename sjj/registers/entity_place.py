"""Where an object is, in WGS-84 degrees, with who says so. Never commits; refuses what is no place on Earth."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sjj.accounts.models import User
from sjj.audit.services import Event, record
from sjj.database import db
from sjj.registers.change_log import note
from sjj.registers.models import Entity
from sjj.rules.places import is_on_earth

DIGITS = 6  # about ten centimetres


class PlaceRefused(Exception):
    """The place cannot be set so; the message may be shown."""


@dataclass(frozen=True, kw_only=True)
class EntityPlaced(Event):
    """The position of an object was set."""

    action: ClassVar[str] = "entity.placed"
    subject_type: ClassVar[str] = "entity"
    name: str
    lat: float
    lon: float
    reason: str

    def sentence(self) -> str:
        return f"登记检查对象 {self.name} 的位置：{self.reason}"


def set_place(
    entity: Entity, lat: float, lon: float, reason: str, source: str, actor: User, now: datetime
) -> bool:
    """Set the position; tells whether it differs from what stood there. Raises PlaceRefused."""
    if not is_on_earth(lat, lon) or (lat, lon) == (0, 0):
        raise PlaceRefused("经纬度不对，请核对")
    db.session.flush()
    db.session.refresh(entity, with_for_update={"key_share": True, "of": Entity})
    if entity.merged_into_id is not None:
        raise PlaceRefused("这一户已并入别户")
    before, after = (entity.lat, entity.lon), (round(lat, DIGITS), round(lon, DIGITS))
    if before == after:
        return False
    entity.lat, entity.lon = after
    entity.updated_at = now
    changes = {"lat": [before[0], after[0]], "lon": [before[1], after[1]]}
    note("entity", entity, "changed", changes, reason, source, actor, now)
    event = EntityPlaced(
        subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, lat=after[0], lon=after[1],
        reason=reason,
    )  # fmt: skip
    record(event, actor, now)
    return True
