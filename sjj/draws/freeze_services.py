"""Freezing a list by two persons: one puts it up, another confirms it. Never commits.

Only the confirmation makes salts, secret and commitment; until then nothing is fixed. It prepares everything
again and refuses when the list is no longer what was put up. Each step first holds the rows that decide (the
agency for a number, the campaign for its list), so that of two people at once one reads a sentence.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.messages import Kind, tell
from sjj.draws.models import Draw, FreezeProposal
from sjj.draws.preparation import Preparation, prepare
from sjj.draws.refusals import AlreadyFrozen, DrawRefused, SamePerson
from sjj.draws.seen import differences, seen, seen_sha256, seen_text
from sjj.plans.models import Campaign
from sjj.plans.numbering import hold_agency
from sjj.plans.services import hold, move_campaign
from sjj.rules import draw as rules
from sjj.rules.lifecycle import CampaignState, DrawState
from sjj.rules.verify import Refused, parse
from sjj.web import SHANGHAI, today

_FROZEN_STATES = (CampaignState.FROZEN, CampaignState.IN_PROGRESS, CampaignState.FINISHED)


def proposal_of(campaign_id: int) -> FreezeProposal | None:
    """The list of a campaign that waits for its second person."""
    return db.session.get(FreezeProposal, campaign_id)


def sources_of(proposal: FreezeProposal) -> list[rules.Source]:
    """The outside sources of a proposal."""
    return [rules.Source(one["from"], one["kind"], one["issue"], one["digits"]) for one in proposal.sources]


def propose(
    campaign: Campaign, sources: Sequence[rules.Source], actor: User, now: datetime
) -> FreezeProposal:
    """Put the list up for a second person. Raises DrawRefused with every problem; it fixes nothing yet."""
    _hold(campaign)
    waiting = proposal_of(campaign.id)
    if waiting is not None:
        raise AlreadyFrozen(f"{waiting.proposed_by.display_name}已提交名单，正等另一人确认。")
    ready = prepare(campaign, sources, today(now))
    problems = [*ready.problems(), *_clock_problems(last_of(campaign.agency_id), now)]
    if problems:
        raise DrawRefused(*problems)
    what = seen(ready)
    proposal = FreezeProposal(
        campaign_id=campaign.id,
        sources=ready.rule.as_dict()["sources"],
        seen=seen_text(what),
        seen_sha256=seen_sha256(what),
        proposed_at=now,
        proposed_by_id=actor.id,
    )
    db.session.add(proposal)
    db.session.flush()
    record(
        events.FreezeProposed(
            **_about(campaign), objects=len(ready.lines), take=ready.pool.take, seen=proposal.seen_sha256
        ),
        actor,
        now,
    )
    _tell(campaign, None, Kind.PROPOSED, f"{actor.display_name}提交了名单，等另一人确认冻结。", now)
    return proposal


def withdraw(campaign: Campaign, actor: User, now: datetime) -> None:
    """Take a proposal back, or send it back as the second person. Raises DrawRefused when there is none."""
    _hold(campaign)
    proposal = proposal_of(campaign.id)
    if proposal is None:
        raise DrawRefused("没有等待确认的名单，可能刚被撤回。")
    own = proposal.proposed_by_id == actor.id
    db.session.delete(proposal)
    record(events.FreezeWithdrawn(**_about(campaign), own=own), actor, now)
    did = "撤回" if own else "退回"
    _tell(campaign, None, Kind.WITHDRAWN, f"{actor.display_name}{did}了等待确认的名单，没有冻结。", now)


def confirm(campaign: Campaign, actor: User, now: datetime, shown: str | None = None) -> Draw:
    """Freeze the list that another person put up (draw.md §2.1). Raises DrawRefused with every problem.

    `shown` is the fingerprint of what this person saw; the list must not have changed since in any way. A page
    that does not say what it showed confirms nothing; None is for whoever puts up and confirms in one go.
    """
    _hold(campaign)
    proposal = proposal_of(campaign.id)
    if proposal is None:
        raise DrawRefused("没有等待确认的名单，可能刚被撤回，请先提交名单。")
    if proposal.proposed_by_id == actor.id:
        raise SamePerson("名单由您提交，须由另一人核对后确认冻结。")
    if shown is not None and shown != proposal.seen_sha256:
        raise AlreadyFrozen("名单在您打开页面之后重新提交过，请重新核对后再确认。")
    ready = prepare(campaign, sources_of(proposal), today(now))
    last = last_of(campaign.agency_id)
    problems = [*changes_since(proposal, ready), *ready.problems(), *_clock_problems(last, now)]
    if now < proposal.proposed_at:
        problems.append("服务器时钟早于提交名单的时间，请先校准时钟")
    if problems:
        raise DrawRefused(*problems)
    return _freeze(ready, proposal, last, actor, now)


def changes_since(proposal: FreezeProposal, ready: Preparation) -> list[str]:
    """What is different now from the list that was put up, in words; empty when nothing is."""
    what = seen(ready)
    try:
        if seen_sha256(what) == proposal.seen_sha256:
            return []
    except Refused:  # somebody wrote what no draw can carry; the problems of the list say what
        pass
    said = differences(parse(proposal.seen.encode("utf-8")), what) or ["名单或规则与提交时不同"]
    return [f"提交之后{sentence}" for sentence in said]


def freeze(
    campaign: Campaign, sources: Sequence[rules.Source], proposer: User, confirmer: User, now: datetime
) -> Draw:
    """Put up and confirm at the same moment, by two persons. Raises DrawRefused."""
    propose(campaign, sources, proposer, now)
    return confirm(campaign, confirmer, now)


def _hold(campaign: Campaign) -> None:
    hold_agency(campaign.agency_id)
    hold(campaign)
    if campaign.state in _FROZEN_STATES:
        raise AlreadyFrozen(f"“{campaign.number}”的名单已经冻结，不能再冻结一次。")
    if campaign.state is not CampaignState.PUBLISHED:
        raise DrawRefused(f"当前为“{campaign.state.label}”，方案公示后才能冻结名单。")


def _freeze(
    ready: Preparation, proposal: FreezeProposal, last: Draw | None, actor: User, now: datetime
) -> Draw:
    campaign = ready.campaign
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
        proposed_by_id=proposal.proposed_by_id,
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
    db.session.delete(proposal)
    db.session.flush()
    event = events.DrawFrozen(
        subject_id=draw.id,
        agency_id=draw.agency_id,
        draw_no=draw.draw_no,
        serial=draw.serial,
        commitment_sha256=draw.commitment_sha256,
        objects=len(ready.lines),
        take=ready.pool.take,
    )
    record(event, actor, now)
    said = f"{actor.display_name}确认，名单已冻结，承诺已公布：{draw.commitment_sha256}。请领取封存件。"
    _tell(campaign, draw, Kind.FROZEN, said, now)
    return draw


def _tell(campaign: Campaign, draw: Draw | None, kind: Kind, said: str, now: datetime) -> None:
    """Tell the supervisors of the agency, under the number by which they know it."""
    number = draw.draw_no if draw is not None else campaign.number
    tell(campaign.agency_id, campaign, draw, kind, f"{number}：{said}", now)


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


def _about(campaign: Campaign) -> dict[str, Any]:
    return {"subject_id": campaign.id, "agency_id": campaign.agency_id, "number": campaign.number}
