"""What is due about the approval of checks: for the approver what waits, for the office what is still open.

Whoever asked for a check sees that it waits for somebody else.
"""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections import approval_queries as queries
from sjj.inspections.approval_services import may_not_decide
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.visit_models import CheckApproval
from sjj.presentation import day as day_words


def checks_to_approve(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """待审批: the checks of a campaign in one line, an urgent one in its own."""
    if not user.may(queries.DECIDE):
        return
    for group in queries.waiting(user, queries.DECIDE):
        mine = [row for row in group.planned if not may_not_decide(row, user)]
        if mine:
            one = len(mine) == 1
            yield Due(
                on=deadlines.today,
                when="等待审批",
                sub=f"{day_words(mine[0].asked_at)}呈报",
                title=f"批准检查：{mine[0].inspection.entity.name if one else group.campaign.name}",
                note=group.campaign.number if one else f"{group.campaign.number}，{len(mine)} 户",
                action="审批",
                endpoint="inspections.approval" if one else "inspections.approvals",
                values={"approval_id": mine[0].id} if one else {},
                tone="soon",
            )
        for row in group.urgent:
            if not may_not_decide(row, user):
                yield _urgent(row, deadlines, "补办审批")


def urgent_checks_open(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """紧急检查待补办, for the office that has to see to it."""
    if not user.may(queries.ASK):
        return
    for group in queries.waiting(user, queries.ASK):
        for row in group.urgent:
            if not user.may(queries.DECIDE, group.campaign.agency_id):
                yield _urgent(row, deadlines, "查看")


def checks_refused(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """检查未批准: to be put before the approver again, or not to be made."""
    for row in queries.refused(user):
        yield Due(
            on=deadlines.today,
            when="未获批准",
            sub=f"{day_words(row.decided_at)}决定",
            title=f"检查未批准：{row.inspection.entity.name}",
            note=f"理由：{row.note}",
            action="处理",
            endpoint="inspections.approval",
            values={"approval_id": row.id},
            tone="soon",
        )


def _urgent(row: CheckApproval, deadlines: Deadlines, action: str) -> Due:
    return Due(
        on=deadlines.today,
        when="等待补办",
        sub=f"{day_words(row.urgent_at)}提出",
        title=f"紧急检查待补办审批：{row.inspection.entity.name}",
        note=row.urgent_reason,
        action=action,
        endpoint="inspections.approval",
        values={"approval_id": row.id},
        tone="soon",
    )
