"""The off-site checks that wait at the desk. Reads only."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.submission_queries import OPEN


def open_checks(user: User) -> list[Inspection]:
    """What is to be made, sent back or waits for review: an officer's own, and the agencies' of an office."""
    mine = exists().where(
        TeamMember.inspection_id == Inspection.id,
        TeamMember.officer_id == (user.officer_id or 0),
        TeamMember.left_at.is_(None),
    )
    offices = [
        within(Inspection.agency_id, user, one)
        for one in ("inspection.enter", "inspection.read")
        if user.may(one)
    ]
    query = (
        select(Inspection)
        .where(Inspection.off_site, Inspection.state.in_(OPEN), or_(mine, *offices))
        .options(
            joinedload(Inspection.entity),
            joinedload(Inspection.campaign),
            selectinload(Inspection.team).joinedload(TeamMember.officer),
        )
    )
    rows = db.session.scalars(query.order_by(Inspection.due_on, Inspection.id)).unique()
    return sorted(rows, key=lambda one: OPEN.index(one.state))
