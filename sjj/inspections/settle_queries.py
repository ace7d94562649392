"""Finding records that were kept aside, settled or not. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.office_queries import READ
from sjj.inspections.visit_lists import in_order, visit_bears, with_visit
from sjj.registers.models import Entity

OPEN, SETTLED = "open", "settled"
WHY = {
    "not_assigned": "提交人当时不在检查组",
    "closed": "送到时检查已审核或撤回",
    "already_submitted": "同组已有人提交",
    "outdated": "更正的不是现有记录",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows; everything of it stands in the address."""

    words: str = ""
    show: str = OPEN
    sort: str = "received"


def listed(user: User, wanted: Wanted, page: int, per_page: int) -> Page[Submission]:
    """One page of the records kept aside in the agencies that this person may read."""
    return paged(_query(user, wanted), page, per_page)


def all_listed(user: User, wanted: Wanted) -> Sequence[Submission]:
    """The whole list, for taking along."""
    return db.session.scalars(_query(user, wanted)).unique().all()


def _query(user: User, wanted: Wanted) -> Select[tuple[Submission]]:
    query = (
        with_visit(select(Submission), Submission.inspection)
        .options(joinedload(Submission.user))
        .where(
            Submission.kept_status.is_not(None),
            within(Inspection.agency_id, user, READ),
            *_conditions(wanted),
        )
    )
    columns = {"received": Submission.received_at, "entity": Entity.name, "settled": Submission.settled_at}
    return in_order(query, columns, wanted.sort, "received", Submission.uid)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.show == OPEN:
        found.append(Submission.settled_at.is_(None))
    elif wanted.show == SETTLED:
        found.append(Submission.settled_at.is_not(None))
    if wanted.words:
        found.append(visit_bears(wanted.words))
    return found
