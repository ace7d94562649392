"""Makers of agencies, sections and people, with good defaults."""

from datetime import UTC, datetime
from itertools import count

from argon2 import PasswordHasher

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.roles import Role
from sjj.accounts.services import set_roles
from sjj.database import db
from tests.visitor import PASSWORD

_numbers = count(1)
# Cheap on purpose: made people sign in two thousand times a run. A hash carries its own cost, and what the app
# writes at full cost is read back by the tests of accounts.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
MADE_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def make_agency(name: str = "", **more: object) -> Agency:
    """An agency; 迁西县林业局 the first time it is not named."""
    number = next(_numbers)
    agency = Agency(
        name=name or f"试点县林业局{number}",
        short_name=more.pop("short_name", f"试林{number}"),
        division_code="130227",
        phone="0315-0000000",
        supervision_phone="0315-0000001",
        address="试点县兴城镇",
        **more,
    )
    db.session.add(agency)
    db.session.flush()
    return agency


def make_section(agency: Agency, name: str = "林政科") -> Section:
    """A section of the agency."""
    section = Section(agency=agency, name=name)
    db.session.add(section)
    db.session.flush()
    return section


def make_user(
    *roles: Role,
    agency: Agency | None = None,
    section: Section | None = None,
    username: str = "",
    **more: object,
) -> User:
    """An account with these roles whose password is `tests.visitor.PASSWORD`; committed."""
    if Role.SECTION_ADMIN in roles and section is None and agency is not None:
        section = make_section(agency, f"试点科室{next(_numbers)}")
    user = User(
        username=username or f"user{next(_numbers)}",
        display_name=more.pop("display_name", "试用人员"),
        password_hash=_HASH,
        agency=agency,
        section=section,
        must_change_password=more.pop("must_change_password", False),
        created_at=MADE_AT,
        **more,
    )
    db.session.add(user)
    set_roles(user, list(roles))
    db.session.commit()
    return user
