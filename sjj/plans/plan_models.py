"""The year's plan as versions, and the settings of a year that its figures go by.

The lines live in `plan_line`; a version keeps them as they were submitted, and a published one never changes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.rules.lifecycle import PlanState


class Plan(db.Model):
    """年度抽查计划: version 1 is the plan, each later one an adjustment with its reason (S1 二（二）)."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("agency_id", "year", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    version: Mapped[int]
    state: Mapped[PlanState] = mapped_column(choice(PlanState), default=PlanState.DRAFT)
    reason: Mapped[str] = mapped_column(String(500), default="")  # of an adjustment
    document_no: Mapped[str] = mapped_column(String(60), default="")  # 文号
    scan_sha256: Mapped[str] = mapped_column(String(64), default="")  # 盖章扫描件
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # lines and figures as submitted
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reported_to: Mapped[str] = mapped_column(String(100), default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_back_reason: Mapped[str] = mapped_column(String(500), default="")

    agency: Mapped[Agency] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    reported_by: Mapped[User | None] = relationship(foreign_keys=[reported_by_id])
    published_by: Mapped[User | None] = relationship(foreign_keys=[published_by_id])


class PlanSettings(db.Model):
    """Targets, officer-days and what counts to the cap, of an agency and a year (sjj.rules.forecast_settings)."""

    __tablename__ = "plan_settings"
    __table_args__ = (UniqueConstraint("agency_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    targets: Mapped[list[Any]] = mapped_column(JSON, default=list)  # as sjj.rules.targets keeps them
    capacity: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # officer-days by quarter
    counting: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # sjj.rules.visit_counting.Counting
    others: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # team, visits a day, officers ratio …
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
