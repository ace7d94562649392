"""The versions of a year's plan: which stands, which is public, and whether its lines may be changed now.

Only looks. The moves from one state to the next are `plan_version_moves`. A year without any version is a plan
in the making: its first version comes into being with its submission.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.database import db
from sjj.plans.numbering import hold_agency
from sjj.plans.plan_models import Plan
from sjj.presentation import day as day_words
from sjj.rules.deadlines import plan_due
from sjj.rules.lifecycle import PlanState
from sjj.web import today

YEARS = range(2000, 2101)
_WAITING = {
    PlanState.SUBMITTED: "已提交，等负责人审批",
    PlanState.APPROVED: "已批准，等上报",
    PlanState.REPORTED: "已上报，等公示",
    PlanState.PUBLISHED: "已公示",
}


def versions(agency_id: int, year: int) -> list[Plan]:
    """Every version of a year's plan, dropped ones too, the newest first."""
    query = select(Plan).where(Plan.agency_id == agency_id, Plan.year == year).order_by(Plan.version.desc())
    return list(db.session.scalars(query))


def current(agency_id: int, year: int) -> Plan | None:
    """The newest version that was not dropped; None while nothing was ever submitted."""
    return next((one for one in versions(agency_id, year) if one.state is not PlanState.DROPPED), None)


def published(agency_id: int, year: int) -> Plan | None:
    """The newest published version: the plan that holds."""
    return next((one for one in versions(agency_id, year) if one.state is PlanState.PUBLISHED), None)


def version_of(agency_id: int, year: int, version: int) -> Plan | None:
    """One version by its number."""
    return next((one for one in versions(agency_id, year) if one.version == version), None)


def may_edit_lines(agency_id: int, year: int) -> bool:
    """Whether the lines of the year may be changed now."""
    return not why_not_editable(agency_id, year)


def why_not_editable(agency_id: int, year: int, *, hold: bool = False) -> str:
    """Why the lines may not be changed now, in a sentence; "" when they may.

    `hold`: keep others from submitting the plan until this transaction ends (for whoever then writes a line).
    """
    if hold:
        hold_agency(agency_id)
    plan = current(agency_id, year)
    if plan is None or plan.state is PlanState.DRAFT:
        return ""
    if plan.state is PlanState.PUBLISHED:
        return f"{year}年计划已公示，要改先开启调整并说明理由"
    return (
        f"{year}年计划{_WAITING[plan.state]}，要改请负责人退回"
        if _goes_back(plan)
        else (f"{year}年计划{_WAITING[plan.state]}，公示后可以开启调整")
    )


def _goes_back(plan: Plan) -> bool:
    return plan.state is PlanState.SUBMITTED


def title_of(plan: Plan | None, year: int) -> str:
    """2026年度抽查计划, or 2026年度抽查计划第1次调整: dropped adjustments are not counted."""
    name = f"{year}年度抽查计划"
    if plan is None or plan.version == 1:
        return name
    kept = [one for one in versions(plan.agency_id, plan.year) if one.state is not PlanState.DROPPED]
    before = sum(one.version < plan.version for one in kept)
    return f"{name}第{before}次调整"


@dataclass(frozen=True, slots=True)
class StateCard:
    """What the plan page says on top about the plan's version: templates/plans/plan_state.html shows it."""

    agency: Agency
    year: int
    plan: Plan | None
    public: Plan | None
    title: str
    state: PlanState
    deadline: str  # a sentence about 31 January, "" once everything is done
    is_late: bool
    may_edit: bool
    may_approve: bool
    is_own: bool  # the person has submitted it and so does not approve it


def state_card(agency: Agency, year: int, user: User, now: datetime) -> StateCard:
    """The card of an agency's year as this person sees it."""
    plan = current(agency.id, year)
    said, late = deadline_words(plan, year, today(now))
    return StateCard(
        agency=agency,
        year=year,
        plan=plan,
        public=published(agency.id, year),
        title=title_of(plan, year),
        state=plan.state if plan is not None else PlanState.DRAFT,
        deadline=said,
        is_late=late,
        may_edit=user.may("campaign.edit", agency.id),
        may_approve=user.may("campaign.approve", agency.id),
        is_own=plan is not None and plan.submitted_by_id == user.id,
    )


def deadline_words(plan: Plan | None, year: int, day: date) -> tuple[str, bool]:
    """How the year's plan stands to 31 January (S1 二（二）): a sentence, and whether it is late.

    An adjustment has no such day.
    """
    if plan is not None and (plan.version > 1 or plan.state is PlanState.PUBLISHED):
        return "", False
    due = plan_due(year)
    left = (due - day).days
    if left < 0:
        return f"{day_words(due)}前应当制定、上报并公示，已超期 {-left} 天", True
    return f"{day_words(due)}前制定、上报并公示，还有 {left} 天", False


@dataclass(frozen=True, slots=True)
class PlanYear:
    """An agency's year, for whoever may see or change it."""

    agency: Agency
    year: int


def year_for(permission: str) -> Callable[[User, int, int], PlanYear | None]:
    """A guard's loader: the agency's year, if the permission holds there."""

    def load(user: User, agency_id: int, year: int) -> PlanYear | None:
        agency = db.session.get(Agency, agency_id)
        allowed = agency is not None and user.may(permission, agency_id) and year in YEARS
        return PlanYear(agency, year) if allowed and agency is not None else None

    return load


def version_for(permission: str) -> Callable[[User, int, int, int], Plan | None]:
    """A guard's loader: one version, if the permission holds in its agency."""

    def load(user: User, agency_id: int, year: int, version: int) -> Plan | None:
        return version_of(agency_id, year, version) if user.may(permission, agency_id) else None

    return load


def before_of(plan: Plan) -> Plan | None:
    """The version that was published before this one: what an adjustment is compared with."""
    earlier = (one for one in versions(plan.agency_id, plan.year) if one.version < plan.version)
    return next((one for one in earlier if one.state is PlanState.PUBLISHED), None)
