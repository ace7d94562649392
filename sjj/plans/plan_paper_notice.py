"""关于印发年度抽查计划的通知, and of an adjustment: the paper that is sealed, sent up and made public.

Made from the version as it was submitted, of its public part only; the same version gives the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sjj import pdf
from sjj.plans.plan_diff import Change, PlanDiff, diff
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_table import PlanTable
from sjj.plans.plan_table import COLUMNS
from sjj.plans.plan_versions import before_of, title_of
from sjj.presentation import day

LAYOUT = "plan.typ"


def notice_pdf(plan: Plan) -> bytes:
    """The notice with its table as PDF/A. Raises pdf.CannotPrint."""
    return pdf.render(LAYOUT, notice_of(plan), _dated(plan))


def notice_of(plan: Plan) -> dict[str, Any]:
    """What the notice says, as plain data."""
    name = f"{plan.year}年度抽查计划"
    rows = [one["row"] for one in plan.content["public"]]
    base = before_of(plan)
    compared = diff(base.content, plan.content, public=True) if base is not None else None
    title = f"关于印发{name}的通知" if base is None else f"关于调整{name}的通知"
    return {
        "agency": plan.agency.name,
        "title": title,
        "number": plan.document_no,
        "plan": title_of(plan, plan.year),
        "opening": _opening(name, base.document_no if base is not None else None),
        "reason": plan.reason,
        "changes": _changes(compared) if compared is not None else [],
        "closing": "请各责任单位按计划的时间制定抽查实施方案，随机抽取检查对象和执法检查人员，"
        "依法实施检查，按时公示抽查结果，同一对象的检查能合并的合并进行。",
        "columns": list(COLUMNS),
        "rows": [[row[name] for name in COLUMNS] for row in rows],
        "totals": PlanTable("", "", "", rows).totals,
        "day": day(_dated(plan)),
    }


def _opening(name: str, changed_no: str | None) -> str:
    if changed_no is None:
        return f"根据“双随机、一公开”监管工作要求，结合本机关随机抽查事项清单，制定了《{name}》，现予印发，请认真执行。"
    which = f"《{name}》" + (f"（{changed_no}）" if changed_no else "")
    return f"根据工作需要，对{which}作如下调整，现予印发，请按调整后的计划执行。"


def _changes(compared: PlanDiff) -> list[dict[str, Any]]:
    """Each changed task with what changed of it, in the order: added, dropped, changed."""
    said = [_task("新增", row, ()) for row in compared.added]
    said += [_task("取消", row, ()) for row in compared.dropped]
    said += [_task("变更", one.row, one.changes) for one in compared.changed]
    return said


def _task(kind: str, row: Mapping[str, str], changes: tuple[Change, ...]) -> dict[str, Any]:
    said = [f"{one.label}：{one.before or '（空）'} → {one.after or '（空）'}" for one in changes]
    told = said or [f"{row['任务日期']}，{row['检查事项']}，{row['检查比例']}"]
    return {"kind": kind, "number": row["序号"], "name": row["任务名称"], "said": told}


def _dated(plan: Plan) -> datetime:
    return plan.approved_at or plan.submitted_at or plan.created_at
