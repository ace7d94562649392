"""Keeping laws. Never commits; writes what changed to the audit log. No law is deleted: it is repealed."""

from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.changes import take_over
from sjj.registers.law_forms import LawForm
from sjj.registers.law_queries import other_with_key
from sjj.registers.models import LawBasis

AS_TYPED = ("title", "key", "note")


class LawKeyInUse(Exception):
    """Another law of the agency has this short name; the message may be shown."""


def save_law(law: LawBasis | None, form: LawForm, agency_id: int, actor: User, now: datetime) -> LawBasis:
    """Enter a law, or take over what the form says of one. Raises LawKeyInUse."""
    other = other_with_key(agency_id, form.key.data, law)
    if other is not None:
        raise LawKeyInUse(f"简称“{other.key}”已用于《{other.title}》")
    saved = law or LawBasis(agency_id=agency_id)
    values = {name: form[name].data or "" for name in AS_TYPED}
    values |= {
        "effective_on": form.effective_on.data,
        "repealed_on": form.repealed_on.data,
        "verified": bool(form.verified.data),
    }
    changes = take_over(saved, values)
    db.session.add(saved)
    db.session.flush()
    if law is None:
        added = events.LawAdded(subject_id=saved.id, agency_id=agency_id, name=saved.title, code=saved.key)
        record(added, actor, now)
    elif changes:
        changed = events.LawChanged(
            subject_id=saved.id, agency_id=agency_id, name=saved.title, changes=changes
        )
        record(changed, actor, now)
    return saved
