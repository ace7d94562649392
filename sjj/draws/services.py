"""Freeze, run, void: the three steps of a draw. Never commits; nothing is ever deleted or drawn again.

Each step first holds the row that decides (the agency for a number, the campaign for a freeze, the draw for
its run), so that of two people at the same instant one succeeds and the other reads a sentence.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.preparation import prepare
from sjj.plans.models import Campaign
from sjj.plans.numbering import hold_agency
from sjj.plans.services import hold, move_campaign
from sjj.registers.models import Entity
from sjj.rules import draw as rules
from sjj.rules.lifecycle import DRAW_MOVES, CampaignState, DrawState, move
from sjj.rules.verify import canonical, moment, sha256_of
from sjj.web import SHANGHAI, today


class DrawRefused(Exception):
    """The step cannot be taken; `problems` are sentences that may be shown."""

    def __init__(self, *problems: str) -> None:
        super().__init__("；".join(problems))
        self.problems = list(problems)


class AlreadyFrozen(DrawRefused):
    """Somebody froze this campaign before, perhaps an instant ago."""


class AlreadyDrawn(DrawRefused):
    """Somebody held this draw before, perhaps an instant ago."""


def freeze(campaign: Campaign, sources: Sequence[rules.Source], actor: User, now: datetime) -> Draw:
    """Fix pool and rule and compute the commitment (draw.md §2.1). Raises DrawRefused with every problem."""
    hold_agency(campaign.agency_id)
    hold(campaign)
    if campaign.state in (CampaignState.FROZEN, CampaignState.IN_PROGRESS, CampaignState.FINISHED):
        raise AlreadyFrozen(f"“{campaign.number}”的名单已经冻结，不能再冻结一次。")
    if campaign.state is not CampaignState.PUBLISHED:
        raise DrawRefused(f"当前为“{campaign.state.label}”，方案公示后才能冻结名单。")
    ready = prepare(campaign, sources, today(now))
    last = last_of(campaign.agency_id)
    problems = [*ready.problems(), *_clock_problems(last, now)]
    if problems:
        raise DrawRefused(*problems)
    frozen = _commit_to(campaign, ready.lines, ready.rule, last, now)
    draw = Draw(
        agency_id=campaign.agency_id,
        campaign=campaign,
        live_campaign_id=campaign.id,
        draw_no=frozen.commitment["draw_no"],
        serial=frozen.commitment["serial"],
        state=DrawState.FROZEN,
        frozen_at=now.replace(microsecond=0),
        frozen_by_id=actor.id,
        commitment=frozen.commitment_text,
        commitment_sha256=frozen.commitment_sha256,
        pool=frozen.pool_text,
        rule=frozen.rule_text,
        secret=frozen.secret,
        entity_ids=ready.entity_ids,
        officer_ids=ready.officer_ids,
    )
    move_campaign(campaign, CampaignState.FROZEN, now)
    db.session.add(draw)
    db.session.flush()
    event = events.DrawFrozen(
        **_subject(draw),
        serial=draw.serial,
        commitment_sha256=draw.commitment_sha256,
        objects=len(ready.lines),
        take=ready.pool.take,
    )
    record(event, actor, now)
    return draw


def _commit_to(
    campaign: Campaign, lines: Sequence[rules.PoolLine], rule: rules.Rule, last: Draw | None, now: datetime
) -> rules.Frozen:
    earlier = db.session.scalar(select(func.count()).select_from(Draw).where(Draw.campaign_id == campaign.id))
    try:
        return rules.freeze(
            agency=campaign.agency.name,
            campaign=campaign.name,
            draw_no=f"{campaign.number}-{(earlier or 0) + 1}",
            serial=last.serial + 1 if last else 1,
            frozen_at=stamp(now),
            previous=last.commitment_sha256 if last else "",
            pool=lines,
            rule=rule,
            secret=token_hex(32),
        )
    except rules.CannotFreeze as refusal:
        raise DrawRefused(*(problem.sentence for problem in refusal.problems)) from refusal


def last_of(agency_id: int) -> Draw | None:
    """The agency's newest commitment: the next one names it."""
    query = select(Draw).where(Draw.agency_id == agency_id).order_by(Draw.serial.desc())
    return db.session.scalars(query.limit(1)).first()


def _clock_problems(last: Draw | None, now: datetime) -> list[str]:
    if last is None or last.frozen_at <= now:
        return []
    return [f"服务器时钟早于上一次冻结的时间（{last.draw_no}），请先校准时钟"]


def stamp(now: datetime) -> str:
    """A moment as receipts write it: RFC 3339, whole seconds, Shanghai's offset."""
    return now.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def run_draw(draw: Draw, values: Sequence[str], actor: User, now: datetime) -> Draw:
    """Hold the draw with these outside values and keep its receipt (draw.md §2.3). Raises DrawRefused."""
    _hold_frozen(draw)
    receipt = _receipt(draw, values, now)
    text = canonical(receipt)
    draw.state = move(DRAW_MOVES, draw.state, DrawState.DRAWN)
    draw.drawn_at = now.replace(microsecond=0)
    draw.drawn_by_id = actor.id
    draw.values_seen_at = draw.values_seen_at or now
    draw.outside_values = list(values)
    draw.receipt = text.decode("utf-8")
    draw.receipt_sha256 = sha256_of(receipt)
    db.session.add_all(_drawn_objects(draw, receipt["drawn"]))
    move_campaign(draw.campaign, CampaignState.IN_PROGRESS, now)
    event = events.DrawRun(
        **_subject(draw),
        values=tuple(values),
        receipt_sha256=draw.receipt_sha256,
        drawn=len(receipt["drawn"]),
    )
    record(event, actor, now)
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


def _hold_frozen(draw: Draw) -> None:
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is DrawState.DRAWN:
        raise AlreadyDrawn(f"“{draw.draw_no}”已经抽取，一次抽取只能进行一次。")
    if draw.state is DrawState.VOIDED:
        raise AlreadyDrawn(f"“{draw.draw_no}”已经作废，不能再抽取。")


def note_values_seen(draw: Draw, values: Sequence[str], actor: User, now: datetime) -> None:
    """Remember that outside values were typed in and which, even if nothing was drawn (draw.md §2.5)."""
    db.session.refresh(draw, with_for_update={"key_share": True})
    if draw.state is not DrawState.FROZEN:
        return
    if any(values) and list(values) not in draw.values_typed:
        draw.values_typed = [*draw.values_typed, list(values)]
    if draw.values_seen_at is None:
        draw.values_seen_at = now
        record(events.OutsideValueSeen(**_subject(draw)), actor, now)


def void_draw(draw: Draw, reason: str, actor: User, now: datetime) -> None:
    """Void a draw: by the office before the first outside value, after it only by the approver.

    Its campaign goes back to its published scheme and may be frozen anew. Raises DrawRefused, RefusedMove.
    """
    db.session.refresh(draw, with_for_update={"key_share": True})
    after = draw.values_seen_at is not None
    if after and not actor.may("draw.void", draw.agency_id):
        raise DrawRefused("已经录入过外部数字，只能由负责人作废。")
    draw.state = move(DRAW_MOVES, draw.state, DrawState.VOIDED)
    draw.live_campaign_id = None
    draw.voided_at, draw.voided_by_id, draw.void_reason = now, actor.id, reason
    move_campaign(draw.campaign, CampaignState.PUBLISHED, now)
    record(events.DrawVoided(**_subject(draw), reason=reason, after_first_value=after), actor, now)


def _subject(draw: Draw) -> dict[str, int | str]:
    return {"subject_id": draw.id, "agency_id": draw.agency_id, "draw_no": draw.draw_no}
