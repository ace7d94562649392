"""What was published, exactly as it was published. A correction is a new notice; nothing is rewritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, db
from sjj.inspections.models import Inspection


class Notice(db.Model):
    """公示 of one agency's results of one inspection. `content` is the published snapshot, free of anything internal."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("live_inspection_id", "agency_id"),
        Index("ix_notice_agency_published", "agency_id", "published_at"),
        Index("ix_notice_published", "published_at"),
        # The year's figures are read from this index alone, without touching the wide rows.
        Index(
            "ix_notice_figures", "live_inspection_id", "agency_id", "first_published_on", "due_on", "result"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    live_inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"))
    entity_name: Mapped[str] = mapped_column(String(200))
    entity_code: Mapped[str] = mapped_column(String(40))
    result: Mapped[str] = mapped_column(String(60))
    inspected_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_published_on: Mapped[date]  # Shanghai day; a correction keeps the first notice's day
    due_on: Mapped[date | None]  # None: the year's calendar is not announced yet (待定)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    correction_reason: Mapped[str] = mapped_column(String(500), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")

    agency: Mapped[Agency] = relationship()
    inspection: Mapped[Inspection] = relationship(foreign_keys=[inspection_id])
    published_by: Mapped[User | None] = relationship()
    replaces: Mapped["Notice | None"] = relationship(remote_side=[id], back_populates="replaced_by")
    replaced_by: Mapped[list["Notice"]] = relationship(back_populates="replaces")

    @property
    def is_live(self) -> bool:
        """Whether this is what the public reads of the inspection now."""
        return self.live_inspection_id is not None
