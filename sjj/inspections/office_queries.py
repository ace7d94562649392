"""Finding inspections for the office: lists by deadline, one inspection, its files. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, false, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.draws.models import DrawnObject
from sjj.files.models import StoredFile
from sjj.inspections.deadlines import Deadlines, start_column
from sjj.inspections.models import Inspection, Submission, SubmissionFile, TeamMember
from sjj.inspections.parts import may_read
from sjj.inspections.visit_lists import visit_bears
from sjj.plans.models import Campaign
from sjj.registers.models import Entity
from sjj.rules.lifecycle import ResultState

READ = "inspection.read"
UNDATED = "order_without_date"  # as rules.submission_flags calls it
DONE = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)
WAYS = {"on_site": "现场", "off_site": "非现场", "case": "个案"}
UNDER_WAY = "open"  # the filter's name for everything that is not done


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; everything of it stands in the address."""

    words: str = ""
    state: str = ""
    campaign_id: int | None = None
    overdue: bool = False
    way: str = ""  # of WAYS
    sort: str = "deadline"


def inspection_of(user: User, inspection_id: int) -> Inspection | None:
    """One inspection that this person may read: their agency leads it or takes part with its own items."""
    found = db.session.get(Inspection, inspection_id)
    return found if found and may_read(user, found, READ) else None


def inspection_to_review(user: User, inspection_id: int) -> Inspection | None:
    """One inspection that this person may review (not: has the right to, see review.obstacles)."""
    found = db.session.get(Inspection, inspection_id)
    return found if found and user.may("inspection.review", found.agency_id) else None


def listed(user: User, wanted: Wanted, deadlines: Deadlines, page: int, per_page: int) -> Page[Inspection]:
    """One page of the list."""
    found = paged(_list_query(user, wanted, deadlines), page, per_page)
    deadlines.learn_campaigns(row.campaign_id for row in found.items)
    return found


def all_listed(user: User, wanted: Wanted, deadlines: Deadlines) -> Sequence[Inspection]:
    """The whole list, for taking along."""
    rows = db.session.scalars(_list_query(user, wanted, deadlines)).unique().all()
    deadlines.learn_campaigns(row.campaign_id for row in rows)
    return rows


def _list_query(user: User, wanted: Wanted, deadlines: Deadlines) -> Select[tuple[Inspection]]:
    query = (
        select(Inspection)
        .join(Inspection.agency)
        .join(Inspection.entity)
        .join(Inspection.campaign)
        .options(
            contains_eager(Inspection.agency),
            contains_eager(Inspection.entity),
            contains_eager(Inspection.campaign),
            selectinload(Inspection.team).joinedload(TeamMember.officer),
        )
        .where(within(Inspection.agency_id, user, READ), *_conditions(wanted, deadlines))
    )
    return query.order_by(*_order(wanted.sort))


def _conditions(wanted: Wanted, deadlines: Deadlines) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(visit_bears(wanted.words, Campaign.name))
    if wanted.state == UNDER_WAY:
        found.append(Inspection.standing.not_in(DONE))
    elif wanted.state in {state.value for state in ResultState}:
        found.append(Inspection.standing == ResultState(wanted.state))
    if wanted.campaign_id is not None:
        found.append(Inspection.campaign_id == wanted.campaign_id)
    if wanted.way in WAYS:
        found.append(_goes(wanted.way))
    if wanted.overdue:
        found.append(is_overdue(deadlines))
    return found


def _goes(way: str) -> ColumnElement[bool]:
    if way == "off_site":
        return Inspection.off_site.is_(True)
    return Campaign.check_type == "个案" if way == "case" else Inspection.off_site.is_(False)


def is_overdue(deadlines: Deadlines) -> ColumnElement[bool]:
    """In SQL: ended so long ago that it should be public by now, and is not. The query must join Agency."""
    newest = deadlines.newest_overdue_start()
    if newest is None:
        return false()
    return Inspection.standing.not_in(DONE) & (start_column() <= newest)


def _order(sort: str) -> list[ColumnElement[object]]:
    columns: dict[str, ColumnElement[object]] = {
        "entity": Entity.name,  # type: ignore[dict-item]
        "campaign": Campaign.number,  # type: ignore[dict-item]
        "state": Inspection.standing,  # type: ignore[dict-item]
        "ended": Inspection.ended_on,  # type: ignore[dict-item]
    }
    column = columns.get(sort.removeprefix("-"))
    if column is not None:
        ordered = column.desc() if sort.startswith("-") else column.asc()
        return [ordered.nulls_last(), Inspection.id]  # type: ignore[list-item]
    is_done = case((Inspection.standing.in_(DONE), 1), else_=0)
    start = start_column()
    by_start = start.desc() if sort == "-deadline" else start.asc()
    return [is_done, by_start.nulls_last(), Inspection.due_on.asc().nulls_last(), Inspection.id]  # type: ignore[list-item]


def campaigns_with_inspections(user: User) -> list[Campaign]:
    """The campaigns to choose from in the filter, newest first."""
    query = (
        select(Campaign)
        .where(Campaign.id.in_(select(Inspection.campaign_id)), within(Campaign.agency_id, user, READ))
        .order_by(Campaign.year.desc(), Campaign.serial.desc())
    )
    return list(db.session.scalars(query))


def for_detail(inspection_id: int) -> Inspection:
    """An inspection with all that its page shows, in a few queries."""
    query = (
        select(Inspection)
        .where(Inspection.id == inspection_id)
        .options(
            joinedload(Inspection.form),
            joinedload(Inspection.draw),
            selectinload(Inspection.team).joinedload(TeamMember.officer),
            selectinload(Inspection.results),
            selectinload(Inspection.submissions).selectinload(Submission.files),
            selectinload(Inspection.submissions).joinedload(Submission.user),
        )
    )
    return db.session.scalars(query).unique().one()


def drawn_as(inspection: Inspection) -> DrawnObject | None:
    """Who the entity was at the draw: name, code and address."""
    query = select(DrawnObject).where(
        DrawnObject.draw_id == inspection.draw_id, DrawnObject.entity_id == inspection.entity_id
    )
    return db.session.scalar(query)


def stored_of(inspection: Inspection) -> dict[str, StoredFile]:
    """The files of all its records that are here, by hash."""
    named = {file.sha256 for submission in inspection.submissions for file in submission.files}
    named |= {submission.scan_sha256 for submission in inspection.submissions if submission.scan_sha256}
    rows = db.session.scalars(select(StoredFile).where(StoredFile.sha256.in_(named)))
    return {row.sha256: row for row in rows}


def file_of(user: User, inspection_id: int, sha256: str) -> StoredFile | None:
    """A stored file that a record of this inspection names, if this person may read the inspection."""
    if inspection_of(user, inspection_id) is None:
        return None
    in_record = select(SubmissionFile.sha256).join(SubmissionFile.submission)
    in_record = in_record.where(Submission.inspection_id == inspection_id, SubmissionFile.sha256 == sha256)
    as_scan = select(Submission.uid)
    as_scan = as_scan.where(Submission.inspection_id == inspection_id, Submission.scan_sha256 == sha256)
    if db.session.scalar(in_record) is None and db.session.scalar(as_scan) is None:
        return None
    return db.session.get(StoredFile, sha256)


def waiting_for_review(user: User) -> list[Inspection]:
    """待审核, oldest end first."""
    return _in_state(user, "inspection.review", ResultState.AWAITING_REVIEW)


def without_date(rows: Sequence[Inspection]) -> set[int]:
    """Of these inspections, those whose record orders something to be put right by no day."""
    query = select(Submission.inspection_id, Submission.flags).where(
        Submission.uid.in_([row.revision for row in rows])
    )
    return {
        number for number, flags in db.session.execute(query) if any(one["code"] == UNDATED for one in flags)
    }


def waiting_for_publication(user: User) -> list[Inspection]:
    """待公示, oldest end first."""
    return _in_state(user, "notice.publish", ResultState.AWAITING_PUBLICATION)


def _in_state(user: User, permission: str, state: ResultState) -> list[Inspection]:
    query = (
        select(Inspection)
        .join(Inspection.agency)
        .where(
            Inspection.state == state,
            ~Inspection.draw_is_void,
            within(Inspection.agency_id, user, permission),
        )
        .options(
            contains_eager(Inspection.agency),
            joinedload(Inspection.entity),
            joinedload(Inspection.campaign),
            selectinload(Inspection.team),
        )
        .order_by(start_column().asc().nulls_last(), Inspection.id)
    )
    return list(db.session.scalars(query).unique())


def kept_aside(user: User) -> list[Submission]:
    """Records kept aside that nobody has compared yet, oldest first."""
    query = (
        select(Submission)
        .join(Submission.inspection)
        .where(
            Submission.kept_status.is_not(None),
            Submission.settled_at.is_(None),
            within(Inspection.agency_id, user, "inspection.review"),
        )
        .options(contains_eager(Submission.inspection).joinedload(Inspection.entity))
        .order_by(Submission.received_at)
    )
    return list(db.session.scalars(query).unique())


def visits_due(user: User, until: date) -> list[Inspection]:
    """Visits not yet recorded that should be made by that day, the earliest first."""
    query = (
        select(Inspection)
        .where(
            Inspection.state.in_((ResultState.NOT_ENTERED, ResultState.SENT_BACK)),
            ~Inspection.draw_is_void,
            Inspection.due_on <= until,
            within(Inspection.agency_id, user, READ),
        )
        .options(joinedload(Inspection.entity), joinedload(Inspection.campaign))
        .order_by(Inspection.due_on, Inspection.id)
    )
    return list(db.session.scalars(query).unique())
