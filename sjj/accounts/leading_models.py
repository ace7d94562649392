"""领导小组 of an agency: its head, its members with their posts, its office (S3 三)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, Section, User
from sjj.database import UtcDateTime, db


class LeadingGroup(db.Model):
    """One of an agency; a new paper changes it in place, the log keeps what it was."""

    __tablename__ = "leading_group"
    __table_args__ = (UniqueConstraint("agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(100))
    document_no: Mapped[str] = mapped_column(String(60), default="")
    since_on: Mapped[date | None]
    office_section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))  # 办公室设在
    office_phone: Mapped[str] = mapped_column(String(40), default="")
    duties: Mapped[str] = mapped_column(String(1000), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()
    office_section: Mapped[Section | None] = relationship()
    members: Mapped[list["LeadingMember"]] = relationship(
        back_populates="group", cascade="all, delete-orphan", order_by="LeadingMember.position"
    )


class LeadingMember(db.Model):
    """组长, 副组长 or 成员 with the post held."""

    __tablename__ = "leading_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("leading_group.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(100), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    group: Mapped[LeadingGroup] = relationship(back_populates="members")
    user: Mapped[User | None] = relationship()
