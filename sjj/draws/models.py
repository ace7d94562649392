"""Draws and what they drew. A draw's frozen texts never change; nothing here is ever deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.plans.models import Campaign
from sjj.registers.models import Entity
from sjj.rules.lifecycle import ChangeState, DrawState


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
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who confirmed the list
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who put it up; never the same
    sealed_taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the supervisor's sealed copy
    sealed_taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    witnesses: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [{"name", "of"}] in the room
    values_entered: Mapped[list[Any]] = mapped_column(JSON, default=list)  # by source, "" where it is missing
    revealed: Mapped[int] = mapped_column(default=0)  # how many of the drawn the room has been shown
    commitment: Mapped[str] = mapped_column(Text)  # canonical JSON
    commitment_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    # What holds the whole list may be megabytes: it is read where it is asked for, not with every visit's draw.
    pool: Mapped[str] = mapped_column(Text, deferred=True)  # canonical JSON, secret until published
    rule: Mapped[str] = mapped_column(Text)  # canonical JSON
    secret: Mapped[str] = mapped_column(String(64))  # revealed with the receipt
    entity_ids: Mapped[dict[str, int]] = mapped_column(
        JSON, deferred=True
    )  # code in the pool -> entity, as at freeze
    officer_ids: Mapped[dict[str, int]] = mapped_column(JSON)  # code in the rule -> officer, as at freeze
    values_seen_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # the first outside value was typed in
    values_typed: Mapped[list[Any]] = mapped_column(JSON, default=list)  # in vain; public if it is voided
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outside_values: Mapped[list[Any]] = mapped_column(JSON, default=list)
    receipt: Mapped[str] = mapped_column(Text, default="", deferred=True)  # full, canonical JSON
    receipt_sha256: Mapped[str] = mapped_column(String(64), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    voided_with_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # the second person
    void_reason: Mapped[str] = mapped_column(String(500), default="")
    void_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by one of the two who must agree
    void_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()
    campaign: Mapped[Campaign] = relationship(foreign_keys=[campaign_id])
    frozen_by: Mapped[User | None] = relationship(foreign_keys=[frozen_by_id])
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    drawn_by: Mapped[User | None] = relationship(foreign_keys=[drawn_by_id])
    voided_by: Mapped[User | None] = relationship(foreign_keys=[voided_by_id])
    voided_with: Mapped[User | None] = relationship(foreign_keys=[voided_with_id])
    void_asked_by: Mapped[User | None] = relationship(foreign_keys=[void_asked_by_id])
    changes: Mapped[list["DrawChange"]] = relationship(back_populates="draw", order_by="DrawChange.id")
    objects: Mapped[list["DrawnObject"]] = relationship(back_populates="draw", order_by="DrawnObject.place")


class DrawnObject(db.Model):
    """One object with its place, ticket and team, as the receipt says; a 递补 follows after the drawn ones."""

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
    team: Mapped[list[Any]] = mapped_column(JSON)  # officers' or groups' codes, the leader first, as drawn
    team_now: Mapped[list[Any]] = mapped_column(JSON)  # the same after all substitutions
    came_by: Mapped[int | None]  # number of the change that brought it in; None: drawn
    left_by: Mapped[int | None]  # number of the change that took it out; None: still to be inspected

    draw: Mapped[Draw] = relationship(back_populates="objects")
    entity: Mapped[Entity] = relationship()


class FreezeProposal(db.Model):
    """A list put up for freezing, until a second person confirms it. Gone once frozen or withdrawn."""

    __tablename__ = "freeze_proposal"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    sources: Mapped[list[Any]] = mapped_column(JSON)  # [{"from", "kind", "issue", "digits"}]
    seen: Mapped[str] = mapped_column(Text)  # the list and rule as shown, salts apart; canonical JSON
    seen_sha256: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    campaign: Mapped[Campaign] = relationship()
    proposed_by: Mapped[User] = relationship()


class Declaration(db.Model):
    """An officer's word, before a draw, that every relation to the objects of a campaign is declared."""

    __tablename__ = "draw_declaration"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class DrawChange(db.Model):
    """变更: 递补 of an object or substitution of an officer, asked with evidence, decided by the approver."""

    __tablename__ = "draw_change"
    __table_args__ = (UniqueConstraint("draw_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    number: Mapped[int | None]  # from 1 in the receipt's order, given with the approval
    state: Mapped[ChangeState] = mapped_column(choice(ChangeState), default=ChangeState.ASKED)
    kind: Mapped[str] = mapped_column(String(12))  # replace, substitute
    code: Mapped[str] = mapped_column(String(40))  # the object's
    out: Mapped[str] = mapped_column(String(60), default="")  # who leaves the team
    reason: Mapped[str] = mapped_column(String(20))  # of the closed list
    note: Mapped[str] = mapped_column(String(500), default="")  # internal
    evidence_sha256: Mapped[str] = mapped_column(String(64))  # a stored file
    evidence_on: Mapped[date]  # the day that stands on the evidence
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    refused_reason: Mapped[str] = mapped_column(String(500), default="")
    entry: Mapped[str] = mapped_column(Text, default="")  # the row of the receipt, canonical JSON
    receipt_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the full receipt up to here

    draw: Mapped[Draw] = relationship(back_populates="changes")
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class DrawMessage(db.Model):
    """What the supervisor is told of a draw: frozen, drawn, voided, changed. Never deleted."""

    __tablename__ = "draw_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("draw.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(String(700))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    draw: Mapped[Draw | None] = relationship()
    campaign: Mapped[Campaign] = relationship()


class DrawMessageRead(db.Model):
    """Who has read a message, and when."""

    __tablename__ = "draw_message_read"

    message_id: Mapped[int] = mapped_column(ForeignKey("draw_message.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
