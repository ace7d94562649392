"""The lines of the year's plan: a plain list, entering one, changing one."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.queries import agencies_of
from sjj.database import commit, db
from sjj.plans import queries, services
from sjj.plans.exclusions import SKIPS
from sjj.plans.forms import PlanLineForm
from sjj.plans.models import PlanLine
from sjj.plans.services import CampaignRefused
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_lines", __name__, url_prefix="/plan-lines")


@bp.get("/")
@requires("campaign.read")
def plan_lines() -> Response:
    """The plan of a year."""
    years = queries.plan_years(g.user)
    year = request.args.get("year", type=int) or (years[0] if years else today(now()).year)
    return page(
        "plans/plan_lines.html",
        lines=queries.plan_lines(g.user, year),
        year=year,
        years=years,
        skips=SKIPS,
        may_edit=g.user.may("campaign.edit"),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("campaign.edit")
def plan_line_new() -> Response:
    """Enter a line."""
    agencies = agencies_of(g.user, "campaign.edit")
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    form = PlanLineForm(year=today(now()).year)
    return _save(form, PlanLine(agency_id=agency.id), agency.name)


@bp.route("/<int:line_id>", methods=["GET", "POST"])
@requires("campaign.edit", queries.plan_line_to_edit)
def plan_line_edit(line: PlanLine) -> Response:
    """Change a line."""
    form = PlanLineForm(obj=line)
    if request.method == "GET":
        form.quarter.data = str(line.quarter or "")
    return _save(form, line, line.agency.name)


def _save(form: PlanLineForm, line: PlanLine, agency_name: str) -> Response:
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.validate():
        try:
            services.save_plan_line(line, form.values(), g.user, now())
        except CampaignRefused as refusal:
            form[refusal.field].errors = [str(refusal)]
            if line in db.session.new:
                db.session.expunge(line)
        else:
            commit()
            flash(f"已保存{line.year}年计划第{line.number}项“{line.name}”。", "ok")
            return go("plan_lines.plan_lines", year=line.year)
    return page("plans/plan_line_form.html", form=form, line=line, agency_name=agency_name, status=status)
