"""Keeping entities. Never commits; writes what changed to the audit log.

A code in use is refused; a natural person never gets anything but an internal code.
"""

from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.changes import take_over
from sjj.registers.codes import hold, internal_codes
from sjj.registers.entity_forms import EntityForm
from sjj.registers.entity_queries import other_with_code
from sjj.registers.holds import check_entity
from sjj.registers.models import Entity, EntityKind, SupervisionClass
from sjj.registers.pinyin import initials
from sjj.registers.scope import Place
from sjj.registers.tags import ON_ENTITY, tags_named, words_in
from sjj.registers.tokens import new_token

AS_TYPED = (
    "name",
    "entity_type",
    "industry",
    "state",
    "credit_risk",
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


class CodeInUse(Exception):
    """Another object of the agency has this code; the message may be shown."""


def add_entity(form: EntityForm, place: Place, actor: User, now: datetime) -> Entity:
    """Enter an entity from its form. Raises CodeInUse."""
    entity = Entity(
        agency_id=place.agency.id, agency=place.agency, token=new_token(), extra={}, updated_at=now
    )
    with db.session.no_autoflush:
        _take_form(entity, form, place)
        db.session.add(entity)
    db.session.flush()
    record(
        events.EntityAdded(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, code=entity.code
        ),
        actor,
        now,
    )
    return entity


def change_entity(entity: Entity, form: EntityForm, place: Place, actor: User, now: datetime) -> bool:
    """Take over what the form says; tells whether anything changed. Raises CodeInUse, HeldByDraw."""
    with db.session.no_autoflush:
        changes = _take_form(entity, form, place)
    if not changes:
        return False
    entity.updated_at = now
    record(
        events.EntityChanged(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, changes=changes
        ),
        actor,
        now,
    )
    return True


def _take_form(entity: Entity, form: EntityForm, place: Place) -> dict[str, list[Any]]:
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
    changes = take_over(entity, values)
    entity.pinyin = initials(entity.name)
    entity.tags = tags_named(
        place.agency, ON_ENTITY, [*(form.tags.data or []), *words_in(form.new_tags.data)]
    )
    after = sorted(tag.name for tag in entity.tags)
    if before != after:
        changes["tags"] = [before, after]
    return changes


def _nothing(name: str) -> str | None:
    return None if name in ("positive_from", "positive_until", "registered_on") else ""


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
