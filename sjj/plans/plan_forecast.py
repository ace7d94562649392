"""What a year's plan comes to: the rules' forecast over the register, the year's settings and what was done.

The register is kept between questions (`plan_population`), so that an edit is answered at once. Only looks.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
from sjj.web import today


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
    day = today(now)
    register = register_of(agency.id, day)
    done = done_of(agency.id, year)
    shown = list(lines if lines is not None else lines_of(agency.id, year))
    settings = settings_of(agency, year)
    seen_from = min(max(day, date(year, 1, 1)), date(year, 12, 31))
    if day.year > year:
        seen_from = date(year + 1, 12, 31)  # every quarter is past
    with register.turn:
        plain = [rule_line(one, register) for one in shown]
        known = [carried_out(one, done, register, strictly=strictly, day=seen_from) for one in plain]
        beside = list(beside_the_plan(done, register, to_targets_of(agency.id, year)))
        found = forecast([*known, *beside], register.population, register.groups, settings)
        warned = forecast_warnings(found, register.population, register.groups, settings)
    late = _late(plain, done, seen_from)
    words, is_short = _officer_words(agency, year, day, found)
    by_line = {one.line.key: one for one in found.lines}
    return Outcome(found, settings, (*late, *warned), by_line, known, done, register, words, is_short)


def _late(lines: Sequence[Line], done: Done, day: date) -> list[PlanWarning]:
    """Lines whose quarter is past without any visit."""
    found = []
    for one in lines:
        campaigns = done.of_line.get(one.key, ()) if isinstance(one.key, int) else ()
        if one.key == UNSAVED or not is_past(one, day) or any(done.visits.get(c.id) for c in campaigns):
            continue
        said = f"“{one.name}”（{one.when}）季度已过，还没有检查记录；可移到以后的季度"
        found.append(PlanWarning(Topic.LATE, (one.key,), one.in_quarter, said))
    return found


def _officer_words(agency: Agency, year: int, day: date, found: Forecast) -> tuple[str, bool]:
    ratio = officer_ratio_of(agency.id, year, day)
    if ratio is None:
        return "", False
    bound = ratio.officers * ratio.per_officer
    begin = f"在岗执法人员 {ratio.officers} 人 × {ratio.per_officer} 户（1:{ratio.per_officer}）= {bound} 户"
    source = f"（{ratio.source}）" if ratio.source else ""
    visits = found.visits
    if ratio.is_floor:
        short = visits < bound
        end = f"计划 {visits} 户次，少 {bound - visits}" if short else f"计划 {visits} 户次，达到"
        return f"全年不少于 {begin}{source}，{end}", short
    short = visits > bound
    end = f"计划 {visits} 户次，超出 {visits - bound}" if short else f"计划 {visits} 户次，未超出"
    return f"全年不超过 {begin}{source}，{end}", short
