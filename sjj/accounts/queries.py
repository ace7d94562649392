"""Finding accounts, agencies and sections, each within what the asking person may see."""

from sqlalchemy import ColumnElement, select, true

from sjj.accounts.models import Agency, Section, User
from sjj.database import Page, db, paged


def within(column: object, user: User, permission: str) -> ColumnElement[bool]:
    """A condition that keeps rows of the agencies where this person holds the permission."""
    agencies = user.agencies(permission)
    return true() if agencies is None else column.in_(agencies)  # type: ignore[attr-defined,no-any-return]


def agencies_of(user: User, permission: str) -> list[Agency]:
    """The agencies where this person holds the permission, by id."""
    return list(
        db.session.scalars(select(Agency).where(within(Agency.id, user, permission)).order_by(Agency.id))
    )


def agency_of(user: User, agency_id: int, permission: str = "agency.manage") -> Agency | None:
    """One agency, if the permission holds there."""
    return db.session.get(Agency, agency_id) if user.may(permission, agency_id) else None


def section_for_admin(user: User, section_id: int) -> Section | None:
    """A section that this administrator keeps."""
    section = db.session.get(Section, section_id)
    return section if section and user.may("agency.manage", section.agency_id) else None


def account_for_admin(user: User, user_id: int) -> User | None:
    """An account that this security administrator keeps."""
    found = db.session.get(User, user_id)
    if found is None or not (found.agency_id is None or user.may("account.manage", found.agency_id)):
        return None
    if found.agency_id is None and user.agencies("account.manage") is not None:
        return None
    return found


def accounts_for_admin(user: User, words: str, page: int) -> Page[User]:
    """Accounts by name, one page."""
    query = select(User).order_by(User.username)
    if user.agencies("account.manage") is not None:
        query = query.where(within(User.agency_id, user, "account.manage"))
    if words:
        query = query.where(
            User.username.contains(words, autoescape=True)
            | User.display_name.contains(words, autoescape=True)
        )
    return paged(query, page)


def sections_of(agency_id: int) -> list[Section]:
    """An agency's sections in the order they were entered."""
    return list(
        db.session.scalars(select(Section).where(Section.agency_id == agency_id).order_by(Section.id))
    )
