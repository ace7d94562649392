"""The pages of a plan's versions, and handing the lines in. The further steps: `plan_version_step_views`."""

from typing import Any

from flask import Blueprint, Response, flash, g, request

from sjj.database import commit, db
from sjj.plans import plan_version_checks as checks
from sjj.plans import plan_version_moves as moves
from sjj.plans import plan_versions as queries
from sjj.plans.plan_diff import PlanDiff, diff
from sjj.plans.plan_forecast import lines_of
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_scans import old_scans
from sjj.plans.plan_version_content import content_now, missed
from sjj.plans.plan_version_forms import submit_form
from sjj.plans.plan_version_moves import PlanRefused
from sjj.plans.plan_version_story import story, timeline
from sjj.plans.plan_versions import PlanYear, version_for, year_for
from sjj.rules.lifecycle import PlanState, RefusedMove
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_versions", __name__, url_prefix="/plan-versions/<int:agency_id>/<int:year>")


@bp.get("/")
@requires("campaign.read", year_for("campaign.read"))
def show(asked: PlanYear) -> Response:
    """The newest version; before the first submission the lines as they are."""
    return shown(asked, queries.current(asked.agency.id, asked.year))


@bp.get("/<int:version>")
@requires("campaign.read", version_for("campaign.read"))
def version(plan: Plan) -> Response:
    """One version as it was submitted, dropped ones too."""
    return shown(PlanYear(plan.agency, plan.year), plan)


def shown(asked: PlanYear, plan: Plan | None, refusal: str = "") -> Response:
    """The page of a version (None: nothing submitted yet); a refused step is said on top."""
    moment = now()
    return page(
        "plans/plan_version.html",
        status=422 if refusal else 200,
        refusal=refusal,
        plan=plan,
        card=queries.state_card(asked.agency, asked.year, g.user, moment),
        title=queries.title_of(plan, asked.year),
        content=_content(asked, plan),
        is_live=plan is None or plan.state is PlanState.DRAFT,
        compared=compared_of(asked, plan),
        before=queries.before_of(plan) if plan is not None else None,
        versions=queries.versions(asked.agency.id, asked.year),
        title_of=queries.title_of,
        timeline=timeline(plan),
        story=story(plan) if plan is not None else [],
        old_scans=old_scans(plan) if plan is not None else [],
    )


def _content(asked: PlanYear, plan: Plan | None) -> dict[str, Any]:
    """What a version says: as it was submitted, a draft as its lines are now."""
    if plan is None or plan.state is PlanState.DRAFT:
        return content_now(asked.agency, asked.year, now())
    return plan.content


def compared_of(asked: PlanYear, plan: Plan | None) -> PlanDiff | None:
    """What an adjustment changes; None for the first plan and for what was dropped."""
    base = queries.before_of(plan) if plan is not None else None
    if base is None or plan is None or plan.state is PlanState.DROPPED:
        return None
    return diff(base.content, _content(asked, plan))


@bp.route("/submit", methods=["GET", "POST"])
@requires("campaign.edit", year_for("campaign.edit"))
def submit(asked: PlanYear) -> Response:
    """What stands in the way, what is promised, a reason for each missed target; then to the approver."""
    standing = queries.current(asked.agency.id, asked.year)
    if request.method == "GET" and standing is not None and standing.state is not PlanState.DRAFT:
        return back_to(asked)
    moment = now()
    content = content_now(asked.agency, asked.year, moment)
    form = submit_form(missed(content))
    refusals: list[str] = []
    if request.method == "POST" and form.validate():
        try:
            moves.submit(asked.agency, asked.year, form.reasons(), g.user, moment)
        except (PlanRefused, RefusedMove) as refusal:
            db.session.rollback()
            form.tell(refusal.fields if isinstance(refusal, PlanRefused) else {})
            refusals = refusal.sentences if isinstance(refusal, PlanRefused) else [str(refusal)]
        else:
            commit()
            flash("已提交，等负责人审批。", "ok")
            return back_to(asked)
    lines, day = lines_of(asked.agency.id, asked.year), today(moment)
    return page(
        "plans/plan_version_submit.html",
        status=200 if request.method == "GET" else 422,
        asked=asked,
        title=queries.title_of(standing, asked.year),
        form=form,
        content=content,
        refusals=refusals,
        problems=checks.problems(lines, day),
        warnings=checks.warnings(lines, day),
    )


def back_to(asked: PlanYear) -> Response:
    """See the year's newest version."""
    return go("plan_versions.show", agency_id=asked.agency.id, year=asked.year)
