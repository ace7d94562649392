"""Finding lines of the plan, each within what the asking person may see."""

from dataclasses import dataclass

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of
from sjj.database import db
from sjj.plans.models import Campaign, PlanLine

EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class PlanYear:
    """An agency's year."""

    agency: Agency
    year: int


def line_to_edit(user: User, line_id: int) -> PlanLine | None:
    """A guard's loader: a line of an agency whose plan this person makes."""
    found = db.session.get(PlanLine, line_id)
    return found if found is not None and user.may("campaign.edit", found.agency_id) else None


def year_to_edit(user: User, agency_id: int, year: int) -> PlanYear | None:
    """A guard's loader: a year whose plan this person makes."""
    agency = db.session.get(Agency, agency_id)
    if agency is None or not user.may("campaign.edit", agency_id) or not EARLIEST <= year <= LATEST:
        return None
    return PlanYear(agency, year)


def agency_shown(user: User, wanted: int | None, permission: str = "campaign.read") -> Agency | None:
    """The agency whose plan is shown: the one asked for, else the person's own, else the first; None: not theirs."""
    agencies = agencies_of(user, permission)
    if wanted is not None:
        return next((one for one in agencies if one.id == wanted), None)
    own = next((one for one in agencies if one.id == user.agency_id), None)
    return own or next(iter(agencies), None)


def struck_lines(agency_id: int, year: int) -> list[PlanLine]:
    """The lines that adjustments have taken out."""
    query = select(PlanLine).where(
        PlanLine.agency_id == agency_id, PlanLine.year == year, PlanLine.dropped_at.is_not(None)
    )
    return list(db.session.scalars(query.order_by(PlanLine.number)))


def campaigns_by_line(agency_id: int, year: int) -> dict[int, list[Campaign]]:
    """The campaigns that carry out each line of a year."""
    query = (
        select(Campaign)
        .join(PlanLine, PlanLine.id == Campaign.plan_line_id)
        .where(PlanLine.agency_id == agency_id, PlanLine.year == year)
        .order_by(Campaign.serial)
    )
    found: dict[int, list[Campaign]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.plan_line_id or 0, []).append(one)
    return found


def years_of(agency_id: int, this_year: int) -> list[int]:
    """The years that have lines, this one and the next, newest first."""
    query = select(PlanLine.year).where(PlanLine.agency_id == agency_id).distinct()
    return sorted({*db.session.scalars(query), this_year, this_year + 1}, reverse=True)
