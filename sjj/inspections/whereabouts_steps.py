"""Where a team is, as far as its phones tell while they have signal: the form is on the phone, checked in.

One row for each officer, visit, kind and day, however often a phone tells it. No place is told or kept, only that
it happened, by the server's clock. Never commits.
"""

from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import select

from sjj.database import db
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.visit_models import VisitStep
from sjj.web import SHANGHAI, today


class Kind(StrEnum):
    """What a phone tells."""

    FETCHED = "fetched"
    ARRIVED = "arrived"


def note_step(inspection: Inspection, officer_id: int, kind: Kind, now: datetime) -> bool:
    """Remember it; False if it is known of this day already. The officer must be of the team."""
    member = select(TeamMember).where(
        TeamMember.inspection_id == inspection.id, TeamMember.officer_id == officer_id
    )
    db.session.scalars(member.with_for_update()).one()  # the same phone twice at once: one after the other
    known = select(VisitStep.id).where(
        VisitStep.inspection_id == inspection.id,
        VisitStep.officer_id == officer_id,
        VisitStep.kind == kind.value,
        VisitStep.at >= midnight(now),
    )
    if db.session.scalar(known.limit(1)) is not None:
        return False
    db.session.add(VisitStep(inspection_id=inspection.id, officer_id=officer_id, kind=kind.value, at=now))
    db.session.flush()
    return True


def midnight(moment: datetime) -> datetime:
    """When the office's day of a moment began."""
    return datetime.combine(today(moment), time(), SHANGHAI)
