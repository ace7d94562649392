"""Keeping items: enter, change, publish, retire. Never commits.

An item without a law in force is not published, and an unpublished item may not be inspected
(国办发〔2024〕54号). A retired item stays for the papers that name it.
"""

from datetime import date, datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.changes import Changes, take_over
from sjj.registers.item_forms import ItemForm
from sjj.registers.item_queries import other_with_code
from sjj.registers.models import Item, ItemBasis, LawBasis
from sjj.registers.scope import Place

AS_TYPED = ("code", "name", "object_type", "entity_kind", "method", "level", "joint_hint")


class ItemRefused(Exception):
    """An item cannot be kept, published or retired as asked; the message may be shown."""


def save_item(item: Item | None, form: ItemForm, place: Place, actor: User, now: datetime) -> Item:
    """Enter an item, or take over what the form says of one. Raises ItemRefused for a code in use."""
    other = other_with_code(place.agency.id, form.code.data, item)
    if other is not None:
        raise ItemRefused(f"编号 {other.code} 已用于“{other.name}”")
    saved = item or Item(agency_id=place.agency.id, agency=place.agency)
    with db.session.no_autoflush:
        values = {name: form[name].data or "" for name in AS_TYPED}
        changes = take_over(saved, {**values, "section_id": place.section.id if place.section else None})
        changes |= _take_bases(saved, form.chosen_bases())
        db.session.add(saved)
    db.session.flush()
    if item is None:
        added = events.ItemAdded(
            subject_id=saved.id, agency_id=saved.agency_id, name=saved.name, code=saved.code
        )
        record(added, actor, now)
    elif changes:
        changed = events.ItemChanged(
            subject_id=saved.id, agency_id=saved.agency_id, name=saved.name, changes=changes
        )
        record(changed, actor, now)
    return saved


def _take_bases(item: Item, chosen: list[tuple[int, str]]) -> Changes:
    before = [_cited(basis) for basis in item.bases]
    if [(basis.law_id, basis.articles) for basis in item.bases] == chosen:
        return {}
    item.bases = [ItemBasis(law=db.session.get(LawBasis, law_id), articles=text) for law_id, text in chosen]
    return {"bases": [before, [_cited(basis) for basis in item.bases]]}


def _cited(basis: ItemBasis) -> str:
    return f"{basis.law.title}{basis.articles}"


def publish_item(item: Item, day: date, actor: User, now: datetime) -> None:
    """Put an item on the published list. Raises ItemRefused."""
    if item.retired_at is not None:
        raise ItemRefused("已停用的事项不能公布")
    if item.published_at is not None:
        raise ItemRefused("这个事项已经公布")
    if not any(not basis.law.is_repealed_on(day) for basis in item.bases):
        raise ItemRefused("没有现行有效的法律依据，不能公布。请先补充依据")
    item.published_at = now
    record(
        events.ItemPublished(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code),
        actor,
        now,
    )


def retire_item(item: Item, actor: User, now: datetime) -> None:
    """Take an item out of use. Raises ItemRefused."""
    if item.retired_at is not None:
        raise ItemRefused("这个事项已经停用")
    item.retired_at = now
    record(
        events.ItemRetired(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code),
        actor,
        now,
    )
