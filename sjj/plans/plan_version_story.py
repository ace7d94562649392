"""How a version of the plan came about: its steps, done and still to come, and what the log says of it."""

from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.plans.plan_models import Plan
from sjj.presentation import moment
from sjj.rules.lifecycle import PlanState


def story(plan: Plan) -> list[AuditEntry]:
    """What was done to a version, from the audit log, oldest first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == "plan", AuditEntry.subject_id == str(plan.id))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def timeline(plan: Plan | None) -> list[dict[str, str]]:
    """The steps of a version, done and still to come, for its page."""
    if plan is not None and plan.state is PlanState.DROPPED:
        opened = {
            "label": "开启调整",
            "at": moment(plan.created_at),
            "state": "done",
            "note": _name(plan.created_by),
        }
        return [opened, {"label": "放弃调整", "at": "", "state": "now", "note": plan.reason}]
    steps: list[tuple[PlanState, str, datetime | None, User | None]] = [
        (PlanState.DRAFT, "编制", plan and plan.created_at, plan and plan.created_by),
        (PlanState.SUBMITTED, "提交审批", plan and plan.submitted_at, plan and plan.submitted_by),
        (PlanState.APPROVED, "批准", plan and plan.approved_at, plan and plan.approved_by),
        (PlanState.REPORTED, "上报", plan and plan.reported_at, plan and plan.reported_by),
        (PlanState.PUBLISHED, "公示", plan and plan.published_at, plan and plan.published_by),
    ]
    here = [state for state, *_ in steps].index(plan.state) if plan is not None else 0
    is_over = plan is not None and plan.state is PlanState.PUBLISHED
    return [
        {
            "label": label,
            "at": moment(at),
            "state": "done" if place < here + is_over else "now" if place == here else "todo",
            "note": _name(who) if at else "",
        }
        for place, (_, label, at, who) in enumerate(steps)
    ]


def _name(user: User | None) -> str:
    return user.display_name if user is not None else ""
