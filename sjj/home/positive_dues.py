"""What is due of the register of objects: the positive list's rows that end soon (监督执法正面清单)."""

from collections.abc import Iterable

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.presentation import day as day_words
from sjj.registers.entity_queries import ENDING_SOON
from sjj.registers.models import ACTIVE_STATES, Entity
from sjj.registers.scope import EDIT


def positive_list_ends(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Whether rows of the positive list end within a month: then they are checked on site again."""
    day = deadlines.today
    if not user.may(EDIT):
        return
    query = select(func.count(), func.min(Entity.positive_until)).where(
        within(Entity.agency_id, user, EDIT),
        Entity.state.in_(ACTIVE_STATES),
        Entity.merged_into_id.is_(None),
        Entity.positive_until.between(day, day + ENDING_SOON),
    )
    number, first = db.session.execute(query).one()
    if number:
        yield Due(
            on=first,
            when=day_words(first),
            sub="最早到期",
            title=f"{number} 户 30 天内移出正面清单",
            note="到期后不再按正面清单非现场检查；应当继续保留的，请重新认定并改期限",
            action="看名单",
            endpoint="registers.entities",
            values={"positive": "ending"},
            tone="soon",
        )
