"""Two rows of one object become one, without losing anything of either. Never commits.

Old rows keep their ids: draws, receipts and records stay as they are, and the gone row points to the kept one.
Refuses what a draw still holds, what is merged already, and an undo under which something has moved since.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import select, update

from sjj.accounts.models import User
from sjj.audit.services import Event, record
from sjj.database import db
from sjj.registers.change_log import note
from sjj.registers.codes import hold
from sjj.registers.holds import held
from sjj.registers.merge_queries import FIELDS, TOGETHER
from sjj.registers.models import Entity
from sjj.registers.pinyin import initials
from sjj.registers.recusal_models import Recusal
from sjj.registers.tags import ON_ENTITY, tags_named
from sjj.registers.upkeep_models import EntityMerge, NotDouble

DAYS = ("registered_on", "credit_risk_on", "positive_from", "positive_until")


class MergeRefused(Exception):
    """The two cannot be merged, or not be parted again; the message may be shown."""


@dataclass(frozen=True, kw_only=True)
class EntitiesMerged(Event):
    """Two rows of one object became one."""

    action: ClassVar[str] = "entity.merged"
    subject_type: ClassVar[str] = "entity"
    kept: str
    gone: str
    reason: str

    def sentence(self) -> str:
        return f"将重复的检查对象 {self.gone} 并入 {self.kept}：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """A merge was taken back."""

    action: ClassVar[str] = "entity.merge_undone"
    subject_type: ClassVar[str] = "entity"
    kept: str
    gone: str

    def sentence(self) -> str:
        return f"撤销合并：{self.gone} 与 {self.kept} 重新分开"


def merge(
    kept: Entity, gone: Entity, taken: Collection[str], reason: str, actor: User, now: datetime
) -> EntityMerge:
    """Merge `gone` into `kept`, which takes the fields named. Raises MergeRefused."""
    _hold_both(kept, gone)
    if kept.id == gone.id or kept.agency_id != gone.agency_id:
        raise MergeRefused("只能合并同一部门的两户")
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise MergeRefused("其中一户刚刚已被合并，请重新查看")
    _check_draws(kept, gone)
    took = _take(kept, gone, taken)
    took["recusals"] = _take_recusals(kept, gone)
    gone.merged_into_id, gone.updated_at = kept.id, now
    db.session.execute(
        update(Entity).where(Entity.merged_into_id == gone.id).values(merged_into_id=kept.id)
    )  # who was merged into it before now leads to the kept one too
    kept.updated_at = now
    row = EntityMerge(
        kept_id=kept.id, gone_id=gone.id, reason=reason, taken_over=took, at=now, by_id=actor.id
    )
    db.session.add(row)
    db.session.flush()
    _tell(kept, gone, took, reason, actor, now)
    return row


def _hold_both(kept: Entity, gone: Entity) -> None:
    """Nobody freezes a list, merges or changes either of them until this is through."""
    db.session.flush()
    hold(kept.agency)
    for one in sorted((kept, gone), key=lambda entity: entity.id):
        db.session.refresh(one, with_for_update={"key_share": True, "of": Entity})


def _check_draws(kept: Entity, gone: Entity) -> None:
    listed = held(kept.agency_id).entities
    if gone.id in listed:
        both = "两户都" if kept.id in listed else f"“{gone.name}”"
        raise MergeRefused(f"{both}在“{listed[gone.id]}”的名单中，检查办结后才能并入")


def _take(kept: Entity, gone: Entity, taken: Collection[str]) -> dict[str, Any]:
    """What the kept one takes: {"fields": {name: [before, after]}, "extra": …, "tags": names added}."""
    wanted = [each for name in FIELDS if name in taken for each in TOGETHER.get(name, (name,))]
    fields = {}
    for name in wanted:
        before, after = getattr(kept, name), getattr(gone, name)
        if before != after:
            fields[name] = [_plain(before), _plain(after)]
            setattr(kept, name, after)
    kept.pinyin = initials(kept.name)
    extra, own = {}, dict(kept.extra or {})
    for label, value in (gone.extra or {}).items():
        if label not in own or f"extra.{label}" in taken:
            extra[label] = [own.get(label), value]
            own[label] = value
    if extra:
        kept.extra = own
    mine = {tag.name for tag in kept.tags}
    added = [tag.name for tag in gone.tags if tag.name not in mine]
    if added:
        kept.tags = tags_named(kept.agency, ON_ENTITY, [*mine, *added])
    return {"fields": fields, "extra": extra, "tags": added}


def _take_recusals(kept: Entity, gone: Entity) -> list[int]:
    """Whoever is barred from the one is barred from the other: the same words, for the kept one's id."""
    query = select(Recusal).where(Recusal.entity_id.in_((kept.id, gone.id))).order_by(Recusal.id)
    rows = list(db.session.scalars(query))
    known = {(row.officer_id, row.campaign_id) for row in rows if row.entity_id == kept.id}
    copies = [
        Recusal(
            officer_id=row.officer_id, entity_id=kept.id, campaign_id=row.campaign_id, reason=row.reason,
            declared_at=row.declared_at, declared_by_id=row.declared_by_id, approved=row.approved,
            decided_at=row.decided_at, decided_by_id=row.decided_by_id, decision_note=row.decision_note,
        )
        for row in rows
        if row.entity_id == gone.id and (row.officer_id, row.campaign_id) not in known
    ]  # fmt: skip
    db.session.add_all(copies)
    db.session.flush()
    return [row.id for row in copies]


def _tell(kept: Entity, gone: Entity, took: dict[str, Any], reason: str, actor: User, now: datetime) -> None:
    changes = {**took["fields"], "merged": ["", f"{gone.name}（{gone.code}）"]}
    if took["extra"]:
        changes["extra"] = [
            {k: v[0] for k, v in took["extra"].items()},
            {k: v[1] for k, v in took["extra"].items()},
        ]
    if took["tags"]:
        now_tags = sorted(tag.name for tag in kept.tags)
        changes["tags"] = [[name for name in now_tags if name not in took["tags"]], now_tags]
    note("entity", kept, "changed", changes, reason, "merge", actor, now)
    into = {"merged_into_id": ["", f"{kept.name}（{kept.code}）"]}
    note("entity", gone, "merged", into, reason, "merge", actor, now)
    event = EntitiesMerged(
        subject_id=kept.id, agency_id=kept.agency_id, kept=f"{kept.name}（{kept.code}）",
        gone=f"{gone.name}（{gone.code}）", reason=reason,
    )  # fmt: skip
    record(event, actor, now)


def why_not_undone(row: EntityMerge) -> str:
    """Why a merge can no longer be taken back; "" while it can."""
    kept = row.kept
    if kept.merged_into_id is not None:
        return "留下的一户后来又并入了别户，请先撤销那一次合并"
    if kept.id in held(kept.agency_id).entities:
        return "留下的一户在抽取名单中，检查办结前不能分开"
    moved = [
        name for name, pair in row.taken_over["fields"].items() if _plain(getattr(kept, name)) != pair[1]
    ]
    own = kept.extra or {}
    moved += [label for label, pair in row.taken_over["extra"].items() if own.get(label) != pair[1]]
    return "合并时取用的内容后来又改过，不能再分开" if moved else ""


def undo(row: EntityMerge, actor: User, now: datetime) -> Entity:
    """Part the two again, each as it was. Raises MergeRefused."""
    kept, gone = row.kept, row.gone
    _hold_both(kept, gone)
    if db.session.scalar(select(EntityMerge.id).where(EntityMerge.id == row.id)) is None:
        raise MergeRefused("这次合并刚刚已被撤销")
    refused = why_not_undone(row)
    if refused:
        raise MergeRefused(refused)
    took = row.taken_over
    for name, (before, _after) in took["fields"].items():
        setattr(kept, name, date.fromisoformat(before) if before and name in DAYS else before)
    kept.pinyin = initials(kept.name)
    own = dict(kept.extra or {})
    for label, (before, _after) in took["extra"].items():
        own.pop(label) if before is None else own.update({label: before})
    kept.extra = own
    kept.tags = [tag for tag in kept.tags if tag.name not in took["tags"]]
    for recusal in db.session.scalars(select(Recusal).where(Recusal.id.in_(took["recusals"]))):
        db.session.delete(recusal)
    gone.merged_into_id = None
    gone.updated_at = kept.updated_at = now
    _lead_back(row)
    db.session.delete(row)
    said = "撤销合并"
    note(
        "entity", kept, "changed", {"merged": [f"{gone.name}（{gone.code}）", ""]}, said, "merge", actor, now
    )
    note(
        "entity",
        gone,
        "returned",
        {"merged_into_id": [f"{kept.name}（{kept.code}）", ""]},
        said,
        "merge",
        actor,
        now,
    )
    event = MergeUndone(
        subject_id=kept.id, agency_id=kept.agency_id, kept=f"{kept.name}（{kept.code}）",
        gone=f"{gone.name}（{gone.code}）",
    )  # fmt: skip
    record(event, actor, now)
    return gone


def _lead_back(row: EntityMerge) -> None:
    """Those that were merged into the gone one before it went lead to it again, and theirs too."""
    into = {merge.gone_id: merge.kept_id for merge in db.session.scalars(select(EntityMerge))}
    theirs, rest = {row.gone_id}, dict(into)
    rest.pop(row.gone_id, None)
    while more := {gone for gone, kept in rest.items() if kept in theirs} - theirs:
        theirs |= more
    query = update(Entity).where(Entity.id.in_(theirs - {row.gone_id}))
    db.session.execute(query.values(merged_into_id=row.gone_id))


def not_doubles(first: Entity, second: Entity, actor: User, now: datetime) -> None:
    """Somebody has looked: these are two objects."""
    low, high = sorted((first.id, second.id))
    if db.session.get(NotDouble, (low, high)) is None:
        db.session.add(NotDouble(first_id=low, second_id=high, at=now, by_id=actor.id))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
