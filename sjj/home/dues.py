"""What is due, in order of the clock: one line for each thing that waits for this person.

Things of one campaign that wait for the same step stand in one line. It only gathers; every line leads to
the page where the thing is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.draws.models import Draw, FreezeProposal
from sjj.followups import queries as followups
from sjj.home.approval_dues import checks_refused, checks_to_approve, urgent_checks_open
from sjj.home.change_dues import changes_to_decide, officers_to_replace
from sjj.home.draw_dues import lists_to_confirm, voids_to_agree
from sjj.home.due import Due
from sjj.home.joint_dues import invitations, parts_not_recorded, parts_to_publish, parts_to_review
from sjj.home.law_dues import laws_behind_items
from sjj.home.objection_dues import objections_to_answer
from sjj.home.officer_dues import certificates_to_renew
from sjj.home.offsite_dues import batches_sent_back, batches_to_approve
from sjj.home.plan_dues import plans_due
from sjj.home.positive_dues import positive_list_ends
from sjj.home.upkeep_dues import lists_to_review
from sjj.inspections import office_queries as inspections
from sjj.inspections.deadlines import Clock, Deadlines
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.presentation import day as day_words
from sjj.registers.models import Entity
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import CampaignState, DrawState, ResultState
from sjj.web import today

AHEAD = timedelta(days=14)  # how far ahead orders to put right are shown


@dataclass(frozen=True, slots=True)
class _Step:
    """What a campaign in a state waits for, and from whom."""

    state: CampaignState
    permission: str
    when: str
    title: str
    action: str


_STEPS = (
    _Step(CampaignState.SUBMITTED, "campaign.approve", "等待审批", "审批抽查方案", "去审批"),
    _Step(CampaignState.APPROVED, "campaign.edit", "等待公示", "公示抽查方案", "去公示"),
    _Step(CampaignState.PUBLISHED, "draw.run", "等待冻结", "冻结名单", "冻结名单"),
    _Step(CampaignState.FROZEN, "draw.run", "等待抽取", "举行抽取", "去抽取"),
)


def dues_of(user: User, deadlines: Deadlines) -> list[Due]:
    """Every line of this person, the most pressing first."""
    sources: tuple[Callable[[User, Deadlines], Iterable[Due]], ...] = (
        _publications,
        _reviews,
        _campaigns,
        _sent_back_schemes,
        lists_to_confirm,
        voids_to_agree,
        _undispatched,
        _visits,
        _problems,
        _recusals,
        changes_to_decide,
        officers_to_replace,
        batches_to_approve,
        batches_sent_back,
        checks_to_approve,
        urgent_checks_open,
        checks_refused,
        _kept_aside,
        objections_to_answer,
        invitations,
        parts_to_review,
        parts_to_publish,
        parts_not_recorded,
        plans_due,
        certificates_to_renew,
        lists_to_review,
        laws_behind_items,
        positive_list_ends,
    )
    lines = [line for source in sources for line in source(user, deadlines)]
    return sorted(lines, key=lambda line: (line.on, line.title))


def _publications(user: User, deadlines: Deadlines) -> Iterable[Due]:
    rows = inspections.waiting_for_publication(user)
    deadlines.learn_campaigns(row.campaign_id for row in rows)
    for campaign, group in _by_campaign(rows):
        clock = _earliest(group, deadlines)
        yield _line(
            clock,
            deadlines,
            title=f"公示 {len(group)} 户检查结果：{campaign.name}",
            note=_names(group),
            action="去公示",
            endpoint="notices.notices",
        )


def _reviews(user: User, deadlines: Deadlines) -> Iterable[Due]:
    rows = inspections.waiting_for_review(user)
    deadlines.learn_campaigns(row.campaign_id for row in rows)
    mine = [
        row for row in rows if user.officer_id not in {m.officer_id for m in row.team} or not user.officer_id
    ]
    undated = inspections.without_date(mine)
    for campaign, group in _by_campaign(mine):
        single = group[0] if len(group) == 1 else None
        yield _line(
            _earliest(group, deadlines),
            deadlines,
            title=f"审核检查记录：{single.entity.name}"
            if single
            else f"审核 {len(group)} 户检查记录：{campaign.name}",
            note=(f"{day_words(single.ended_on)}检查结束 · {single.result}" if single else _names(group))
            + _undated(group, undated),
            action="审核",
            endpoint="inspections.inspection" if single else "inspections.inspections",
            values={"inspection_id": single.id}
            if single
            else {"state": ResultState.AWAITING_REVIEW.value, "campaign": campaign.id},
        )


def _undated(group: list[Inspection], undated: set[int]) -> str:
    """Orders to put right that name no day: a reminder of them would never come."""
    number = sum(row.id in undated for row in group)
    return f" · 有 {number} 户的责令改正没有写期限" if number else ""


def _campaigns(user: User, deadlines: Deadlines) -> Iterable[Due]:
    for step in _STEPS:
        query = select(Campaign).where(
            Campaign.state == step.state,
            Campaign.by_draw,
            Campaign.id.not_in(select(FreezeProposal.campaign_id)),  # put up: it waits for the second person
            within(Campaign.agency_id, user, step.permission),
        )
        for campaign in db.session.scalars(query.order_by(Campaign.starts_on)):
            yield Due(
                on=max(campaign.starts_on, deadlines.today),
                when=step.when,
                sub=f"{campaign.starts_on.month}月{campaign.starts_on.day}日开始检查",
                title=f"{step.title}：{campaign.name}",
                note=campaign.number,
                action=step.action,
                endpoint="plans.campaign",
                values={"campaign_id": campaign.id},
                tone="soon" if campaign.starts_on < deadlines.today else "",
            )


def _sent_back_schemes(user: User, deadlines: Deadlines) -> Iterable[Due]:
    query = select(Campaign).where(
        Campaign.state == CampaignState.DRAFT,
        Campaign.by_draw,
        Campaign.sent_back_reason != "",
        within(Campaign.agency_id, user, "campaign.edit"),
    )
    for campaign in db.session.scalars(query):
        yield Due(
            on=max(campaign.starts_on, deadlines.today),
            when="方案退回",
            sub=f"{campaign.starts_on.month}月{campaign.starts_on.day}日开始检查",
            title=f"修改抽查方案：{campaign.name}",
            note=f"退回原因：{campaign.sent_back_reason}",
            action="去修改",
            endpoint="plans.campaign",
            values={"campaign_id": campaign.id},
            tone="soon",
        )


def _undispatched(user: User, deadlines: Deadlines) -> Iterable[Due]:
    query = (
        select(Draw)
        .where(
            Draw.state == DrawState.DRAWN,
            Draw.id.not_in(select(Inspection.draw_id).where(Inspection.draw_id.is_not(None))),
            within(Draw.agency_id, user, "draw.run"),
        )
        .options(joinedload(Draw.campaign))
    )
    for draw in db.session.scalars(query):
        yield Due(
            on=deadlines.today,
            when="等待派出",
            sub=f"{day_words(draw.drawn_at)}抽取",
            title=f"派发检查任务：{draw.campaign.name}",
            note=f"{draw.draw_no}，名单在检查结束前保密",
            action="去派发",
            endpoint="inspections.dispatch_draw",
            values={"draw_id": draw.id},
            tone="soon",
        )


def _visits(user: User, deadlines: Deadlines) -> Iterable[Due]:
    for campaign, group in _by_campaign(inspections.visits_due(user, deadlines.today + AHEAD)):
        earliest = min(row.due_on for row in group if row.due_on)
        yield _line(
            deadlines.until(earliest),
            deadlines,
            title=f"还有 {len(group)} 户没有检查记录：{campaign.name}",
            note=_names(group),
            action="查看",
            endpoint="inspections.inspections",
            values={"state": inspections.UNDER_WAY, "campaign": campaign.id},
        )


def _problems(user: User, deadlines: Deadlines) -> Iterable[Due]:
    for problem in followups.due_soon(user, deadlines.today + AHEAD):
        line = _line(
            deadlines.until(problem.due_on),
            deadlines,
            title=f"问题处置：{problem.inspection.entity.name}",
            note=f"{problem.kind} · {problem.text[:40]}",
            action="办理" if user.may(followups.EDIT) else "查看",
            endpoint="followups.problem",
            values={"problem_id": problem.id},
        )
        yield line if problem.due_on else replace(line, when="没有期限", sub="请补定整改期限", tone="soon")


def _recusals(user: User, deadlines: Deadlines) -> Iterable[Due]:
    query = (
        select(Recusal)
        .join(Recusal.entity)
        .where(Recusal.approved.is_(None), within(Entity.agency_id, user, "recusal.decide"))
        .order_by(Recusal.declared_at)
        .options(joinedload(Recusal.officer), joinedload(Recusal.entity))
    )
    for recusal in db.session.scalars(query):
        yield Due(
            on=deadlines.today,
            when="等待审批",
            sub=f"{day_words(recusal.declared_at)}申报",
            title=f"回避申报：{recusal.officer.name} 对 {recusal.entity.name}",
            note=recusal.reason,
            action="审批",
            endpoint="registers.recusals",
            tone="soon",
        )


def _kept_aside(user: User, _deadlines: Deadlines) -> Iterable[Due]:
    for submission in inspections.kept_aside(user):
        yield Due(
            on=today(submission.received_at),
            when="等待比对",
            sub=f"{day_words(submission.received_at)}收到",
            title=f"另存的检查记录：{submission.inspection.entity.name}",
            note="这份记录没有采用，也没有丢弃，请与现有记录比对后决定",
            action="去比对",
            endpoint="inspections.inspection_kept",
            values={"inspection_id": submission.inspection_id, "uid": submission.uid},
            tone="soon",
        )


def _line(clock: Clock, deadlines: Deadlines, **what: Any) -> Due:
    return Due(on=clock.due or deadlines.today, when=clock.when, sub=clock.day, tone=clock.tone, **what)


def _earliest(group: list[Inspection], deadlines: Deadlines) -> Clock:
    clocks = [deadlines.of(row) for row in group]
    return min(clocks, key=lambda clock: clock.due or date.max)


def _by_campaign(rows: Iterable[Inspection]) -> Iterable[tuple[Campaign, list[Inspection]]]:
    ordered = sorted(rows, key=lambda row: row.campaign_id)
    for _, group in groupby(ordered, key=lambda row: row.campaign_id):
        listed = list(group)
        yield listed[0].campaign, listed


def _names(group: list[Inspection]) -> str:
    first = "、".join(row.entity.name for row in group[:3])
    return first if len(group) <= 3 else f"{first}等"
