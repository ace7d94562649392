"""Keeping laws and confirming their dates. Never commits. No law is deleted: it is repealed.

What a law is called and when it ended is part of every item that stands on it: such a change writes a
version of each of them.
"""

from datetime import date, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.changes import Changes, take_over
from sjj.registers.item_versions import in_words, items_citing, keep_first, note_version
from sjj.registers.law_forms import LawForm
from sjj.registers.law_queries import other_with_key
from sjj.registers.models import Item, LawBasis

AS_TYPED = ("title", "key", "note")


class LawKeyInUse(Exception):
    """Another law of the agency has this short name; the message may be shown."""


def save_law(law: LawBasis | None, form: LawForm, agency_id: int, actor: User, now: datetime) -> LawBasis:
    """Enter a law, or take over what the form says of one. Raises LawKeyInUse."""
    other = other_with_key(agency_id, form.key.data, law)
    if other is not None:
        raise LawKeyInUse(f"简称“{other.key}”已用于《{other.title}》")
    saved = law or LawBasis(agency_id=agency_id)
    citing = _held(law, now) if law is not None else []
    values: dict[str, Any] = {name: form[name].data or "" for name in AS_TYPED}
    values |= {
        "effective_on": form.effective_on.data,
        "repealed_on": form.repealed_on.data,
        "verified": bool(form.verified.data),
    }
    changes = take_over(saved, values | _stood_for(saved, values, actor, form.day))
    db.session.add(saved)
    db.session.flush()
    _record(saved, law is None, changes, actor, now)
    _tell(citing, f"法律依据《{saved.title}》的登记有变动", actor, now)
    return saved


def _stood_for(law: LawBasis, values: dict[str, Any], actor: User, day: date) -> dict[str, Any]:
    """Who stands for the dates: whoever ticked it, or changed a date under it; nobody where it is not ticked."""
    if not values["verified"]:
        return {"verified_by": "", "verified_on": None}
    dated = any(getattr(law, name) != values[name] for name in ("effective_on", "repealed_on"))
    return {"verified_by": actor.display_name, "verified_on": day} if dated or not law.verified else {}


def _record(law: LawBasis, is_new: bool, changes: Changes, actor: User, now: datetime) -> None:
    if is_new:
        added = events.LawAdded(subject_id=law.id, agency_id=law.agency_id, name=law.title, code=law.key)
        record(added, actor, now)
    elif changes:
        changed = events.LawChanged(
            subject_id=law.id, agency_id=law.agency_id, name=law.title, changes=changes
        )
        record(changed, actor, now)


def confirm_laws(laws: list[LawBasis], by: str, on: date, actor: User, now: datetime) -> int:
    """Note who stands for the dates of these laws; tells how many were still open."""
    confirmed = 0
    for law in sorted(laws, key=lambda each: each.id):
        citing = _held(law, now)
        if law.verified:
            continue
        changes = take_over(law, {"verified": True, "verified_by": by, "verified_on": on})
        db.session.flush()
        _record(law, False, changes, actor, now)
        _tell(citing, _confirmed(law), actor, now)
        confirmed += 1
    return confirmed


def _confirmed(law: LawBasis) -> str:
    if law.repealed_on is None:
        return f"已核实《{law.title}》现行有效"
    return f"已核实《{law.title}》自{in_words(law.repealed_on)}起废止"


def _held(law: LawBasis, now: datetime) -> list[Item]:
    """The items that stand on a law; it and they are held against everybody else who would change them."""
    db.session.refresh(law, with_for_update={"key_share": True})
    citing = items_citing(law)
    for item in citing:
        keep_first(item, now)
    return citing


def _tell(citing: list[Item], reason: str, actor: User, now: datetime) -> None:
    """A version of each item that reads otherwise now."""
    for item in citing:
        note_version(item, "changed", actor, now, reason=reason)
