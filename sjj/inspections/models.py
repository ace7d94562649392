"""Inspections, the forms they are recorded on, and what was submitted, on time or kept aside.

A stored submission never changes and is never dropped; a correction is a new one that names the old.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
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
from sjj.inspections.visit_codes import new_pickup_code, new_token
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Item, Officer
from sjj.rules.lifecycle import DrawState, ResultState

MADE_PUBLIC = (ResultState.PUBLISHED, ResultState.CORRECTED)  # what a void of the draw no longer takes back


class FormVersion(db.Model):
    """The exact form that was served; every version served stays valid (field.md §3)."""

    __tablename__ = "form_version"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)  # canonical JSON: items, points, kinds
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Inspection(db.Model):
    """检查 (一次上门): one entity in one campaign."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("draw_id", "entity_id"),
        Index("ix_inspection_agency_state", "agency_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(Uuid, unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("draw.id"))
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    state: Mapped[ResultState] = mapped_column(choice(ResultState), default=ResultState.NOT_ENTERED)
    form_sha256: Mapped[str] = mapped_column(ForeignKey("form_version.sha256"))
    due_on: Mapped[date | None]  # by when the visit should be made
    revision: Mapped[UUID | None] = mapped_column(Uuid)  # the current submission
    outcome: Mapped[str] = mapped_column(String(12), default="")
    ended_on: Mapped[date | None]  # 检查结束, Shanghai day
    result: Mapped[str] = mapped_column(String(60), default="")  # rolled up
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_back_reason: Mapped[str] = mapped_column(String(500), default="")
    sent_back_points: Mapped[dict[str, str]] = mapped_column(
        JSON, default=dict
    )  # point id → what to put right
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")
    off_site: Mapped[bool] = mapped_column(default=False)  # 非现场检查: at the desk, no visit, no signatures
    origin_id: Mapped[int | None] = mapped_column(
        ForeignKey("inspection.id")
    )  # whose finding opened it (个案)
    planned_on: Mapped[date | None]  # the day the team means to go; 改期 changes it with a reason
    over_cap_reason: Mapped[str] = mapped_column(String(300), default="")  # 超过年度频次上限的理由
    visit_token: Mapped[str] = mapped_column(
        String(43), unique=True, default=new_token
    )  # 检查码: who is here
    pickup_code: Mapped[str] = mapped_column(String(8), default=new_pickup_code)  # 取件码 of the record

    agency: Mapped[Agency] = relationship()
    campaign: Mapped[Campaign] = relationship()
    draw: Mapped[Draw | None] = relationship()
    entity: Mapped[Entity] = relationship()
    form: Mapped[FormVersion] = relationship()
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=[reviewed_by_id])
    team: Mapped[list["TeamMember"]] = relationship(back_populates="inspection", order_by="TeamMember.place")
    results: Mapped[list["ItemResult"]] = relationship(back_populates="inspection", order_by="ItemResult.id")
    submissions: Mapped[list["Submission"]] = relationship(
        back_populates="inspection", order_by="Submission.received_at"
    )

    draw_is_void: Mapped[bool] = column_property(
        exists().where(Draw.id == draw_id, Draw.state == DrawState.VOIDED).correlate_except(Draw)
    )

    @hybrid_property
    def standing(self) -> ResultState:
        """Where it stands for everybody: a void draw takes back every visit whose result is not public yet."""
        if self.draw_is_void and self.state not in MADE_PUBLIC:
            return ResultState.WITHDRAWN
        return self.state

    @standing.inplace.expression
    @classmethod
    def _standing(cls) -> ColumnElement[ResultState]:
        taken_back = and_(cls.draw_is_void, cls.state.not_in(MADE_PUBLIC))
        return case((taken_back, literal(ResultState.WITHDRAWN, choice(ResultState))), else_=cls.state)

    @property
    def why_withdrawn(self) -> str:
        """The reason that stands at it: its own, or that of the void."""
        if self.withdrawn_reason or self.draw is None or not self.draw_is_void:
            return self.withdrawn_reason
        return f"抽取“{self.draw.draw_no}”已作废：{self.draw.void_reason}"


class TeamMember(db.Model):
    """An officer of the team; one who left it keeps the row with the time."""

    __tablename__ = "team_member"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, index=True)
    place: Mapped[int]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship(back_populates="team")
    officer: Mapped[Officer] = relationship()


class Submission(db.Model):
    """A record as it was sent, byte for byte in meaning. `kept_code` says why one was kept aside."""

    __tablename__ = "submission"

    uid: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    content: Mapped[str] = mapped_column(Text)  # the record, canonical JSON
    content_sha256: Mapped[str] = mapped_column(String(64))
    signed_sha256: Mapped[str] = mapped_column(String(64))
    form_sha256: Mapped[str] = mapped_column(String(64))
    revises: Mapped[UUID | None] = mapped_column(Uuid)
    kept_status: Mapped[int | None]  # 403 or 409 while kept aside
    kept_code: Mapped[str] = mapped_column(String(24), default="")
    kept_current: Mapped[UUID | None] = mapped_column(Uuid)
    superseded: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(10), default="phone")  # phone, form, desk (补录)
    scan_sha256: Mapped[str] = mapped_column(String(64), default="")  # the paper's scan
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a kept-aside record was compared
    settled_note: Mapped[str] = mapped_column(String(300), default="")  # and what came of it
    settled_as: Mapped[str] = mapped_column(String(10), default="")  # current, kept, both: which one counts
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it counts although it was kept aside
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship(back_populates="submissions")
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    adopted_by: Mapped[User | None] = relationship(foreign_keys=[adopted_by_id])
    files: Mapped[list["SubmissionFile"]] = relationship(
        back_populates="submission", cascade="all, delete-orphan", order_by="SubmissionFile.sha256"
    )


class SubmissionFile(db.Model):
    """A file that a submission names; it may not have arrived yet."""

    __tablename__ = "submission_file"

    submission_uid: Mapped[UUID] = mapped_column(
        ForeignKey("submission.uid", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    lost_reason: Mapped[str] = mapped_column(String(300), default="")  # declared lost by the office

    submission: Mapped[Submission] = relationship(back_populates="files")


class ItemResult(db.Model):
    """检查结果 of one item, taken from the current submission."""

    __tablename__ = "item_result"
    __table_args__ = (UniqueConstraint("inspection_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    result: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, default="")

    inspection: Mapped[Inspection] = relationship(back_populates="results")
    item: Mapped[Item] = relationship()
