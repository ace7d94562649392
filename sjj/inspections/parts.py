"""Whose items a joint visit carries: the leading agency's stand with the inspection, each other's with its part.

One record serves all. Once one agency has published, the record stands for everybody; sent back by one, it is
reviewed anew by all. Never commits.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.inspections.models import MADE_PUBLIC, Inspection, ItemResult
from sjj.inspections.part_models import InspectionPart
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import RESULT_MOVES, ResultState, move
from sjj.rules.results import roll_up

Holder = Inspection | InspectionPart  # of a standing: what is reviewed and published by one agency
REVIEWED = ResultState.AWAITING_PUBLICATION


def visit_of(one: Holder) -> Inspection:
    """The visit itself."""
    return one if isinstance(one, Inspection) else one.inspection


def is_joint(visit: Inspection) -> bool:
    """Whether another agency's items are checked in it; asks the campaign, not the parts."""
    return any(row.item.agency_id != visit.agency_id for row in visit.campaign.items)


def parts_of(visit: Inspection) -> list[InspectionPart]:
    """The parts of the other agencies, in the order in which they were made."""
    return sorted(visit.parts, key=lambda one: one.id) if is_joint(visit) else []


def holders_of(visit: Inspection) -> list[Holder]:
    """The leading agency's part and the others'."""
    return [visit, *parts_of(visit)]


def holder_of(visit: Inspection, agency_id: int) -> Holder:
    """The part of an agency; whoever has none reads the visit's own."""
    return next((one for one in parts_of(visit) if one.agency_id == agency_id), visit)


def item_ids_of(one: Holder) -> set[int]:
    """The items that an agency answers for; what nobody else answers for is the leading agency's."""
    visit = visit_of(one)
    whose = {row.item_id: row.item.agency_id for row in visit.campaign.items}
    if isinstance(one, InspectionPart):
        return {number for number, agency in whose.items() if agency == one.agency_id}
    others = {part.agency_id for part in parts_of(visit)}
    return {number for number, agency in whose.items() if agency not in others}


def results_of(one: Holder) -> list[ItemResult]:
    """The results of its items."""
    own = item_ids_of(one)
    return [row for row in visit_of(one).results if row.item_id in own]


def add_parts(visit: Inspection, campaign: Campaign) -> None:
    """Give a new visit a part for every other agency whose items the campaign carries."""
    others = dict.fromkeys(row.item.agency_id for row in campaign.items)
    visit.parts = [InspectionPart(agency_id=one) for one in others if one != campaign.agency_id]


def is_settled(visit: Inspection) -> bool:
    """Whether the record can no longer change: one of several agencies has published what it says."""
    return any(one.state in MADE_PUBLIC for one in parts_of(visit))


def somebody_published(one: Holder) -> str:
    """Which other agency has made its results public already, or nothing."""
    others = (other for other in holders_of(visit_of(one)) if other is not one)
    return next((other.agency.name for other in others if other.state in MADE_PUBLIC), "")


def let_record_count(visit: Inspection) -> None:
    """A new record came: every part waits for review again, each with the result of its own items."""
    if not is_joint(visit):
        return
    visit.result = roll_up(row.result for row in results_of(visit))
    for part in parts_of(visit):
        part.result = roll_up(row.result for row in results_of(part))
        if part.state is ResultState.WITHDRAWN:
            continue
        if part.state is REVIEWED:
            part.state = move(RESULT_MOVES, part.state, ResultState.SENT_BACK)
        part.state = move(RESULT_MOVES, part.state, ResultState.AWAITING_REVIEW)


def take_back_parts(visit: Inspection, reason: str) -> None:
    """The visit is not made after all: neither are its parts."""
    for part in parts_of(visit):
        if part.state not in MADE_PUBLIC and part.state is not ResultState.WITHDRAWN:
            part.state, part.withdrawn_reason = ResultState.WITHDRAWN, reason


def may_read(user: User, visit: Inspection, permission: str) -> bool:
    """Whether this person's agency leads the visit or takes part in it with items of its own."""
    return user.may(permission, visit.agency_id) or any(
        user.may(permission, one.agency_id) for one in parts_of(visit)
    )


def seen_by(user: User, permission: str) -> ColumnElement[bool]:
    """In SQL: the visits that `may_read` allows."""
    own = within(Inspection.agency_id, user, permission)
    if user.agencies(permission) is None:
        return own
    theirs = select(InspectionPart.inspection_id).where(within(InspectionPart.agency_id, user, permission))
    return or_(own, Inspection.id.in_(theirs))


def hold_parts(parts: Iterable[Holder]) -> None:
    """Read parts afresh; the visit is held by whoever asks."""
    for one in parts:
        if isinstance(one, InspectionPart):
            db.session.refresh(one, with_for_update={"of": InspectionPart})
