"""The demo's joint checks: one across two bureaus with results of both, one of two sections, one list of the platform.

Written as the offices write it, through their own services. The list of the platform is made here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from sjj.database import db
from sjj.demo.campaigns import SOURCES, take_the_dice
from sjj.demo.cast import Cast
from sjj.demo.visits import Visit, record_visit
from sjj.demo.words import chooser
from sjj.draws import ceremony_services as ceremony
from sjj.draws.freeze_services import freeze
from sjj.draws.models import Draw
from sjj.followups.services import open_problems
from sjj.inspections.approval_services import approve as approve_check
from sjj.inspections.direct_checks import against_pairs, items_on_offer, officers_on_offer
from sjj.inspections.dispatch import dispatch, dispatched
from sjj.inspections.models import Inspection
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.parts import Holder
from sjj.inspections.platform_judging import Told
from sjj.inspections.platform_lists import take_over
from sjj.inspections.platform_reading import read_list
from sjj.inspections.review import accept, own_hand
from sjj.inspections.visit_models import CheckApproval
from sjj.plans import consent
from sjj.plans.approval import approve, publish, submit
from sjj.plans.models import ON_SITE, Campaign
from sjj.plans.services import Layer, Partner, add_campaign, save_strata, save_team
from sjj.publicity.services import publish as publish_result
from sjj.registers.models import Entity, Officer
from sjj.rules.deadlines import quarter_of
from sjj.web import today

MADE, ASKED, SUBMITTED, PUBLIC, VISITED, REVIEWED, ENDS = -6, -6, -5, -4, -3, -2, 14
ON_LIST = 3


def fill_joint(casts: Sequence[Cast]) -> None:
    """The first bureau leads; the second takes part, has an invitation to answer, and a list of the platform."""
    host, other = casts[0], casts[1]
    first = _across(host, other, "涉林涉污企业联合检查")
    _drawn(host, other, first)
    _invited(other, host)
    _internal(host)
    _platform(other)


def _campaign(cast: Cast, name: str, made: datetime, take: str) -> Campaign:
    starts_on = cast.days.day(PUBLIC)
    year, quarter = quarter_of(starts_on)
    values = {
        "name": f"{year}年第{'一二三四'[quarter - 1]}季度{name}",
        "check_type": "日常",
        "purpose": "减少重复上门，综合查一次。",
        "starts_on": starts_on,
        "ends_on": cast.days.day(ENDS),
        "method": ON_SITE,
        "publishes_at_once": False,
        "plan_line_id": None,
        "section_id": None,
    }
    campaign = add_campaign(cast.agency, values, [items_on_offer(cast.agency.id)[0].id], cast.clerk, made)
    save_strata(campaign, "all", [Layer("", take)], False, cast.clerk, made)
    return campaign


def _across(host: Cast, other: Cast, name: str) -> Campaign:
    made = host.days.at(MADE, 9, 30)
    campaign = _campaign(host, name, made, "3户")
    save_team(campaign, 2, [], host.clerk, made, partners=[None, Partner(other.agency.id)])
    (partner,) = campaign.partners
    item = items_on_offer(other.agency.id)[0]
    consent.agree(partner, [item.id], other.clerk, host.days.at(ASKED, 15))
    return campaign


def _drawn(host: Cast, other: Cast, campaign: Campaign) -> None:
    at = host.days.at(SUBMITTED, 9, 10)
    submit(campaign, host.clerk, at, today(at))
    approve(campaign, host.approver, host.days.at(SUBMITTED, 15, 20))
    publish(campaign, host.clerk, host.days.at(PUBLIC, 9, 10))
    draw = _hold(host, campaign)
    visits = dispatched(draw)
    both = replace(host, officers={**host.officers, **other.officers})
    for number, visit in enumerate(visits[:2]):
        record_visit(both, visit, Visit(host.days.day(VISITED + number)))
    first, second, *_ = visits
    _review(host, first, host.days.at(REVIEWED, 10))
    (part,) = _parts(first)
    _review(other, part, host.days.at(REVIEWED, 15))
    publish_result(first, host.clerk, host.days.at(REVIEWED, 16))
    publish_result(part, other.clerk, host.days.at(REVIEWED, 17))
    _review(host, second, host.days.at(REVIEWED + 1, 10))  # the other bureau has still to review its own


def _hold(cast: Cast, campaign: Campaign) -> Draw:
    rng = chooser(cast.bureau["key"], "joint", "dice")
    values = ["".join(rng.choices("123456", k=source.digits)) for source in SOURCES]
    draw = freeze(campaign, SOURCES, cast.clerk, cast.approver, cast.days.at(PUBLIC, 9, 15))
    take_the_dice(cast, draw, values, PUBLIC)
    ceremony.hold_draw(draw, cast.clerk, cast.days.at(PUBLIC, 9, 40))
    ceremony.reveal(draw, 0, ceremony.drawn_count(draw), cast.clerk, cast.days.at(PUBLIC, 9, 41))
    dispatch(draw, cast.days.day(ENDS), cast.clerk, cast.days.at(PUBLIC, 10, 20))
    for row in _approvals(campaign):
        approve_check(row, cast.approver, cast.days.at(PUBLIC, 11))
    return draw


def _review(cast: Cast, holder: Holder, at: datetime) -> None:
    visit = holder if isinstance(holder, Inspection) else holder.inspection
    actor = cast.clerk if not own_hand(visit, cast.clerk) else cast.approver
    accept(holder, actor, at)
    open_problems(holder, actor, at)


def _parts(visit: Inspection) -> list[InspectionPart]:
    return list(db.session.scalars(select(InspectionPart).where(InspectionPart.inspection_id == visit.id)))


def _approvals(campaign: Campaign) -> list[CheckApproval]:
    query = select(CheckApproval).join(CheckApproval.inspection).where(Inspection.campaign_id == campaign.id)
    return list(db.session.scalars(query.order_by(CheckApproval.id)))


def _invited(host: Cast, other: Cast) -> None:
    """A draft of the other bureau that waits for the first one's word."""
    made = host.days.at(-1, 14)
    campaign = _campaign(host, "危险废物与林地占用联合检查", made, "2户")
    save_team(campaign, 2, [], host.clerk, made, partners=[None, Partner(other.agency.id)])


def _internal(cast: Cast) -> None:
    """Two sections of one bureau, its scheme public, its list to be frozen."""
    made = cast.days.at(MADE, 11)
    campaign = _campaign(cast, "内设机构联合检查", made, "2户")
    manned = select(Officer.section_id).where(Officer.agency_id == cast.agency.id, Officer.on_duty.is_(True))
    sections = sorted({number for number in db.session.scalars(manned) if number is not None})[:2]
    save_team(
        campaign,
        2,
        [],
        cast.clerk,
        made,
        partners=[Partner(cast.agency.id, number) for number in sections],
    )
    at = cast.days.at(SUBMITTED, 11)
    submit(campaign, cast.clerk, at, today(at))
    approve(campaign, cast.approver, cast.days.at(SUBMITTED, 16))
    publish(campaign, cast.clerk, cast.days.at(PUBLIC, 14))


def _platform(cast: Cast) -> None:
    """A list as the platform would export it; one of its checks is approved."""
    moment = cast.days.at(PUBLIC, 15)
    day = today(moment)
    ends_on = cast.days.day(ENDS)
    team = officers_on_offer(cast.agency.id, ends_on)[:2]
    query = select(Entity).where(
        Entity.agency_id == cast.agency.id, Entity.merged_into_id.is_(None), Entity.state == "在业"
    )
    entities = [
        one
        for one in db.session.scalars(query.order_by(Entity.code.desc()))
        if not list(against_pairs(team, [one]))
    ][:ON_LIST]
    lines = ["统一社会信用代码,企业名称,执法人员,执法证号"]
    names, numbers = (
        "、".join(texts) for texts in zip(*((o.name, o.certificate_no) for o in team), strict=True)
    )
    lines += [f"{one.code},{one.name},{names},{numbers}" for one in entities]
    data = "\n".join(lines).encode()
    told = Told(
        name=f"{day.year}年省平台抽取企业检查",
        items=(items_on_offer(cast.agency.id)[0].id,),
        starts_on=day,
        ends_on=ends_on,
        where="省双随机监管工作平台（演示）",
        drawn_at=f"{day.isoformat()} 09:30",
        drawn_by="县双随机办（演示）",
        number="演示-001",
    )
    made = take_over(
        cast.agency, told, read_list(data, "名单.csv"), data, "省平台名单.csv", cast.clerk, moment,
        left_out_reason="与登记不符，正在核实",
    )  # fmt: skip
    approve_check(_approvals(made)[0], cast.approver, cast.days.at(PUBLIC, 16))
