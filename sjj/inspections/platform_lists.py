"""Taking over a list that was drawn on the provincial platform: judged line by line, then made a campaign. Never commits.

This system did not draw it and proves nothing of it: no receipt, no verification, no place in the chain of its
own draws. What a preview left out is kept with the reason; the file is kept with its SHA-256.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.files.spreadsheets import SPREADSHEETS
from sjj.files.store import keep
from sjj.inspections import direct_events as events
from sjj.inspections.approval_services import ask_for
from sjj.inspections.direct_checks import against_items
from sjj.inspections.direct_scope import Named as NamedObjects
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.platform_judging import Judged, Told, judge
from sjj.inspections.platform_reading import MARK, ListRow
from sjj.plans.checks import guide_to_use
from sjj.plans.models import ON_SITE, Campaign, CampaignItem, CampaignPartner, PlanLine
from sjj.plans.numbering import hold_agency, number_campaign
from sjj.plans.services import move_campaign
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState, ResultState

SOURCE = "省平台抽取"


class ListRefused(Exception):
    """The list cannot be taken over; the message may be shown."""


def twin_of(agency_id: int, digest: str) -> Campaign | None:
    """The campaign that the same file has been made into already."""
    query = select(Campaign).where(
        Campaign.agency_id == agency_id,
        Campaign.by_draw.is_(False),
        Campaign.state != CampaignState.CANCELLED,
    )
    rows = db.session.scalars(query.order_by(Campaign.id.desc()))
    return next((one for one in rows if (one.platform or {}).get("sha256") == digest), None)


def take_over(
    agency: Agency,
    told: Told,
    rows: Sequence[ListRow],
    data: bytes,
    file_name: str,
    actor: User,
    now: datetime,
    *,
    left_out_reason: str = "",
) -> Campaign:
    """Make the campaign and its visits, each by its own drawn team. Raises ListRefused, BadFile, NoGuide."""
    hold_agency(agency.id)  # of two who take the same file over the second finds it done
    digest = sha256(data).hexdigest()
    twin = twin_of(agency.id, digest)
    if twin is not None:
        raise ListRefused(f"这份名单已经导入为“{twin.number}”")
    _check_line(told)
    items = list(db.session.scalars(select(Item).where(Item.id.in_(told.items), Item.agency_id == agency.id)))
    against = [one.sentence for one in against_items(items)]
    if against:
        raise ListRefused("；".join(against))
    judged = judge(agency, told, rows)
    sound, wrong = [one for one in judged if not one.problems], [one for one in judged if one.problems]
    if not sound:
        raise ListRefused("没有可以导入的检查对象")
    if wrong and not left_out_reason.strip():
        raise ListRefused(f"有 {len(wrong)} 户有问题，请改好名单再传，或写明为什么先不导入它们")
    keep(data, allowed=SPREADSHEETS)
    campaign = _campaign(agency, told, sound, actor, now)
    campaign.platform = {
        "where": told.where,
        "drawn_at": told.drawn_at,
        "by": told.drawn_by,
        "number": told.number,
        "directed": told.directed,
        "sha256": digest,
        "file": file_name[:200],
        "objects": len(judged),
        "left_out": [
            {"line": one.row.line, "name": one.label, "why": "；".join(one.problems)} for one in wrong
        ],
        "left_out_reason": left_out_reason.strip()[:300] if wrong else "",
    }
    for row in campaign.items:
        row.guide = guide_to_use(row.item)
    move_campaign(campaign, CampaignState.SUBMITTED, now)
    campaign.submitted_by_id = actor.id
    _send(campaign, told, sound, actor, now)
    return campaign


def _check_line(told: Told) -> None:
    if told.plan_line_id is None:
        return
    line = db.session.get(PlanLine, told.plan_line_id, populate_existing=True)
    if line is None or line.dropped_at is not None:
        raise ListRefused("选的那一项已不在年度计划中，请重新上传名单并另选")


def _campaign(agency: Agency, told: Told, sound: Sequence[Judged], actor: User, now: datetime) -> Campaign:
    officers = dict.fromkeys(one.id for row in sound for one in row.officers)
    objects = tuple(row.entity.id for row in sound if row.entity is not None)
    campaign = Campaign(
        agency_id=agency.id,
        section_id=told.section_id,
        plan_line_id=told.plan_line_id,
        by_draw=False,
        name=told.name,
        check_type=told.check_type,
        method=ON_SITE,
        source=SOURCE,
        source_reason=MARK,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        scope=NamedObjects(objects, tuple(officers)).stored(),
        needs=[],
        team_size=max(len(row.officers) for row in sound),
        created_by_id=actor.id,
        created_at=now,
    )
    number_campaign(campaign, agency, told.starts_on.year)
    campaign.items = [CampaignItem(item_id=number) for number in told.items]
    sent = {one.agency_id for row in sound for one in row.officers} - {agency.id}
    campaign.partners = [
        CampaignPartner(place=place, agency_id=number, consent="yes", consent_note="按省平台抽取的名单")
        for place, number in enumerate(sorted(sent), start=2)
    ]
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _send(campaign: Campaign, told: Told, sound: Sequence[Judged], actor: User, now: datetime) -> None:
    form = form_for(campaign, now)
    visits = [
        Inspection(
            uid=uuid4(),
            agency_id=campaign.agency_id,
            campaign=campaign,
            entity=row.entity,
            state=ResultState.NOT_ENTERED,
            form=form,
            due_on=told.ends_on,
            team=[
                TeamMember(officer_id=one.id, place=place) for place, one in enumerate(row.officers, start=1)
            ],
        )
        for row in sound
    ]
    db.session.add_all(visits)
    ask_for(visits, actor, now, f"{SOURCE}：{told.where}，{told.drawn_at}")
    event = events.PlatformListTaken(
        subject_id=campaign.id,
        agency_id=campaign.agency_id,
        number=campaign.number,
        where=told.where,
        count=len(visits),
        left_out=len(campaign.platform["left_out"]),
        sha256=campaign.platform["sha256"],
    )
    record(event, actor, now)


def about(told: Told) -> dict[str, Any]:
    """What the office says, as plain data to be kept between preview and decision."""
    plain = {name: getattr(told, name) for name in Told.__slots__}
    return plain | {"starts_on": told.starts_on.isoformat(), "ends_on": told.ends_on.isoformat()}


def told_from(stored: dict[str, Any]) -> Told:
    """The same read back."""
    dates = {name: date.fromisoformat(stored[name]) for name in ("starts_on", "ends_on")}
    lists = {name: tuple(stored[name]) for name in ("items", "partners")}
    return Told(**{**stored, **dates, **lists})
