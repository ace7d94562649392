"""What an office changed of its papers: fixed texts of its own, and templates of its own for .docx.

Both are data: a text is printed as text, a template only ever fills in the fields that we name.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.inspections.paper_kinds import PaperKind


class PaperText(db.Model):
    """A fixed text of one paper as this agency words it; without a row the built-in words stand."""

    __tablename__ = "paper_text"
    __table_args__ = (UniqueConstraint("agency_id", "paper", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    paper: Mapped[PaperKind] = mapped_column(choice(PaperKind))
    key: Mapped[str] = mapped_column(String(20))  # title, opening, rights, bans, closing
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()


class PaperTemplate(db.Model):
    """A .docx template of this agency for one paper, checked before it was kept."""

    __tablename__ = "paper_template"
    __table_args__ = (UniqueConstraint("agency_id", "paper"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    paper: Mapped[PaperKind] = mapped_column(choice(PaperKind))
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()
    uploaded_by: Mapped[User | None] = relationship()
