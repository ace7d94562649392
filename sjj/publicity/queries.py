"""The office's side of publication: what waits, what stands, how much of it was in time. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.inspections.deadlines import Deadlines, start_column
from sjj.inspections.models import Inspection, ItemResult
from sjj.inspections.office_queries import DONE, is_overdue
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.parts import holder_of
from sjj.publicity.models import Notice
from sjj.rules.deadlines import is_late
from sjj.rules.lifecycle import ResultState

READ, PUBLISH = "notice.read", "notice.publish"
LIVE, WITHDRAWN, REPLACED = "live", "withdrawn", "replaced"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of notices shows."""

    words: str = ""
    show: str = LIVE
    sort: str = "-published"


@dataclass(frozen=True, slots=True)
class Timeliness:
    """结果及时公示率: published in time / due (S1). `open_late` are due, past, and still not public."""

    in_time: int
    published_late: int
    open_late: int

    @property
    def due(self) -> int:
        """How many should have been public by now, or are."""
        return self.in_time + self.published_late + self.open_late

    @property
    def percent(self) -> float | None:
        """In percent; None while nothing was due."""
        return self.in_time / self.due * 100 if self.due else None


def waiting(user: User) -> list[Inspection]:
    """待公示, the earliest deadline first, with all that a preview needs."""
    return list(db.session.scalars(_waiting_query(user)).unique())


def ticked(user: User, ids: Iterable[int]) -> list[Inspection]:
    """Of the inspections with these ids those that this person may publish, whatever their state."""
    query = _with_all(select(Inspection).where(Inspection.id.in_(set(ids)), _mine(user)))
    return list(db.session.scalars(query).unique())


def parts_waiting(user: User) -> list[InspectionPart]:
    """待公示 of joint visits that another agency leads, the earliest deadline first."""
    query = _parts(READ, user).where(
        InspectionPart.state == ResultState.AWAITING_PUBLICATION, ~InspectionPart.draw_is_void
    )
    return list(db.session.scalars(query.order_by(start_column().asc().nulls_last(), InspectionPart.id)))


def parts_ticked(user: User, ids: Iterable[int]) -> list[InspectionPart]:
    """Of the parts with these ids those that this person may publish."""
    return list(db.session.scalars(_parts(PUBLISH, user).where(InspectionPart.id.in_(set(ids)))))


def _parts(permission: str, user: User) -> Select[tuple[InspectionPart]]:
    return (
        select(InspectionPart)
        .join(Inspection, InspectionPart.inspection_id == Inspection.id)
        .join(Agency, InspectionPart.agency_id == Agency.id)
        .where(within(InspectionPart.agency_id, user, permission))
    )


def _mine(user: User) -> ColumnElement[bool]:
    return within(Inspection.agency_id, user, PUBLISH)


def _waiting_query(user: User) -> Select[tuple[Inspection]]:
    query = select(Inspection).where(
        Inspection.state == ResultState.AWAITING_PUBLICATION,
        ~Inspection.draw_is_void,
        within(Inspection.agency_id, user, READ),
    )
    return _with_all(query).order_by(start_column().asc().nulls_last(), Inspection.id)


def _with_all(query: Select[tuple[Inspection]]) -> Select[tuple[Inspection]]:
    return query.join(Inspection.agency).options(
        contains_eager(Inspection.agency),
        joinedload(Inspection.entity),
        joinedload(Inspection.campaign),
        selectinload(Inspection.results).joinedload(ItemResult.item),
        selectinload(Inspection.team),
    )


def notices(user: User, wanted: Wanted, page: int, per_page: int) -> Page[Notice]:
    """One page of notices."""
    query = select(Notice).where(within(Notice.agency_id, user, READ), *_conditions(wanted))
    columns = {
        "published": Notice.published_at,
        "entity": Notice.entity_name,
        "inspected": Notice.inspected_on,
    }
    column = columns.get(wanted.sort.removeprefix("-"), Notice.published_at)
    ordered = column.desc() if wanted.sort.startswith("-") else column.asc()
    return paged(query.order_by(ordered, Notice.id.desc()), page, per_page)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(
            or_(
                Notice.entity_name.contains(wanted.words, autoescape=True),
                Notice.entity_code.contains(wanted.words.upper(), autoescape=True),
            )
        )
    if wanted.show == LIVE:
        found.append(Notice.live_inspection_id.is_not(None))
    elif wanted.show == WITHDRAWN:
        found.append(Notice.withdrawn_at.is_not(None))
    elif wanted.show == REPLACED:
        found.append(Notice.live_inspection_id.is_(None) & Notice.withdrawn_at.is_(None))
    return found


def notice_of(user: User, notice_id: int) -> Notice | None:
    """One notice that this person may read."""
    found = db.session.get(Notice, notice_id)
    return found if found and user.may(READ, found.agency_id) else None


def notice_to_change(user: User, notice_id: int) -> Notice | None:
    """One notice that this person may withdraw or correct."""
    found = db.session.get(Notice, notice_id)
    return found if found and user.may(PUBLISH, found.agency_id) else None


def notices_of(inspection: Inspection) -> list[Notice]:
    """Every notice of an inspection, the newest first."""
    query = select(Notice).where(Notice.inspection_id == inspection.id).order_by(Notice.id.desc())
    return list(db.session.scalars(query.options(joinedload(Notice.published_by))))


def timeliness_of(agency_id: int, year: int, deadlines: Deadlines) -> Timeliness:
    """How much of one agency's year became public in time."""
    columns = (Notice.agency_id, Inspection.agency_id, InspectionPart.agency_id)
    return _timeliness(*(column == agency_id for column in columns), year, deadlines)


def timeliness(user: User, year: int, deadlines: Deadlines) -> Timeliness:
    """How much of the year's results became public in time, over the agencies this person sees."""
    columns = (Notice.agency_id, Inspection.agency_id, InspectionPart.agency_id)
    return _timeliness(*(within(column, user, READ) for column in columns), year, deadlines)


def _timeliness(
    notices_seen: ColumnElement[bool],
    inspections_seen: ColumnElement[bool],
    parts_seen: ColumnElement[bool],
    year: int,
    deadlines: Deadlines,
) -> Timeliness:
    """A notice whose deadline was 待定 when it was made is judged by the calendar as it is now."""
    rows = db.session.execute(
        select(Notice.first_published_on, Notice.due_on, Notice.inspection_id, Notice.agency_id).where(
            notices_seen,
            Notice.live_inspection_id.is_not(None),
            Notice.first_published_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    ).all()
    in_time = late = 0
    for published_on, due_on, inspection_id, agency_id in rows:
        due = due_on or _due_now(inspection_id, agency_id, deadlines)
        if due is not None and is_late(published_on, due, deadlines.today):
            late += 1
        else:
            in_time += 1
    open_late = select(func.count()).select_from(Inspection).join(Inspection.agency)
    open_late = open_late.where(inspections_seen, is_overdue(deadlines))
    overdue = (db.session.scalar(open_late) or 0) + parts_overdue(parts_seen, deadlines)
    return Timeliness(in_time, late, overdue)


def parts_overdue(seen: ColumnElement[bool], deadlines: Deadlines) -> int:
    """How many parts of joint visits should be public by now and are not."""
    newest = deadlines.newest_overdue_start()
    if newest is None:
        return 0
    query = (
        select(func.count())
        .select_from(InspectionPart)
        .join(Inspection, InspectionPart.inspection_id == Inspection.id)
        .join(Agency, InspectionPart.agency_id == Agency.id)
        .where(seen, InspectionPart.standing.not_in(DONE), start_column() <= newest)
    )
    return db.session.scalar(query) or 0


def _due_now(inspection_id: int, agency_id: int, deadlines: Deadlines) -> date | None:
    inspection = db.session.get(Inspection, inspection_id)
    return deadlines.of(holder_of(inspection, agency_id)).due if inspection else None
