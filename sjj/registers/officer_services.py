"""Keeping officers. Never commits; writes what changed to the audit log and to the changes of the register.

A code in use is refused, and so is going off duty without a reason: it stands in the 调整名单.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.change_log import note
from sjj.registers.changes import Changes, differing, take_over
from sjj.registers.codes import hold, next_officer_code
from sjj.registers.extra_forms import with_values
from sjj.registers.holds import check_officer
from sjj.registers.import_columns import OFFICER_COLUMNS
from sjj.registers.models import Officer
from sjj.registers.officer_forms import OfficerForm
from sjj.registers.officer_queries import other_with_code
from sjj.registers.pinyin import initials
from sjj.registers.scope import Place
from sjj.registers.tags import ON_OFFICER, tags_named, words_in
from sjj.registers.upkeep_models import ExtraField

AS_TYPED = ("name", "gender", "post", "phone", "group", "certificate_no", "issuer")
MOST_PINYIN = 60
# The changes of the register are told in the words of the import, whichever way they came.
_LABELS = {column.field: column.label for column in OFFICER_COLUMNS} | {"code": "人员编号"}
_FIELDS = {"section_id": "section"}


class OfficerCodeInUse(Exception):
    """Another officer of the agency has this code; the message may be shown."""


class NoReason(Exception):
    """Somebody leaves the list and nobody says why; the message may be shown."""


def add_officer(
    form: OfficerForm, place: Place, actor: User, now: datetime, own: Sequence[ExtraField] = ()
) -> Officer:
    """Enter an officer from the form, with the agency's own fields. Raises OfficerCodeInUse."""
    officer = Officer(agency_id=place.agency.id, agency=place.agency, extra={}, updated_at=now)
    with db.session.no_autoflush:
        _take_form(officer, form, place, own)
        db.session.add(officer)
    db.session.flush()
    record(
        events.OfficerAdded(
            subject_id=officer.id, agency_id=officer.agency_id, name=officer.name, code=officer.code
        ),
        actor,
        now,
    )
    note("officer", officer, "added", {}, form.reason.data or "", "form", actor, now)
    return officer


def change_officer(
    officer: Officer,
    form: OfficerForm,
    place: Place,
    actor: User,
    now: datetime,
    own: Sequence[ExtraField] = (),
) -> bool:
    """Take over what the form says; tells whether anything changed.

    Raises OfficerCodeInUse, HeldByDraw, NoReason.
    """
    reason = form.reason.data or ""
    if officer.on_duty and not form.on_duty.data and not reason:
        raise NoReason("不再在岗的，请写明原因，如调离、退休")
    sections = {one.id: one.name for one in officer.agency.sections}
    with db.session.no_autoflush:
        changes = _take_form(officer, form, place, own)
    if not changes:
        return False
    officer.updated_at = now
    record(
        events.OfficerChanged(
            subject_id=officer.id, agency_id=officer.agency_id, name=officer.name, changes=changes
        ),
        actor,
        now,
    )
    note("officer", officer, _kind(changes), _in_words(changes, sections), reason, "form", actor, now)
    return True


def _kind(changes: Changes) -> str:
    if "on_duty" not in changes:
        return "changed"
    return "returned" if changes["on_duty"][1] else "left"


def _in_words(changes: Changes, sections: Mapping[int, str]) -> Changes:
    said: Changes = {}
    for name, pair in changes.items():
        if name == "extra":
            before, after = pair
            said |= {label: [before[label] or "", after[label] or ""] for label in before}
        else:
            said[_LABELS[_FIELDS.get(name, name)]] = [_said(name, one, sections) for one in pair]
    return said


def _said(name: str, value: Any, sections: Mapping[int, str]) -> str:
    if name == "section_id":
        return sections.get(value, "")
    if name == "on_duty":
        return "在岗" if value else "离岗"
    if isinstance(value, list):
        return "、".join(value)
    return "" if value is None else str(value)


def _take_form(officer: Officer, form: OfficerForm, place: Place, own: Sequence[ExtraField]) -> Changes:
    hold(place.agency)
    code = form.code.data or officer.code or next_officer_code(place.agency)
    other = other_with_code(officer, code)
    if other is not None:
        raise OfficerCodeInUse(f"编号 {code} 已由{other.name}使用，请换一个")
    check_officer(officer, code)
    before = sorted(tag.name for tag in officer.tags)
    values = {name: form[name].data or "" for name in AS_TYPED}
    values |= {
        "code": code,
        "section_id": place.section.id if place.section else None,
        "certificate_until": form.certificate_until.data,
        "on_duty": bool(form.on_duty.data),
    }
    extra = with_values(form, own, officer.extra or {})
    if extra != (officer.extra or {}):
        values["extra"] = extra
    changes = take_over(officer, values)
    if "extra" in changes:
        changes["extra"] = differing(*changes["extra"])
    officer.pinyin = initials(officer.name, MOST_PINYIN)
    officer.tags = tags_named(
        place.agency, ON_OFFICER, [*(form.tags.data or []), *words_in(form.new_tags.data)]
    )
    after = sorted(tag.name for tag in officer.tags)
    if before != after:
        changes["tags"] = [before, after]
    return changes
