"""Keeping the fields that an agency defines for itself. Never commits.

A label never changes and no field is deleted: values stand under it. A retired one is no longer asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, Event, record
from sjj.database import db
from sjj.registers.codes import hold
from sjj.registers.extra_queries import REGISTERS, extra_fields
from sjj.registers.upkeep_models import ExtraField

MOST_FIELDS = 40


class FieldRefused(Exception):
    """The field cannot be defined so; the message may be shown."""


@dataclass(frozen=True, kw_only=True)
class ExtraFieldKept(Event):
    """A field of an agency's own was defined, changed or retired."""

    action: ClassVar[str] = "extra_field.kept"
    subject_type: ClassVar[str] = "extra_field"
    register: str
    label: str
    what: str

    def sentence(self) -> str:
        return f"{self.what}{REGISTERS[self.register]}的扩展栏目“{self.label}”"


def add_field(
    agency: Agency, register: str, label: str, kind: str, choices: list[str], actor: Actor, now: datetime
) -> ExtraField:
    """Define a field. Raises FieldRefused."""
    hold(agency)
    known = extra_fields(agency.id, register, retired=True)
    if any(one.label == label for one in known):
        raise FieldRefused("已经有这个栏目（可能已停用，恢复即可）")
    if len(known) >= MOST_FIELDS:
        raise FieldRefused(f"扩展栏目最多 {MOST_FIELDS} 个")
    last = db.session.scalar(select(func.max(ExtraField.position)).where(ExtraField.agency_id == agency.id))
    field = ExtraField(
        agency_id=agency.id, register=register, label=label, kind=kind,
        choices=choices if kind == "choice" else [], position=(last or 0) + 1,
    )  # fmt: skip
    db.session.add(field)
    db.session.flush()
    _tell(field, "增加", actor, now)
    return field


def change_choices(field: ExtraField, choices: list[str], actor: Actor, now: datetime) -> None:
    """Other choices; values that stand stay."""
    field.choices = choices
    _tell(field, "修改", actor, now)


def set_retired(field: ExtraField, *, retired: bool, actor: Actor, now: datetime) -> None:
    """No longer ask for a field, or ask for it again; its values stay either way."""
    if (field.retired_at is not None) == retired:
        return
    field.retired_at = now if retired else None
    _tell(field, "停用" if retired else "恢复", actor, now)


def move_up(field: ExtraField, actor: Actor, now: datetime) -> None:
    """One place nearer to the top of its register's fields."""
    listed = extra_fields(field.agency_id, field.register)
    if field not in listed:
        return
    place = listed.index(field)
    if place == 0:
        return
    listed[place - 1 : place + 1] = [field, listed[place - 1]]
    for number, one in enumerate(listed, start=1):
        one.position = number
    _tell(field, "上移", actor, now)


def _tell(field: ExtraField, what: str, actor: Actor, now: datetime) -> None:
    record(
        ExtraFieldKept(
            subject_id=field.id, agency_id=field.agency_id, register=field.register, label=field.label,
            what=what,
        ),
        actor, now,
    )  # fmt: skip
