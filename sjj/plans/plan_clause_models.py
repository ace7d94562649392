"""When a quarterly report that a bureau's paper asks for was sent up: what no other record of the app knows."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import User
from sjj.database import UtcDateTime, db


class ClauseReport(db.Model):
    """A report of a quarter, sent on a day; `figure` names its deadline (sjj.rules.figures)."""

    __tablename__ = "clause_report"
    __table_args__ = (UniqueConstraint("agency_id", "year", "quarter", "figure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    quarter: Mapped[int]
    figure: Mapped[str] = mapped_column(String(60))
    done_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    recorded_by: Mapped[User | None] = relationship()
