"""Where today's visits are, each in its true state: what phones told, what was received, what is still missing.

Reads only. Nothing is known of a phone without signal, and nobody's place is known at all but that a check-in was
told. A state is never better than what the server itself has seen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.models import Inspection, Submission, SubmissionFile, TeamMember
from sjj.inspections.office_queries import READ
from sjj.inspections.visit_models import Reschedule, VisitStep
from sjj.inspections.whereabouts_state import Seen, Whereabouts, whereabouts_of
from sjj.inspections.whereabouts_steps import Kind, midnight
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import ResultState
from sjj.web import today

TO_VISIT = (ResultState.NOT_ENTERED, ResultState.SENT_BACK)
STILL_OUT = timedelta(days=2)  # so long an arrival without a record stays on the page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page shows; everything of it stands in the address."""

    agency_id: int | None = None
    section_id: int | None = None
    downloaded: bool = False  # only what is on a phone without a day


@dataclass(slots=True)
class _Known:
    """What the tables say of the visits of one page, by visit or by record."""

    seen: dict[int, list[Seen]] = field(default_factory=dict)
    moved: dict[int, Reschedule] = field(default_factory=dict)
    missing: dict[object, int] = field(default_factory=dict)


def visits_of_today(user: User, wanted: Wanted, now: datetime) -> list[Whereabouts]:
    """Every visit that is planned today, under way, received today or moved to another day."""
    return _listed(user, wanted, _of_today(now), now)


def downloaded_without_a_day(user: User, wanted: Wanted, now: datetime) -> list[Whereabouts]:
    """Visits still to be made that phones have fetched today, although no day was set for them."""
    fetched, stands = _step(Kind.FETCHED, midnight(now)), func.coalesce(_of_today(now), false())
    where = and_(Inspection.state.in_(TO_VISIT), Inspection.planned_on.is_(None), fetched, ~stands)
    return _listed(user, wanted, where, now)


def agencies_shown(user: User) -> list[Agency]:
    """The agencies to choose from, those with visits."""
    query = select(Agency).where(Agency.id.in_(select(Inspection.agency_id)), within(Agency.id, user, READ))
    return list(db.session.scalars(query.order_by(Agency.id).options(selectinload(Agency.sections))))


def _of_today(now: datetime) -> ColumnElement[bool]:
    day, begun = today(now), midnight(now)
    to_visit = Inspection.state.in_(TO_VISIT)
    received = exists().where(Submission.inspection_id == Inspection.id, Submission.received_at >= begun)
    moved = exists().where(
        Reschedule.inspection_id == Inspection.id, Reschedule.from_on == day, Reschedule.to_on != day
    )
    return or_(
        Inspection.planned_on == day,
        and_(Inspection.planned_on.is_(None), Inspection.due_on == day, to_visit),
        _step(Kind.ARRIVED, begun),
        and_(Inspection.state == ResultState.NOT_ENTERED, _step(Kind.ARRIVED, begun - STILL_OUT)),
        and_(Inspection.state == ResultState.SENT_BACK, Inspection.reviewed_at >= begun),
        received,
        moved,
    )


def _step(kind: Kind, since: datetime) -> ColumnElement[bool]:
    return exists().where(
        VisitStep.inspection_id == Inspection.id, VisitStep.kind == kind.value, VisitStep.at >= since
    )


def _listed(user: User, wanted: Wanted, where: ColumnElement[bool], now: datetime) -> list[Whereabouts]:
    query = (
        select(Inspection)
        .join(Inspection.campaign)
        .where(within(Inspection.agency_id, user, READ), ~Inspection.off_site, where)
        .options(
            contains_eager(Inspection.campaign).joinedload(Campaign.section),
            joinedload(Inspection.agency),
            joinedload(Inspection.entity),
            selectinload(Inspection.team).joinedload(TeamMember.officer),
            selectinload(Inspection.submissions),
        )
    )
    if wanted.agency_id is not None:
        query = query.where(Inspection.agency_id == wanted.agency_id)
    if wanted.section_id is not None:
        query = query.where(Campaign.section_id == wanted.section_id)
    visits = db.session.scalars(query).unique().all()
    known = _known_of(visits, now)
    shown = [
        whereabouts_of(
            one,
            known.seen.get(one.id, []),
            known.moved.get(one.id),
            known.missing.get(one.revision, 0),
            now,
        )
        for one in visits
    ]
    return sorted(shown, key=lambda one: (one.group, one.state.rank, one.inspection.entity.name))


def _known_of(visits: Collection[Inspection], now: datetime) -> _Known:
    known, ids = _Known(), [one.id for one in visits]
    steps = select(VisitStep).where(VisitStep.inspection_id.in_(ids)).order_by(VisitStep.at, VisitStep.id)
    for step in db.session.scalars(steps):
        known.seen.setdefault(step.inspection_id, []).append(Seen(step.officer_id, step.at, step.kind))
    moves = select(Reschedule).where(Reschedule.inspection_id.in_(ids)).order_by(Reschedule.id)
    known.moved = {row.inspection_id: row for row in db.session.scalars(moves) if _is_of(row, today(now))}
    known.missing = _missing(one.revision for one in visits if one.revision)
    for one in visits:
        for sent in one.submissions:
            if sent.officer_id is not None and sent.source == "phone":
                known.seen.setdefault(one.id, []).append(Seen(sent.officer_id, sent.received_at, "record"))
    return known


def _is_of(row: Reschedule, day: date) -> bool:
    return row.from_on == day and row.to_on != day


def _missing(records: Iterable[object]) -> dict[object, int]:
    """How many files of each of these records have neither arrived nor been declared lost."""
    query = (
        select(SubmissionFile.submission_uid, func.count())
        .outerjoin(StoredFile, StoredFile.sha256 == SubmissionFile.sha256)
        .where(
            SubmissionFile.submission_uid.in_(list(records)),
            SubmissionFile.lost_reason == "",
            StoredFile.sha256.is_(None),
        )
        .group_by(SubmissionFile.submission_uid)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
