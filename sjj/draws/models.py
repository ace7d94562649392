"""Draws and what they drew. A draw's frozen texts never change; nothing here is ever deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.plans.models import Campaign
from sjj.registers.models import Entity
from sjj.rules.lifecycle import DrawState


class Draw(db.Model):
    """抽取: commitment at freeze, outside values, receipt.

    `live_campaign_id` is the campaign while the draw counts and NULL once voided: its uniqueness is what
    makes a second draw of a campaign impossible, whoever presses first.
    """

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("agency_id", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    live_campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), unique=True)
    draw_no: Mapped[str] = mapped_column(String(80), unique=True)
    serial: Mapped[int]
    state: Mapped[DrawState] = mapped_column(choice(DrawState), default=DrawState.FROZEN)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    commitment: Mapped[str] = mapped_column(Text)  # canonical JSON
    commitment_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    pool: Mapped[str] = mapped_column(Text)  # canonical JSON, secret until published
    rule: Mapped[str] = mapped_column(Text)  # canonical JSON
    secret: Mapped[str] = mapped_column(String(64))  # revealed with the receipt
    entity_ids: Mapped[dict[str, int]] = mapped_column(JSON)  # code in the pool -> entity, as at freeze
    officer_ids: Mapped[dict[str, int]] = mapped_column(JSON)  # code in the rule -> officer, as at freeze
    values_seen_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # the first outside value was typed in
    values_typed: Mapped[list[Any]] = mapped_column(JSON, default=list)  # in vain; public if it is voided
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outside_values: Mapped[list[Any]] = mapped_column(JSON, default=list)
    receipt: Mapped[str] = mapped_column(Text, default="")  # full receipt, canonical JSON
    receipt_sha256: Mapped[str] = mapped_column(String(64), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    void_reason: Mapped[str] = mapped_column(String(500), default="")

    agency: Mapped[Agency] = relationship()
    campaign: Mapped[Campaign] = relationship(foreign_keys=[campaign_id])
    frozen_by: Mapped[User | None] = relationship(foreign_keys=[frozen_by_id])
    drawn_by: Mapped[User | None] = relationship(foreign_keys=[drawn_by_id])
    objects: Mapped[list["DrawnObject"]] = relationship(back_populates="draw", order_by="DrawnObject.place")


class DrawnObject(db.Model):
    """One drawn object with its place, ticket and team, as the receipt says."""

    __tablename__ = "drawn_object"
    __table_args__ = (UniqueConstraint("draw_id", "entity_id"),)

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    code: Mapped[str] = mapped_column(String(40))  # code, name and address as they stood at the draw
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    stratum: Mapped[str] = mapped_column(String(40))
    ticket: Mapped[str] = mapped_column(String(90))
    team: Mapped[list[Any]] = mapped_column(JSON)  # officer codes, the leader first

    draw: Mapped[Draw] = relationship(back_populates="objects")
    entity: Mapped[Entity] = relationship()
