"""Reminders of lists, for those who keep them; a line goes when its list was looked over."""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.presentation import day as day_words
from sjj.presentation import moment
from sjj.registers.upkeep_queries import reminders_for
from sjj.registers.upkeep_state import LISTS
from sjj.web import today


def lists_to_review(user: User, _deadlines: Deadlines) -> Iterable[Due]:
    """请核对名录, with who asked for it and when."""
    for one in reminders_for(user):
        whose = one.section.name if one.section else one.agency.short_name
        yield Due(
            on=today(one.at),
            when="请核对",
            sub=f"{day_words(one.at)}提醒",
            title=f"核对{LISTS[one.register]}：{whose}",
            note=f"{one.by.display_name} {moment(one.at)}：{one.text}",
            action="去核对",
            endpoint="registers.upkeep_review",
            values={
                "agency_id": one.agency_id,
                "section_id": one.section_id or 0,
                "register": one.register,
            },
            tone="soon",
        )
