"""Does the audit log tell the same of a draw and of its changes as their rows do? Reads and reports.

The log is written in one transaction with each act: who did it, when, why. A row that says otherwise was
edited, and so was one that no act of the log ever made.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.models import Draw, DrawChange
from sjj.registers.events import EntityChanged, OfficerChanged
from sjj.rules.lifecycle import ChangeState, DrawState

_CHANGED = {"entity": EntityChanged.action, "officer": OfficerChanged.action}


def log_faults(draw: Draw) -> Iterator[str]:
    """Everything in which the row of a draw, or of one of its changes, differs from the log."""
    acts = _acts("draw", draw.id)
    yield from _freeze_faults(draw, acts)
    yield from _room_faults(draw, acts)
    yield from _void_faults(draw, acts)
    known = set()
    for change in draw.changes:
        known.add(str(change.id))
        yield from _change_faults(change)
    query = select(AuditEntry).where(AuditEntry.action == "draw.change_asked")
    for entry in db.session.scalars(query):
        if entry.details.get("draw_no") == draw.draw_no and entry.subject_id not in known:
            yield f"操作日志中有对“{entry.details.get('code')}”的变更申请，抽取记录中没有"


def _acts(subject: str, number: int) -> Sequence[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject_type == subject, AuditEntry.subject_id == str(number))
    return db.session.scalars(query.order_by(AuditEntry.id)).all()


def _last(acts: Sequence[AuditEntry], action: str) -> AuditEntry | None:
    return next((one for one in reversed(acts) if one.action == action), None)


def _same_moment(one: datetime | None, other: datetime | None) -> bool:
    """To the second: some columns are kept in whole seconds as the receipt writes them."""
    if one is None or other is None:
        return one is other
    return one.replace(microsecond=0) == other.replace(microsecond=0)


def _by(entry: AuditEntry | None) -> tuple[int | None, datetime | None]:
    return (entry.actor_id, entry.at) if entry else (None, None)


def _freeze_faults(draw: Draw, acts: Sequence[AuditEntry]) -> Iterator[str]:
    frozen = _last(acts, "draw.frozen")
    if frozen is None:
        yield "操作日志中没有这次冻结"
        return
    if (draw.frozen_by_id, draw.agency_id) != (frozen.actor_id, frozen.agency_id):
        yield "确认冻结的人或部门与操作日志不符"
    put_up = [
        one
        for one in _acts("campaign", draw.campaign_id)
        if one.action == "draw.proposed" and one.id < frozen.id
    ]
    if draw.proposed_by_id != (put_up[-1].actor_id if put_up else None):
        yield "提交名单的人与操作日志不符"
    sealed = next((one for one in acts if one.action == "draw.sealed_copy_taken"), None)
    if draw.sealed_taken_by_id != _by(sealed)[0] or not _same_moment(draw.sealed_taken_at, _by(sealed)[1]):
        yield "领取密封件的记录与操作日志不符"


def _room_faults(draw: Draw, acts: Sequence[AuditEntry]) -> Iterator[str]:
    named = _last(acts, "draw.witnesses_named")
    written = [f"{one.get('name')}（{one.get('of')}）" for one in draw.witnesses if isinstance(one, dict)]
    if len(draw.witnesses) != len(written) or written != (named.details["witnesses"] if named else []):
        yield "见证人与操作日志不符"
    seen, drawn = _last(acts, "draw.value_seen"), _last(acts, "draw.drawn")
    first = seen or drawn
    if not _same_moment(draw.values_seen_at, first.at if first else None):
        yield "开始录入外部数字的时间与操作日志不符"
    if (draw.drawn_by_id, bool(draw.receipt)) != (_by(drawn)[0], drawn is not None):
        yield "抽取的记录与操作日志不符"
    if drawn is not None and draw.receipt_sha256 != drawn.details.get("receipt_sha256"):
        yield "凭据的指纹与操作日志不符"
    entered = sum(1 for value in draw.values_entered if value)
    typed = sum(1 for one in acts if one.action == "draw.value_entered")
    if drawn is None and entered != typed:
        yield "已录入的外部数字与操作日志不符"
    told = _last(acts, "draw.voided") or drawn
    refused = sum(1 for one in acts if one.action == "draw.value_refused")
    if (
        told.details.get("typed", draw.values_typed) != draw.values_typed
        if told
        else len(draw.values_typed) > refused
    ):
        yield "没有采用的外部数字与操作日志不符"


def _void_faults(draw: Draw, acts: Sequence[AuditEntry]) -> Iterator[str]:
    voided = _last(acts, "draw.voided")
    if (draw.state is DrawState.VOIDED) is not (voided is not None):
        yield "是否作废与操作日志不符"
    asked = next((one for one in reversed(acts) if one.action.startswith("draw.void_")), None)
    if asked is not None and asked.action != "draw.void_asked":
        asked = None  # taken back
    who, at = _by(asked)
    if draw.void_asked_by_id != who or not _same_moment(draw.void_asked_at, at):
        yield "申请作废的记录与操作日志不符"
    told = voided or asked
    if draw.void_reason != (told.details["reason"] if told else ""):
        yield "作废理由与操作日志不符"
    first, second = _by(voided)[0], None
    if voided is not None and asked is not None and voided.details.get("by"):
        first, second = asked.actor_id, voided.actor_id
    if (draw.voided_by_id, draw.voided_with_id) != (first, second):
        yield "作废的人与操作日志不符"
    if not _same_moment(draw.voided_at, _by(voided)[1]):
        yield "作废时间与操作日志不符"


def _change_faults(change: DrawChange) -> Iterator[str]:
    about, acts = f"对“{change.code}”的变更申请", _acts("draw_change", change.id)
    asked = _last(acts, "draw.change_asked")
    if asked is None:
        yield f"{about}在操作日志中没有"
        return
    told = {**asked.details, "evidence_on": asked.details["evidence_on"]}
    row = {
        name: getattr(change, name) for name in ("kind", "code", "out", "reason", "note", "evidence_sha256")
    }
    row |= {"draw_no": change.draw.draw_no, "evidence_on": str(change.evidence_on)}
    if told != row or change.asked_by_id != asked.actor_id or not _same_moment(change.asked_at, asked.at):
        yield f"{about}与操作日志不符"
    yield from _decision_faults(change, about, acts)


_DECIDED = {ChangeState.APPROVED: "draw.change_made", ChangeState.REFUSED: "draw.change_refused"}


def _decision_faults(change: DrawChange, about: str, acts: Sequence[AuditEntry]) -> Iterator[str]:
    made, refused = _last(acts, "draw.change_made"), _last(acts, "draw.change_refused")
    decided = made or refused
    if _DECIDED.get(change.state) != (decided.action if decided else None):
        yield f"{about}的状态与操作日志不符"
    if change.decided_by_id != _by(decided)[0] or not _same_moment(change.decided_at, _by(decided)[1]):
        yield f"{about}由谁何时决定，与操作日志不符"
    if change.refused_reason != (refused.details["why"] if refused else ""):
        yield f"{about}不予变更的理由与操作日志不符"
    told = (made.details["number"], made.details["receipt_sha256"]) if made else (None, "")
    if (change.number, change.receipt_sha256) != told:
        yield f"{about}的序号或凭据指纹与操作日志不符"


def told_of(subject: str, number: int, column: str, old: str) -> bool:
    """Whether the office itself gave an entity or officer another value in place of this one."""
    query = select(AuditEntry.details).where(
        AuditEntry.action == _CHANGED[subject], AuditEntry.subject_id == str(number)
    )
    changes: Iterator[Any] = (one.get("changes", {}).get(column) for one in db.session.scalars(query))
    return any(change and change[0] == old for change in changes)
