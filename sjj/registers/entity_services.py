"""Keeping entities. Never commits; writes what changed to the audit log and to the changes of the register.

A code in use is refused; a natural person never gets anything but an internal code.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.change_log import note
from sjj.registers.changes import differing, take_over
from sjj.registers.class_services import settle_class
from sjj.registers.codes import hold, internal_codes
from sjj.registers.entity_forms import EntityForm
from sjj.registers.entity_queries import other_with_code
from sjj.registers.entity_state import kind_of_change
from sjj.registers.extra_forms import with_values
from sjj.registers.holds import check_entity
from sjj.registers.models import Entity, EntityKind, SupervisionClass
from sjj.registers.pinyin import initials
from sjj.registers.scope import Place
from sjj.registers.tags import ON_ENTITY, tags_named, words_in
from sjj.registers.tokens import new_token
from sjj.registers.upkeep_models import ExtraField

AS_TYPED = (
    "name",
    "entity_type",
    "industry",
    "state",
    "credit_risk",
    "credit_risk_on",
    "credit_risk_source",
    "positive_from",
    "positive_until",
    "township",
    "address",
    "legal_representative",
    "contact",
    "phone",
    "registration_authority",
    "registered_on",
    "capital",
)


DAYS = ("positive_from", "positive_until", "registered_on", "credit_risk_on")
AS_ENTERED = "登记时确定"


class CodeInUse(Exception):
    """Another object of the agency has this code; the message may be shown."""


def add_entity(
    form: EntityForm, place: Place, actor: User, now: datetime, own: Sequence[ExtraField] = ()
) -> Entity:
    """Enter an entity from its form, with the agency's own fields. Raises CodeInUse."""
    entity = Entity(
        agency_id=place.agency.id, agency=place.agency, token=new_token(), extra={}, updated_at=now
    )
    with db.session.no_autoflush:
        _take_form(entity, form, place, own)
        db.session.add(entity)
    db.session.flush()
    if entity.kind is EntityKind.ENTERPRISE:
        entity.claimed_at, entity.claimed_by_id = now, actor.id  # whoever enters it keeps it
    if entity.supervision_class is not SupervisionClass.GENERAL:
        settle_class(entity, entity.supervision_class, form.reason.data or AS_ENTERED, actor, now)
    note("entity", entity, "added", {}, form.reason.data or "", "form", actor, now)
    record(
        events.EntityAdded(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, code=entity.code
        ),
        actor,
        now,
    )
    return entity


def change_entity(
    entity: Entity,
    form: EntityForm,
    place: Place,
    actor: User,
    now: datetime,
    own: Sequence[ExtraField] = (),
) -> bool:
    """Take over what the form says; tells whether anything changed. Raises CodeInUse, HeldByDraw."""
    was_active = entity.is_active
    with db.session.no_autoflush:
        changes = _take_form(entity, form, place, own)
    if not changes:
        return False
    entity.updated_at = now
    reason = form.reason.data or ""
    if "supervision_class" in changes:
        settle_class(entity, entity.supervision_class, reason, actor, now)
    plain = {name: [_plain(value) for value in pair] for name, pair in changes.items()}
    note("entity", entity, kind_of_change(was_active, entity.is_active), plain, reason, "form", actor, now)
    record(
        events.EntityChanged(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, changes=changes
        ),
        actor,
        now,
    )
    return True


def _take_form(
    entity: Entity, form: EntityForm, place: Place, own: Sequence[ExtraField]
) -> dict[str, list[Any]]:
    code = _code_for(entity, form, place)
    if entity.id is not None and (entity.code, entity.kind) != (code, form.entity_kind):
        hold(place.agency)  # nobody freezes a list between the question and the change
        check_entity(entity, code, form.entity_kind)
    before = sorted(tag.name for tag in entity.tags)
    values = {name: form[name].data or _nothing(name) for name in AS_TYPED}
    values |= {
        "code": code,
        "kind": form.entity_kind,
        "section_id": place.section.id if place.section else None,
        "supervision_class": SupervisionClass(form.supervision_class.data),
        "business_scope": (form.business_scope.data or "").strip(),
        "lat": None if form.lat.data is None else float(form.lat.data),
        "lon": None if form.lon.data is None else float(form.lon.data),
    }
    extra = with_values(form, own, entity.extra or {})
    if extra != (entity.extra or {}):
        values["extra"] = extra
    changes = take_over(entity, values)
    if "extra" in changes:
        changes["extra"] = differing(*changes["extra"])
    entity.pinyin = initials(entity.name)
    entity.tags = tags_named(
        place.agency, ON_ENTITY, [*(form.tags.data or []), *words_in(form.new_tags.data)]
    )
    after = sorted(tag.name for tag in entity.tags)
    if before != after:
        changes["tags"] = [before, after]
    return changes


def _nothing(name: str) -> str | None:
    return None if name in DAYS else ""


def _plain(value: Any) -> Any:
    """A value as a change keeps it."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _code_for(entity: Entity, form: EntityForm, place: Place) -> str:
    if form.entity_kind is not EntityKind.ENTERPRISE:
        keeps = entity.code and entity.kind is not EntityKind.ENTERPRISE
        return entity.code if keeps else internal_codes(place.agency)[0]
    code: str = form.code.data
    hold(place.agency)
    other = other_with_code(entity, code)
    if other is not None:
        raise CodeInUse(f"“{other.name}”已经用这个代码登记，不能重复登记")
    return code
