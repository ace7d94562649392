"""Where a person may keep registers: a whole agency, or only their own section of it.

A section administrator never reaches rows of another section, nor rows that belong to no section.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, select

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.queries import within
from sjj.database import db

EDIT = "register.edit"
READ = "register.read"
NO_SECTION = 0  # matches no section's grant, so only a grant for the whole agency covers it


class Kept(Protocol):
    """A register row: it belongs to an agency and perhaps to a section."""

    agency_id: int
    section_id: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """An agency, or one of its sections, that a row may belong to."""

    agency: Agency
    section: Section | None = None

    @property
    def key(self) -> str:
        """The place as the value of a form's choice."""
        return f"{self.agency.id}-{self.section.id if self.section else NO_SECTION}"

    @property
    def label(self) -> str:
        """The place in words."""
        return f"{self.agency.short_name} · {self.section.name if self.section else '不分科室'}"


def may_edit(user: User, agency_id: int, section_id: int | None) -> bool:
    """Whether this person may change a row that belongs there."""
    return user.may(EDIT, agency_id, section_id or NO_SECTION)


def may_edit_row(user: User, row: Kept) -> bool:
    """Whether this person may change this row."""
    return may_edit(user, row.agency_id, row.section_id)


def editable_places(user: User, agency_id: int | None = None) -> list[Place]:
    """Every place (of one agency, if named) that this person may enter rows for."""
    query = select(Agency).where(within(Agency.id, user, EDIT)).order_by(Agency.id)
    if agency_id is not None:
        query = query.where(Agency.id == agency_id)
    places = []
    for agency in db.session.scalars(query):
        everywhere = [Place(agency), *(Place(agency, section) for section in agency.sections)]
        places += [
            place
            for place in everywhere
            if may_edit(user, agency.id, place.section.id if place.section else None)
        ]
    return places


def place_of(key: str | None, places: list[Place]) -> Place | None:
    """The place with this key among those offered."""
    return next((place for place in places if place.key == key), None)


def agencies_to_read(user: User) -> list[Agency]:
    """The agencies whose registers this person may read."""
    query = select(Agency).where(within(Agency.id, user, READ)).order_by(Agency.id)
    return list(db.session.scalars(query))


def whole_agencies(user: User) -> list[Agency]:
    """The agencies whose registers this person may change as a whole (laws, tags, preset packs)."""
    query = select(Agency).where(within(Agency.id, user, EDIT)).order_by(Agency.id)
    return [agency for agency in db.session.scalars(query) if may_edit(user, agency.id, None)]


def sections_to_filter(user: User) -> Select[tuple[Section]]:
    """The sections of the agencies whose registers this person may read."""
    return (
        select(Section).where(within(Section.agency_id, user, READ)).order_by(Section.agency_id, Section.id)
    )
