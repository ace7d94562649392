"""What became of 抽查事项: the whole history of one for the office, and that of the published list for anybody.

The public one begins where an item was first published, leaves out what is internal, and never says who.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from sjj.database import db
from sjj.registers.item_versions import INTERNAL, KINDS, Difference, differences, versions_of
from sjj.registers.models import Item
from sjj.registers.upkeep_models import ItemVersion
from sjj.web import today

PUBLISHED = "已公布"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, what kind, who and why, and field by field what became of it."""

    on: date
    kind: str
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    number: int = 0
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One line of the published list's history."""

    on: date
    kind: str
    code: str
    name: str
    reason: str
    agency: str
    changes: tuple[Difference, ...] = ()


def history_of(item: Item) -> list[Entry]:
    """The history of an item, the newest change first."""
    entries: list[Entry] = []
    before: ItemVersion | None = None
    for version in versions_of(item):
        changes = differences(before.content, version.content) if before is not None else []
        entries.append(
            Entry(
                version.since_on,
                KINDS.get(version.kind, version.kind),
                version.reason,
                version.by.display_name if version.by else "",
                version.at,
                version.version,
                tuple(changes),
            )
        )
        before = version
    return entries[::-1] or _before_versions(item)


def _before_versions(item: Item) -> list[Entry]:
    """What is known of an item that has not changed since versions are kept."""
    known = ((item.retired_at, "retired"), (item.published_at, "published"))
    return [Entry(today(at), KINDS[kind], at=at) for at, kind in known if at is not None]


def public_history(items: Sequence[Item]) -> list[PublicEntry]:
    """The history of the published list, the newest first; `items` are all that ever stood on it."""
    query = select(ItemVersion).where(ItemVersion.item_id.in_([item.id for item in items]))
    kept: dict[int, list[ItemVersion]] = {}
    for version in db.session.scalars(query.order_by(ItemVersion.item_id, ItemVersion.version)):
        kept.setdefault(version.item_id, []).append(version)
    found = [entry for item in items for entry in reversed(_public_of(item, kept.get(item.id, [])))]
    return sorted(found, key=lambda entry: entry.on, reverse=True)


def _public_of(item: Item, versions: Sequence[ItemVersion]) -> list[PublicEntry]:
    agency = item.agency.name
    if not versions:
        known = reversed(_before_versions(item))
        names = {KINDS["published"]: "新增", KINDS["retired"]: "取消"}
        return [PublicEntry(each.on, names[each.kind], item.code, item.name, "", agency) for each in known]
    entries: list[PublicEntry] = []
    shown = None  # the content that stands on the published list
    for version in versions:
        stands, content = version.content.get("state") == PUBLISHED, version.content
        changes: tuple[Difference, ...] = ()
        if shown is None:
            said = "重新公布" if entries else "新增"
        elif stands:
            said, changes = "修改", _open_differences(shown, version)
        else:
            said = "取消"
        if stands != (shown is not None) or changes:
            head = (version.since_on, said, content["code"], content["name"], version.reason, agency)
            entries.append(PublicEntry(*head, changes))
        shown = content if stands else None
    return entries


def _open_differences(shown: dict[str, object], version: ItemVersion) -> tuple[Difference, ...]:
    def open_part(content: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in content.items() if name not in (*INTERNAL, "state")}

    return tuple(differences(open_part(shown), open_part(version.content)))
