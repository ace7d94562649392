"""Making and changing campaigns. Never commits.

A campaign is changed only while it is a draft; what was submitted goes back to its maker first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import SystemRandom
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans import events
from sjj.plans.models import Campaign, CampaignItem, CampaignPartner, CampaignStratum
from sjj.plans.numbering import number_campaign
from sjj.plans.pool import share_words
from sjj.plans.scope import Scope
from sjj.rules.lifecycle import CAMPAIGN_MOVES, CampaignState, move


class CampaignRefused(Exception):
    """The step cannot be taken; the message may be shown, `field` says at which field."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as the office wants it: a value of the classification and its quota."""

    value: str
    take: str
    basis: str = ""
    minimum: int = 0
    of_whole: bool = False  # the share is of the whole class (a plan line's), not of who may be drawn


@dataclass(frozen=True, slots=True)
class Partner:
    """Who supplies one place of a team: another agency, or a section of the leading one."""

    agency_id: int
    section_id: int | None = None


_STAMPS = {
    CampaignState.SUBMITTED: "submitted_at",
    CampaignState.APPROVED: "approved_at",
    CampaignState.PUBLISHED: "published_at",
    CampaignState.FROZEN: "frozen_at",
    CampaignState.IN_PROGRESS: "drawn_at",
    CampaignState.FINISHED: "finished_at",
    CampaignState.CANCELLED: "cancelled_at",
}


def hold(campaign: Campaign) -> None:
    """Read a campaign afresh and keep others from changing it until this transaction ends."""
    db.session.flush()  # reading again would throw away what is not written yet
    db.session.refresh(campaign, with_for_update={"key_share": True})


def move_campaign(campaign: Campaign, to_state: CampaignState, now: datetime | None = None) -> None:
    """Move a campaign along its table, stamping the step with `now`. Raises RefusedMove with a sentence.

    Of two people at once only one can take the step: see `hold`.
    """
    hold(campaign)
    before = campaign.state
    campaign.state = move(CAMPAIGN_MOVES, before, to_state)
    if to_state is CampaignState.PUBLISHED and before is not CampaignState.APPROVED:
        campaign.frozen_at = campaign.drawn_at = None  # a voided draw: the scheme stays as published
    elif now is not None and to_state in _STAMPS:
        setattr(campaign, _STAMPS[to_state], now)


def add_campaign(
    agency: Agency, values: dict[str, Any], item_ids: Sequence[int], actor: User, now: datetime
) -> Campaign:
    """Start a campaign with the agency's next number; its scope is the whole register until narrowed."""
    campaign = Campaign(
        agency_id=agency.id, scope={}, needs=[], created_by_id=actor.id, created_at=now, **values
    )
    number_campaign(campaign, agency, values["starts_on"].year)
    campaign.items = [CampaignItem(item_id=number) for number in item_ids]
    db.session.add(campaign)
    db.session.flush()
    _saved(campaign, "基本情况", actor, now)
    return campaign


def save_basics(
    campaign: Campaign, values: dict[str, Any], item_ids: Sequence[int], actor: User, now: datetime
) -> None:
    """Change name, dates, items … of a draft. Raises CampaignRefused."""
    _hold_draft(campaign)
    starts_on: date = values["starts_on"]
    if starts_on.year != campaign.year:
        raise CampaignRefused(f"文号已编为〔{campaign.year}〕年，开始日期须在{campaign.year}年", "starts_on")
    if (campaign.starts_on, campaign.ends_on) != (starts_on, values["ends_on"]):
        _ask_again(campaign)
    for name, value in values.items():
        setattr(campaign, name, value)
    kept = {row.item_id: row for row in campaign.items}
    theirs = [row for row in campaign.items if row.item.agency_id != campaign.agency_id]
    own = [number for number in item_ids if number not in {row.item_id for row in theirs}]
    campaign.items = [*(kept.get(number) or CampaignItem(item_id=number) for number in own), *theirs]
    db.session.flush()
    _saved(campaign, "基本情况", actor, now)


def save_scope(campaign: Campaign, scope: Scope, actor: User, now: datetime) -> None:
    """Change which objects a draft is about; a scope by credit risk closes every layer (draw.md §3)."""
    _hold_draft(campaign)
    campaign.scope = scope.stored()
    if scope.uses_credit and any(not one.closed for one in campaign.strata):
        layers = [Layer(one.value, one.take, one.basis, one.minimum, one.of_whole) for one in campaign.strata]
        _replace_layers(campaign, campaign.strata[0].by, layers, closed=True)
    db.session.flush()
    _saved(campaign, "检查对象范围", actor, now)


def save_strata(
    campaign: Campaign, by: str, layers: Sequence[Layer], closed: bool, actor: User, now: datetime
) -> None:
    """Change how a draft is layered and how many are drawn of each layer."""
    _hold_draft(campaign)
    before = {(one.by, one.value, one.take): one for one in campaign.strata}
    kept = [  # a layer left as the plan wants it goes on counting as the plan does
        replace(one, minimum=same.minimum, of_whole=same.of_whole)
        if (same := before.get((by, one.value, one.take))) is not None
        else one
        for one in layers
    ]
    _replace_layers(campaign, by, kept, must_close(by, Scope.read(campaign.scope)) or closed)
    _saved(campaign, "分层和抽取数量", actor, now)


def must_close(by: str, scope: Scope) -> bool:
    """Whether membership of the layers may not be public, whatever the office would like (draw.md §3)."""
    return by == "credit_risk" or scope.uses_credit


def _replace_layers(campaign: Campaign, by: str, layers: Sequence[Layer], closed: bool) -> None:
    lay_out(campaign, [(by, one) for one in layers], closed=closed)


def lay_out(campaign: Campaign, layers: Sequence[tuple[str, Layer]], *, closed: bool) -> None:
    """Put layers, each with the classification that it goes by, in place of those that a draft has."""
    campaign.strata.clear()
    db.session.flush()
    neutral = [f"G{number}" for number in range(1, len(layers) + 1)]
    SystemRandom().shuffle(neutral)  # else G1 would tell everybody that it is class A
    for position, (by, layer) in enumerate(layers):
        name = neutral[position] if closed else layer.value or "全部"
        stratum = CampaignStratum(
            position=position,
            name=name,
            by=by,
            value=layer.value,
            take=layer.take,
            closed=closed,
            minimum=layer.minimum,
            of_whole=layer.of_whole,
        )
        stratum.basis = layer.basis or f"{stratum.label} {share_words(stratum)}"
        campaign.strata.append(stratum)
    db.session.flush()


def save_team(
    campaign: Campaign,
    size: int,
    needs: Sequence[Sequence[str]],
    actor: User,
    now: datetime,
    *,
    unit: str = "officer",
    partners: Sequence[Partner | None] = (),
) -> None:
    """Change who visits each object: officers or groups, how many, who supplies each place, which expertise."""
    _hold_draft(campaign)
    campaign.team_unit, campaign.team_size = unit, size
    campaign.needs = [list(tags) for tags in needs] if any(needs) else []
    answered = {one.agency_id: _word_of(one) for one in campaign.partners if one.consent}
    campaign.partners.clear()
    db.session.flush()
    for place, partner in enumerate(partners, 1):
        if partner is not None:
            word = answered.get(partner.agency_id, {})
            campaign.partners.append(
                CampaignPartner(
                    place=place, agency_id=partner.agency_id, section_id=partner.section_id, **word
                )
            )
    staying = {campaign.agency_id, *(one.agency_id for one in campaign.partners)}
    campaign.items = [row for row in campaign.items if row.item.agency_id in staying]
    db.session.flush()
    _saved(campaign, "检查人员", actor, now)


def _word_of(partner: CampaignPartner) -> dict[str, Any]:
    """What a partner has answered, to be kept while it stays in the team."""
    names = ("consent", "consent_at", "consent_by_id", "consent_note")
    return {name: getattr(partner, name) for name in names}


def _ask_again(campaign: Campaign) -> None:
    """What another agency agreed to has changed: its word is asked anew."""
    for one in campaign.partners:
        one.consent, one.consent_note = "", ""
        one.consent_at = one.consent_by_id = None


def _hold_draft(campaign: Campaign) -> None:
    hold(campaign)
    if campaign.state is not CampaignState.DRAFT:
        said = f"“{campaign.number}”当前为“{campaign.state.label}”，只有起草中的任务可以修改"
        raise CampaignRefused(said)


def _saved(campaign: Campaign, part: str, actor: User, now: datetime) -> None:
    event = events.CampaignSaved(
        subject_id=campaign.id, agency_id=campaign.agency_id, number=campaign.number, part=part
    )
    record(event, actor, now)
