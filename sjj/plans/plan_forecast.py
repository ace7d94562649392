"""What a year's plan comes to: the rules' forecast over the register, the year's settings and what was done.

The register is kept between questions (`plan_population`), so that an edit is answered at once. Only looks.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast_done import Done, beside_the_plan, carried_out, done_of, is_past
from sjj.plans.plan_line_rules import UNSAVED, rule_line
from sjj.plans.plan_population import Register, register_of
from sjj.plans.plan_settings import officer_ratio_of, settings_of, to_targets_of
from sjj.rules.forecast import Forecast, LineForecast, forecast
from sjj.rules.forecast_settings import Settings
from sjj.rules.forecast_warnings import PlanWarning, Topic, forecast_warnings
from sjj.rules.plan_lines import Line
from sjj.rules.quota_lines import OfficerRatio
from sjj.web import today

ANSWERS_KEPT = 4
AFTER = timedelta(days=365)  # a year that is over is seen from the end of the next


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan's forecast with the settings it goes by, its warnings, and the lines by key (id, or "new")."""

    forecast: Forecast
    settings: Settings
    warnings: tuple[PlanWarning, ...]
    by_line: Mapping[Hashable, LineForecast]
    lines: Sequence[Line]
    done: Done
    register: Register
    officers: str = ""  # officers-to-objects ratio against the plan, in words; "" when none is set
    is_short_of_officers: bool = False


def lines_of(agency_id: int, year: int) -> list[PlanLine]:
    """The lines of a year that stand, in their order."""
    query = select(PlanLine).where(
        PlanLine.agency_id == agency_id, PlanLine.year == year, PlanLine.dropped_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(PlanLine.number)))


@dataclass(frozen=True, slots=True)
class Ground:
    """What every forecast of an agency's year stands on, read once: register, settings, what was done."""

    agency: Agency
    year: int
    day: date
    register: Register
    settings: Settings
    done: Done
    beside: tuple[Line, ...]  # what was done beside the plan
    ratio: OfficerRatio | None

    @property
    def seen_from(self) -> date:
        """The day within the year from which its quarters are past or to come."""
        if self.day.year > self.year:
            return date(self.year, 12, 31) + AFTER
        return max(self.day, date(self.year, 1, 1))


def ground_of(agency: Agency, year: int, now: datetime) -> Ground:
    """Read it."""
    day = today(now)
    register = register_of(agency.id, day)
    counted = to_targets_of(agency.id, year)
    done = done_of(agency.id, year, others=counted.other_agencies)
    with register.turn:
        beside = tuple(beside_the_plan(done, register, counted))
    ratio = officer_ratio_of(agency.id, year, day)
    return Ground(agency, year, day, register, settings_of(agency, year), done, beside, ratio)


def forecast_of(
    agency: Agency,
    year: int,
    now: datetime,
    lines: Sequence[PlanLine] | None = None,
    *,
    strictly: bool = False,
) -> Outcome:
    """The forecast of an agency's year, or of these lines in place of its own.

    As planned: what is not done yet will be done in its quarter. `strictly`: past quarters count only what was
    inspected.
    """
    shown = lines if lines is not None else lines_of(agency.id, year)
    return forecast_on(ground_of(agency, year, now), shown, strictly=strictly)


def forecast_on(ground: Ground, lines: Sequence[PlanLine], *, strictly: bool = False) -> Outcome:
    """The forecast of these lines on what is known already."""
    register, done, day = ground.register, ground.done, ground.seen_from
    with register.turn:
        plain = [rule_line(one, register) for one in lines]
        known = tuple(carried_out(one, done, register, strictly=strictly, day=day) for one in plain)
        found, warned = _remembered(ground, (*known, *ground.beside))
    words, is_short = _officer_words(ground.ratio, found)
    by_line = {one.line.key: one for one in found.lines}
    warnings = (*_late(plain, done, day), *warned)
    return Outcome(found, ground.settings, warnings, by_line, known, done, register, words, is_short)


def _remembered(ground: Ground, lines: tuple[Line, ...]) -> tuple[Forecast, tuple[PlanWarning, ...]]:
    """The rules' answer; the last few are kept with the register, as each edit asks for the plan before it."""
    register, settings = ground.register, ground.settings
    asked = (lines, repr(settings))
    known: tuple[Forecast, tuple[PlanWarning, ...]] | None = register.answers.pop(asked, None)
    if known is None:
        found = forecast(lines, register.population, register.groups, settings)
        known = (found, forecast_warnings(found, register.population, register.groups, settings))
        while len(register.answers) >= ANSWERS_KEPT:
            register.answers.pop(next(iter(register.answers)))
    register.answers[asked] = known  # the one asked for last goes last
    return known


def _late(lines: Sequence[Line], done: Done, day: date) -> list[PlanWarning]:
    """Quarters that are past with lines that nobody has begun."""
    found: dict[int, list[Line]] = {}
    for one in lines:
        campaigns = done.of_line.get(one.key, ()) if isinstance(one.key, int) else ()
        if one.key != UNSAVED and is_past(one, day) and not any(done.visits.get(c.id) for c in campaigns):
            found.setdefault(one.in_quarter, []).append(one)
    return [
        PlanWarning(
            Topic.LATE,
            tuple(one.key for one in own),
            quarter,
            f"第{quarter}季度已过，{'、'.join(f'“{one.name}”' for one in own)}还没有检查记录；可移到以后的季度",
        )
        for quarter, own in sorted(found.items())
    ]


def _officer_words(ratio: OfficerRatio | None, found: Forecast) -> tuple[str, bool]:
    """The officers-to-objects ratio of the year against the plan, and whether the plan is out of it."""
    if ratio is None:
        return "", False
    bound, visits = ratio.officers * ratio.per_officer, found.visits
    said = f"在岗执法人员 {ratio.officers} 人 × {ratio.per_officer} 户（1:{ratio.per_officer}）= {bound} 户"
    source = f"（{ratio.source}）" if ratio.source else ""
    is_out = visits < bound if ratio.is_floor else visits > bound
    begin, out, kept = ("不少于", "少", "达到") if ratio.is_floor else ("不超过", "超出", "未超出")
    end = f"{out} {abs(bound - visits)}" if is_out else kept
    return f"全年{begin} {said}{source}，计划 {visits} 户次，{end}", is_out
