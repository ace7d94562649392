"""Small steps with lines of the plan: moving, copying, taking out, putting back, taking over another year's."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.database import commit
from sjj.plans import plan_line_services as services
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import lines_of
from sjj.plans.plan_line_queries import PlanYear, line_to_edit, year_to_edit, years_of
from sjj.plans.plan_line_services import PlanLineRefused
from sjj.plans.plan_versions import why_not_editable
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_line_steps", __name__, url_prefix="/plan-lines")


@bp.post("/<int:line_id>/step")
@requires("campaign.edit", line_to_edit)
def step(line: PlanLine) -> Response:
    """Move up or down, copy, or put back."""
    moment, wanted = now(), request.form.get("do", "")
    agency_id, year = line.agency_id, line.year
    try:
        if wanted in ("up", "down"):
            services.move_line(line, wanted, g.user, moment)
        elif wanted == "copy":
            made, gone = services.copy_line(line, year, g.user, moment)
            commit()
            flash(f"已复制为第{made.number}项，请改好保存。{_left_out(gone)}", "ok")
            return go("plan_lines.plan_line_edit", line_id=made.id)
        elif wanted == "restore":
            services.restore_line(line, g.user, moment)
        else:
            abort(400)
    except PlanLineRefused as refusal:
        flash(str(refusal), "bad")
        return go("plan_lines.plan_lines", year=year, agency=agency_id)
    commit()
    return go("plan_lines.plan_lines", year=year, agency=agency_id)


def _left_out(names: list[str]) -> str:
    return f"已停用或未公布的抽查事项没有带过来：{'、'.join(names)}。" if names else ""


@bp.route("/<int:line_id>/drop", methods=["GET", "POST"])
@requires("campaign.edit", line_to_edit)
def drop(line: PlanLine) -> Response:
    """Take a line out, after asking."""
    refusal = why_not_editable(line.agency_id, line.year)
    if request.method == "POST":
        agency_id, year, name = line.agency_id, line.year, line.name
        try:
            kept = services.drop_line(line, g.user, now())
        except PlanLineRefused as refused:
            refusal = str(refused)
        else:
            commit()
            flash(f"已{'取消' if kept else '删除'}“{name}”。", "ok")
            return go("plan_lines.plan_lines", year=year, agency=agency_id)
    return page(
        "plans/plan_line_drop.html",
        line=line,
        kept=services.is_kept(line),
        refusal=refusal,
        status=200 if request.method == "GET" else 422,
    )


@bp.route("/from-year/<int:agency_id>/<int:year>", methods=["GET", "POST"])
@requires("campaign.edit", year_to_edit)
def from_year(chosen: PlanYear) -> Response:
    """Choose lines of another year to take over."""
    agency, year, moment = chosen.agency, chosen.year, now()
    years = [one for one in years_of(agency.id, today(moment).year) if one != year]
    wanted = request.args.get("from", type=int) or year - 1
    lines = lines_of(agency.id, wanted)
    problem = ""
    if request.method == "POST":
        ids = set(request.form.getlist("line", type=int))
        picked = [one for one in lines if one.id in ids]
        try:
            if not picked:
                raise PlanLineRefused("请至少选一项")
            made, gone = services.copy_lines(picked, year, g.user, moment)
        except PlanLineRefused as refusal:
            problem = str(refusal)
        else:
            commit()
            same = len(picked) - len(made)
            flash(
                f"已复制 {len(made)} 项{f'，{same} 项本年已有同名任务，没有再加' if same else ''}。"
                f"{_left_out(gone)}",
                "ok",
            )
            return go("plan_lines.plan_lines", year=year, agency=agency.id)
    known = {one.name for one in lines_of(agency.id, year)}
    return page(
        "plans/plan_line_from_year.html",
        agency=agency,
        year=year,
        wanted=wanted,
        years=years,
        lines=lines,
        known=known,
        problem=problem or why_not_editable(agency.id, year),
        status=200 if request.method == "GET" else 422,
    )
