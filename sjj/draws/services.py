"""Holding a frozen draw: the receipt, the drawn objects, the word to the supervisor. Never commits.

It first holds the draw's row, so that of two people at one instant one succeeds and the other reads a sentence;
nothing is ever deleted or drawn again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.freeze_services import stamp
from sjj.draws.messages import Kind, tell
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.refusals import AlreadyDrawn, DrawRefused
from sjj.plans.services import move_campaign
from sjj.registers.models import Entity
from sjj.rules import draw as rules
from sjj.rules.lifecycle import DRAW_MOVES, CampaignState, DrawState, move
from sjj.rules.verify import canonical, moment, sha256_of


def run_draw(draw: Draw, values: Sequence[str], actor: User, now: datetime) -> Draw:
    """Hold the draw with these outside values and keep its receipt (draw.md §2.3). Raises DrawRefused."""
    hold_frozen(draw)
    if draw.values_entered and list(values) != draw.values_entered:
        raise DrawRefused("外部数字与录入的不同，不能抽取。")
    receipt = _receipt(draw, values, now)
    text = canonical(receipt)
    draw.state = move(DRAW_MOVES, draw.state, DrawState.DRAWN)
    draw.drawn_at = now.replace(microsecond=0)
    draw.drawn_by_id = actor.id
    draw.values_seen_at = draw.values_seen_at or now
    draw.values_entered = draw.outside_values = list(values)
    draw.receipt = text.decode("utf-8")
    draw.receipt_sha256 = sha256_of(receipt)
    db.session.add_all(_drawn_objects(draw, receipt["drawn"]))
    move_campaign(draw.campaign, CampaignState.IN_PROGRESS, now)
    event = events.DrawRun(
        **subject_of(draw),
        values=tuple(values),
        receipt_sha256=draw.receipt_sha256,
        drawn=len(receipt["drawn"]),
        typed=tuple(draw.values_typed),
    )
    record(event, actor, now)
    said = f"{draw.draw_no}：{actor.display_name}主持抽取，抽中 {len(receipt['drawn'])} 户。"
    tell(draw.agency_id, draw.campaign, draw, Kind.DRAWN, said, now)
    return draw


def _drawn_objects(draw: Draw, rows: Sequence[dict[str, Any]]) -> Iterator[DrawnObject]:
    """The drawn as they stand now: who they were at the draw can be told whatever the register says later."""
    query = select(Entity.id, Entity.name, Entity.address).where(Entity.agency_id == draw.agency_id)
    known = {number: (name, address) for number, name, address in db.session.execute(query)}
    for row in rows:
        number = draw.entity_ids[row["code"]]
        yield DrawnObject(
            draw_id=draw.id,
            entity_id=number,
            code=row["code"],
            name=known[number][0],
            address=known[number][1],
            team_now=row["team"],
            **{name: row[name] for name in ("place", "stratum", "ticket", "team")},
        )


def _receipt(draw: Draw, values: Sequence[str], now: datetime) -> dict[str, Any]:
    at = stamp(now)
    try:
        frozen = rules.Frozen.restore(draw.commitment, draw.pool, draw.rule, draw.secret)
        if frozen.commitment_sha256 != draw.commitment_sha256:
            raise DrawRefused("保存的名单与已公布的承诺不符，不能抽取，请立即报告监督人员。")
        if moment(at) < moment(str(frozen.commitment["frozen_at"])):
            raise DrawRefused("服务器时钟早于冻结时间，请先校准时钟。")
        return rules.run(frozen, values, at)
    except rules.WrongValues as wrong:
        raise DrawRefused(*(problem.sentence for problem in wrong.problems)) from wrong
    except (rules.DamagedDraw, rules.NobodyLeft) as refusal:
        raise DrawRefused(str(refusal)) from refusal


def hold_frozen(draw: Draw) -> None:
    """Hold the row of a draw that is still to be held. Raises AlreadyDrawn."""
    db.session.flush()
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is DrawState.DRAWN:
        raise AlreadyDrawn(f"“{draw.draw_no}”已经抽取，一次抽取只能进行一次。")
    if draw.state is DrawState.VOIDED:
        raise AlreadyDrawn(f"“{draw.draw_no}”已经作废，不能再抽取。")


def subject_of(draw: Draw) -> dict[str, int | str]:
    """What every event about a draw says."""
    return {"subject_id": draw.id, "agency_id": draw.agency_id, "draw_no": draw.draw_no}
