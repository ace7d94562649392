"""What is due after a draw: changes to decide on, officers who must be substituted before they go out."""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.draws.change_events import KINDS
from sjj.draws.changes_queries import waiting
from sjj.home.due import Due
from sjj.inspections.change_queries import barred_of
from sjj.inspections.deadlines import Deadlines
from sjj.presentation import day as day_words


def changes_to_decide(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Requests for a 递补 or a substitution that this person decides on."""
    for change in waiting(user):
        yield Due(
            on=deadlines.today,
            when="等待决定",
            sub=f"{day_words(change.asked_at)}申请",
            title=f"{KINDS[change.kind]}申请：{change.draw.campaign.name}",
            note=f"{change.draw.draw_no}，事由：{change.reason}",
            action="去决定",
            endpoint="changes.change",
            values={"change_id": change.id},
            tone="soon",
        )


def officers_to_replace(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Officers whom a later recusal bars from a visit still to be made."""
    for one in barred_of(user):
        yield Due(
            on=deadlines.today,
            when="需要换人",
            sub="上门之前",
            title=f"{one.officer} 应当回避 {one.name}",
            note=f"{one.draw.draw_no}，抽取之后批准的回避：{one.reason}",
            action="申请换人",
            endpoint="changes.ask",
            values={
                "draw_id": one.draw.id,
                "place": one.place,
                "kind": "substitute",
                "out": one.out,
                "reason": "回避",
            },
            tone="late",
        )
