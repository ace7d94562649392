"""The approvals of the demo's checks, and the days its teams mean to go: through the office's own services."""

from datetime import date, datetime

from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.draws.models import Draw
from sjj.inspections.approval_services import approve, declare_urgent
from sjj.inspections.dispatch import dispatched
from sjj.inspections.reschedule import OtherDay, reschedule
from sjj.inspections.visit_models import CheckApproval

URGENT = "群众来电反映正在违规堆放，先行核实。（演示）"
MOVED = "企业当天停电检修，改天再去。（演示）"


def approve_checks(cast: Cast, draw: Draw, stage: str, at: datetime, day: date) -> None:
    """All approved where the visits are over; in the field one still waits, one went first, two have a day."""
    visits = dispatched(draw)
    left_open = visits[:2] if stage == "in_field" else []
    query = select(CheckApproval).where(
        CheckApproval.inspection_id.in_([one.id for one in visits if one not in left_open])
    )
    for approval in db.session.scalars(query.order_by(CheckApproval.id)):
        approve(approval, cast.approver, at)
    if left_open:
        declare_urgent(left_open[1], URGENT, cast.clerk, at)
        for one in visits[2:4]:
            reschedule(one, OtherDay(cast.days.day(-1)), cast.clerk, at)
        later = cast.days.at(-2, 16)
        reschedule(visits[2], OtherDay(day, MOVED), cast.clerk, later)
