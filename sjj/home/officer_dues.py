"""Certificates that have ended or soon end, for whoever keeps the officers: one line for each stretch of days.

Each name stands with the visits that are to be made after its end: those are the ones that fall through.
"""

from collections.abc import Iterable, Sequence

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.registers.models import Officer
from sjj.registers.officer_queries import certificates_ending
from sjj.registers.officer_work import NO_WORK, Work, work_of
from sjj.registers.scope import EDIT

STRETCHES = (7, 30, 90)  # days before the end on which a reminder grows more pressing
SHOWN = 5
_FILTERS = {0: "expired", 7: "in7", 30: "in30", 90: "soon"}


def certificates_to_renew(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """执法证已过期, or 7, 30, 90 天内到期."""
    if not user.may(EDIT):
        return
    day = deadlines.today
    groups: dict[int, list[Officer]] = {}
    for one in certificates_ending(user, day):
        if one.certificate_until is not None:
            left = (one.certificate_until - day).days
            stretch = 0 if left < 0 else next(days for days in STRETCHES if left <= days)
            groups.setdefault(stretch, []).append(one)
    work = work_of([one.id for group in groups.values() for one in group], day.year)
    for stretch, group in sorted(groups.items()):
        when = f"{stretch} 天内到期" if stretch else "已过期"
        yield Due(
            on=group[0].certificate_until or day,
            when=when,
            sub="请换证后修改有效期",
            title=f"{len(group)} 名人员的执法证{' ' if stretch else ''}{when}",
            note=_names(group, [work.get(one.id, NO_WORK) for one in group]),
            action="查看",
            endpoint="registers.officers",
            values={"validity": _FILTERS[stretch], "presence": "on"},
            tone="soon" if 0 < stretch < max(STRETCHES) else "" if stretch else "late",
        )


def _names(group: Sequence[Officer], work: Sequence[Work]) -> str:
    said = "、".join(_name(one, its) for one, its in list(zip(group, work, strict=True))[:SHOWN])
    return said if len(group) <= SHOWN else f"{said}等"


def _name(one: Officer, work: Work) -> str:
    until = one.certificate_until
    day = f"{until.month}月{until.day}日" if until else ""
    after = work.after(until)
    return f"{one.name}（{day}{f'，之后还安排了 {after} 户' if after else ''}）"
