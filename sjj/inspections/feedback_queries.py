"""Finding ratings and objections for the office. Reads only.

Whoever was of the team never finds a rating of that visit, whatever other role he holds: the condition stands in the
query, so no page can forget it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import contains_eager, joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.files.models import StoredFile
from sjj.inspections.feedback_models import Objection, VisitRating
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.review import is_of_team
from sjj.inspections.visit_lists import in_order, visit_bears, with_visit
from sjj.registers.models import Entity
from sjj.rules.feedback import Rated
from sjj.rules.lifecycle import ObjectionState
from sjj.web import today

READ_RATINGS, TRACE_RATINGS = "rating.read", "rating.trace"
READ, ANSWER = "inspection.read", "inspection.review"
RAISED, ANSWERED = "raised", "answered"


@dataclass(frozen=True, slots=True)
class RatedVisit:
    """A visit with what it was rated; for those who may know which visit it was."""

    inspection: Inspection
    points: int
    words: str
    at: datetime
    times: int
    lowest: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of objections shows; everything of it stands in the address."""

    words: str = ""
    show: str = RAISED
    sort: str = "at"


def not_of_team(user: User) -> ColumnElement[bool]:
    """In SQL: this person did not go along on the visit (not even one who left the team later)."""
    if user.officer_id is None:
        return true()
    return ~exists().where(
        TeamMember.inspection_id == Inspection.id, TeamMember.officer_id == user.officer_id
    )


def ratings_of(agency_id: int, user: User) -> list[Rated]:
    """What each visit of an agency was rated in the end, without saying which visit it was."""
    first: dict[int, datetime] = {}
    last: dict[int, VisitRating] = {}
    for rating in db.session.scalars(_ratings(agency_id, user)):
        first.setdefault(rating.inspection_id, rating.at)
        last[rating.inspection_id] = rating
    return [
        Rated((day.year, day.month), rating.points, rating.words)
        for number, rating in last.items()
        for day in [today(first[number])]
    ]


def rated_visits(agency_id: int, user: User, page: int, per_page: int) -> Page[RatedVisit]:
    """The same with the visits, the latest first. Ask for the permission before."""
    if not user.may(TRACE_RATINGS, agency_id):
        return Page([], 0, 1, per_page)
    latest = (
        select(func.max(VisitRating.id))
        .join(VisitRating.inspection)
        .where(Inspection.agency_id == agency_id, not_of_team(user))
        .group_by(VisitRating.inspection_id)
    )
    query = (
        select(VisitRating)
        .where(VisitRating.id.in_(latest))
        .options(joinedload(VisitRating.inspection).joinedload(Inspection.entity))
        .order_by(VisitRating.at.desc(), VisitRating.id.desc())
    )
    found = paged(query, page, per_page)
    spread = _spread([one.inspection_id for one in found.items])
    rows = [
        RatedVisit(one.inspection, one.points, one.words, one.at, *spread[one.inspection_id])
        for one in found.items
    ]
    return Page(rows, found.total, found.page, found.per_page)


def _ratings(agency_id: int, user: User) -> Select[tuple[VisitRating]]:
    return (
        select(VisitRating)
        .join(VisitRating.inspection)
        .where(
            Inspection.agency_id == agency_id,
            within(Inspection.agency_id, user, READ_RATINGS),
            not_of_team(user),
        )
        .order_by(VisitRating.id)
    )


def _spread(inspection_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How often each of these visits was rated, and the lowest points among them."""
    query = (
        select(VisitRating.inspection_id, func.count(), func.min(VisitRating.points))
        .where(VisitRating.inspection_id.in_(inspection_ids))
        .group_by(VisitRating.inspection_id)
    )
    return {number: (times, lowest) for number, times, lowest in db.session.execute(query)}


def objection_of(user: User, objection_id: int) -> Objection | None:
    """One objection that this person may read."""
    return _found(user, objection_id, READ)


def objection_to_answer(user: User, objection_id: int) -> Objection | None:
    """One objection that this person may answer (the service asks whether he went along)."""
    return _found(user, objection_id, ANSWER)


def _found(user: User, objection_id: int, permission: str) -> Objection | None:
    found = db.session.get(Objection, objection_id)
    return found if found and user.may(permission, found.inspection.agency_id) else None


def file_of(user: User, objection_id: int) -> StoredFile | None:
    """The file that came with an objection; it may name who objected, so nobody of the team gets it."""
    found = objection_of(user, objection_id)
    if found is None or not found.sha256 or is_of_team(found.inspection, user):
        return None
    return db.session.get(StoredFile, found.sha256)


def objections(user: User, wanted: Wanted, page: int, per_page: int) -> Page[Objection]:
    """One page of objections."""
    return paged(_objections(user, wanted), page, per_page)


def all_objections(user: User, wanted: Wanted) -> Sequence[Objection]:
    """The whole list, for taking along."""
    return db.session.scalars(_objections(user, wanted)).unique().all()


def _objections(user: User, wanted: Wanted) -> Select[tuple[Objection]]:
    query = (
        with_visit(select(Objection), Objection.inspection)
        .options(joinedload(Objection.answered_by))
        .where(within(Inspection.agency_id, user, READ), *_conditions(wanted))
    )
    columns = {"entity": Entity.name, "answered": Objection.answered_at, "at": Objection.at}
    return in_order(query, columns, wanted.sort, "at", Objection.id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(visit_bears(wanted.words, Objection.text))
    states = {RAISED: ObjectionState.RAISED, ANSWERED: ObjectionState.ANSWERED}
    if wanted.show in states:
        found.append(Objection.state == states[wanted.show])
    return found


def counts(user: User) -> dict[str, int]:
    """How many objections wait, and how many were answered."""
    waits = Objection.state == ObjectionState.RAISED
    query = (
        select(func.count().filter(waits), func.count().filter(~waits))
        .select_from(Objection)
        .join(Objection.inspection)
        .where(within(Inspection.agency_id, user, READ))
    )
    return dict(zip((RAISED, ANSWERED), db.session.execute(query).one(), strict=True))


def to_answer(user: User) -> list[Objection]:
    """Objections that wait for this person's answer, the oldest first."""
    query = (
        select(Objection)
        .join(Objection.inspection)
        .where(
            Objection.state == ObjectionState.RAISED,
            within(Inspection.agency_id, user, ANSWER),
            not_of_team(user),
        )
        .options(contains_eager(Objection.inspection).joinedload(Inspection.entity))
        .order_by(Objection.at, Objection.id)
    )
    return list(db.session.scalars(query).unique())
