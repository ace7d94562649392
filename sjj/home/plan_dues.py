"""What is due about the year's plan: made, approved, reported and public by 31 January (S1 二（二）).

The next year's plan comes into sight in December. An adjustment has no such day: it waits for its next step.
An agency without any item has nothing to plan and is left alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of
from sjj.database import db
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_models import Plan
from sjj.plans.plan_versions import current, title_of
from sjj.registers.models import Item
from sjj.rules.deadlines import plan_due
from sjj.rules.lifecycle import PlanState

EDIT, APPROVE = "campaign.edit", "campaign.approve"
AHEAD_FROM_MONTH = 12  # when the coming year's plan is to be thought of


@dataclass(frozen=True, slots=True)
class _Step:
    """What a plan in a state waits for, from whom, and the page where it is done."""

    permission: str
    when: str
    title: str
    action: str
    endpoint: str


_STEPS = {
    PlanState.DRAFT: _Step(EDIT, "未制定", "制定", "去编制", "plan_versions.show"),
    PlanState.SUBMITTED: _Step(APPROVE, "待审批", "审批", "去审批", "plan_version_steps.approve"),
    PlanState.APPROVED: _Step(EDIT, "待上报", "上报", "去上报", "plan_version_steps.report"),
    PlanState.REPORTED: _Step(EDIT, "待公示", "公示", "去公示", "plan_version_steps.publish"),
}


def plans_due(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """One line for each plan or adjustment that waits for this person."""
    if not (user.may(EDIT) or user.may(APPROVE)):
        return
    agencies = {one.id: one for wanted in (EDIT, APPROVE) for one in agencies_of(user, wanted)}
    with_items = set(db.session.scalars(select(Item.agency_id).where(Item.retired_at.is_(None)).distinct()))
    for agency in agencies.values():
        if agency.id not in with_items:
            continue
        for year in _years(deadlines.today):
            line = _line(agency, year, user, deadlines.today)
            if line is not None:
                yield line


def _years(day: date) -> tuple[int, ...]:
    return (day.year, day.year + 1) if day.month >= AHEAD_FROM_MONTH else (day.year,)


def _line(agency: Agency, year: int, user: User, day: date) -> Due | None:
    plan = current(agency.id, year)
    step = _STEPS.get(plan.state if plan is not None else PlanState.DRAFT)
    if step is None or not user.may(step.permission, agency.id) or _is_own(plan, user):
        return None
    is_adjustment = plan is not None and plan.version > 1
    due = day if is_adjustment else plan_due(year)
    when = "调整中" if is_adjustment and plan is not None and plan.state is PlanState.DRAFT else step.when
    verb = (
        "修改" if plan is not None and plan.sent_back_reason and plan.state is PlanState.DRAFT else step.title
    )
    has_own_page = plan is not None and plan.state is not PlanState.DRAFT
    return Due(
        on=due,
        when="已退回" if verb == "修改" else when,
        sub="" if is_adjustment else _left(due, day),
        title=f"{verb}{title_of(plan, year)}",
        note=_note(agency, plan, user),
        action=step.action,
        endpoint=step.endpoint,
        values={"agency_id": agency.id, "year": year}
        | ({"version": plan.version} if plan and has_own_page else {}),
        tone="" if is_adjustment else "late" if due < day else "soon" if (due - day).days <= 7 else "",
    )


def _is_own(plan: Plan | None, user: User) -> bool:
    """Submitted by this person, who therefore does not approve it."""
    return plan is not None and plan.state is PlanState.SUBMITTED and plan.submitted_by_id == user.id


def _left(due: date, day: date) -> str:
    left = (due - day).days
    if left < 0:
        return f"已超期 {-left} 天"
    return f"还有 {left} 天" if left else "今天到期"


def _note(agency: Agency, plan: Plan | None, user: User) -> str:
    said = [] if user.agency_id == agency.id else [agency.name]
    if plan is not None and plan.state is PlanState.DRAFT and plan.sent_back_reason:
        said.append(f"退回原因：{plan.sent_back_reason}")
    elif plan is not None and plan.version > 1:
        said.append(plan.reason)
    else:
        said.append("1月31日前制定、上报并公示")
    return " · ".join(said)
