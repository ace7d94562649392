"""Keeping items: enter, change, claim, publish, retire, bring back. Never commits.

An item without a law in force is not published, and an unpublished item may not be inspected
(国办发〔2024〕54号). A retired item stays for the papers that name it; brought back, it is published anew.
Every change writes a version of the item and a line for the 调整名单.
"""

from datetime import date, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.changes import Changes, take_over
from sjj.registers.codes import hold
from sjj.registers.item_forms import ItemForm
from sjj.registers.item_queries import HOME_LEVEL, may_claim, other_with_code
from sjj.registers.item_versions import held, keep_first, newest_number, note_version
from sjj.registers.models import Item, ItemBasis, LawBasis
from sjj.registers.scope import Place

AS_TYPED = ("code", "name", "object_type", "entity_kind", "method", "level", "frequency", "joint_hint")


class ItemRefused(Exception):
    """An item cannot be kept, published or retired as asked; the message may be shown, at `field` if named."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def save_item(item: Item | None, form: ItemForm, place: Place, actor: User, now: datetime) -> Item:
    """Enter an item, or take over what the form says of one.

    Raises ItemRefused for a code in use, for a form that was opened before somebody else's change, and for a
    change of a published item without a reason.
    """
    hold(place.agency)
    if item is not None:
        _check_untouched(held(item), form)
        keep_first(item, now)
    other = other_with_code(place.agency.id, form.code.data, item)
    if other is not None:
        raise ItemRefused(f"编号 {other.code} 已用于“{other.name}”", "code")
    reason = form.reason.data or ""
    if item is not None and item.published_at is not None and not reason and _differs(item, form, place):
        raise ItemRefused("这个事项已经公布，修改要写明原因，原因随变更记录公示", "reason")
    saved = item or Item(agency_id=place.agency.id, agency=place.agency)
    changes = _take_form(saved, form, place)
    _record_saved(saved, item is None, changes, actor, now)
    if changes:
        note_version(saved, "added" if item is None else "changed", actor, now, reason=reason)
    return saved


def _check_untouched(item: Item, form: ItemForm) -> None:
    newest = newest_number(item)
    if form.seen.data is not None and form.seen.data != newest:
        form.seen.data, form.seen.raw_data = newest, None
        raise ItemRefused("您打开这一页以后，有人改过这个事项。请看过“变更记录”，核对后再保存")


def _values(form: ItemForm, place: Place) -> dict[str, Any]:
    values: dict[str, Any] = {name: form[name].data or "" for name in AS_TYPED}
    values["claimed_on"] = form.claimed_on.data if form.level.data != HOME_LEVEL else None
    return values | {"section_id": place.section.id if place.section else None}


def _differs(item: Item, form: ItemForm, place: Place) -> bool:
    same = all(getattr(item, name) == value for name, value in _values(form, place).items())
    return not same or _bases_of(item) != form.chosen_bases()


def _take_form(item: Item, form: ItemForm, place: Place) -> Changes:
    with db.session.no_autoflush:
        changes = take_over(item, _values(form, place))
        item.section = place.section
        changes |= _take_bases(item, form.chosen_bases())
        db.session.add(item)
    db.session.flush()
    return changes


def _record_saved(item: Item, is_new: bool, changes: Changes, actor: User, now: datetime) -> None:
    if is_new:
        added = events.ItemAdded(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code)
        record(added, actor, now)
    elif changes:
        changed = events.ItemChanged(
            subject_id=item.id, agency_id=item.agency_id, name=item.name, changes=changes
        )
        record(changed, actor, now)


def _take_bases(item: Item, chosen: list[tuple[int, str]]) -> Changes:
    before = [_words(basis) for basis in item.bases]
    if _bases_of(item) == chosen:
        return {}
    item.bases = [ItemBasis(law=db.session.get(LawBasis, law_id), articles=text) for law_id, text in chosen]
    return {"bases": [before, [_words(basis) for basis in item.bases]]}


def _bases_of(item: Item) -> list[tuple[int, str]]:
    return [(basis.law_id, basis.articles) for basis in item.bases]


def _words(basis: ItemBasis) -> str:
    return f"{basis.law.title}{basis.articles}"


def publish_item(item: Item, day: date, actor: User, now: datetime, reason: str = "") -> None:
    """Put an item on the published list. Raises ItemRefused."""
    keep_first(held(item), now)
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
    note_version(item, "published", actor, now, reason=reason)


def retire_item(item: Item, actor: User, now: datetime, reason: str = "") -> None:
    """Take an item out of use. Raises ItemRefused; a published item needs a reason."""
    keep_first(held(item), now)
    if item.retired_at is not None:
        raise ItemRefused("这个事项已经停用")
    if item.published_at is not None and not reason:
        raise ItemRefused("这个事项已经公布，停用要写明原因，原因随变更记录公示", "reason")
    item.retired_at = now
    record(
        events.ItemRetired(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code),
        actor,
        now,
    )
    note_version(item, "retired", actor, now, reason=reason)


def return_item(item: Item, reason: str, actor: User, now: datetime) -> None:
    """Bring a retired item back; it is not published until somebody publishes it anew. Raises ItemRefused."""
    keep_first(held(item), now)
    if item.retired_at is None:
        raise ItemRefused("这个事项没有停用")
    item.retired_at = item.published_at = None
    record(
        events.ItemReturned(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code),
        actor,
        now,
    )
    note_version(item, "returned", actor, now, reason=reason)


def claim_items(chosen: list[Item], day: date, actor: User, now: datetime) -> int:
    """认领 items of the levels above, those that are not claimed yet; tells how many."""
    claimed = 0
    for item in sorted(chosen, key=lambda each: each.id):
        keep_first(held(item), now)
        if not may_claim(item):
            continue
        item.claimed_on = day
        record(
            events.ItemClaimed(subject_id=item.id, agency_id=item.agency_id, name=item.name, code=item.code),
            actor,
            now,
        )
        note_version(item, "claimed", actor, now)
        claimed += 1
    return claimed
