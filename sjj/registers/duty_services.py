"""Settling entries of 三定方案, 权责清单 and 互联网+监管: linked to an item, or a reason why none is needed.

Never commits. An entry belongs to one agency and is linked to items of that agency only.
"""

from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.law_names import laws_cited
from sjj.registers.law_queries import laws_of
from sjj.registers.models import Item
from sjj.registers.scope import NO_SECTION
from sjj.registers.upkeep_models import Duty

MOST_NAME = 100
MOST_ARTICLES = 120


class DutyRefused(Exception):
    """An entry cannot be settled as asked; the message may be shown."""


def prefilled(duty: Duty) -> dict[str, Any]:
    """What a new item that answers an entry begins with: its name, its section, the laws its basis names."""
    cited = laws_cited(duty.basis, laws_of(duty.agency_id))
    return {
        "name": duty.name[:MOST_NAME],
        "place": f"{duty.agency_id}-{duty.section_id or NO_SECTION}",
        "bases": [{"law_id": each.law.id, "articles": each.articles[:MOST_ARTICLES]} for each in cited],
    }


def _held(duty: Duty) -> Duty:
    db.session.flush()
    db.session.refresh(duty, with_for_update={"key_share": True})
    return duty


def link(duty: Duty, item: Item, actor: User, now: datetime) -> bool:
    """This entry is answered by this item; tells whether that is new. Raises DutyRefused."""
    _held(duty)
    if item.agency_id != duty.agency_id:
        raise DutyRefused("只能对应本部门的事项")
    if item.retired_at is not None:
        raise DutyRefused(f"“{item.name}”已经停用，不能对应")
    if duty.item_id == item.id:
        return False
    duty.item, duty.no_item_reason = item, ""
    _record(duty, f"对应事项“{item.name}”", actor, now)
    return True


def excuse(duty: Duty, reason: str, actor: User, now: datetime) -> None:
    """No item is needed for this entry, and why."""
    _held(duty)
    if duty.item_id is None and duty.no_item_reason == reason:
        return
    duty.item, duty.no_item_reason = None, reason
    _record(duty, f"不需要事项：{reason}", actor, now)


def reopen(duty: Duty, actor: User, now: datetime) -> None:
    """Take back what was said of an entry."""
    _held(duty)
    if duty.item_id is None and not duty.no_item_reason:
        return
    duty.item, duty.no_item_reason = None, ""
    _record(duty, "重新待办", actor, now)


def _record(duty: Duty, what: str, actor: User, now: datetime) -> None:
    settled = events.DutySettled(
        subject_id=duty.id, agency_id=duty.agency_id, source=duty.source, name=duty.name, what=what
    )
    record(settled, actor, now)
