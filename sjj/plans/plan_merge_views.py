"""The page of suggestions to carry out lines together: worked out when somebody asks, done when accepted."""

from flask import Blueprint, Response, flash, g, request

from sjj.database import commit, let_go, only_reading
from sjj.plans.plan_line_queries import PlanYear, year_to_edit
from sjj.plans.plan_line_services import PlanLineRefused
from sjj.plans.plan_merge import accept, suggestions_for
from sjj.plans.plan_versions import why_not_editable
from sjj.web import go, now, page, requires

bp = Blueprint("plan_merge", __name__, url_prefix="/plan-merge")


@bp.route("/<int:agency_id>/<int:year>", methods=["GET", "POST"])
@requires("campaign.edit", year_to_edit)
def suggestions(chosen: PlanYear) -> Response:
    """Show them; join the two lines of one."""
    agency, year, moment = chosen.agency, chosen.year, now()
    if request.method == "GET":
        return _show(chosen, "", 200)
    try:
        made = accept(agency, year, request.form.get("key", ""), g.user, moment)
    except PlanLineRefused as refusal:
        let_go()
        with only_reading():
            return _show(chosen, str(refusal), 422)
    commit()
    flash(f"已合并为第{made.number}项“{made.name}”，请核对后保存。", "ok")
    return go("plan_lines.plan_line_edit", line_id=made.id)


def _show(chosen: PlanYear, refusal: str, status: int) -> Response:
    try:
        found = suggestions_for(chosen.agency, chosen.year, now())
    except PlanLineRefused as refused:
        found, refusal = [], str(refused)
    return page(
        "plans/plan_merge.html",
        agency=chosen.agency,
        year=chosen.year,
        found=found,
        refusal=refusal,
        why_not=why_not_editable(chosen.agency.id, chosen.year),
        status=status,
    )
