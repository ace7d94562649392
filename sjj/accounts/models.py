"""Agencies, sections, accounts, their roles and their sign-ins.

A password is only ever stored as an argon2 hash, a session only as the SHA-256 of its token.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.roles import PERMISSIONS, Role
from sjj.database import UtcDateTime, choice, db


class Agency(db.Model):
    """部门 / 机关. Several share one installation."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    short_name: Mapped[str] = mapped_column(String(20), unique=True)  # 机关简称, begins document numbers
    theme: Mapped[str] = mapped_column(String(10), default="林业")  # 林业 or 生态: the accent colour
    division_code: Mapped[str] = mapped_column(String(6))  # GB/T 2260
    phone: Mapped[str] = mapped_column(String(40), default="")
    supervision_phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    shows_officers: Mapped[bool] = mapped_column(default=False)  # officers' names on public pages
    clock_starts: Mapped[str] = mapped_column(String(10), default="visit")  # visit or campaign: 检查结束
    frequency_cap: Mapped[int | None]  # 年度检查频次上限: visits a year to one entity; None: no cap is set
    review_days: Mapped[int | None]  # within how many days a list is to be 核对; None: the usual

    sections: Mapped[list["Section"]] = relationship(back_populates="agency", order_by="Section.id")


class Section(db.Model):
    """内设机构 / 业务科室 / 执法大队."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("agency_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(60))

    agency: Mapped[Agency] = relationship(back_populates="sections")


class User(db.Model):
    """An account. `officer_id` says which officer of the register this person is, if any."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    officer_id: Mapped[int | None] = mapped_column(index=True)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled: Mapped[bool] = mapped_column(default=False)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency | None] = relationship()
    section: Mapped[Section | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    address = ""  # where this request comes from; set by the session loader, for the audit log

    def may(self, permission: str, agency_id: int | None = None, section_id: int | None = None) -> bool:
        """Whether any role of this person carries the permission, there if a place is named."""
        return any(
            permission in PERMISSIONS[grant.role] and grant.covers(agency_id, section_id)
            for grant in self.grants
        )

    def agencies(self, permission: str) -> frozenset[int] | None:
        """Ids of the agencies where the permission holds; None means every agency."""
        places = {grant.agency_id for grant in self.grants if permission in PERMISSIONS[grant.role]}
        return None if None in places else frozenset(place for place in places if place is not None)

    def has_role(self, role: Role) -> bool:
        """Whether this person was given the role anywhere."""
        return any(grant.role is role for grant in self.grants)


class RoleGrant(db.Model):
    """A role of one person, in one agency (None: all of them) and, if named, in one section only."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "agency_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))

    user: Mapped[User] = relationship(back_populates="grants")

    def covers(self, agency_id: int | None, section_id: int | None) -> bool:
        """Whether this grant reaches the place (None: any place will do)."""
        if agency_id is not None and self.agency_id not in (None, agency_id):
            return False
        return section_id is None or self.section_id in (None, section_id)


class LoginSession(db.Model):
    """A signed-in browser. The cookie holds the token, this row only its SHA-256."""

    __tablename__ = "login_session"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class LoginAttempt(db.Model):
    """A failed sign-in, kept to slow guessing down by name and by address."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_name_at", "username", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
