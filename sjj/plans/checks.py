"""What stands in the way of a campaign, all at once: before submission and again before the freeze.

A problem stops; a warning is shown and goes on. Unpublished items may not be inspected (国办发〔2024〕54号).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sjj.plans.from_line import warnings_of
from sjj.plans.models import Campaign
from sjj.plans.pool import Pool
from sjj.plans.scope import Scope
from sjj.plans.staff import staff_of
from sjj.registers.law_lapsed import has_ended
from sjj.registers.models import Guide, Item
from sjj.rules.lifecycle import CampaignState


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to be seen to, and the part of the campaign where: basics, scope, strata, team."""

    where: str
    sentence: str


def guide_to_use(item: Item) -> Guide | None:
    """The newest confirmed guide of an item; a draft only where nothing is confirmed yet."""
    newest_first = sorted(item.guides, key=lambda guide: guide.version, reverse=True)
    confirmed = (guide for guide in newest_first if not guide.is_draft)
    return next(confirmed, newest_first[0] if newest_first else None)


def problems(campaign: Campaign, pool: Pool, day: date) -> list[Problem]:
    """Everything for which submission is refused."""
    return [
        *_dates(campaign, day),
        *item_problems(campaign),
        *_layers(campaign, pool),
        *_team(campaign, day),
        *_partners(campaign),
    ]


def _dates(campaign: Campaign, day: date) -> Iterator[Problem]:
    if campaign.ends_on < campaign.starts_on:
        yield Problem("basics", "检查结束日期早于开始日期")
    elif campaign.ends_on < day:
        yield Problem("basics", "检查结束日期已过，请改期")


def item_problems(campaign: Campaign) -> list[Problem]:
    """Items that may not be inspected: unpublished, retired, or without any guide."""
    if not campaign.items:
        return [Problem("basics", "还没有选抽查事项")]
    found = []
    for item in (row.item for row in campaign.items):
        if item.retired_at is not None:
            found.append(Problem("basics", f"“{item.name}”已不在随机抽查事项清单中"))
        elif item.published_at is None:
            found.append(
                Problem("basics", f"“{item.name}”还没有公布，未公布的事项不得检查（国办发〔2024〕54号）")
            )
        elif guide_to_use(item) is None:
            found.append(Problem("basics", f"“{item.name}”还没有抽查工作指引"))
    return found


def _layers(campaign: Campaign, pool: Pool) -> Iterator[Problem]:
    if not campaign.strata:
        yield Problem("strata", "还没有定分层和抽取数量")
        return
    for one in pool.strata.values():
        if one.problem:
            yield Problem("strata", one.problem)
    if not pool.members:
        yield Problem("scope", "检查对象范围内没有可抽取的对象")
    elif pool.take == 0 and not any(one.problem for one in pool.strata.values()):
        yield Problem("strata", "各层合计抽 0 户，至少要抽 1 户")


def _partners(campaign: Campaign) -> Iterator[Problem]:
    """Nobody is sent without being asked: each other agency must have agreed."""
    if all(row.item.agency_id != campaign.agency_id for row in campaign.items) and campaign.items:
        yield Problem("basics", "至少要有一个本部门的抽查事项")
    for one in campaign.partners:
        if one.agency_id == campaign.agency_id or one.consent == "yes":
            continue
        if one.consent == "no":
            yield Problem("team", f"{one.agency.name}不参加：{one.consent_note}，请改检查人员")
        else:
            yield Problem("team", f"{one.agency.name}还没有确认参加")


def _team(campaign: Campaign, day: date) -> Iterator[Problem]:
    staff = staff_of(campaign, day)
    candidates = staff.candidates(campaign.team_unit)
    if len(candidates) < campaign.team_size:
        yield Problem("team", _too_few(campaign, len(candidates)))
    for place in staff.places:
        wanted = place.tags
        if wanted and not any(tags & set(wanted) for tags in candidates.values()):
            who = f"由{place.supplier}派出" if place.supplier else ""
            skill = f"具备{'或'.join(place.expertise)}" if place.expertise else ""
            yield Problem(
                "team", f"第 {place.number} 位须{'、'.join(filter(None, (who, skill)))}，没有可抽取的"
            )


def _too_few(campaign: Campaign, number: int) -> str:
    if campaign.team_unit == "group":
        return f"每户要 {campaign.team_size} 个执法组，可抽取的执法组只有 {number} 个（每组至少 2 名证件有效的在岗人员）"
    return f"每户要 {campaign.team_size} 名执法人员，证件有效的在岗人员只有 {number} 名"


def warnings(campaign: Campaign, day: date) -> list[str]:
    """What should be seen to but does not stop the campaign."""
    is_draft = campaign.state is CampaignState.DRAFT
    found = warnings_of(campaign.plan_line, day) if campaign.plan_line is not None and is_draft else []
    for item in (row.item for row in campaign.items):
        found += item_warnings(item, day)
    if Scope.read(campaign.scope).uses_credit:
        found.append("范围按信用风险筛选：各层都不公开，公示的方案也不写这一条")
    number = len(staff_of(campaign, day).candidates(campaign.team_unit))
    if campaign.team_size <= number < campaign.team_size + 2:
        what = f"执法组只有 {number} 个" if campaign.team_unit == "group" else f"执法人员只有 {number} 名"
        found.append(f"可抽取的{what}，有人请假或回避就可能派不出")
    return found


def item_warnings(item: Item, day: date) -> list[str]:
    """依据已失效, one that nobody has confirmed, and a guide that is still a draft."""
    repealed = [row.law.title for row in item.bases if row.law.is_repealed_on(day)]
    found = [f"“{item.name}”依据已失效：《{title}》" for title in repealed]
    unsure = [row.law.title for row in item.bases if has_ended(row.law, day, confirmed=False)]
    found += [f"“{item.name}”依据待核实：《{title}》登记的废止日期已到，还没有人核实" for title in unsure]
    guide = guide_to_use(item)
    if guide is not None and guide.is_draft:
        found.append(f"“{item.name}”的工作指引还是草案，须法制审核后启用")
    return found
