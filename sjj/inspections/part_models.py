"""The part of another agency in a joint visit: its own items, with a standing of their own.

The leading agency's part is the inspection itself; a part exists only for an agency whose items a joint
campaign carries beside (谁检查、谁录入、谁公示, S1 二（四）). Nothing of the record is kept here.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    case,
    exists,
    literal,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.draws.models import Draw
from sjj.inspections.models import MADE_PUBLIC, Inspection
from sjj.rules.lifecycle import DrawState, ResultState


class InspectionPart(db.Model):
    """One agency's items in one joint visit: reviewed and published by that agency."""

    __tablename__ = "inspection_part"
    __table_args__ = (
        UniqueConstraint("inspection_id", "agency_id"),
        Index("ix_inspection_part_agency_state", "agency_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[ResultState] = mapped_column(choice(ResultState), default=ResultState.NOT_ENTERED)
    result: Mapped[str] = mapped_column(String(60), default="")  # rolled up over its own items
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_back_reason: Mapped[str] = mapped_column(String(500), default="")
    sent_back_points: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")

    inspection: Mapped[Inspection] = relationship(backref="parts")
    agency: Mapped[Agency] = relationship()
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=[reviewed_by_id])

    draw_is_void: Mapped[bool] = column_property(
        exists()
        .where(Inspection.id == inspection_id, Draw.id == Inspection.draw_id, Draw.state == DrawState.VOIDED)
        .correlate_except(Draw, Inspection)
    )

    @hybrid_property
    def standing(self) -> ResultState:
        """Where it stands for everybody: a void draw takes back whatever is not public yet."""
        if self.draw_is_void and self.state not in MADE_PUBLIC:
            return ResultState.WITHDRAWN
        return self.state

    @standing.inplace.expression
    @classmethod
    def _standing(cls) -> ColumnElement[ResultState]:
        taken_back = and_(cls.draw_is_void, cls.state.not_in(MADE_PUBLIC))
        return case((taken_back, literal(ResultState.WITHDRAWN, choice(ResultState))), else_=cls.state)
