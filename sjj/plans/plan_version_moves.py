"""A year's plan from draft to public, and its adjustments: submit, approve, send back, report, publish. Never commits.

Whoever submits does not approve. Of two people at once only one takes a step: the agency's row is held while a
version comes into being, the version's own row while it moves.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans import plan_version_checks as checks
from sjj.plans import plan_version_events as events
from sjj.plans.numbering import hold_agency
from sjj.plans.plan_forecast import lines_of
from sjj.plans.plan_models import Plan
from sjj.plans.plan_version_content import content_now, missed
from sjj.plans.plan_version_restore import restore
from sjj.plans.plan_versions import current, published, title_of
from sjj.rules.lifecycle import PLAN_MOVES, PlanState, move
from sjj.web import today


class PlanRefused(Exception):
    """The step cannot be taken; each sentence may be shown. `fields`: by missed target, what its field lacks."""

    def __init__(self, *sentences: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__("；".join(sentences))
        self.sentences = list(sentences)
        self.fields = dict(fields or {})


def submit(agency: Agency, year: int, reasons: Mapping[str, str], actor: User, now: datetime) -> Plan:
    """Hand the year's lines to the approver as they are now.

    `reasons`: why the plan goes on though it misses a target, by the target's key. Raises PlanRefused with all
    that is wrong at once, RefusedMove when it is not the lines' turn.
    """
    hold_agency(agency.id)
    plan = current(agency.id, year) or _new(agency.id, year, actor, now)
    _move(plan, PlanState.SUBMITTED)
    found = [one.sentence for one in checks.problems(lines_of(agency.id, year), today(now))]
    if found:
        raise PlanRefused(*found)
    content = content_now(agency, year, now, reasons)
    silent = {
        one["key"]: "请说明达不到仍要提交的理由" for one in missed(content) if not reasons.get(one["key"])
    }
    if silent:
        raise PlanRefused(f"有 {len(silent)} 项指标达不到，须逐项说明理由", fields=silent)
    plan.content = content
    plan.submitted_at, plan.submitted_by_id = now, actor.id
    plan.sent_back_reason = ""
    told = tuple(f"{one['period']}{one['label']}：{one['reason']}" for one in content["acknowledged"])
    event = events.PlanSubmitted(**_subject(plan), lines=content["totals"]["lines"], missed=told)
    record(event, actor, now)
    return plan


def mark_of(plan: Plan) -> str:
    """What stands for this submission: sent back and handed in again, a plan may say something else."""
    return plan.submitted_at.astimezone(UTC).isoformat() if plan.submitted_at is not None else ""


def approve(plan: Plan, actor: User, now: datetime, seen: str | None = None) -> None:
    """Approve the plan as it was submitted. Raises PlanRefused for one's own.

    `seen`: the mark of the submission that the person had before them; None is for whoever shows no page.
    """
    hold_version(plan)  # first: who submitted it, and what, may have changed an instant ago
    if actor.id == plan.submitted_by_id:
        raise PlanRefused("不能审批自己提交的计划，请由另一位负责人审批")
    if seen is not None and plan.state is PlanState.SUBMITTED and seen != mark_of(plan):
        raise PlanRefused("您打开这一页以后，计划退回修改过又重新提交了，请看过再审批")
    _move(plan, PlanState.APPROVED)
    plan.approved_at, plan.approved_by_id = now, actor.id
    record(events.PlanApproved(**_subject(plan)), actor, now)


def send_back(plan: Plan, reason: str, actor: User, now: datetime) -> None:
    """Return a submitted plan with a reason; its lines may be changed again."""
    _move(plan, PlanState.DRAFT)
    plan.sent_back_reason = reason
    plan.submitted_at = plan.submitted_by_id = None
    record(events.PlanSentBack(**_subject(plan), reason=reason), actor, now)


def report(plan: Plan, to: str, actor: User, now: datetime) -> None:
    """Note that the approved plan went to the office above."""
    _move(plan, PlanState.REPORTED)
    plan.reported_at, plan.reported_by_id, plan.reported_to = now, actor.id, to
    record(events.PlanReported(**_subject(plan), to=to), actor, now)


def publish(plan: Plan, actor: User, now: datetime) -> None:
    """Put it on the public pages, where it stays; an earlier version stays beside it as history."""
    _move(plan, PlanState.PUBLISHED)
    plan.published_at, plan.published_by_id = now, actor.id
    record(events.PlanPublished(**_subject(plan)), actor, now)


def open_adjustment(agency: Agency, year: int, reason: str, actor: User, now: datetime) -> Plan:
    """Begin the next version of a published plan: its lines may be changed. Raises PlanRefused."""
    hold_agency(agency.id)
    standing = current(agency.id, year)
    if standing is None or standing.state is not PlanState.PUBLISHED:
        said = title_of(standing, year)
        raise PlanRefused(f"“{said}”还没有公示，公示后才能开启调整")
    plan = _new(agency.id, year, actor, now, reason)
    record(events.AdjustmentOpened(**_subject(plan), reason=reason), actor, now)
    return plan


def drop_adjustment(plan: Plan, actor: User, now: datetime) -> None:
    """Give an adjustment up: every line stands again exactly as it was published. Raises PlanRefused."""
    hold_agency(plan.agency_id)
    base = published(plan.agency_id, plan.year)
    if base is None or plan.version <= base.version:
        raise PlanRefused("首次编制的计划不能放弃，请直接修改")
    title = title_of(plan, plan.year)
    _move(plan, PlanState.DROPPED)
    restored, removed = restore(plan.agency_id, plan.year, base.content["lines"], now)
    event = events.AdjustmentDropped(
        **(_subject(plan) | {"title": title}), restored=restored, removed=removed
    )
    record(event, actor, now)


def _new(agency_id: int, year: int, actor: User, now: datetime, reason: str = "") -> Plan:
    last = db.session.scalar(
        select(func.max(Plan.version)).where(Plan.agency_id == agency_id, Plan.year == year)
    )
    plan = Plan(
        agency_id=agency_id,
        year=year,
        version=(last or 0) + 1,
        state=PlanState.DRAFT,
        reason=reason,
        content={},
        created_at=now,
        created_by_id=actor.id,
    )
    db.session.add(plan)
    db.session.flush()
    return plan


def hold_version(plan: Plan) -> None:
    """Read a version afresh and keep others from changing it until this transaction ends."""
    db.session.flush()
    db.session.refresh(plan, with_for_update={"key_share": True})


def _move(plan: Plan, to_state: PlanState) -> None:
    """Along the table. Raises RefusedMove with a sentence."""
    hold_version(plan)
    plan.state = move(PLAN_MOVES, plan.state, to_state)
    db.session.flush()


def _subject(plan: Plan) -> dict[str, int | str]:
    return {"subject_id": plan.id, "agency_id": plan.agency_id, "title": title_of(plan, plan.year)}
