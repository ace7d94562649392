"""行政检查审批 of each visit: asked when teams are sent out, decided by another, made up after an urgent one.

Never commits. Nobody decides on a check that they asked for or declared urgent themselves. A record never waits
for any of this (国办发〔2024〕54号 asks for the approval; field.md lets nothing block a record).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.inspections import approval_events as events
from sjj.inspections.direct_begin import begin_if_named
from sjj.inspections.models import Inspection
from sjj.inspections.review import is_of_team
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.visit_models import CheckApproval
from sjj.rules.lifecycle import APPROVAL_MOVES, ApprovalState, RefusedMove, ResultState, move

BY_RECORD = "检查记录写明情况紧急"
MAX_REASON = 500
MAX_CAP_REASON = 300


class ApprovalRefused(Exception):
    """The step is not possible; the message may be shown."""


def ask_for(inspections: Sequence[Inspection], actor: Actor, now: datetime, reason: str = "") -> None:
    """Put new checks of one campaign before the approver."""
    if not inspections:
        return
    db.session.flush()
    rows = [
        CheckApproval(inspection_id=one.id, reason=reason, asked_by_id=actor.id, asked_at=now)
        for one in inspections
    ]
    db.session.add_all(rows)
    db.session.flush()
    campaign = inspections[0].campaign
    event = events.ApprovalsAsked(
        subject_id=campaign.id,
        agency_id=campaign.agency_id,
        number=campaign.number,
        inspections=tuple(one.id for one in inspections),
    )
    record(event, actor, now)


def approve(approval: CheckApproval, actor: User, now: datetime) -> None:
    """The check may be made, or was rightly made. Raises ApprovalRefused."""
    _hold(approval)
    _decide(approval, ApprovalState.APPROVED, "", actor, now)
    begin_if_named(approval.inspection.campaign, now, actor)
    record(events.CheckApproved(**_about(approval.inspection), urgent=approval.urgent), actor, now)


def refuse(approval: CheckApproval, reason: str, actor: User, now: datetime) -> None:
    """The check is not to be made, and why. Raises ApprovalRefused."""
    _hold(approval)
    reason = _reason(reason, "请写明不予批准的理由")
    _decide(approval, ApprovalState.REFUSED, reason, actor, now)
    record(events.CheckRefused(**_about(approval.inspection), reason=reason), actor, now)


def ask_again(approval: CheckApproval, reason: str, actor: User, now: datetime) -> None:
    """A refused check once more, with what has changed. Raises ApprovalRefused."""
    _hold(approval)
    reason = _reason(reason, "请写明再次呈报的理由")
    _check_open(approval.inspection)
    _move(approval, ApprovalState.ASKED)
    approval.reason, approval.asked_by_id, approval.asked_at = reason, actor.id, now
    record(events.CheckAskedAgain(**_about(approval.inspection), reason=reason), actor, now)


def declare_urgent(inspection: Inspection, reason: str, actor: User, now: datetime) -> CheckApproval:
    """紧急，先行检查: the approval is made up afterwards. Raises ApprovalRefused."""
    _hold_visit(inspection)
    reason = _reason(reason, "请写明为什么必须先行检查")
    _check_open(inspection)
    approval = approval_of(inspection)
    if approval is not None and approval.state is ApprovalState.APPROVED:
        raise ApprovalRefused("这次检查已经批准，不用按紧急检查办理")
    if approval is not None and approval.state is ApprovalState.REFUSED:
        raise ApprovalRefused(f"负责人没有批准这次检查：{approval.note}。请先与办公室联系")
    if approval is not None and approval.decided_at is not None:  # asked for again: the refusal still stands
        raise ApprovalRefused("负责人曾经没有批准这次检查，再次呈报后须等负责人决定，不能先行检查")
    if approval is not None and approval.urgent:
        raise ApprovalRefused("这次检查已经按紧急检查办理")
    return _make_urgent(inspection, approval, reason, actor, now)


def heed_record(inspection: Inspection, actor: User, now: datetime) -> None:
    """A received record says that the check was urgent: the approval is to be made up. Refuses nothing.

    A check refused before and made all the same comes before the approver once more.
    """
    approval = approval_of(inspection)
    if approval is not None and approval.state is ApprovalState.REFUSED:
        _move(approval, ApprovalState.ASKED)
    elif approval is not None and (approval.urgent or approval.state is ApprovalState.APPROVED):
        return
    _make_urgent(inspection, approval, BY_RECORD, actor, now, by_record=True)


def explain_over_cap(inspection: Inspection, reason: str, actor: User, now: datetime) -> None:
    """Why this visit is made although the yearly cap is reached. Raises ApprovalRefused."""
    _hold_visit(inspection)
    reason = _reason(reason, "请写明超过年度频次上限仍要检查的理由", MAX_CAP_REASON)
    if inspection.standing is ResultState.WITHDRAWN:
        raise ApprovalRefused("这次检查已撤回")
    inspection.over_cap_reason = reason
    record(events.OverCapExplained(**_about(inspection), reason=reason), actor, now)


def approval_of(inspection: Inspection) -> CheckApproval | None:
    """The approval of a visit as it is now, kept from others; None: nobody asked."""
    query = select(CheckApproval).where(CheckApproval.inspection_id == inspection.id)
    query = query.with_for_update(of=CheckApproval).execution_options(populate_existing=True)
    return db.session.scalar(query)


def may_not_decide(approval: CheckApproval, user: User) -> str:
    """Why this person does not decide; empty if they may."""
    if is_of_team(approval.inspection, user):
        return "您参加这次检查，应由另一位负责人批准"
    if user.id == approval.asked_by_id:
        return "这次检查由您呈报，应由另一位负责人批准"
    if approval.urgent and user.id == approval.urgent_by_id:
        return "紧急检查由您提出，应由另一位负责人补批"
    campaign = approval.inspection.campaign
    if not campaign.by_draw and user.id in (campaign.created_by_id, campaign.submitted_by_id):
        return "检查对象由您指定，应由另一位负责人批准"  # also where a colleague asked again after a refusal
    return ""


def _decide(approval: CheckApproval, state: ApprovalState, note: str, actor: User, now: datetime) -> None:
    against = may_not_decide(approval, actor)
    if against:
        raise ApprovalRefused(against)
    if approval.inspection.standing is ResultState.WITHDRAWN:
        raise ApprovalRefused("这次检查已撤回，不用再批")
    _move(approval, state)
    approval.decided_by_id, approval.decided_at, approval.note = actor.id, now, note


def _move(approval: CheckApproval, state: ApprovalState) -> None:
    try:
        approval.state = move(APPROVAL_MOVES, approval.state, state)
    except RefusedMove as refusal:
        raise ApprovalRefused(str(refusal)) from refusal


def _make_urgent(
    inspection: Inspection,
    approval: CheckApproval | None,
    reason: str,
    actor: User,
    now: datetime,
    *,
    by_record: bool = False,
) -> CheckApproval:
    if approval is None:
        approval = CheckApproval(inspection_id=inspection.id, asked_by_id=actor.id, asked_at=now)
        db.session.add(approval)
    approval.urgent, approval.urgent_reason = True, reason
    approval.urgent_by_id, approval.urgent_at = actor.id, now
    db.session.flush()
    begin_if_named(inspection.campaign, now)
    record(events.DeclaredUrgent(**_about(inspection), reason=reason, by_record=by_record), actor, now)
    return approval


def _hold(approval: CheckApproval) -> None:
    db.session.flush()
    db.session.refresh(approval, with_for_update={"key_share": True, "of": CheckApproval})


def _hold_visit(inspection: Inspection) -> None:
    db.session.flush()
    db.session.refresh(inspection, with_for_update={"key_share": True, "of": Inspection})


def _check_open(inspection: Inspection) -> None:
    if inspection.standing in CLOSED:
        raise ApprovalRefused(f"这次检查现在是“{inspection.standing.label}”，不用再办")


def _reason(text: str, otherwise: str, most: int = MAX_REASON) -> str:
    said = text.strip()
    if not said:
        raise ApprovalRefused(otherwise)
    if len(said) > most:
        raise ApprovalRefused(f"不超过 {most} 字")
    return said


def _about(inspection: Inspection) -> dict[str, Any]:
    return {
        "subject_id": inspection.id,
        "agency_id": inspection.agency_id,
        "entity": inspection.entity.name,
    }
