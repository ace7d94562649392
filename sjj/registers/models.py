"""一单两库一指引: items with their law basis and guides, entities, officers, and what binds them.

Credit risk is internal; nothing that is public may read it. The code of a natural person is an internal
number, never an ID number.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, Section
from sjj.database import UtcDateTime, choice, db
from sjj.rules.identity import mask_person_name
from sjj.rules.privacy import mask_personal_numbers


class EntityKind(StrEnum):
    """主体类 has a credit code; 非主体类 and natural persons carry an internal code."""

    ENTERPRISE = "enterprise"
    OTHER = "other"
    PERSON = "person"

    @property
    def label(self) -> str:
        """The kind's name in the office."""
        return {"enterprise": "主体类", "other": "非主体类", "person": "自然人"}[self.value]


class SupervisionClass(StrEnum):
    """监管对象类别, apart from credit risk and never merged with it [S3 二(三)]."""

    SPECIAL = "特殊"
    KEY = "重点"
    GENERAL = "一般"


ACTIVE_STATES = ("在业", "存续")
ENTITY_STATES = (*ACTIVE_STATES, "停业", "关闭", "注销", "吊销", "撤销", "迁出", "查无下落")

entity_tag = Table(
    "entity_tag",
    db.metadata,
    Column("entity_id", ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
)
officer_tag = Table(
    "officer_tag",
    db.metadata,
    Column("officer_id", ForeignKey("officer.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
)


class Tag(db.Model):
    """分类标注: an industry or key area of entities, or an expertise of officers."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("agency_id", "on", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    on: Mapped[str] = mapped_column(String(10))  # entity or officer
    name: Mapped[str] = mapped_column(String(30))


class LawBasis(db.Model):
    """法律依据, dated: an item that cites a repealed law is shown with 依据已失效."""

    __tablename__ = "law_basis"
    __table_args__ = (UniqueConstraint("agency_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    effective_on: Mapped[date | None]
    repealed_on: Mapped[date | None]
    verified: Mapped[bool] = mapped_column(default=False)
    verified_by: Mapped[str] = mapped_column(String(60), default="")  # who stands for the dates
    verified_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(300), default="")

    def is_repealed_on(self, day: date) -> bool:
        """Whether the law is no longer in force on that day; a date that nobody has confirmed says nothing."""
        return self.verified and self.repealed_on is not None and self.repealed_on <= day


class Item(db.Model):
    """抽查事项. Unpublished items may not be inspected (国办发〔2024〕54号)."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(100))
    object_type: Mapped[str] = mapped_column(String(60), default="")
    entity_kind: Mapped[str] = mapped_column(String(10), default="主体类")
    method: Mapped[str] = mapped_column(String(30), default="实地检查")
    level: Mapped[str] = mapped_column(String(20), default="县级")
    frequency: Mapped[str] = mapped_column(String(60), default="")  # 抽查频次, in words
    claimed_on: Mapped[date | None]  # 认领 from the level above
    joint_hint: Mapped[str] = mapped_column(String(200), default="")  # with whom it may be checked jointly
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    bases: Mapped[list["ItemBasis"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="ItemBasis.id"
    )
    guides: Mapped[list["Guide"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="Guide.version"
    )


class ItemBasis(db.Model):
    """Which articles of which law an item stands on."""

    __tablename__ = "item_basis"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("law_basis.id"))
    articles: Mapped[str] = mapped_column(String(120))

    item: Mapped[Item] = relationship(back_populates="bases")
    law: Mapped[LawBasis] = relationship()


class Guide(db.Model):
    """抽查工作指引 of one item; a confirmed version never changes, an edit makes the next one."""

    __tablename__ = "guide"
    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    version: Mapped[int]
    is_draft: Mapped[bool] = mapped_column(default=True)  # 草案，法制审核后启用
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[Item] = relationship(back_populates="guides")
    points: Mapped[list["CheckPoint"]] = relationship(
        back_populates="guide", cascade="all, delete-orphan", order_by="CheckPoint.position"
    )


class CheckPoint(db.Model):
    """检查要点 with its 判定标准, so that results are judged alike [S3 二(七)]."""

    __tablename__ = "check_point"
    __table_args__ = (UniqueConstraint("guide_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    standard: Mapped[str] = mapped_column(Text, default="")
    how: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(200), default="")
    penalty: Mapped[str] = mapped_column(String(200), default="")
    required: Mapped[bool] = mapped_column(default=True)

    guide: Mapped[Guide] = relationship(back_populates="points")


class Entity(db.Model):
    """检查对象. `code` is what a draw knows it by: the credit code, or an internal number."""

    __tablename__ = "entity"
    __table_args__ = (
        UniqueConstraint("agency_id", "code"),
        Index("ix_entity_agency_name", "agency_id", "name"),
        Index("ix_entity_agency_township", "agency_id", "township"),
        Index("ix_entity_agency_updated", "agency_id", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    kind: Mapped[EntityKind] = mapped_column(choice(EntityKind))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    pinyin: Mapped[str] = mapped_column(String(200), default="")  # initials, for search
    entity_type: Mapped[str] = mapped_column(String(60), default="")
    registration_authority: Mapped[str] = mapped_column(String(100), default="")
    registered_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="在业")
    legal_representative: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    contact: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    township: Mapped[str] = mapped_column(String(40), default="")
    lat: Mapped[float | None]  # WGS-84 degrees
    lon: Mapped[float | None]
    industry: Mapped[str] = mapped_column(String(60), default="")
    business_scope: Mapped[str] = mapped_column(Text, default="")
    capital: Mapped[str] = mapped_column(String(60), default="")
    supervision_class: Mapped[SupervisionClass] = mapped_column(
        choice(SupervisionClass), default=SupervisionClass.GENERAL
    )
    credit_risk: Mapped[str] = mapped_column(String(1), default="")  # A B C D; internal only
    positive_from: Mapped[date | None]  # 监督执法正面清单
    positive_until: Mapped[date | None]
    credit_risk_on: Mapped[date | None]  # the day of the classification
    credit_risk_source: Mapped[str] = mapped_column(String(60), default="")
    class_by: Mapped[str] = mapped_column(String(10), default="")  # rule, person, import
    class_reason: Mapped[str] = mapped_column(String(300), default="")
    class_since: Mapped[date | None]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 主体类 认领
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"))  # a double; keeps its history
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # columns we have no field for
    token: Mapped[str] = mapped_column(String(43), unique=True)  # unguessable; what its QR code carries
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=entity_tag, order_by=Tag.name)

    @property
    def public_name(self) -> str:
        """The name that anybody may read: a natural person's is masked, and so is a number inside any name."""
        if self.kind is EntityKind.PERSON:
            return mask_person_name(self.name)
        return mask_personal_numbers(self.name)

    @property
    def is_active(self) -> bool:
        """Whether it may stand in a pool at all (cancelled or closed ones may not)."""
        return self.state in ACTIVE_STATES


class Officer(db.Model):
    """执法检查人员, holder of an 执法证. An expired certificate is not drawn."""

    __tablename__ = "officer"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    code: Mapped[str] = mapped_column(String(40))  # e.g. ZF-007
    name: Mapped[str] = mapped_column(String(60))
    pinyin: Mapped[str] = mapped_column(String(60), default="")
    gender: Mapped[str] = mapped_column(String(4), default="")
    certificate_no: Mapped[str] = mapped_column(String(40), default="")
    certificate_until: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(100), default="")
    post: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    group: Mapped[str] = mapped_column(String(40), default="")  # 执法组
    on_duty: Mapped[bool] = mapped_column(default=True)
    photo_sha256: Mapped[str] = mapped_column(String(64), default="")  # shown with the certificate
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # columns we have no field for
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=officer_tag, order_by=Tag.name)

    def may_inspect_on(self, day: date) -> bool:
        """Whether the certificate is valid that day and the officer on duty."""
        return bool(
            self.on_duty
            and self.certificate_no
            and self.certificate_until is not None
            and self.certificate_until >= day
        )
