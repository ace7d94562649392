"""Keeping 协助人员. Never commits; writes what changed to the audit log.

An assistant is no officer (国办发〔2024〕54号: only certified officers inspect): nothing here can make one of them
stand in a pool, in a team or among the two.
"""

from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers.assistant_forms import AssistantForm
from sjj.registers.changes import Changes, take_over
from sjj.registers.officer_events import AssistantAdded, AssistantChanged
from sjj.registers.scope import Place
from sjj.registers.upkeep_models import Assistant


def add_assistant(form: AssistantForm, place: Place, actor: User, now: datetime) -> Assistant:
    """Enter an assistant from the form."""
    assistant = Assistant(agency_id=place.agency.id, updated_at=now)
    _take_form(assistant, form, place)
    db.session.add(assistant)
    db.session.flush()
    event = AssistantAdded(subject_id=assistant.id, agency_id=assistant.agency_id, name=assistant.name)
    record(event, actor, now)
    return assistant


def change_assistant(
    assistant: Assistant, form: AssistantForm, place: Place, actor: User, now: datetime
) -> bool:
    """Take over what the form says; tells whether anything changed."""
    changes = _take_form(assistant, form, place)
    if not changes:
        return False
    assistant.updated_at = now
    event = AssistantChanged(
        subject_id=assistant.id, agency_id=assistant.agency_id, name=assistant.name, changes=changes
    )
    record(event, actor, now)
    return True


def _take_form(assistant: Assistant, form: AssistantForm, place: Place) -> Changes:
    values = {name: form[name].data or "" for name in ("name", "post", "phone", "note")}
    section_id = place.section.id if place.section else None
    return take_over(assistant, values | {"section_id": section_id, "on_duty": bool(form.on_duty.data)})
