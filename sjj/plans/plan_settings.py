"""The settings of an agency's year: targets with their source, officer-days, what counts, how much a team does.

Without a row of its own a year has the targets of the bureau whose paper its kind follows (S1 for 林业, S3 for
生态); they stay data that the office changes. Officer-days are proposed, never taken for granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.plans.numbering import hold_agency
from sjj.plans.plan_line_events import PlanSettingsSaved
from sjj.plans.plan_models import PlanSettings
from sjj.registers.calendar import work_calendar
from sjj.registers.models import Officer
from sjj.registers.upkeep_models import OfficerLeave
from sjj.rules.bureaus import ECOLOGY, FORESTRY
from sjj.rules.deadlines import quarter_bounds
from sjj.rules.forecast_settings import Settings
from sjj.rules.indicator_list import INDICATORS
from sjj.rules.quota_lines import OfficerRatio
from sjj.rules.targets import Target, WrongTargets, read_targets
from sjj.rules.visit_counting import Counting
from sjj.rules.workdays import ONE_DAY, CalendarGap

QUARTERS = (1, 2, 3, 4)
PRESETS = {"林业": FORESTRY, "生态": ECOLOGY}
COUNTS = ("individual_cases", "off_site", "other_agencies", "outside_draws")


@dataclass(frozen=True, slots=True)
class ToTargets:
    """Which visits, beside those of draws on the plan, count towards the year's targets."""

    individual_cases: bool = True
    outside_draws: bool = True
    other_agencies: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Officer-days that a quarter could have, and how they come about; None: the calendar is not known."""

    quarter: int
    days: int | None
    sentence: str


def stored_settings(agency_id: int, year: int) -> PlanSettings | None:
    """The year's own row, if the office has made one."""
    query = select(PlanSettings).where(PlanSettings.agency_id == agency_id, PlanSettings.year == year)
    return db.session.scalar(query)


def settings_in_force(agency_id: int, year: int) -> PlanSettings | None:
    """The year's own row, or that of the last year that has one: settings stay until they are changed."""
    query = select(PlanSettings).where(PlanSettings.agency_id == agency_id, PlanSettings.year <= year)
    return db.session.scalar(query.order_by(PlanSettings.year.desc()).limit(1))


def preset_targets(agency: Agency) -> tuple[Target, ...]:
    """The targets of the paper that the agency's kind follows."""
    return PRESETS.get(agency.theme, FORESTRY).targets


def settings_of(agency: Agency, year: int) -> Settings:
    """What the figures of an agency's year go by; officer-days are those of the year itself or unknown."""
    row = settings_in_force(agency.id, year)
    if row is None:
        return Settings(year, preset_targets(agency), cap=agency.frequency_cap)
    others = row.others or {}
    return Settings(
        year,
        _targets(row, agency),
        capacity={int(quarter): int(days) for quarter, days in (row.capacity or {}).items()}
        if row.year == year
        else {},
        team=int(others.get("team") or 2),
        on_site_a_day=Fraction(str(others.get("on_site_a_day") or 2)),
        off_site_a_day=Fraction(str(others.get("off_site_a_day") or 4)),
        cap=agency.frequency_cap,
        counting=counting_of(row.counting or {}),
    )


def _targets(row: PlanSettings, agency: Agency) -> tuple[Target, ...]:
    try:
        return read_targets(row.targets or [])
    except WrongTargets:  # what an older program kept and this one cannot read must not close the page
        return preset_targets(agency)


def counting_of(stored: Mapping[str, Any]) -> Counting:
    """What counts to the yearly cap, as it is kept."""
    return Counting(**{name: bool(stored[name]) for name in COUNTS if name in stored})


def to_targets_of(agency_id: int, year: int) -> ToTargets:
    """What counts towards the targets beside the plan's own draws."""
    row = settings_in_force(agency_id, year)
    kept = (row.counting or {}).get("targets", {}) if row is not None else {}
    names = ("individual_cases", "outside_draws", "other_agencies")
    return ToTargets(**{name: bool(kept[name]) for name in names if name in kept})


def officer_ratio_of(agency_id: int, year: int, day: date) -> OfficerRatio | None:
    """Objects to one officer in post (1:5, 1:10), if the office has set a ratio."""
    row = settings_in_force(agency_id, year)
    kept = (row.others or {}).get("ratio") if row is not None else None
    if not kept:
        return None
    officers = len(officers_in_post(agency_id, day))
    return OfficerRatio(
        int(kept["per_officer"]), officers, bool(kept.get("is_floor", True)), kept.get("source", "")
    )


def officers_in_post(agency_id: int, day: date) -> list[int]:
    """The officers on duty with a certificate that is valid on a day."""
    query = select(Officer.id).where(
        Officer.agency_id == agency_id,
        Officer.on_duty.is_(True),
        Officer.certificate_no != "",
        Officer.certificate_until >= day,
    )
    return list(db.session.scalars(query))


def proposals(agency_id: int, year: int, day: date) -> list[Proposal]:
    """Officers in post × working days − leave, quarter by quarter."""
    calendar, officers = work_calendar(), officers_in_post(agency_id, day)
    away = _leaves(officers, year)
    found = []
    for quarter in QUARTERS:
        first, last = quarter_bounds(year, quarter)
        try:
            days = calendar.workdays_between(first - ONE_DAY, last)
            left = sum(
                calendar.workdays_between(max(begin, first) - ONE_DAY, min(end, last))
                for begin, end in away
                if begin <= last and end >= first
            )
        except CalendarGap as gap:
            found.append(Proposal(quarter, None, str(gap)))
            continue
        number = max(0, len(officers) * days - left)
        said = f"在岗执法人员 {len(officers)} 人 × {days} 个工作日"
        found.append(
            Proposal(quarter, number, f"{said}{f' − 请假 {left} 人日' if left else ''} = {number} 人日")
        )
    return found


def _leaves(officers: list[int], year: int) -> list[tuple[date, date]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(OfficerLeave.from_on, OfficerLeave.until_on).where(
        OfficerLeave.officer_id.in_(officers),
        OfficerLeave.cancelled_at.is_(None),
        OfficerLeave.from_on <= last,
        OfficerLeave.until_on >= first,
    )
    return [(begin, end) for begin, end in db.session.execute(query)]


def save_settings(
    agency: Agency, year: int, values: Mapping[str, Any], actor: Actor, now: datetime
) -> PlanSettings:
    """Keep the settings of a year: targets, capacity, counting, others, as the model names them."""
    hold_agency(agency.id)
    row = stored_settings(agency.id, year)
    if row is None:
        row = PlanSettings(agency_id=agency.id, year=year)
        db.session.add(row)
    for name in ("targets", "capacity", "counting", "others"):
        setattr(row, name, values[name])
    row.changed_at, row.changed_by_id = now, actor.id
    db.session.flush()
    kept = read_targets(values["targets"])
    words = "；".join(f"{INDICATORS[one.indicator].label}{one.words}" for one in kept)
    record(PlanSettingsSaved(subject_id=row.id, agency_id=agency.id, year=year, targets=words), actor, now)
    return row
