"""What keeps the registers true: every change with its reason, own fields, reviews, merged doubles, learned headers.

Rows here are added and kept; none of them is rewritten when the register moves on.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, Section, User
from sjj.database import UtcDateTime, choice, db
from sjj.registers.models import Entity, Item, Officer, SupervisionClass


class RegisterChange(db.Model):
    """One change of a register: what the report of changes (调整名单) and each object's history are made of."""

    __tablename__ = "register_change"
    __table_args__ = (
        Index("ix_register_change_agency_at", "agency_id", "register", "at"),
        Index("ix_register_change_subject", "register", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    register: Mapped[str] = mapped_column(String(10))  # item, entity, officer
    subject_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))  # added, changed, left, returned, merged, claimed, undone
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # field -> [before, after]
    reason: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(10))  # form, import, rule, person, visit, merge
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    by: Mapped[User | None] = relationship()


class ExtraField(db.Model):
    """A field that an agency defines for itself; its values stand in `extra` under its label."""

    __tablename__ = "extra_field"
    __table_args__ = (UniqueConstraint("agency_id", "register", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    register: Mapped[str] = mapped_column(String(10))  # entity, officer
    label: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10), default="text")  # text, number, day, choice
    choices: Mapped[list[Any]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # no longer asked for; values stay


class HeaderSynonym(db.Model):
    """A heading that somebody matched to a column: remembered for the agency's next workbook."""

    __tablename__ = "header_synonym"
    __table_args__ = (UniqueConstraint("agency_id", "what", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    what: Mapped[str] = mapped_column(String(10))  # entities, officers, items
    title: Mapped[str] = mapped_column(String(100))  # as the reader normalises headings
    column: Mapped[str] = mapped_column(String(60))  # key of the column; "" means leave it out
    learned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class EntityMerge(db.Model):
    """Two rows of one object became one: nothing of either is lost, the gone one points to the kept one."""

    __tablename__ = "entity_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300))
    taken_over: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # fields the kept one took from it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    kept: Mapped[Entity] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Entity] = relationship(foreign_keys=[gone_id])
    by: Mapped[User] = relationship()


class NotDouble(db.Model):
    """Two rows that look alike and are two objects: somebody has looked, they are not shown again."""

    __tablename__ = "not_double"

    first_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)  # the smaller id
    second_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class ClassRules(db.Model):
    """A version of an agency's rules for 特殊, 重点, 一般 (S3 二（三）), as sjj.rules.classification keeps them."""

    __tablename__ = "class_rules"
    __table_args__ = (UniqueConstraint("agency_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of the last time

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    applied_by: Mapped[User | None] = relationship(foreign_keys=[applied_by_id])


class ClassDecision(db.Model):
    """A person's decision where rules conflict or say nothing; the latest of an object stands."""

    __tablename__ = "class_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    rules_id: Mapped[int | None] = mapped_column(ForeignKey("class_rules.id"))
    supervision_class: Mapped[SupervisionClass] = mapped_column(choice(SupervisionClass))
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back: the rules decide again

    entity: Mapped[Entity] = relationship()
    by: Mapped[User] = relationship()


class ListReview(db.Model):
    """核对: a section says that its list is complete and right as of a day."""

    __tablename__ = "list_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    register: Mapped[str] = mapped_column(String(10))
    reviewed_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship()


class UpkeepReminder(db.Model):
    """提醒: a section is asked to put a list right and to say so (S1: 指导、督促); rows are only added."""

    __tablename__ = "upkeep_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    register: Mapped[str] = mapped_column(String(10))  # item, entity, officer, guide
    text: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    by: Mapped[User] = relationship()


class OfficerLeave(db.Model):
    """Days on which an officer is away (请假, 学习, 借调): not drawn, not sent out."""

    __tablename__ = "officer_leave"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]  # counted
    reason: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    officer: Mapped[Officer] = relationship()


class Assistant(db.Model):
    """协助人员: goes along, is no officer and never counts to the two."""

    __tablename__ = "assistant"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    on_duty: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    section: Mapped[Section | None] = relationship()


class ItemVersion(db.Model):
    """抽查事项 as it stood from a day on: the published list with its history of changes (S1 二（一）)."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    version: Mapped[int]
    since_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))  # added, changed, published, retired, returned
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # every field and basis, in words
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    item: Mapped[Item] = relationship()
    by: Mapped[User | None] = relationship()


class Duty(db.Model):
    """An entry of 三定方案, 权责清单 or 互联网+监管: it has an item, or a reason why none is needed (S3 二（二）)."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("agency_id", "source", "code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    source: Mapped[str] = mapped_column(String(10))  # 三定方案, 权责清单, 互联网+监管
    code: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(60), default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    no_item_reason: Mapped[str] = mapped_column(String(300), default="")
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # no longer in the list imported last

    item: Mapped[Item | None] = relationship()


class IndustryTopic(db.Model):
    """一业一查 of the province's list: an industry, who leads, who takes part, what is checked (S1 二（三）)."""

    __tablename__ = "industry_topic"
    __table_args__ = (UniqueConstraint("agency_id", "industry", "theme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    industry: Mapped[str] = mapped_column(String(60))
    theme: Mapped[str] = mapped_column(String(120), default="")
    lead: Mapped[str] = mapped_column(String(60), default="")
    partners: Mapped[list[Any]] = mapped_column(JSON, default=list)  # names of agencies
    items: Mapped[list[Any]] = mapped_column(JSON, default=list)  # as the list names them
    source: Mapped[str] = mapped_column(String(200), default="")
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
