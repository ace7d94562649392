"""What the public reads of the years' plans: versions that were published, and of each only its public part."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.plan_models import Plan
from sjj.rules.lifecycle import PlanState


@dataclass(frozen=True, slots=True)
class PublicYear:
    """An agency's year with its published versions, the newest first: that one holds."""

    agency: Agency
    year: int
    versions: tuple[Plan, ...]


def years(agency_id: int | None) -> list[PublicYear]:
    """Every published plan, the newest year first."""
    query = (
        select(Plan)
        .where(Plan.state == PlanState.PUBLISHED)
        .order_by(Plan.year.desc(), Plan.agency_id, Plan.version.desc())
        .options(joinedload(Plan.agency), defer(Plan.content))
    )
    if agency_id is not None:
        query = query.where(Plan.agency_id == agency_id)
    found = []
    for (year, _), group in groupby(db.session.scalars(query), lambda one: (one.year, one.agency_id)):
        versions = tuple(group)
        found.append(PublicYear(versions[0].agency, year, versions))
    return found


def plan(plan_id: int) -> Plan | None:
    """One published version."""
    found = db.session.get(Plan, plan_id)
    return found if found is not None and found.state is PlanState.PUBLISHED else None


def versions_of(shown: Plan) -> list[Plan]:
    """The published versions of the same year, the newest first."""
    query = select(Plan).where(
        Plan.agency_id == shown.agency_id, Plan.year == shown.year, Plan.state == PlanState.PUBLISHED
    )
    return list(db.session.scalars(query.order_by(Plan.version.desc()).options(defer(Plan.content))))
