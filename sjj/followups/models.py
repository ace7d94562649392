"""Problems found and what was done about each until it was closed (监管闭环)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.inspections.models import Inspection
from sjj.registers.models import Item
from sjj.rules.lifecycle import ProblemState


class Problem(db.Model):
    """问题: opened when a record that names it is accepted."""

    __tablename__ = "problem"
    __table_args__ = (Index("ix_problem_agency_state", "agency_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # whose item it is: it follows it up
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    point: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(30))  # 责令改正, 移送办案机构 … (domain.md §6.3)
    clause: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    state: Mapped[ProblemState] = mapped_column(choice(ProblemState), default=ProblemState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship()
    agency: Mapped[Agency] = relationship()
    item: Mapped[Item | None] = relationship()
    steps: Mapped[list["FollowUp"]] = relationship(back_populates="problem", order_by="FollowUp.id")


class FollowUp(db.Model):
    """后续处置: one step, dated, with what was done and the paper that shows it."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    closes: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    problem: Mapped[Problem] = relationship(back_populates="steps")
    by: Mapped[User | None] = relationship()
