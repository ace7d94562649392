"""递补 and substitution after a draw: asked with evidence, decided by somebody else, made by the rule (§2.4).

Never commits. Nobody chooses who comes in: `sjj.rules` replays the receipt and says. Refusal or convenience is
no reason, nobody decides on what they asked for, and what cannot be carried out changes nothing at all.
Whether a visit still allows a change is known above this room: whoever calls hands those obstacles in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import change_events as events
from sjj.draws.changes_queries import drawn_object, full_receipt, waiting_for
from sjj.draws.freeze_services import stamp
from sjj.draws.messages import Kind, tell
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.draws.refusals import DrawRefused, SamePerson
from sjj.registers.models import Entity
from sjj.rules import draw_changes as rules
from sjj.rules.lifecycle import CHANGE_MOVES, ChangeState, DrawState, move
from sjj.rules.verify import ImpossibleChange, canonical, is_sha256, moment, sha256_of
from sjj.web import today

REPLACE, SUBSTITUTE = "replace", "substitute"
REASONS: Mapping[str, tuple[str, ...]] = {
    REPLACE: rules.REPLACE_REASONS,
    SUBSTITUTE: rules.SUBSTITUTE_REASONS,
}


class ChangeRefused(DrawRefused):
    """The change cannot be asked for or made; nothing of the draw has changed."""


class AlreadyDecided(ChangeRefused):
    """Somebody decided on it before, perhaps an instant ago."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as it is asked for; `out` is the officer (or group) who leaves, empty for a 递补."""

    kind: str
    code: str
    reason: str
    evidence_sha256: str
    evidence_on: date
    out: str = ""
    note: str = ""


def hold(draw: Draw) -> None:
    """Read the state of the draw again and keep others off it: of two who press at once one waits."""
    db.session.flush()
    db.session.refresh(draw, ["state"], with_for_update={"key_share": True})


def ask(draw: Draw, wanted: Wanted, actor: User, now: datetime, visit: Sequence[str] = ()) -> DrawChange:
    """Put a change before the approver. Raises ChangeRefused with every reason at once."""
    hold(draw)
    which = (wanted.kind, wanted.code, wanted.out)
    problems = [*obstacles(draw, *which), *asked_already(draw, *which), *visit]
    problems += [*_paper_problems(wanted, now), *_clock_problems(draw, now)]
    if problems:
        raise ChangeRefused(*problems)
    change = DrawChange(
        draw_id=draw.id,
        state=ChangeState.ASKED,
        kind=wanted.kind,
        code=wanted.code,
        out=wanted.out,
        reason=wanted.reason,
        note=wanted.note,
        evidence_sha256=wanted.evidence_sha256,
        evidence_on=wanted.evidence_on,
        asked_at=now,
        asked_by_id=actor.id,
    )
    db.session.add(change)
    db.session.flush()
    evidence = {name: getattr(wanted, name) for name in ("evidence_sha256", "evidence_on", "note")}
    record(events.ChangeAsked(**_about(change), **evidence), actor, now)
    _tell(change, Kind.CHANGE_ASKED, f"{actor.display_name}申请{_words(change)}，等待负责人决定", now)
    return change


def obstacles(draw: Draw, kind: str, code: str, out: str = "") -> list[str]:
    """Why this change of this object is not possible now, as far as the draw itself knows; empty if it is."""
    if draw.state is not DrawState.DRAWN:
        return [f"“{draw.draw_no}”{draw.state.label}，只有已抽取、未作废的抽取可以变更"]
    row = drawn_object(draw, code)
    if row is None or row.left_by is not None:
        return [f"“{row.name if row else code}”不在应检查的对象之中，不能再变更"]
    if kind == SUBSTITUTE and out not in row.team_now:
        return ["要换下的人不在这一户现在的检查组中"]
    return []


def asked_already(draw: Draw, kind: str, code: str, out: str = "") -> list[str]:
    """One request at a time for an object; several officers of one team may each be asked for."""
    for other in waiting_for(draw, code):
        if REPLACE in (other.kind, kind) or other.out == out:
            return [f"这一户已有一项{events.KINDS[other.kind]}申请在等待决定，不用再申请"]
    return []


def _paper_problems(wanted: Wanted, now: datetime) -> list[str]:
    """A closed reason and a dated evidence, never refusal or convenience (draw.md §2.4)."""
    found = []
    if wanted.reason not in REASONS[wanted.kind]:
        found.append(f"事由只能是{'、'.join(REASONS[wanted.kind])}；拒绝检查、不方便都不是事由")
    if not is_sha256(wanted.evidence_sha256):
        found.append("须附证明材料")
    if wanted.evidence_on > today(now):
        found.append("证明材料上的日期不能晚于今天")
    return found


def _clock_problems(draw: Draw, now: datetime) -> list[str]:
    """A receipt's times never go back (draw.md §1): nothing is added while the server's clock is behind."""
    query = select(func.max(DrawChange.decided_at)).where(
        DrawChange.draw_id == draw.id, DrawChange.state == ChangeState.APPROVED
    )
    last = db.session.scalar(query) or draw.drawn_at
    if last is None or moment(stamp(now)) >= moment(stamp(last)):
        return []
    return ["服务器时钟早于上一步的时间，请先校准时钟"]


def approve(change: DrawChange, actor: User, now: datetime, visit: Sequence[str] = ()) -> DrawChange:
    """Let the rule make the change: append it to the receipt and move the rows that follow from it.

    Raises ChangeRefused (AlreadyDecided, SamePerson); then nothing but the request is stored.
    """
    draw = change.draw
    _hold_undecided(change)
    _not_the_asker(change, actor)
    problems = [*obstacles(draw, change.kind, change.code, change.out), *visit, *_clock_problems(draw, now)]
    if problems:
        raise ChangeRefused(*problems)
    full = full_receipt(draw)
    if sha256_of(full) != _last_sha256(draw):
        raise ChangeRefused("保存的凭据与公布的指纹不符，不能变更，请立即报告监督人员")
    try:
        changed = _made(full, change, actor, stamp(now))
    except ImpossibleChange as impossible:
        raise ChangeRefused(str(impossible)) from impossible
    entry = changed["changes"][-1]
    change.number = len(changed["changes"])
    change.entry = canonical(entry).decode("utf-8")
    change.receipt_sha256 = sha256_of(changed)
    _decided(change, ChangeState.APPROVED, actor, now)
    _MOVE_ROWS[change.kind](change, entry)
    db.session.flush()
    came = {"number": change.number, "came": entry.get("by") or entry["in"]}
    record(events.ChangeMade(**_about(change), **came, receipt_sha256=change.receipt_sha256), actor, now)
    said = f"{actor.display_name}批准第 {change.number} 项变更：{_words(change)}。完整凭据指纹 {change.receipt_sha256}"
    _tell(change, Kind.CHANGE_MADE, said, now)
    return change


def _made(full: Mapping[str, Any], change: DrawChange, actor: User, at: str) -> dict[str, Any]:
    rest = (change.reason, change.evidence_sha256, actor.display_name, at)
    if change.kind == REPLACE:
        return rules.replace(full, change.code, *rest)
    return rules.substitute(full, change.code, change.out, *rest)


def _last_sha256(draw: Draw) -> str:
    """The published hash of the receipt as it stood before this change."""
    query = (
        select(DrawChange.receipt_sha256)
        .where(DrawChange.draw_id == draw.id, DrawChange.state == ChangeState.APPROVED)
        .order_by(DrawChange.number.desc())
        .limit(1)
    )
    return db.session.scalar(query) or draw.receipt_sha256


def _let_come(change: DrawChange, entry: Mapping[str, Any]) -> None:
    """The replaced object leaves, the reserve stands behind all others, as it is in the register today."""
    draw = change.draw
    _row(change).left_by = change.number
    last = db.session.scalar(select(func.max(DrawnObject.place)).where(DrawnObject.draw_id == draw.id))
    entity = db.session.get_one(Entity, draw.entity_ids[entry["by"]])
    db.session.add(
        DrawnObject(
            draw_id=draw.id,
            place=(last or 0) + 1,
            entity_id=entity.id,
            code=entry["by"],
            name=entity.name,
            address=entity.address,
            stratum=entry["stratum"],
            ticket=entry["ticket"],
            team=entry["team"],
            team_now=entry["team"],
            came_by=change.number,
        )
    )


def _swap(change: DrawChange, entry: Mapping[str, Any]) -> None:
    """Whoever comes takes the place of whoever leaves."""
    row = _row(change)
    row.team_now = [entry["in"] if name == change.out else name for name in row.team_now]


_MOVE_ROWS: Mapping[str, Callable[[DrawChange, Mapping[str, Any]], None]] = {
    REPLACE: _let_come,
    SUBSTITUTE: _swap,
}


def _row(change: DrawChange) -> DrawnObject:
    row = drawn_object(change.draw, change.code)
    assert row is not None  # noqa: S101 - the obstacles were asked before
    return row


def refuse(change: DrawChange, why: str, actor: User, now: datetime) -> None:
    """Do not allow the change; the reason stands at it. Raises ChangeRefused."""
    _hold_undecided(change)
    _not_the_asker(change, actor)
    if not why.strip():
        raise ChangeRefused("不予变更的，请写明理由")
    change.refused_reason = why.strip()
    _decided(change, ChangeState.REFUSED, actor, now)
    record(events.ChangeRefused(**_about(change), why=change.refused_reason), actor, now)
    _tell(change, Kind.CHANGE_REFUSED, f"{actor.display_name}不予{_words(change)}", now)


def _hold_undecided(change: DrawChange) -> None:
    hold(change.draw)
    db.session.refresh(change, with_for_update={"of": DrawChange})
    if change.state is not ChangeState.ASKED:
        raise AlreadyDecided(f"这项申请现在是“{change.state.label}”，不能再决定一次")


def _not_the_asker(change: DrawChange, actor: User) -> None:
    if change.asked_by_id == actor.id:
        raise SamePerson("不能决定自己提出的申请，请由其他负责人决定")


def _decided(change: DrawChange, state: ChangeState, actor: User, now: datetime) -> None:
    change.state = move(CHANGE_MOVES, change.state, state)
    change.decided_at = now.replace(microsecond=0)
    change.decided_by_id = actor.id


def _about(change: DrawChange) -> dict[str, Any]:
    draw = change.draw
    same = {name: getattr(change, name) for name in ("kind", "code", "out", "reason")}
    return {"subject_id": change.id, "agency_id": draw.agency_id, "draw_no": draw.draw_no, **same}


def _words(change: DrawChange) -> str:
    """Without the object: messages name none while the visits go on."""
    return f"{events.KINDS[change.kind]}（事由：{change.reason}）"


def _tell(change: DrawChange, kind: Kind, sentence: str, now: datetime) -> None:
    draw = change.draw
    tell(draw.agency_id, draw.campaign, draw, kind, f"{draw.draw_no}：{sentence}", now)
