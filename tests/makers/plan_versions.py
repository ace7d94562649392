"""Makers of a year's plan: lines that can be handed in, and versions brought as far as a test needs; flushed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.plans import plan_version_moves as moves
from sjj.plans.models import PlanLine
from sjj.plans.plan_models import Plan
from sjj.plans.plan_version_content import content_now, missed
from sjj.rules.lifecycle import PlanState
from tests.makers.accounts import make_agency, make_user
from tests.makers.plans import make_plan_line, make_register
from tests.makers.registers import make_item

YEAR = 2026
AT = datetime(2026, 1, 20, 2, 0, tzinfo=UTC)
_WAY = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.APPROVED, PlanState.REPORTED, PlanState.PUBLISHED)


def layer(by: str = "all", value: str = "", take: str = "25%", minimum: int = 0) -> dict[str, Any]:
    """A layer as a line keeps it."""
    return {"by": by, "value": value, "take": take, "minimum": minimum}


def make_ready_line(agency: Agency, **more: Any) -> PlanLine:
    """A line of the year with an item and a quota."""
    values = {"items": [make_item(agency).id], "layers": [layer()], "quarter": 1, "year": YEAR, **more}
    return make_plan_line(agency, **values)


def make_year(agency: Agency | None = None, *, register: bool = True) -> Agency:
    """An agency with a register and a plan of two lines that may be handed in."""
    agency = agency or make_agency()
    if register:
        make_register(agency)
    make_ready_line(agency, number=1, name="木材经营加工监督检查", quarter=1)
    make_ready_line(agency, number=2, name="林木种子生产经营监督检查", quarter=2)
    return agency


def reasons_for(agency: Agency, at: datetime = AT, year: int = YEAR) -> Mapping[str, str]:
    """A reason for every target that the lines miss."""
    return {one["key"]: "人手不足，下半年补查" for one in missed(content_now(agency, year, at))}


def make_plan(
    agency: Agency | None = None,
    *,
    state: PlanState = PlanState.PUBLISHED,
    clerk: User | None = None,
    approver: User | None = None,
    at: datetime = AT,
    year: int = YEAR,
) -> Plan:
    """The first version of an agency's year, or the open adjustment, brought as far as `state`."""
    agency = agency or make_year()
    clerk = clerk or make_user(Role.OFFICE, agency=agency)
    plan = moves.submit(agency, year, reasons_for(agency, at, year), clerk, at)
    reached = _WAY.index(state)
    if reached >= 2:
        moves.approve(plan, approver or make_user(Role.APPROVER, agency=agency), at)
    if reached >= 3:
        moves.report(plan, "市林业局", clerk, at)
    if reached >= 4:
        moves.publish(plan, clerk, at)
    db.session.flush()
    return plan
