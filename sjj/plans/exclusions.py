"""Whom a campaign does not draw again: inspected already in the period, under way, at the yearly cap.

The plan line says whether to skip and for how long; its own cap goes before the agency's (国办发〔2024〕54号: a
published yearly cap for each enterprise). The cap is never overridden: who has reached it is left out, with the
count; what counts is the year's setting (plans.visits). A visit that is drawn and not made yet counts to the cap,
because it will be made. For “已检查的不再抽” every visit of the agency itself counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sjj.plans.models import Campaign
from sjj.plans.visits import Visits, visits, visits_that_count
from sjj.rules.deadlines import quarter_bounds, quarter_of

SKIPS = {
    "": "照常抽取",
    "quarter": "本季度已检查的不再抽",
    "half": "本半年已检查的不再抽",
    "year": "本年已检查的不再抽",
}
COUNTED = "本季度已检查的计入应抽户数，只抽其余的"
_HALVES = "上下"
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Why:
    """Why one object is not drawn: the reason that is counted, and what stands behind it for this object."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The time in which a visit already made counts, with its name."""

    since: date
    until: date
    label: str


def cap_of(campaign: Campaign) -> tuple[int | None, str]:
    """The yearly cap of a campaign and who set it; None: there is none."""
    line = campaign.plan_line
    if line is not None and line.frequency_cap is not None:
        return line.frequency_cap, "年度计划"
    return campaign.agency.frequency_cap, "部门"


def skip_period(campaign: Campaign, day: date) -> Period | None:
    """The period whose visits are not repeated: the quarter, half or year that the plan line names.

    A line that counts whom the quarter has seen draws only the others, so it skips the quarter at least.
    """
    line = campaign.plan_line
    if line is None or not (line.skip_inspected or line.counts_inspected):
        return None
    if line.skip_inspected == "year":
        return _year(line.year)
    quarter = quarter_period(campaign, day)
    if line.skip_inspected != "half":
        return quarter
    half = (quarter.since.month - 1) // 6
    since, _ = quarter_bounds(quarter.since.year, 1 + 2 * half)
    _, until = quarter_bounds(quarter.since.year, 2 + 2 * half)
    return Period(since, until, f"{since.year}年{_HALVES[half]}半年")


def quarter_period(campaign: Campaign, day: date) -> Period:
    """The quarter that a campaign is for: its plan line's, else that of its first day."""
    line = campaign.plan_line
    year, quarter = quarter_of(_visited_from(campaign, day))
    if line is not None and (line.month or line.quarter):
        year, quarter = line.year, (line.month + 2) // 3 if line.month else line.quarter or quarter
    since, until = quarter_bounds(year, quarter)
    return Period(since, until, f"{year}年第{_QUARTERS[quarter - 1]}季度")


def inspected_in_quarter(campaign: Campaign, day: date) -> set[int]:
    """The objects seen in the quarter that count towards its number, if the plan line says so (S3 二（四）)."""
    if campaign.plan_line is None or not campaign.plan_line.counts_inspected:
        return set()
    period = quarter_period(campaign, day)
    known = visits(campaign.agency_id, period.since, period.until)
    return {entity for entity, days in known.made.items() if _within(days, period)}


def sentences(campaign: Campaign) -> list[tuple[str, str]]:
    """The two rules of a campaign in words, as they stand in its scheme."""
    said = []
    line = campaign.plan_line
    if line is not None and line.skip_inspected:
        said.append(("已检查的对象", SKIPS[line.skip_inspected]))
    if line is not None and line.counts_inspected:
        said.append(("应抽户数", COUNTED))
    cap, _ = cap_of(campaign)
    if cap is not None:
        said.append(("频次上限", f"每户每年不超过 {cap} 次，已达上限的不抽"))
    return said


def exclusions(campaign: Campaign, day: date) -> dict[int, Why]:
    """By the id of the entity: why the campaign may not draw it though its register says nothing against it."""
    period = skip_period(campaign, day)
    cap, whose = cap_of(campaign)
    year = _year(_visited_from(campaign, day).year)
    if period is None and cap is None:
        return {}
    found: dict[int, Why] = {}
    if cap is not None:
        counted = visits_that_count(campaign.agency_id, year.since.year)
        found |= _at_cap(Visits([replace(one, own_agency=True) for one in counted]), year, cap, whose)
    if period is not None:  # told first: it is what the plan asks, the cap is the outer limit
        known = visits(campaign.agency_id, period.since, period.until)
        found |= _inspected(known, period)
        found |= {
            entity: Why(f"正在检查中（任务{'、'.join(numbers)}）")
            for entity, numbers in known.under_way.items()
        }
    return found


def _inspected(known: Visits, period: Period) -> dict[int, Why]:
    found = {}
    for entity, days in known.made.items():
        within = _within(days, period)
        if within:
            last = max(within)
            found[entity] = Why(f"{period.label}已检查", f"{last.year}年{last.month}月{last.day}日")
    return found


def _at_cap(known: Visits, year: Period, cap: int, whose: str) -> dict[int, Why]:
    found = {}
    for entity in {*known.made, *known.under_way}:
        made, open_ = len(_within(known.made.get(entity, ()), year)), len(known.under_way.get(entity, ()))
        if made + open_ >= cap:
            detail = f"{year.label}已检查 {made} 次" + (f"，正在检查 {open_} 次" if open_ else "")
            found[entity] = Why(f"已达频次上限（{whose}规定每年 {cap} 次）", detail)
    return found


def _within(days: Iterable[date], period: Period) -> list[date]:
    return [day for day in days if period.since <= day <= period.until]


def _visited_from(campaign: Campaign, day: date) -> date:
    """The first day on which a visit of this campaign can be made, seen from a day."""
    return max(day, campaign.starts_on)


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), f"{year}年")
