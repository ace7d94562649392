"""核对 and 提醒 of lists. Never commits; rows are only added, so what was said when stays."""

from datetime import date, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers.upkeep_events import ListReviewed, UpkeepPressed
from sjj.registers.upkeep_models import ListReview, UpkeepReminder
from sjj.registers.upkeep_queries import Named
from sjj.registers.upkeep_state import LISTS


def review_list(which: Named, reviewed_on: date, note: str, actor: User, now: datetime) -> ListReview:
    """A section says that its list is complete and right as of a day."""
    review = ListReview(
        agency_id=which.agency.id,
        section_id=which.section.id if which.section else None,
        register=which.register,
        reviewed_on=reviewed_on,
        note=note,
        at=now,
        by_id=actor.id,
    )
    db.session.add(review)
    db.session.flush()
    about = _about(which, review.id)
    record(ListReviewed(**about, reviewed_on=reviewed_on, note=note), actor, now)
    return review


def press_section(which: Named, text: str, actor: User, now: datetime) -> UpkeepReminder:
    """Remind those who keep a list; it stands on their page until they have looked the list over."""
    reminder = UpkeepReminder(
        agency_id=which.agency.id,
        section_id=which.section.id if which.section else None,
        register=which.register,
        text=text,
        at=now,
        by_id=actor.id,
    )
    db.session.add(reminder)
    db.session.flush()
    record(UpkeepPressed(**_about(which, reminder.id), text=text), actor, now)
    return reminder


def _about(which: Named, subject_id: int) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "agency_id": which.agency.id,
        "whose": which.section.name if which.section else which.agency.short_name,
        "list_name": LISTS[which.register],
    }
