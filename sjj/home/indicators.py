"""The year's indicators of an agency against their targets, each with its formula beside it (domain: §4).

Never counts a person's checks, findings or fines: 严禁下达检查指标 (国办发〔2024〕54号).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from sjj.accounts.models import Agency, User
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign, CampaignStratum
from sjj.publicity.queries import timeliness_of
from sjj.registers.models import Entity, EntityKind
from sjj.rules.lifecycle import DrawState, ResultState

_S1, _S3 = "迁林字〔2024〕11号", "新乐市分局 2024 年方案"


@dataclass(frozen=True, slots=True)
class Target:
    """A target in percent with where it stands; `only_enterprises` says what the share is counted of."""

    percent: float
    source: str
    only_enterprises: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share in percent (None: nothing to count yet), its target, its formula and its two numbers."""

    label: str
    percent: float | None
    target: Target
    formula: str
    numbers: str
    endpoint: str
    overdue_only: bool = False


INSPECTED_SHARE = Target(3, _S1)
IN_TIME_SHARE = Target(100, _S1)
# The two papers count differently: all draws, or only draws of enterprises.
CREDIT_SHARE = {"林业": Target(85, _S1), "生态": Target(80, _S3, only_enterprises=True)}


def indicators_of(agency: Agency, user: User, deadlines: Deadlines) -> list[Indicator]:
    """The indicators of the current year."""
    year = deadlines.today.year
    return [
        _inspected(agency, year),
        _in_time(agency, user, year, deadlines),
        _credit(agency, year),
    ]


def _inspected(agency: Agency, year: int) -> Indicator:
    enterprise = (Entity.agency_id == agency.id) & (Entity.kind == EntityKind.ENTERPRISE)
    registered = db.session.scalar(select(func.count()).select_from(Entity).where(enterprise)) or 0
    inspected = db.session.scalar(
        select(func.count(func.distinct(Inspection.entity_id)))
        .join(Inspection.entity)
        .where(enterprise, _in_year(Inspection.ended_on, year), Inspection.standing != ResultState.WITHDRAWN)
    )
    return Indicator(
        "年度抽查企业占比",
        _share(inspected or 0, registered),
        INSPECTED_SHARE,
        "本年已检查的企业 ÷ 名录库中的企业，同一企业只计一次",
        f"{inspected or 0} 户 ÷ {registered} 户",
        "inspections.inspections",
    )


def _in_time(agency: Agency, user: User, year: int, deadlines: Deadlines) -> Indicator:
    found = timeliness_of(agency.id, year, deadlines)
    return Indicator(
        "结果及时公示率",
        found.percent,
        IN_TIME_SHARE,
        "检查结束后 20 个工作日内公示的 ÷ 应当公示的",
        f"{found.in_time} 户次 ÷ {found.due} 户次",
        "inspections.inspections" if user.may("inspection.read") else "notices.notices",
        overdue_only=user.may("inspection.read"),
    )


def _credit(agency: Agency, year: int) -> Indicator:
    target = CREDIT_SHARE.get(agency.theme, CREDIT_SHARE["林业"])
    drawn = (
        select(Draw.id, Campaign.id.label("campaign_id"), Campaign.scope)
        .join(Draw.campaign)
        .where(Draw.agency_id == agency.id, Draw.state == DrawState.DRAWN, Campaign.year == year)
    )
    if target.only_enterprises:
        of_enterprises = select(DrawnObject.draw_id).join(DrawnObject.entity)
        drawn = drawn.where(Draw.id.in_(of_enterprises.where(Entity.kind == EntityKind.ENTERPRISE)))
    by_credit = set(
        db.session.scalars(select(CampaignStratum.campaign_id).where(CampaignStratum.by == "credit_risk"))
    )
    rows = db.session.execute(drawn).all()
    used = sum(row.campaign_id in by_credit or bool(row.scope.get("credit")) for row in rows)
    return Indicator(
        "运用信用风险分类占比",
        _share(used, len(rows)),
        target,
        f"按信用风险分类抽取的次数 ÷ {'涉企' if target.only_enterprises else '全部'}抽取次数",
        f"{used} 次 ÷ {len(rows)} 次",
        "plans.campaigns",
    )


def _in_year(column: ColumnElement[date | None], year: int) -> ColumnElement[bool]:
    return column.between(date(year, 1, 1), date(year, 12, 31))


def _share(part: int, whole: int) -> float | None:
    return part / whole * 100 if whole else None
