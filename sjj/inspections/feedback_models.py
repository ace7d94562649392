"""What an enterprise says of a visit: a rating, and an objection that the office answers.

A rating carries no name, and the officers it is about never see one (国办发〔2024〕54号 asks to be heard, not to rank).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from sjj.accounts.models import User
from sjj.database import UtcDateTime, choice, db
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ObjectionState


class VisitRating(db.Model):
    """评价: one to five points and words; a later one of the same visit stands for the earlier."""

    __tablename__ = "visit_rating"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    points: Mapped[int]  # 1 to 5
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship()


class Objection(db.Model):
    """异议 to the record or the result; it stands beside the result until and after it is answered."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState), default=ObjectionState.RAISED)
    by_name: Mapped[str] = mapped_column(String(60))
    by_phone: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), default="")  # a photo or PDF sent with it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship(backref=backref("objections", order_by="Objection.id"))
    answered_by: Mapped[User | None] = relationship()


class PickupTry(db.Model):
    """A wrong 取件码, kept for a while to slow guessing down (as `accounts.models.LoginAttempt` does)."""

    __tablename__ = "pickup_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
