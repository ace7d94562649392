"""The year's plan: its lines with their numbers, the outlook of every target, and the form of a line."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of
from sjj.database import commit, let_go, only_reading
from sjj.plans import plan_line_queries as queries
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Outcome, forecast_of, forecast_on, ground_of, lines_of
from sjj.plans.plan_line_choices import form_of, values_of
from sjj.plans.plan_line_forms import LAYER_KEYS, PlanLineForm
from sjj.plans.plan_line_numbers import LineNumbers, line_numbers
from sjj.plans.plan_line_page import plan_page
from sjj.plans.plan_line_rules import UNSAVED
from sjj.plans.plan_line_services import PlanLineRefused, save_line, stand_of
from sjj.plans.plan_population import register_of
from sjj.plans.plan_versions import may_edit_lines, state_card, why_not_editable
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_lines", __name__, url_prefix="/plan-lines")


@bp.get("/")
@requires("campaign.read")
def plan_lines() -> Response:
    """The plan of a year; `actual`: past quarters count only what was inspected."""
    moment = now()
    agency = queries.agency_shown(g.user, request.args.get("agency", type=int)) or abort(404)
    year = request.args.get("year", type=int) or today(moment).year
    if not queries.EARLIEST <= year <= queries.LATEST:
        abort(404)
    strictly = request.args.get("actual") == "1"
    lines = lines_of(agency.id, year)
    outcome = forecast_of(agency, year, moment, lines, strictly=strictly)
    return page(
        "plans/plan_lines.html",
        shown=plan_page(lines, outcome),
        agency=agency,
        agencies=agencies_of(g.user, "campaign.read"),
        year=year,
        years=queries.years_of(agency.id, today(moment).year),
        struck=queries.struck_lines(agency.id, year),
        campaigns=queries.campaigns_by_line(agency.id, year),
        card=state_card(agency, year, g.user, moment),
        may_edit=g.user.may("campaign.edit", agency.id),
        may_change=g.user.may("campaign.edit", agency.id) and may_edit_lines(agency.id, year),
        strictly=strictly,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("campaign.edit")
def plan_line_new() -> Response:
    """Enter a line."""
    moment = now()
    agency = queries.agency_shown(g.user, request.args.get("agency", type=int), "campaign.edit") or abort(404)
    year = request.args.get("year", type=int) or today(moment).year
    if not queries.EARLIEST <= year <= queries.LATEST:
        abort(404)
    return _edit(PlanLine(agency_id=agency.id, year=year, scope={}, items=[]), agency)


@bp.route("/<int:line_id>", methods=["GET", "POST"])
@requires("campaign.edit", queries.line_to_edit)
def plan_line_edit(line: PlanLine) -> Response:
    """Change a line."""
    return _edit(line, line.agency)


def _edit(line: PlanLine, agency: Agency) -> Response:
    moment = now()
    if request.method == "POST":
        let_go()  # forecasts take their time: no writer waits for them
    with only_reading():
        form = form_of(line, agency, register_of(agency.id, today(moment)), today(moment))
        if request.method == "GET":
            form.seen.data = stand_of(line)
        asks = request.method == "POST" and request.form.get("do") == "preview"
        sound = request.method == "GET" or form.validate()
        if request.method == "GET" or asks or not sound:
            return _show(form, line, agency, status=200 if sound else 422)
    try:
        save_line(line, values_of(form, agency.id), form.seen.data or "", g.user, moment)
    except PlanLineRefused as refusal:
        let_go()
        with only_reading():
            _tell(form, refusal)
            return _show(form, line, agency, status=422)
    commit()
    flash(f"已保存{line.year}年计划第{line.number}项“{line.name}”。", "ok")
    return go("plan_lines.plan_lines", year=line.year, agency=agency.id)


def _show(form: PlanLineForm, line: PlanLine, agency: Agency, status: int) -> Response:
    is_htmx = request.headers.get("HX-Request") == "true"
    numbers, outcome = _numbers(form, line, agency)
    why = "" if is_htmx else why_not_editable(agency.id, line.year)
    return page(
        "plans/plan_line_form.html",
        "plans/plan_line_numbers.html",
        status=200 if is_htmx else status,
        form=form,
        line=line,
        agency=agency,
        year=line.year,
        layers=LAYER_KEYS,
        numbers=numbers,
        outcome=outcome,
        why_not=why,
    )


def _numbers(form: PlanLineForm, line: PlanLine, agency: Agency) -> tuple[LineNumbers | None, Outcome | None]:
    """What the line comes to as it stands in the form; None while what it says cannot be computed."""
    moment = now()
    wrong = [field for field in form if field.errors and not _is_harmless(field.name)]
    if wrong:
        return None, None
    lines = lines_of(agency.id, line.year)
    ground = ground_of(agency, line.year, moment)
    before = forecast_on(ground, lines)
    shown = PlanLine(agency_id=agency.id, year=line.year, **_as_typed(form, line, agency))
    shown.id = line.id
    key = UNSAVED if line.id is None else line.id
    edited = [shown if one.id == line.id else one for one in lines]
    if line.id is None or line.id not in {one.id for one in lines}:
        edited.append(shown)
    after = forecast_on(ground, edited)
    return line_numbers(shown, key, after, before), after


def _is_harmless(name: str) -> bool:
    """A problem that no number depends on."""
    return name in ("name", "basis", "number", "area", "section_id", "partner_keys", "item_ids", "seen")


def _as_typed(form: PlanLineForm, line: PlanLine, agency: Agency) -> dict[str, object]:
    values = values_of(form, agency.id)
    return {**values, "number": values["number"] or line.number or 0, "name": values["name"] or "本项"}


def _tell(form: PlanLineForm, refusal: PlanLineRefused) -> None:
    if refusal.field:
        form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))
