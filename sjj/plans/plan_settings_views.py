"""The page of a year's settings: targets with their source, officer-days by quarter, what counts."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agency_of
from sjj.database import commit
from sjj.plans.plan_settings import (
    officer_ratio_of,
    proposals,
    save_settings,
    settings_in_force,
    settings_of,
    to_targets_of,
)
from sjj.plans.plan_settings_forms import TARGET_COUNTS, PlanSettingsForm, settings_data, settings_form
from sjj.rules.indicator_list import INDICATORS
from sjj.rules.targets import in_force
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_settings", __name__, url_prefix="/plan-settings")
YEARS = range(2024, 2101)  # the two papers hold from 2024


@dataclass(frozen=True, slots=True)
class Year:
    """An agency's year that somebody may change."""

    agency: Agency
    year: int


def year_to_edit(user: User, agency_id: int, year: int) -> Year | None:
    """A guard's loader."""
    agency = agency_of(user, agency_id, "campaign.edit")
    return Year(agency, year) if agency is not None and year in YEARS else None


@bp.route("/<int:agency_id>/<int:year>", methods=["GET", "POST"])
@requires("campaign.edit", year_to_edit)
def plan_settings(chosen: Year) -> Response:
    """Show and change them; `do=propose` fills in the officer-days that the calendar gives."""
    moment = now()
    agency, year = chosen.agency, chosen.year
    form = _form(agency, year, today(moment))
    offered = proposals(agency.id, year, today(moment))
    asks = request.method == "POST" and request.form.get("do") == "propose"
    if asks:
        for one in offered:
            form[f"capacity_{one.quarter}"].data = one.days
            form[f"capacity_{one.quarter}"].raw_data = None
    elif request.method == "POST" and form.validate():
        save_settings(agency, year, form.values(), g.user, moment)
        commit()
        flash(f"已保存{year}年计划设置。", "ok")
        return go("plan_lines.plan_lines", year=year, agency=agency.id)
    row = settings_in_force(agency.id, year)
    return page(
        "plans/plan_settings.html",
        form=form,
        agency=agency,
        year=year,
        indicators=INDICATORS.values(),
        proposals=offered,
        origin=row.year if row is not None else None,
        status=200 if request.method == "GET" or asks else 422,
    )


def _form(agency: Agency, year: int, day: date) -> PlanSettingsForm:
    if year < YEARS.start:
        abort(404)
    settings = settings_of(agency, year)
    ratio, counted = officer_ratio_of(agency.id, year, day), to_targets_of(agency.id, year)
    more = {f"target_{name}": getattr(counted, name) for name in TARGET_COUNTS}
    if ratio is not None:
        more |= {
            "ratio": ratio.per_officer,
            "ratio_way": "floor" if ratio.is_floor else "ceiling",
            "ratio_source": ratio.source,
        }
    targets = {one.indicator: one for one in in_force(settings.targets, date(year, 12, 31))}
    return settings_form(date(year, 1, 1))(data=settings_data(settings, targets, more))
