"""Plan lines and campaigns: what will be inspected, by which rule, with whose approval.

A campaign's scheme is fixed by its approval; a change after that takes a new campaign.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, Section, User
from sjj.database import UtcDateTime, choice, db
from sjj.registers.models import Guide, Item
from sjj.rules.lifecycle import CampaignState

ON_SITE = "实地检查"  # the one method for which somebody goes there


class PlanLine(db.Model):
    """One line of the year's plan that a campaign carries out."""

    __tablename__ = "plan_line"
    __table_args__ = (UniqueConstraint("agency_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int]  # 序号
    name: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(300), default="")  # 制定任务依据
    check_type: Mapped[str] = mapped_column(String(10), default="日常")  # 日常 or 专项
    quarter: Mapped[int | None]
    ratio: Mapped[str] = mapped_column(String(20), default="")
    skip_inspected: Mapped[str] = mapped_column(String(10), default="")  # "", quarter, year: 已检查的不再抽
    frequency_cap: Mapped[int | None]  # 频次上限 a year; None: the agency's own
    month: Mapped[int | None]
    items: Mapped[list[Any]] = mapped_column(JSON, default=list)  # ids of 抽查事项
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # plans.scope: 检查对象范围
    layers: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [{by, value, take, minimum}]
    method: Mapped[str] = mapped_column(String(30), default="实地检查")
    joint: Mapped[str] = mapped_column(String(10), default="none")  # sjj.rules.plan_lines.Joint
    partners: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [{agency, section}] ids
    by_credit: Mapped[bool] = mapped_column(default=False)
    directed: Mapped[bool] = mapped_column(default=False)  # 定向
    counts_inspected: Mapped[bool] = mapped_column(default=False)
    area: Mapped[str] = mapped_column(String(60), default="")  # 检查地域
    level: Mapped[str] = mapped_column(String(20), default="县级")  # 实施层级
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    merged_from: Mapped[list[Any]] = mapped_column(JSON, default=list)  # numbers of the lines it came from
    dropped_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by an adjustment; its campaigns keep it

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()


class Campaign(db.Model):
    """抽查任务: one scheme, one draw, many inspections."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("agency_id", "year", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    plan_line_id: Mapped[int | None] = mapped_column(ForeignKey("plan_line.id"))
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), unique=True)  # 迁林抽查〔2026〕3号
    name: Mapped[str] = mapped_column(String(120))
    check_type: Mapped[str] = mapped_column(String(10), default="日常")  # 日常 个案 专项
    purpose: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(String(30), default=ON_SITE)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)  # filters on the register; see plans.scope
    team_unit: Mapped[str] = mapped_column(String(10), default="officer")  # officer, or group (执法组)
    team_size: Mapped[int] = mapped_column(default=2)
    needs: Mapped[list[Any]] = mapped_column(JSON, default=list)  # per place: expertise tags, any of them
    publishes_at_once: Mapped[bool] = mapped_column(
        default=False
    )  # the drawn list, else when the last visit ends
    by_draw: Mapped[bool] = mapped_column(
        default=True
    )  # False: named objects (非现场批次, 个案, 紧急), no draw
    source: Mapped[str] = mapped_column(String(30), default="")  # 任务来源 of a campaign without a draw
    source_reason: Mapped[str] = mapped_column(String(500), default="")
    platform: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # a list drawn elsewhere: where, when, by whom, SHA-256 of its file
    state: Mapped[CampaignState] = mapped_column(choice(CampaignState), default=CampaignState.DRAFT)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_back_reason: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scheme: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what was approved, as published
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the draw that counts
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_reason: Mapped[str] = mapped_column(String(500), default="")

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    plan_line: Mapped[PlanLine | None] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    items: Mapped[list["CampaignItem"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="CampaignItem.id"
    )
    strata: Mapped[list["CampaignStratum"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="CampaignStratum.position"
    )
    partners: Mapped[list["CampaignPartner"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="CampaignPartner.place"
    )

    @property
    def was_drawn(self) -> bool:
        """Whether its objects come from a draw: one held here, or on the provincial platform."""
        return self.by_draw or bool(self.platform)

    @property
    def is_off_site(self) -> bool:
        """A batch of off-site checks: named objects, and nobody goes there."""
        return not self.by_draw and self.method != ON_SITE


class CampaignItem(db.Model):
    """An item inspected in a campaign, with the guide version that its form uses."""

    __tablename__ = "campaign_item"
    __table_args__ = (UniqueConstraint("campaign_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    guide_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"))  # fixed at submission

    campaign: Mapped[Campaign] = relationship(back_populates="items")
    item: Mapped[Item] = relationship()
    guide: Mapped[Guide | None] = relationship()


class CampaignStratum(db.Model):
    """A layer of the pool: who belongs to it and how many of it are drawn."""

    __tablename__ = "campaign_stratum"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))  # closed strata are called G1, G2 … in the draw
    by: Mapped[str] = mapped_column(String(20))  # supervision_class, credit_risk, or all
    value: Mapped[str] = mapped_column(String(20), default="")  # 特殊, C, …
    take: Mapped[str] = mapped_column(String(20))  # "25%" or "6"
    basis: Mapped[str] = mapped_column(String(120), default="")
    closed: Mapped[bool] = mapped_column(default=False)
    minimum: Mapped[int] = mapped_column(default=0)  # 至少几户, whatever the share comes to
    of_whole: Mapped[bool] = mapped_column(
        default=False
    )  # the share is of the whole class, as in the plan; else of those that may be drawn

    campaign: Mapped[Campaign] = relationship(back_populates="strata")

    @property
    def label(self) -> str:
        """What the office calls the layer. Of a closed one this is internal and never stands in public."""
        if self.by == "credit_risk":
            return f"信用风险{self.value}类" if self.value else "未作信用风险分类"
        return f"{self.value}监管对象" if self.by == "supervision_class" else "全部对象"


class CampaignPartner(db.Model):
    """A section or another agency that takes part (内部联合, 部门联合): it supplies one place of each team."""

    __tablename__ = "campaign_partner"
    __table_args__ = (UniqueConstraint("campaign_id", "agency_id", "section_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # of the team, from 1
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))  # None: anybody of the agency
    consent: Mapped[str] = mapped_column(String(10), default="")  # of another agency: "", yes, no
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    consent_note: Mapped[str] = mapped_column(String(300), default="")  # why not

    campaign: Mapped[Campaign] = relationship(back_populates="partners")
    consent_by: Mapped[User | None] = relationship()
    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
