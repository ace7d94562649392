"""What the papers before a visit say, 行政检查审批表 and 行政检查通知书: source, frequency, approval, gates. Words only.

What did not happen in the system stays empty, for ink.
"""

from datetime import date, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.inspections.gates import approvals_of, gates_of
from sjj.inspections.gates_frequency import visit_numbers
from sjj.inspections.models import Inspection
from sjj.inspections.paper_queries import bases_of
from sjj.inspections.paper_record import assistants_of, is_urgent
from sjj.inspections.platform_reading import MARK
from sjj.inspections.reading import Record
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.exclusions import cap_of
from sjj.presentation import day, moment
from sjj.rules.gates import APPROVAL
from sjj.rules.lifecycle import ApprovalState

URGENT = "本次为紧急检查，先行检查，检查后补办审批。"


def before_fields(inspection: Inspection, written: date) -> dict[str, Any]:
    """What both papers say: bases, where the task comes from, when, which visit of the year."""
    campaign = inspection.campaign
    planned = f"计划{day(inspection.planned_on)}，" if inspection.planned_on else ""
    return {
        "bases": [
            {"item": basis.item, "laws": "、".join(basis.laws) or "未登记"}
            for basis in bases_of(inspection, written)
        ],
        "source": _source(inspection),
        "period": f"{planned}{day(campaign.starts_on)}至{day(inspection.due_on or campaign.ends_on)}",
        "frequency": _frequency(inspection, written),
    }


def approval_fields(inspection: Inspection, written: date) -> dict[str, Any]:
    """What the approver is asked and what was decided, with what was in order."""
    approval = approvals_of([inspection]).get(inspection.id)
    campaign = inspection.campaign
    return {
        "purpose": campaign.purpose,
        "scheme": _who_when(campaign.approved_by, campaign.approved_at, "批准实施方案"),
        "urgent": _urgent(approval),
        "over_cap": inspection.over_cap_reason,
        "gates": [
            {"name": gate.name, "said": f"{'符合' if gate.passed else '不符合'}，{gate.sentence}"}
            for gate in gates_of(inspection, written)
            if gate.code != APPROVAL  # the paper itself is that
        ],
        "submitted": _asked(approval),
        "approved": _decided(approval),
    }


def notice_fields(said: Record | None) -> dict[str, Any]:
    """How many assistants came along; nobody knows before the visit."""
    return {"assistants": str(len(assistants_of(said))) if said is not None else ""}


def urgent_marks(inspection: Inspection, said: Record | None) -> list[str]:
    """That the check was made first and approved afterwards."""
    approval = approvals_of([inspection]).get(inspection.id)
    urgent = approval.urgent if approval is not None else said is not None and is_urgent(said)
    return [URGENT] if urgent else []


def _source(inspection: Inspection) -> str:
    campaign = inspection.campaign
    said = f"{campaign.name}（{campaign.number}），{campaign.check_type}检查"
    if inspection.draw:
        return f"{said}，随机抽取，抽取编号 {inspection.draw.draw_no}"
    if campaign.platform:
        return f"{said}，{MARK}"
    return f"{said}，{campaign.source}" if campaign.source else said


def _frequency(inspection: Inspection, written: date) -> str:
    cap, _set_by = cap_of(inspection.campaign)
    year = (inspection.ended_on or inspection.planned_on or written).year
    number = visit_numbers([inspection], written)[inspection.id]
    said = f"{year}年度本机关对该单位的第 {number} 次检查"
    return said + (f"，年度频次上限 {cap} 次" if cap is not None else "，未设年度频次上限")


def _asked(approval: CheckApproval | None) -> str:
    if approval is None:
        return ""
    why = f"，{approval.reason}" if approval.reason else ""
    return _who_when(approval.asked_by, approval.asked_at, "呈报") + why


def _decided(approval: CheckApproval | None) -> str:
    if approval is None or approval.state is ApprovalState.ASKED:
        return ""
    did = "批准" if approval.state is ApprovalState.APPROVED else "不予批准"
    if approval.urgent and approval.state is ApprovalState.APPROVED:
        did = "补办批准"
    why = f"：{approval.note}" if approval.note else ""
    return _who_when(approval.decided_by, approval.decided_at, did) + why


def _urgent(approval: CheckApproval | None) -> str:
    if approval is None or not approval.urgent:
        return ""
    return _who_when(approval.urgent_by, approval.urgent_at, "提出") + f"：{approval.urgent_reason}"


def _who_when(who: User | None, at: datetime | None, did: str) -> str:
    """Who did it in the system and when; empty where it did not happen there."""
    return f"{moment(at)} {who.display_name if who else ''}{did}" if at else ""
