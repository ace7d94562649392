"""Finding the parts of joint visits that other agencies lead: by deadline, one, those that wait. Reads only."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, select
from sqlalchemy.orm import contains_eager, joinedload

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.inspections.deadlines import Clock, Deadlines, start_column
from sjj.inspections.models import Inspection
from sjj.inspections.office_queries import DONE
from sjj.inspections.own_results import against_correcting
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.parts import Holder, holders_of, parts_of, results_of
from sjj.inspections.review import against_sending_back, obstacles
from sjj.rules.lifecycle import RESULT_MOVES, ResultState

READ, REVIEW = "inspection.read", "inspection.review"


@dataclass(frozen=True, slots=True)
class HolderShown:
    """One agency's part of a joint visit as its page shows it; `part_id` None: the leading agency's own."""

    agency: str
    part_id: int | None
    standing: ResultState
    result: str
    items: tuple[tuple[str, str], ...]
    clock: Clock
    reviewed: str
    reason: str
    may_review: bool
    may_publish: bool
    may_send_back: bool
    may_correct: bool
    obstacles: tuple[str, ...]


def holders_shown(visit: Inspection, user: User, deadlines: Deadlines) -> list[HolderShown]:
    """Every agency's part, the leading one's first; nothing for a visit of one agency."""
    return [_shown(one, user, deadlines) for one in holders_of(visit)] if parts_of(visit) else []


def _shown(one: Holder, user: User, deadlines: Deadlines) -> HolderShown:
    may = user.may(REVIEW, one.agency_id)
    goes_back = may and ResultState.SENT_BACK in RESULT_MOVES[one.standing]
    return HolderShown(
        agency=one.agency.name,
        part_id=one.id if isinstance(one, InspectionPart) else None,
        standing=one.standing,
        result=one.result,
        items=tuple((row.item.name, row.result) for row in results_of(one)),
        clock=deadlines.of(one),
        reviewed=one.reviewed_by.display_name if one.reviewed_by else "",
        reason=one.sent_back_reason if one.standing is ResultState.SENT_BACK else "",
        may_review=may and one.standing is ResultState.AWAITING_REVIEW,
        may_publish=user.may("notice.publish", one.agency_id)
        and one.standing is ResultState.AWAITING_PUBLICATION,
        may_send_back=goes_back and not against_sending_back(one, user),
        may_correct=may and not against_correcting(one, user),
        obstacles=tuple(obstacles(one, user)) if may else (),
    )


def part_of(user: User, part_id: int) -> InspectionPart | None:
    """One part that this person reviews (not: has the right to, see review.obstacles)."""
    found = db.session.get(InspectionPart, part_id)
    return found if found and user.may(REVIEW, found.agency_id) else None


def parts(user: User, page: int, per_page: int = 20) -> Page[InspectionPart]:
    """One page of the parts of this person's agencies, what is not done first, by deadline."""
    is_done = case((InspectionPart.standing.in_(DONE), 1), else_=0)
    query = _query(user, READ).order_by(is_done, start_column().asc().nulls_last(), InspectionPart.id)
    return paged(query, page, per_page)


def waiting(user: User, permission: str, state: ResultState) -> list[InspectionPart]:
    """The parts in a state that wait for this person, by deadline."""
    query = _query(user, permission).where(InspectionPart.state == state, ~InspectionPart.draw_is_void)
    return list(db.session.scalars(query.order_by(start_column().asc().nulls_last(), InspectionPart.id)))


def not_recorded(user: User, until: date) -> list[InspectionPart]:
    """Parts whose visit should have been made by then and has no record."""
    query = _query(user, READ).where(
        InspectionPart.state == ResultState.NOT_ENTERED,
        ~InspectionPart.draw_is_void,
        Inspection.due_on <= until,
    )
    return list(db.session.scalars(query.order_by(Inspection.due_on, InspectionPart.id)))


def _query(user: User, permission: str) -> Select[tuple[InspectionPart]]:
    return (
        select(InspectionPart)
        .join(InspectionPart.inspection)
        .join(Agency, InspectionPart.agency_id == Agency.id)
        .where(within(InspectionPart.agency_id, user, permission))
        .options(
            contains_eager(InspectionPart.inspection).joinedload(Inspection.entity),
            contains_eager(InspectionPart.inspection).joinedload(Inspection.campaign),
            joinedload(InspectionPart.agency),
        )
    )
