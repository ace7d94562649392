"""抽查事项 as it stood from a day on: every change writes a version in words and a line for the 调整名单.

Never commits, never rewrites a version. An item from before there were versions gets its first one, as it
stands, before its first change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from sjj.audit.services import Actor
from sjj.database import db
from sjj.registers.change_log import note
from sjj.registers.models import Item, ItemBasis, LawBasis
from sjj.registers.upkeep_models import ItemVersion
from sjj.web import today

LABELS = {
    "code": "事项编号",
    "name": "事项名称",
    "section_id": "归口科室",
    "object_type": "检查对象",
    "entity_kind": "对象类别",
    "method": "检查方式",
    "level": "实施层级",
    "frequency": "抽查频次",
    "claimed_on": "认领日期",
    "joint_hint": "联合检查提示",
    "bases": "法律依据",
    "state": "状态",
}
INTERNAL = ("section_id", "joint_hint")  # how the office works; no part of the published list
KINDS = {
    "added": "新增",
    "changed": "修改",
    "published": "公布",
    "retired": "停用",
    "returned": "恢复",
    "claimed": "认领",
}
_IN_CHANGES = {"published": "changed", "retired": "left"}
STATES = {"published": "已公布", "unpublished": "未公布", "retired": "已停用"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two versions: what stood, what stands."""

    label: str
    before: list[str]
    after: list[str]


def state_of(item: Item) -> str:
    """Where an item stands, a key of STATES."""
    if item.retired_at is not None:
        return "retired"
    return "published" if item.published_at is not None else "unpublished"


def content_of(item: Item) -> dict[str, Any]:
    """Every field and basis of an item, in words."""
    fields = ("code", "name", "object_type", "entity_kind", "method", "level", "frequency", "joint_hint")
    content: dict[str, Any] = {name: getattr(item, name) or "" for name in fields}
    return content | {
        "section_id": item.section.name if item.section else "",
        "claimed_on": item.claimed_on.isoformat() if item.claimed_on else "",
        "bases": [cited(basis) for basis in item.bases],
        "state": STATES[state_of(item)],
    }


def cited(basis: ItemBasis) -> str:
    """A law and its articles, and the day on which the law ended where somebody has confirmed that."""
    law = basis.law
    ended = f"（{in_words(law.repealed_on)}废止）" if law.verified and law.repealed_on else ""
    return f"《{law.title}》{basis.articles}{ended}"


def in_words(day: date) -> str:
    """2026年8月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def held(item: Item) -> Item:
    """The item, held against everybody else who would change it, as it stands now."""
    db.session.flush()
    db.session.refresh(item, with_for_update={"key_share": True})
    return item


def versions_of(item: Item) -> list[ItemVersion]:
    """The versions of an item, the first one first."""
    query = select(ItemVersion).where(ItemVersion.item_id == item.id)
    return list(db.session.scalars(query.order_by(ItemVersion.version)))


def newest_number(item: Item) -> int:
    """The number of the newest version; 0 for an item from before there were versions."""
    query = select(ItemVersion.version).where(ItemVersion.item_id == item.id)
    return db.session.scalar(query.order_by(ItemVersion.version.desc()).limit(1)) or 0


def keep_first(item: Item, now: datetime) -> None:
    """Before a change: let an item without any version have one, as it stands."""
    if newest_number(item):
        return
    since = item.published_at or now
    kind = "published" if item.published_at is not None else "added"
    _add(item, 1, kind, content_of(item), "", since, now, None)


def note_version(
    item: Item,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    source: str = "form",
    batch_id: int | None = None,
) -> ItemVersion | None:
    """The item as it stands now, if that differs from its newest version; also noted for the 调整名单."""
    db.session.flush()
    kept = versions_of(item)
    newest = kept[-1] if kept else None
    content = content_of(item)
    before: Mapping[str, Any] = newest.content if newest else {}
    if newest is not None and dict(before) == content:
        return None
    changes = {
        name: [before.get(name), content[name]] for name in LABELS if before.get(name) != content[name]
    }
    version = _add(item, newest.version + 1 if newest else 1, kind, content, reason, now, now, actor.id)
    shown = {} if newest is None else changes
    note("item", item, _IN_CHANGES.get(kind, kind), shown, reason, source, actor, now, batch_id)
    return version


def _add(
    item: Item,
    number: int,
    kind: str,
    content: dict[str, Any],
    reason: str,
    since: datetime,
    now: datetime,
    by_id: int | None,
) -> ItemVersion:
    version = ItemVersion(
        item_id=item.id, version=number, since_on=today(since), kind=kind, content=content,
        reason=reason, at=now, by_id=by_id,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def items_citing(law: LawBasis) -> list[Item]:
    """The items that stand on a law, held, in one order for everybody."""
    query = select(Item).where(Item.bases.any(ItemBasis.law_id == law.id)).order_by(Item.id)
    return [held(item) for item in db.session.scalars(query)]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two contents, field by field; of lists only what was taken out and put in."""
    found = []
    for name, label in LABELS.items():
        old, new = _lines(before.get(name)), _lines(after.get(name))
        gone = [each for each in old if each not in new]
        come = [each for each in new if each not in old]
        if gone or come:
            found.append(Difference(label, gone, come))
        elif old != new:
            found.append(Difference(label, old, new))  # the same in another order
    return found


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [str(value)] if value else []
