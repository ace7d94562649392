"""The room, step by step: witnesses, outside values, the draw, one drawn object after another.

Each step first holds the draw's row, so that of two people at one instant one succeeds and the other reads a
sentence. A value once typed stays as it is: nothing here can change or remove one, and no step commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.queries import public_rule
from sjj.draws.refusals import AlreadyDrawn, DrawRefused, SamePerson
from sjj.draws.sealed_services import knows_secret
from sjj.draws.services import hold_frozen, run_draw, subject_of
from sjj.rules.lifecycle import DrawState
from sjj.rules.verify import value_faults

FEWEST_WITNESSES = 2


class AlreadyEntered(DrawRefused):
    """Somebody typed this value before, perhaps an instant ago."""


class AlreadyShown(DrawRefused):
    """Somebody showed the next one before, perhaps an instant ago."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody in the room: the name, and the house or part that they stand for."""

    name: str
    of: str

    def __str__(self) -> str:
        return f"{self.name}（{self.of}）"


def name_witnesses(draw: Draw, witnesses: Sequence[Witness], actor: User, now: datetime) -> None:
    """Write down who is in the room, before the first value. Raises DrawRefused."""
    hold_frozen(draw)
    if draw.witnesses and draw.values_seen_at is not None:
        raise DrawRefused("已经开始录入外部数字，见证人名单不能再改。")
    if len(set(witnesses)) < FEWEST_WITNESSES:
        raise DrawRefused(f"至少要有 {FEWEST_WITNESSES} 名见证人。")
    rows = [{"name": one.name, "of": one.of} for one in witnesses]
    if rows == draw.witnesses:
        return
    draw.witnesses = rows
    record(
        events.WitnessesNamed(**subject_of(draw), witnesses=tuple(str(one) for one in witnesses)), actor, now
    )


def next_source(draw: Draw) -> int | None:
    """The place of the source whose value is to be typed next; None once all are in."""
    entered = draw.values_entered
    return next(
        (place for place in range(_sources(draw)) if place >= len(entered) or not entered[place]), None
    )


def _sources(draw: Draw) -> int:
    return len(public_rule(draw)["sources"])


def enter_value(draw: Draw, source: int, value: str, actor: User, now: datetime) -> None:
    """Keep one source's value, covered until all are in. Raises DrawRefused.

    Who holds the sealed copy could work out beforehand which value draws whom: somebody else types.
    """
    hold_frozen(draw)
    if knows_secret(draw, actor):
        raise SamePerson("您领取过封存件，知道密数，外部数字须由另一人录入。")
    if not draw.witnesses:
        raise DrawRefused("请先写明见证人，再录入数字。")
    told = public_rule(draw)["sources"]
    wanted = next_source(draw)
    if wanted is None or source < wanted:
        raise AlreadyEntered(_twice(told[source]["from"] if source < len(told) else ""))
    if source != wanted:
        raise DrawRefused(f"现在录入的是“{told[wanted]['from']}”的数字，请按顺序录入。")
    faults = value_faults([told[source]], [value])
    if now < draw.frozen_at:
        faults.append("服务器时钟早于冻结时间，请先校准时钟。")
    if faults:
        raise DrawRefused(*faults)
    entered = [*draw.values_entered, *[""] * len(told)][: len(told)]
    entered[source] = value
    draw.values_entered = entered
    _mark_seen(draw, actor, now)
    record(events.ValueEntered(**subject_of(draw), place=source + 1, source=told[source]["from"]), actor, now)


def _twice(name: str) -> str:
    return f"“{name}”的数字刚才已经录入，每个来源只录一次，以先录入的为准。"


def note_value_refused(draw: Draw, source: int, value: str, actor: User, now: datetime) -> None:
    """Remember that a value was typed in, and which if it was one, though it was refused (draw.md §2.5)."""
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is not DrawState.FROZEN:
        return
    told = public_rule(draw)["sources"]
    typed = [value if place == source else "" for place in range(len(told))]
    if any(typed) and typed not in draw.values_typed:
        draw.values_typed = [*draw.values_typed, typed]
    _mark_seen(draw, actor, now)
    name = told[source]["from"] if source < len(told) else ""
    record(events.ValueRefused(**subject_of(draw), place=source + 1, source=name), actor, now)


def _mark_seen(draw: Draw, actor: User, now: datetime) -> None:
    if draw.values_seen_at is None:
        draw.values_seen_at = now
        record(events.OutsideValueSeen(**subject_of(draw)), actor, now)


def hold_draw(draw: Draw, actor: User, now: datetime) -> None:
    """Draw with the values that were typed (draw.md §2.3). Raises DrawRefused."""
    hold_frozen(draw)
    if not draw.witnesses:
        raise DrawRefused("请先写明见证人，再录入数字。")
    if next_source(draw) is not None:
        raise DrawRefused("外部数字还没有录全，不能抽取。")
    if draw.values_seen_at is not None and now < draw.values_seen_at:
        raise DrawRefused("服务器时钟早于录入数字的时间，请先校准时钟。")
    run_draw(draw, draw.values_entered, actor, now)


def reveal(draw: Draw, shown: int, more: int, actor: User, now: datetime) -> None:
    """Show the room the next objects; `shown` is how many the asking page showed. Raises DrawRefused."""
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is not DrawState.DRAWN:
        raise AlreadyDrawn(f"“{draw.draw_no}”已经作废，不再显示。" if draw.voided_at else "还没有抽取。")
    total = drawn_count(draw)
    if shown != draw.revealed:
        raise AlreadyShown(f"已由他人显示到第 {draw.revealed} 户。")
    if more < 1 or draw.revealed >= total:
        raise AlreadyShown("全部对象都已显示。")
    first = draw.revealed == 0
    draw.revealed = min(draw.revealed + more, total)
    if first:
        record(events.RevealStarted(**subject_of(draw)), actor, now)
    if draw.revealed == total:
        record(events.RevealEnded(**subject_of(draw), objects=total), actor, now)


def drawn_count(draw: Draw) -> int:
    """How many objects were drawn; what came in later by a change is not counted."""
    query = select(func.count()).select_from(DrawnObject)
    return db.session.scalar(query.where(DrawnObject.draw_id == draw.id, DrawnObject.came_by.is_(None))) or 0
