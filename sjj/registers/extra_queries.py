"""The fields that an agency defined for itself (扩展字段), in the order it gave them."""

from collections.abc import Iterable

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.registers.scope import READ, may_edit
from sjj.registers.upkeep_models import ExtraField

REGISTERS = {"entity": "检查对象", "officer": "执法人员"}
KINDS = {"text": "文字", "number": "数字", "day": "日期", "choice": "选择"}


def extra_fields(agency_id: int, register: str, *, retired: bool = False) -> list[ExtraField]:
    """The fields that are asked for; with `retired` those too that are no longer."""
    query = select(ExtraField).where(ExtraField.agency_id == agency_id, ExtraField.register == register)
    if not retired:
        query = query.where(ExtraField.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(ExtraField.position, ExtraField.id)))


def fields_of_places(agency_ids: Iterable[int], register: str) -> list[ExtraField]:
    """The fields of a row to be entered: none where it is not said yet for which agency."""
    agencies = set(agency_ids)
    return extra_fields(agencies.pop(), register) if len(agencies) == 1 else []


def choices_to_filter(user: User, register: str) -> list[ExtraField]:
    """The choice fields by which this person may narrow a list."""
    query = select(ExtraField).where(
        within(ExtraField.agency_id, user, READ),
        ExtraField.register == register,
        ExtraField.kind == "choice",
        ExtraField.retired_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(ExtraField.agency_id, ExtraField.position, ExtraField.id)))


def field_to_edit(user: User, field_id: int) -> ExtraField | None:
    """A field of an agency whose registers this person may change as a whole."""
    field = db.session.get(ExtraField, field_id)
    return field if field and may_edit(user, field.agency_id, None) else None
