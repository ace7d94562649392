"""What surrounds a visit: its approval, its other days, where its team is, evidence from documents, phrases.

None of these is the record; a record never waits for one of them.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import User
from sjj.database import UtcDateTime, choice, db
from sjj.inspections.models import Inspection
from sjj.registers.models import Item, Officer
from sjj.rules.lifecycle import ApprovalState


class CheckApproval(db.Model):
    """行政检查审批 of one visit; urgent: the team goes first and the approval is made up afterwards."""

    __tablename__ = "check_approval"
    __table_args__ = (UniqueConstraint("inspection_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    state: Mapped[ApprovalState] = mapped_column(choice(ApprovalState), default=ApprovalState.ASKED)
    reason: Mapped[str] = mapped_column(String(500), default="")  # why this check, where no draw says it
    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(500), default="")
    urgent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    urgent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(500), default="")

    inspection: Mapped[Inspection] = relationship()
    urgent_by: Mapped[User | None] = relationship(foreign_keys=[urgent_by_id])
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Reschedule(db.Model):
    """改期: another day for a visit, with the reason; rows are only added."""

    __tablename__ = "reschedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    from_on: Mapped[date | None]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship()
    by: Mapped[User] = relationship()


class VisitStep(db.Model):
    """Where a team is: `kind` is fetched (the form is on the phone) or arrived (checked in, told while on line).

    A courtesy of phones with signal: nothing may depend on it.
    """

    __tablename__ = "visit_step"
    __table_args__ = (Index("ix_visit_step_inspection_at", "inspection_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # by the server's clock

    inspection: Mapped[Inspection] = relationship()
    officer: Mapped[Officer] = relationship()


class Evidence(db.Model):
    """A document, table, picture or note on a video or monitor that an off-site check rests on."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # document, monitoring, picture, video
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    made_on: Mapped[date | None]  # the day of the document or the monitoring
    span: Mapped[str] = mapped_column(String(40), default="")  # which minutes of a video, as people write it
    sha256: Mapped[str] = mapped_column(String(64), default="")  # "" for a note without a file
    filename: Mapped[str] = mapped_column(String(200), default="")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken out again before the record

    inspection: Mapped[Inspection] = relationship()
    added_by: Mapped[User] = relationship()


class Phrase(db.Model):
    """常用语: a sentence an officer may take over instead of typing it; of one item or of all."""

    __tablename__ = "phrase"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    place: Mapped[str] = mapped_column(String(10))  # point, narrative, remarks: where it is offered
    text: Mapped[str] = mapped_column(String(300))
    position: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item | None] = relationship()
