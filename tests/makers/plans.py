"""Makers of plan lines and campaigns in any state, with a register that they can be drawn from; flushed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.checks import guide_to_use
from sjj.plans.models import Campaign, CampaignItem, CampaignStratum, PlanLine
from sjj.plans.numbering import number_campaign
from sjj.plans.scheme import scheme_of
from sjj.registers.models import Item, SupervisionClass
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency
from tests.makers.registers import make_entity, make_item, make_officer

MADE_AT = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
STARTS_ON, ENDS_ON = date(2026, 3, 2), date(2026, 12, 18)
_numbers = count(1)

_REACHED = list(CampaignState)[:7]


def make_register(agency: Agency, *, entities: int = 9, officers: int = 6) -> None:
    """Some enterprises of each supervision class and some officers, enough to draw from."""
    kinds = (SupervisionClass.GENERAL, SupervisionClass.KEY, SupervisionClass.SPECIAL)
    for number in range(entities):
        make_entity(agency, supervision_class=kinds[number % 3], credit_risk="ABCD"[number % 4])
    for _ in range(officers):
        make_officer(agency)


def make_plan_line(agency: Agency, **more: Any) -> PlanLine:
    """A line of the 2026 plan."""
    values = {
        "year": 2026,
        "number": next(_numbers),
        "name": "木材经营加工监督检查",
        "basis": "森林法",
        **more,
    }
    line = PlanLine(agency_id=agency.id, **values)
    db.session.add(line)
    db.session.flush()
    return line


def make_stratum(
    by: str = "all", value: str = "", take: str = "25%", *, name: str = "", position: int = 0, **more: Any
) -> CampaignStratum:
    """A layer, open unless it is by credit risk."""
    closed = more.pop("closed", by == "credit_risk")
    named = name or (f"G{position + 1}" if closed else value or "全部")
    stratum = CampaignStratum(by=by, value=value, take=take, name=named, position=position, closed=closed)
    stratum.basis = more.pop("basis", f"{stratum.label} 不低于{take}")
    return stratum


def by_class(special: str = "50%", key: str = "25%", general: str = "3%") -> list[CampaignStratum]:
    """Three open layers by supervision class."""
    shares = (("特殊", special), ("重点", key), ("一般", general))
    return [
        make_stratum("supervision_class", value, take, position=place)
        for place, (value, take) in enumerate(shares)
    ]


def by_credit(take: str = "50%") -> list[CampaignStratum]:
    """Four closed layers by credit risk."""
    return [make_stratum("credit_risk", value, take, position=place) for place, value in enumerate("ABCD")]


def make_campaign(
    agency: Agency | None = None,
    *,
    state: CampaignState = CampaignState.PUBLISHED,
    items: Sequence[Item] | None = None,
    strata: Sequence[CampaignStratum] | None = None,
    register: bool = True,
    **more: Any,
) -> Campaign:
    """A campaign over 9 enterprises and 6 officers (register=False: over what the agency has).

    It has come as far as `state` with its guides and scheme fixed; a draw is made by tests.makers.draws.
    """
    agency = agency or make_agency()
    if register:
        make_register(agency)
    values = {
        "name": f"第{next(_numbers)}次木材经营加工监督检查",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "scope": {},
        "needs": [],
        "created_at": MADE_AT,
        "team_size": 2,
        **more,
    }
    campaign = Campaign(agency=agency, state=state, **values)
    number_campaign(campaign, agency, campaign.starts_on.year)
    campaign.items = [CampaignItem(item=item) for item in items or [make_item(agency)]]
    campaign.strata = list(strata) if strata is not None else by_class()
    db.session.add(campaign)
    db.session.flush()
    _come_to(campaign, state)
    return campaign


def _come_to(campaign: Campaign, state: CampaignState) -> None:
    reached = _REACHED.index(state) if state in _REACHED else 0
    for place, stamp in enumerate(("submitted_at", "approved_at", "published_at"), 1):
        if reached >= place:
            setattr(campaign, stamp, getattr(campaign, stamp) or MADE_AT)
    if reached >= 1:
        for row in campaign.items:
            row.guide = guide_to_use(row.item)
    if reached >= 2:
        campaign.scheme = scheme_of(campaign)
    db.session.flush()
