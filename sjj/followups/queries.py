"""Finding problems: lists by due date, one problem, its files. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.files.models import StoredFile
from sjj.followups.models import FollowUp, Problem
from sjj.inspections.models import Inspection
from sjj.inspections.visit_lists import in_order, visit_bears, with_visit
from sjj.registers.models import Entity
from sjj.rules.lifecycle import ProblemState

READ, EDIT = "followup.read", "followup.edit"
OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of problems shows; everything of it stands in the address."""

    words: str = ""
    show: str = OPEN
    kind: str = ""
    inspection_id: int | None = None
    sort: str = "due"


def problem_of(user: User, problem_id: int) -> Problem | None:
    """One problem that this person may read."""
    return _found(user, problem_id, READ)


def problem_to_edit(user: User, problem_id: int) -> Problem | None:
    """One problem that this person may follow up."""
    return _found(user, problem_id, EDIT)


def _found(user: User, problem_id: int, permission: str) -> Problem | None:
    found = db.session.get(Problem, problem_id)
    return found if found and user.may(permission, found.agency_id) else None


def listed(user: User, wanted: Wanted, today: date, page: int, per_page: int) -> Page[Problem]:
    """One page of problems."""
    return paged(_query(user, wanted, today), page, per_page)


def all_listed(user: User, wanted: Wanted, today: date) -> Sequence[Problem]:
    """The whole list, for taking along."""
    return db.session.scalars(_query(user, wanted, today)).unique().all()


def _query(user: User, wanted: Wanted, today: date) -> Select[tuple[Problem]]:
    query = (
        with_visit(select(Problem), Problem.inspection)
        .options(joinedload(Problem.item), selectinload(Problem.steps))
        .where(within(Problem.agency_id, user, READ), *_conditions(wanted, today))
    )
    columns = {"entity": Entity.name, "opened": Problem.opened_at, "due": Problem.due_on}
    return in_order(query, columns, wanted.sort, "due", Problem.id)


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(visit_bears(wanted.words, Problem.text))
    if wanted.show in (OPEN, OVERDUE):
        found.append(Problem.state == ProblemState.OPEN)
    if wanted.show == OVERDUE:
        found.append(Problem.due_on < today)
    if wanted.show == CLOSED:
        found.append(Problem.state == ProblemState.CLOSED)
    if wanted.kind:
        found.append(Problem.kind == wanted.kind)
    if wanted.inspection_id is not None:
        found.append(Problem.inspection_id == wanted.inspection_id)
    return found


def counts(user: User, today: date) -> dict[str, int]:
    """How many problems are open, overdue and closed."""
    is_open = Problem.state == ProblemState.OPEN
    query = (
        select(
            func.count().filter(is_open),
            func.count().filter(is_open & (Problem.due_on < today)),
            func.count().filter(~is_open),
        )
        .select_from(Problem)
        .join(Problem.inspection)
        .where(within(Problem.agency_id, user, READ))
    )
    return dict(zip((OPEN, OVERDUE, CLOSED), db.session.execute(query).one(), strict=True))


def due_soon(user: User, until: date) -> list[Problem]:
    """Open problems whose day comes by then, is past, or was never set, the earliest first."""
    query = (
        select(Problem)
        .join(Problem.inspection)
        .where(
            Problem.state == ProblemState.OPEN,
            or_(Problem.due_on <= until, Problem.due_on.is_(None)),
            within(Problem.agency_id, user, READ),
        )
        .options(contains_eager(Problem.inspection).joinedload(Inspection.entity), joinedload(Problem.item))
        .order_by(Problem.due_on.asc().nulls_last(), Problem.id)
    )
    return list(db.session.scalars(query).unique())


def file_of(user: User, problem_id: int, sha256: str) -> StoredFile | None:
    """A file that a step of this problem carries, if this person may read the problem."""
    if problem_of(user, problem_id) is None:
        return None
    carried = select(FollowUp.id).where(FollowUp.problem_id == problem_id, FollowUp.file_sha256 == sha256)
    return db.session.get(StoredFile, sha256) if db.session.scalar(carried.limit(1)) is not None else None
