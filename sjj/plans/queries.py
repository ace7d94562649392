"""Finding plan lines and campaigns, each within what the asking person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.audit.models import AuditEntry
from sjj.database import Page, db, paged
from sjj.plans.checks import item_warnings
from sjj.plans.models import ON_SITE, Campaign, PlanLine
from sjj.presentation import moment
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState

WAYS = {"draw": "随机抽取", "off_site": "非现场（不经抽取）", "named": "个案、专项（不经抽取）"}
SORTS = {
    "number": (Campaign.year, Campaign.serial),
    "starts": (Campaign.starts_on,),
    "name": (Campaign.name,),
}


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """What somebody looks for in the list of campaigns."""

    words: str = ""
    state: str = ""
    year: int | None = None
    way: str = ""  # of WAYS: drawn, off site, or named objects on site
    sort: str = "-number"


def campaigns(user: User, wanted: CampaignFilter, page: int, per_page: int = 20) -> Page[Campaign]:
    """One page of the campaigns that this person may see."""
    query = select(Campaign).where(within(Campaign.agency_id, user, "campaign.read"), _no_names_ahead(user))
    if wanted.words:
        name = Campaign.name.contains(wanted.words, autoescape=True)
        query = query.where(name | Campaign.number.contains(wanted.words, autoescape=True))
    if wanted.state in [state.value for state in CampaignState]:
        query = query.where(Campaign.state == CampaignState(wanted.state))
    if wanted.year:
        query = query.where(Campaign.year == wanted.year)
    if wanted.way in WAYS:
        query = query.where(_goes(wanted.way))
    return paged(_sorted(query, wanted.sort), page, per_page)


def _goes(way: str) -> ColumnElement[bool]:
    if way == "draw":
        return Campaign.by_draw.is_(True)
    on_site = Campaign.method == ON_SITE
    return Campaign.by_draw.is_(False) & (on_site if way == "named" else ~on_site)


def _sorted(query: Select[tuple[Campaign]], sort: str) -> Select[tuple[Campaign]]:
    columns = SORTS.get(sort.lstrip("-"), SORTS["number"])
    ordered = [column.desc() if sort.startswith("-") else column for column in columns]
    return query.order_by(*ordered, Campaign.id)


def campaign_for(permission: str) -> Callable[[User, int], Campaign | None]:
    """A guard's loader: the campaign, if the permission holds in its agency.

    One of named objects has no scheme, no list to freeze and no draw: its pages are others.
    """

    def load(user: User, campaign_id: int) -> Campaign | None:
        found = any_campaign(user, campaign_id, permission)
        return found if found is not None and found.by_draw else None

    return load


def any_campaign(user: User, campaign_id: int, permission: str = "campaign.read") -> Campaign | None:
    """The campaign, with a draw or without one, if the permission holds in its agency."""
    found = db.session.get(Campaign, campaign_id)
    if found is None or not user.may(permission, found.agency_id):
        return None
    return found if found.by_draw or is_over(found) or may_know_names(user, found.agency_id) else None


def may_know_names(user: User, agency_id: int) -> bool:
    """Whether this person may know who is going to be visited; 领导小组 hears of it when the visit is over."""
    return user.may("inspection.read", agency_id) or user.may("campaign.edit", agency_id)


def is_over(campaign: Campaign) -> bool:
    """Whether all its visits are made."""
    return campaign.state is CampaignState.FINISHED


def _no_names_ahead(user: User) -> ColumnElement[bool]:
    """In SQL: named objects stand in a campaign's name and page; nobody without `may_know_names` sees them before."""
    over = Campaign.by_draw.is_(True) | (Campaign.state == CampaignState.FINISHED)
    known = [within(Campaign.agency_id, user, one) for one in ("inspection.read", "campaign.edit")]
    return or_(over, *known)


def plan_lines(user: User, year: int | None = None) -> list[PlanLine]:
    """The plan's lines that this person may see, the newest year first."""
    query = select(PlanLine).where(within(PlanLine.agency_id, user, "campaign.read"))
    if year:
        query = query.where(PlanLine.year == year)
    order = (PlanLine.year.desc(), PlanLine.agency_id, PlanLine.number)
    return list(db.session.scalars(query.order_by(*order)))


def plan_lines_of(agency_id: int) -> list[PlanLine]:
    """An agency's plan lines, the newest year first."""
    query = select(PlanLine).where(PlanLine.agency_id == agency_id)
    return list(db.session.scalars(query.order_by(PlanLine.year.desc(), PlanLine.number)))


def plan_line_to_edit(user: User, line_id: int) -> PlanLine | None:
    """A plan line that this person may change."""
    found = db.session.get(PlanLine, line_id)
    return found if found is not None and user.may("campaign.edit", found.agency_id) else None


def other_agencies(agency_id: int) -> list[Agency]:
    """The other agencies of the installation that may take part in a joint check."""
    return list(db.session.scalars(select(Agency).where(Agency.id != agency_id).order_by(Agency.id)))


def plan_years(user: User) -> list[int]:
    """The years for which there is any plan line or campaign, newest first."""
    lines = select(PlanLine.year).where(within(PlanLine.agency_id, user, "campaign.read"))
    campaigns_ = select(Campaign.year).where(within(Campaign.agency_id, user, "campaign.read"))
    return sorted({*db.session.scalars(lines), *db.session.scalars(campaigns_)}, reverse=True)


def items_on_offer(agency_id: int, day: date) -> list[tuple[Item, list[str]]]:
    """Items that a campaign may be made of, each with its warnings: published ones, not retired."""
    query = select(Item).where(
        Item.agency_id == agency_id, Item.published_at.is_not(None), Item.retired_at.is_(None)
    )
    return [(item, item_warnings(item, day)) for item in db.session.scalars(query.order_by(Item.code))]


def story(campaign: Campaign) -> list[AuditEntry]:
    """What was done to a campaign, from the audit log, oldest first."""
    query = select(AuditEntry).where(
        AuditEntry.subject_type == "campaign", AuditEntry.subject_id == str(campaign.id)
    )
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def timeline(campaign: Campaign) -> list[dict[str, str]]:
    """The steps of a campaign, done and still to come, for its page."""
    steps = _steps(campaign)
    order = [state for state, *_ in steps]
    here = order.index(campaign.state) if campaign.state in order else -1
    shown = []
    for place, (_, label, at, who) in enumerate(steps):
        cancelled_before = here < 0 and at is None
        if cancelled_before:
            break
        state = "done" if place < here or here < 0 else "now" if place == here else "todo"
        note = who.display_name if who is not None and at is not None else ""
        shown.append({"label": label, "at": moment(at), "state": state, "note": note})
    if here < 0:
        note = campaign.cancelled_reason
        shown.append({"label": "终止", "at": moment(campaign.cancelled_at), "state": "now", "note": note})
    return shown


def _steps(campaign: Campaign) -> list[tuple[CampaignState, str, datetime | None, User | None]]:
    """(state, label, when, who); nothing is published, frozen or drawn where the objects are named."""
    drawn: list[tuple[CampaignState, str, datetime | None, User | None]] = [
        (CampaignState.PUBLISHED, "公示方案", campaign.published_at, None),
        (CampaignState.FROZEN, "冻结名单", campaign.frozen_at, None),
    ]
    return [
        (CampaignState.DRAFT, "起草", campaign.created_at, campaign.created_by),
        (CampaignState.SUBMITTED, "提交审批", campaign.submitted_at, campaign.submitted_by),
        (CampaignState.APPROVED, "批准", campaign.approved_at, campaign.approved_by),
        *(drawn if campaign.by_draw else []),
        (
            CampaignState.IN_PROGRESS,
            "抽取，开始检查" if campaign.by_draw else "开始检查",
            campaign.drawn_at,
            None,
        ),
        (CampaignState.FINISHED, "完成", campaign.finished_at, None),
    ]
