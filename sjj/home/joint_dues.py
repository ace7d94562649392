"""What is due about joint checks that other agencies lead: an answer, a review, a publication. It only gathers."""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.part_queries import READ, REVIEW, not_recorded, waiting
from sjj.inspections.review import own_hand
from sjj.plans.consent import ANSWER, invited
from sjj.plans.models import Campaign
from sjj.presentation import day as day_words
from sjj.rules.lifecycle import ResultState


def invitations(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """等你确认参加."""
    if not user.may(ANSWER):
        return
    for campaign in invited(user):
        yield Due(
            on=deadlines.today,
            when="等你确认参加",
            sub=f"{day_words(campaign.starts_on)}开始检查",
            title=f"联合检查：{campaign.name}",
            note=f"{campaign.agency.name}牵头 · {campaign.number}",
            action="答复",
            endpoint="inspections.joint_campaign",
            values={"campaign_id": campaign.id},
            tone="soon",
        )


def parts_to_review(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """待审核: this agency's items of joint visits."""
    rows = waiting(user, REVIEW, ResultState.AWAITING_REVIEW)
    mine = [one for one in rows if not own_hand(one.inspection, user)]
    for campaign, group in _by_campaign(mine):
        yield _line(group, deadlines, f"审核本部门的联合检查事项：{campaign.name}", "审核")


def parts_to_publish(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """待公示: the same."""
    rows = waiting(user, "notice.publish", ResultState.AWAITING_PUBLICATION)
    for campaign, group in _by_campaign(rows):
        yield _line(
            group, deadlines, f"公示本部门的联合检查结果：{campaign.name}", "去公示", "notices.notices"
        )


def parts_not_recorded(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Visits whose day is past without a record: whoever takes part may press."""
    if not user.may(READ):
        return
    for campaign, group in _by_campaign(not_recorded(user, deadlines.today)):
        clock = deadlines.until(min(one.inspection.due_on or deadlines.today for one in group))
        yield Due(
            on=clock.due or deadlines.today,
            when=clock.when,
            sub=clock.day,
            title=f"联合检查还有 {len(group)} 户没有记录：{campaign.name}",
            note=f"{campaign.agency.name}牵头",
            action="查看",
            endpoint="inspections.joint",
            tone=clock.tone,
        )


def _by_campaign(rows: Iterable[InspectionPart]) -> Iterable[tuple[Campaign, list[InspectionPart]]]:
    groups: dict[int, list[InspectionPart]] = {}
    for one in rows:
        groups.setdefault(one.inspection.campaign_id, []).append(one)
    for group in groups.values():
        yield group[0].inspection.campaign, group


def _line(
    group: list[InspectionPart], deadlines: Deadlines, title: str, action: str, endpoint: str = ""
) -> Due:
    clock = deadlines.of(group[0])  # the rows come by deadline
    one = group[0].inspection if len(group) == 1 and not endpoint else None
    return Due(
        on=clock.due or deadlines.today,
        when=clock.when,
        sub=clock.day,
        title=title,
        note=f"{len(group)} 户 · {group[0].inspection.agency.name}牵头",
        action=action,
        endpoint=endpoint or ("inspections.inspection" if one else "inspections.joint"),
        values={"inspection_id": one.id} if one else {},
        tone=clock.tone,
    )
