"""Taking over a list of 抽查事项 that somebody has looked at: all of it, a version of each item with it. Never commits."""

from datetime import datetime

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.changes import take_over
from sjj.registers.item_list_reading import Bases, Entry, ItemList
from sjj.registers.item_versions import keep_first, note_version
from sjj.registers.models import Item, ItemBasis, LawBasis


def take_list(found: ItemList, agency: Agency, reason: str, actor: User, now: datetime) -> None:
    """Enter what the file says, a version of each item with it."""
    for entry in found.added:
        item = Item(agency=agency, **entry.values)
        item.bases = _bases(entry.bases or [])
        db.session.add(item)
        db.session.flush()
        added = events.ItemAdded(subject_id=item.id, agency_id=agency.id, name=item.name, code=item.code)
        record(added, actor, now)
        note_version(item, "added", actor, now, reason=reason, source="import")
    for entry in found.changed:
        if entry.item is not None:
            _change(entry.item, entry, reason, actor, now)


def _change(item: Item, entry: Entry, reason: str, actor: User, now: datetime) -> None:
    keep_first(item, now)
    changes = take_over(item, entry.values)
    if entry.bases is not None and entry.bases != [(basis.law_id, basis.articles) for basis in item.bases]:
        before = [f"{basis.law.title}{basis.articles}" for basis in item.bases]
        item.bases = _bases(entry.bases)
        changes["bases"] = [before, [f"{basis.law.title}{basis.articles}" for basis in item.bases]]
    db.session.flush()
    db.session.refresh(item, ["section"])
    changed = events.ItemChanged(
        subject_id=item.id, agency_id=item.agency_id, name=item.name, changes=changes
    )
    record(changed, actor, now)
    note_version(item, "changed", actor, now, reason=reason, source="import")


def _bases(chosen: Bases) -> list[ItemBasis]:
    return [ItemBasis(law=db.session.get(LawBasis, law_id), articles=articles) for law_id, articles in chosen]
