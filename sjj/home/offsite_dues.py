"""What is due of off-site batches: those to approve, and those sent back to their maker."""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.direct_queries import APPROVE, EDIT, waiting_batches
from sjj.inspections.direct_scope import named_in
from sjj.plans.models import Campaign
from sjj.presentation import day as day_words
from sjj.rules.lifecycle import CampaignState


def batches_to_approve(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Off-site batches that wait for this person's decision."""
    if not user.may(APPROVE):
        return
    for batch in waiting_batches(user.agencies(APPROVE), [CampaignState.SUBMITTED]):
        count = len(named_in(batch).entities)
        note = f"{batch.number}，{count} 户，不经抽取"
        yield _line(batch, deadlines, "等待审批", f"审批非现场检查批次：{batch.name}", note, "去审批")


def batches_sent_back(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Off-site batches that the approver wants changed."""
    if not user.may(EDIT):
        return
    for batch in waiting_batches(user.agencies(EDIT), [CampaignState.DRAFT]):
        if batch.sent_back_reason:
            note = f"退回原因：{batch.sent_back_reason}"
            yield _line(batch, deadlines, "批次退回", f"修改非现场检查批次：{batch.name}", note, "去修改")


def _line(batch: Campaign, deadlines: Deadlines, when: str, title: str, note: str, action: str) -> Due:
    return Due(
        on=deadlines.today,
        when=when,
        sub=f"{day_words(batch.ends_on)}前完成",
        title=title,
        note=note,
        action=action,
        endpoint="direct.campaign",
        values={"campaign_id": batch.id},
        tone="soon",
    )
