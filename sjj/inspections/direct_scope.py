"""What a campaign without a draw is about: which objects and officers were named, for which quarter.

It is kept where a drawn campaign keeps its filters. Nothing here checks anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Officer
from sjj.rules.deadlines import quarter_bounds

OFF_SITE_SOURCE = "正面清单非现场检查"
FINDING = "非现场检查发现问题"
SOURCES = (
    "投诉举报",
    "上级交办",
    "转办移送",
    "紧急",
    "专项",
    "年度计划",
)  # of a check of named objects, told by a person
QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Named:
    """The named objects and officers, by id in their order; `quarter`: (year, number) of an off-site batch."""

    entities: tuple[int, ...] = ()
    officers: tuple[int, ...] = ()
    quarter: tuple[int, int] | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Named":
        """As it stands in the campaign."""
        quarter = stored.get("quarter")
        return cls(
            tuple(stored.get("entities") or ()),
            tuple(stored.get("officers") or ()),
            (int(quarter[0]), int(quarter[1])) if quarter else None,
        )

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        kept = {"entities": list(self.entities), "officers": list(self.officers)}
        return kept | ({"quarter": list(self.quarter)} if self.quarter else {})


def named_in(campaign: Campaign) -> Named:
    """What a campaign names."""
    return Named.read(campaign.scope)


def entities_by(ids: Iterable[int]) -> list[Entity]:
    """These objects in the order of their names."""
    wanted = list(ids)
    query = select(Entity).where(Entity.id.in_(wanted)).order_by(Entity.name, Entity.id)
    return list(db.session.scalars(query)) if wanted else []


def officers_by(ids: Iterable[int]) -> list[Officer]:
    """These officers in the order in which they were named."""
    wanted = list(ids)
    found = {one.id: one for one in db.session.scalars(select(Officer).where(Officer.id.in_(wanted)))}
    return [found[number] for number in wanted if number in found]


def quarter_words(quarter: tuple[int, int]) -> str:
    """2026年第一季度."""
    return f"{quarter[0]}年第{QUARTERS[quarter[1] - 1]}季度"


def days_of(quarter: tuple[int, int]) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    return quarter_bounds(*quarter)
