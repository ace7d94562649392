"""底数维护: the four lists of each section with how current they are; the reminders that wait. Reads only.

It knows lists and nothing of inspections, so that the system administrator may see it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.registers import upkeep_counts
from sjj.registers.scope import EDIT, READ, may_edit
from sjj.registers.upkeep_counts import NOBODY, Counted
from sjj.registers.upkeep_models import ListReview, UpkeepReminder
from sjj.registers.upkeep_state import DUE, LISTS, OK, USUAL_DAYS, KeptList

PRESS = "upkeep.press"
_NOTHING = Counted(0)


@dataclass(frozen=True, slots=True)
class SectionLists:
    """A section (None: rows that belong to none) with its four lists."""

    section: Section | None
    lists: tuple[KeptList, ...]

    @property
    def name(self) -> str:
        """In words."""
        return self.section.name if self.section else "不分科室"

    @property
    def is_empty(self) -> bool:
        """Whether it keeps nothing at all."""
        return len(self.without) == len(self.lists)

    @property
    def without(self) -> list[KeptList]:
        """The lists in which it has nothing, and of which nobody ever said anything."""
        return [one for one in self.lists if not (one.rows or one.review or one.reminder)]


@dataclass(frozen=True, slots=True)
class Summary:
    """How current an agency's lists are, in three numbers and what is to be put right."""

    current: int
    soon: int
    late: int
    faults: int


def lists_of(agency: Agency, day: date) -> list[SectionLists]:
    """Every section of an agency with its lists, then the rows that belong to none."""
    counts, changed = upkeep_counts.counted(agency.id, day), upkeep_counts.changed(agency.id)
    reviews, reminders = _newest_reviews(agency.id), _newest_reminders(agency.id)
    found = []
    for section in (*agency.sections, None):
        lists = []
        for register in LISTS:
            key = (section.id if section else NOBODY, register)
            one, review, reminder = counts.get(key, _NOTHING), reviews.get(key), reminders.get(key)
            touched = [at for at in (changed.get(key), one.touched_at) if at is not None]
            lists.append(
                KeptList(
                    register=register,
                    agency=agency,
                    section=section,
                    rows=one.rows,
                    day=day,
                    every=agency.review_days or USUAL_DAYS,
                    changed_at=max(touched, default=None),
                    review=review,
                    reminder=reminder if _waits(reminder, review) else None,
                    faults=one.faults,
                )
            )
        found.append(SectionLists(section, tuple(lists)))
    return found


def summary_of(sections: Sequence[SectionLists]) -> Summary:
    """The same in numbers."""
    lists = [one for section in sections for one in section.lists]
    return Summary(
        sum(one.state == OK for one in lists),
        sum(one.state == DUE for one in lists),
        sum(one.is_late for one in lists),
        sum(fault.number for one in lists for fault in one.faults if fault.weighs),
    )


def list_of(agency: Agency, section_id: int, register: str, day: date) -> KeptList | None:
    """One list; None where the agency has no such section."""
    for section in lists_of(agency, day):
        if (section.section.id if section.section else NOBODY) == section_id:
            return next(one for one in section.lists if one.register == register)
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """A list as an address names it, of an agency and a section that are there."""

    agency: Agency
    section: Section | None
    register: str


def list_to_review(user: User, agency_id: int, section_id: int, register: str) -> Named | None:
    """A list that this person keeps."""
    found = _named(agency_id, section_id, register)
    return found if found and may_edit(user, agency_id, section_id or None) else None


def list_to_press(user: User, agency_id: int, section_id: int, register: str) -> Named | None:
    """A list whose keepers this person may remind."""
    return _named(agency_id, section_id, register) if user.may(PRESS, agency_id) else None


def _named(agency_id: int, section_id: int, register: str) -> Named | None:
    agency = db.session.get(Agency, agency_id)
    section = db.session.get(Section, section_id) if section_id else None
    if agency is None or register not in LISTS or (section_id and section is None):
        return None
    if section is not None and section.agency_id != agency_id:
        return None
    return Named(agency, section, register)


def reviews_of(user: User, agency_id: int, most: int) -> list[ListReview]:
    """The newest reviews of an agency's lists."""
    query = select(ListReview).where(
        within(ListReview.agency_id, user, READ), ListReview.agency_id == agency_id
    )
    newest_first = query.order_by(ListReview.at.desc(), ListReview.id.desc())
    return list(db.session.scalars(newest_first.options(joinedload(ListReview.by)).limit(most)))


def reminders_of(user: User, agency_id: int, most: int) -> list[tuple[UpkeepReminder, bool]]:
    """The newest reminders of an agency, each with whether it was answered by a review."""
    query = select(UpkeepReminder).where(
        within(UpkeepReminder.agency_id, user, READ), UpkeepReminder.agency_id == agency_id
    )
    newest_first = query.order_by(UpkeepReminder.at.desc(), UpkeepReminder.id.desc()).limit(most)
    reviews = _newest_reviews(agency_id)
    return [
        (one, not _waits(one, reviews.get((one.section_id or NOBODY, one.register))))
        for one in db.session.scalars(newest_first.options(joinedload(UpkeepReminder.by)))
    ]


def reminders_for(user: User) -> list[UpkeepReminder]:
    """The reminders that wait for this person: of the lists they keep, the latest of each list."""
    if not user.may(EDIT):
        return []
    agencies = set(
        db.session.scalars(
            select(UpkeepReminder.agency_id).where(within(UpkeepReminder.agency_id, user, EDIT)).distinct()
        )
    )
    found = []
    for agency_id in sorted(agencies):
        reviews = _newest_reviews(agency_id)
        for key, one in _newest_reminders(agency_id).items():
            if _waits(one, reviews.get(key)) and may_edit(user, agency_id, one.section_id):
                found.append(one)
    return sorted(found, key=lambda one: (one.at, one.id))


def _waits(reminder: UpkeepReminder | None, review: ListReview | None) -> bool:
    return reminder is not None and (review is None or review.at < reminder.at)


def _newest_reviews(agency_id: int) -> dict[tuple[int, str], ListReview]:
    query = select(ListReview).where(ListReview.agency_id == agency_id)
    rows = db.session.scalars(query.order_by(ListReview.at, ListReview.id).options(joinedload(ListReview.by)))
    return {(one.section_id or NOBODY, one.register): one for one in rows}


def _newest_reminders(agency_id: int) -> dict[tuple[int, str], UpkeepReminder]:
    query = select(UpkeepReminder).where(UpkeepReminder.agency_id == agency_id)
    rows = db.session.scalars(
        query.order_by(UpkeepReminder.at, UpkeepReminder.id).options(joinedload(UpkeepReminder.by))
    )
    return {(one.section_id or NOBODY, one.register): one for one in rows}
