"""What a check without a draw begins with when a line of the year's plan asks for it. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sjj.accounts.models import User
from sjj.database import db
from sjj.inspections.direct_scope import days_of
from sjj.plans.from_line import dates_of, period_of, why_not
from sjj.plans.models import PlanLine
from sjj.registers.models import Item
from sjj.rules.deadlines import quarter_of


def line_for(user: User, line_id: int | None, day: date, permission: str) -> PlanLine | None:
    """The line of the plan that such a check is made from, if this person's office may."""
    line = db.session.get(PlanLine, line_id) if line_id else None
    if line is None or not user.may(permission, line.agency_id) or why_not(line, day):
        return None
    return line


def batch_values(line: PlanLine, offered: Sequence[Item], day: date) -> dict[str, Any]:
    """The first values of an off-site batch: one quarter, ending with it."""
    quarter = quarter_for(line, day)
    return {
        **_common(line, offered),
        "quarter": f"{quarter[0]}-{quarter[1]}",
        "ends_on": days_of(quarter)[1],
        "method": line.method,
        "purpose": line.basis,
    }


def quarter_for(line: PlanLine, day: date) -> tuple[int, int]:
    """The quarter of a line; a line of the whole year, or one whose quarter is over, takes the one we are in."""
    first, last = period_of(line)
    return (
        quarter_of(first) if day < first else quarter_of(day) if day > last else quarter_of(max(day, first))
    )


def direct_values(line: PlanLine, offered: Sequence[Item], day: date) -> dict[str, Any]:
    """The first values of a check of named objects on site."""
    _, ends_on = dates_of(line, day)
    return {
        **_common(line, offered),
        "check_type": "个案" if line.check_type == "个案" else "专项",
        "reason": f"{line.year}年度抽查计划第{line.number}项" + (f"，{line.basis}" if line.basis else ""),
        "ends_on": ends_on,
    }


def _common(line: PlanLine, offered: Sequence[Item]) -> dict[str, Any]:
    may = {one.id for one in offered}
    return {
        "name": line.name,
        "item_ids": [number for number in line.items or [] if number in may],
        "section_id": line.section_id or 0,
    }
