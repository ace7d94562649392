"""Voiding a draw (draw.md §2.5): before the first outside value by the office, after it only by two.

The two are an approver and a supervisor, two persons, in either order: one asks with a reason, the other
agrees. Whoever asked may take it back until then. Nothing is ever deleted, and nothing here commits.
"""

from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.messages import Kind, tell
from sjj.draws.models import Draw
from sjj.draws.refusals import DrawRefused, SamePerson
from sjj.draws.services import subject_of
from sjj.plans.services import move_campaign
from sjj.rules.lifecycle import DRAW_MOVES, CampaignState, DrawState, move

APPROVER, SUPERVISOR = "draw.void", "draw.witness"
OFFICE = ("draw.run", APPROVER)
BY_TWO = "已经录入过外部数字，须由负责人和监督人员共同作废。"


class AlreadyAsked(DrawRefused):
    """Somebody asked for, agreed to or took back this void before, perhaps an instant ago."""


def may_void_alone(draw: Draw, user: User) -> bool:
    """Whether this person may void it now without a second one."""
    early = draw.state is DrawState.FROZEN and draw.values_seen_at is None
    return early and any(user.may(permission, draw.agency_id) for permission in OFFICE)


def may_ask(draw: Draw, user: User) -> bool:
    """Whether this person may ask the other of the two now."""
    waiting = draw.void_asked_at is not None
    late = draw.state is not DrawState.VOIDED and draw.values_seen_at is not None
    return late and not waiting and _is_one_of_two(draw, user)


def may_agree(draw: Draw, user: User) -> bool:
    """Whether this person is the other of the two who must agree."""
    asker = draw.void_asked_by
    if draw.state is DrawState.VOIDED or asker is None or asker.id == user.id:
        return False
    return _are_the_two(draw, asker, user) or _are_the_two(draw, user, asker)


def may_take_back(draw: Draw, user: User) -> bool:
    """Whether this person asked and nobody has agreed yet."""
    return draw.state is not DrawState.VOIDED and draw.void_asked_by_id == user.id


def _is_one_of_two(draw: Draw, user: User) -> bool:
    return user.may(APPROVER, draw.agency_id) or user.may(SUPERVISOR, draw.agency_id)


def _are_the_two(draw: Draw, approver: User, supervisor: User) -> bool:
    return approver.may(APPROVER, draw.agency_id) and supervisor.may(SUPERVISOR, draw.agency_id)


def void_draw(draw: Draw, reason: str, actor: User, now: datetime) -> None:
    """Void before the first outside value. Raises DrawRefused."""
    _hold(draw)
    if draw.values_seen_at is not None:
        raise DrawRefused(BY_TWO)
    if not may_void_alone(draw, actor):
        raise DrawRefused("只有操作人员或负责人可以作废。")
    draw.void_reason = reason
    _void(draw, actor, None, now)


def ask_void(draw: Draw, reason: str, actor: User, now: datetime) -> None:
    """Ask the other of the two to agree. Raises DrawRefused."""
    _hold(draw)
    if draw.void_asked_by is not None:
        raise AlreadyAsked(f"{draw.void_asked_by.display_name}已经申请作废，请直接表示同意，或等其撤回。")
    if not may_ask(draw, actor):
        raise DrawRefused(BY_TWO)
    draw.void_asked_at, draw.void_asked_by, draw.void_reason = now, actor, reason
    record(events.VoidAsked(**subject_of(draw), reason=reason), actor, now)
    said = f"{draw.draw_no}：{actor.display_name}申请作废，理由：{reason}。须负责人和监督人员都同意。"
    tell(draw.agency_id, draw.campaign, draw, Kind.VOID_ASKED, said, now)


def agree_void(draw: Draw, actor: User, now: datetime) -> None:
    """Void it as the second of the two; the campaign goes back to its published scheme. Raises DrawRefused."""
    _hold(draw)
    asker = draw.void_asked_by
    if asker is None:
        raise AlreadyAsked("没有等待同意的作废申请，可能刚被撤回。")
    if asker.id == actor.id:
        raise SamePerson("申请由您提出，须由另一人同意。")
    if not may_agree(draw, actor):
        raise DrawRefused("须由负责人和监督人员共同作废：一方申请，另一方同意。")
    _void(draw, asker, actor, now)


def take_back_void(draw: Draw, actor: User, now: datetime) -> None:
    """Take back what this person asked for. Raises DrawRefused."""
    _hold(draw)
    if not may_take_back(draw, actor):
        raise AlreadyAsked("没有您提出的作废申请。")
    record(events.VoidTakenBack(**subject_of(draw), reason=draw.void_reason), actor, now)
    draw.void_asked_at, draw.void_asked_by, draw.void_reason = None, None, ""
    said = f"{draw.draw_no}：{actor.display_name}撤回作废申请，抽取继续有效。"
    tell(draw.agency_id, draw.campaign, draw, Kind.VOID_DROPPED, said, now)


def _hold(draw: Draw) -> None:
    db.session.flush()
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is DrawState.VOIDED:
        raise AlreadyAsked(f"“{draw.draw_no}”已经作废。")


def _void(draw: Draw, actor: User, second: User | None, now: datetime) -> None:
    """`actor` gave the reason; `second` agreed to it, and is who acts now."""
    after = draw.values_seen_at is not None
    draw.state = move(DRAW_MOVES, draw.state, DrawState.VOIDED)
    draw.live_campaign_id = None
    draw.voided_at, draw.voided_by, draw.voided_with = now, actor, second
    if any(draw.values_entered) and not draw.receipt and draw.values_entered not in draw.values_typed:
        draw.values_typed = [*draw.values_typed, draw.values_entered]  # typed in vain: public with the void
    move_campaign(draw.campaign, CampaignState.PUBLISHED, now)
    names = "、".join(one.display_name for one in (actor, second) if one is not None)
    event = events.DrawVoided(
        **subject_of(draw),
        reason=draw.void_reason,
        after_first_value=after,
        by=names if second else "",
        typed=tuple(draw.values_typed),
    )
    record(event, second or actor, now)
    said = f"{draw.draw_no}：{names}{'共同' if second else ''}作废，理由：{draw.void_reason}。"
    tell(draw.agency_id, draw.campaign, draw, Kind.VOIDED, said, now)
