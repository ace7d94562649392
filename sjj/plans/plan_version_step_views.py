"""The steps of a plan's version after its submission, and opening an adjustment.

Each is asked for on a page of its own that shows what it does; a refusal is said and nothing has changed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, g, request

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.plans import plan_version_moves as moves
from sjj.plans import plan_versions as queries
from sjj.plans.forms import ReasonForm
from sjj.plans.plan_models import Plan
from sjj.plans.plan_version_forms import AdjustForm, ReportForm
from sjj.plans.plan_version_moves import PlanRefused
from sjj.plans.plan_version_views import back_to, compared_of, shown
from sjj.plans.plan_versions import PlanYear, version_for, year_for
from sjj.rules.lifecycle import PlanState, RefusedMove
from sjj.web import go, now, page, requires

bp = Blueprint("plan_version_steps", __name__, url_prefix="/plan-versions/<int:agency_id>/<int:year>")


@bp.route("/<int:version>/approve", methods=["GET", "POST"])
@requires("campaign.approve", version_for("campaign.approve"))
def approve(plan: Plan) -> Response:
    """Read what was submitted, then approve it."""
    said = "批准后，计划就按下面的内容固定；以后要改，须在公示后开启调整。"
    return _step(
        plan, PlanState.SUBMITTED, ("审批计划", said, "批准计划"), _approve_seen, "已批准，可以上报。"
    )


def _approve_seen(plan: Plan, actor: User, moment: datetime) -> None:
    moves.approve(plan, actor, moment, request.form.get("seen", ""))


@bp.route("/<int:version>/publish", methods=["GET", "POST"])
@requires("campaign.edit", version_for("campaign.edit"))
def publish(plan: Plan) -> Response:
    """Read what everybody will read, then publish it."""
    said = "公示后，任何人都能看到下面的任务表、文号和盖章扫描件；这一版以后不再改动。"
    return _step(plan, PlanState.REPORTED, ("公示计划", said, "公示计划"), moves.publish, "计划已公示。")


def _step(
    plan: Plan, state: PlanState, words: tuple[str, str, str], take: Callable[..., None], done: str
) -> Response:
    asked = PlanYear(plan.agency, plan.year)
    if request.method == "POST":
        try:
            take(plan, g.user, now())
        except (PlanRefused, RefusedMove) as refusal:
            db.session.rollback()
            return shown(asked, plan, str(refusal))
        commit()
        flash(done, "ok")
        return back_to(asked)
    if plan.state is not state:
        return go("plan_versions.version", agency_id=plan.agency_id, year=plan.year, version=plan.version)
    heading, said, button = words
    return page(
        "plans/plan_version_step.html",
        plan=plan,
        title=queries.title_of(plan, plan.year),
        heading=heading,
        said=said,
        button=button,
        is_public=state is PlanState.REPORTED,
        content=plan.content,
        seen=moves.mark_of(plan),
        compared=compared_of(asked, plan),
        is_own=plan.submitted_by_id == g.user.id and state is PlanState.SUBMITTED,
    )


@bp.route("/<int:version>/send-back", methods=["GET", "POST"])
@requires("campaign.approve", version_for("campaign.approve"))
def send_back(plan: Plan) -> Response:
    """Return it with a reason."""
    form = ReasonForm()
    hint = "理由会记入操作日志，编制人可以看到"
    return _with_form(
        plan, form, ("退回修改", hint, "退回修改"), lambda: moves.send_back(plan, form.reason.data, g.user, now()),
        "已退回，由编制人修改后重新提交。",
    )  # fmt: skip


@bp.route("/<int:version>/report", methods=["GET", "POST"])
@requires("campaign.edit", version_for("campaign.edit"))
def report(plan: Plan) -> Response:
    """Note where the approved plan went."""
    form = ReportForm(reported_to=_reported_before(plan))
    return _with_form(
        plan, form, ("上报计划", "", "已上报"), lambda: moves.report(plan, form.reported_to.data, g.user, now()),
        "已记下上报，可以公示。",
    )  # fmt: skip


@bp.route("/<int:version>/drop", methods=["GET", "POST"])
@requires("campaign.edit", version_for("campaign.edit"))
def drop(plan: Plan) -> Response:
    """Give an adjustment up: the lines stand again as published."""
    words = ("放弃调整", "计划的各项任务恢复为已公示的样子，这次调整中的改动都去掉。", "放弃调整")
    return _with_form(
        plan,
        None,
        words,
        lambda: moves.drop_adjustment(plan, g.user, now()),
        "调整已放弃，计划恢复为已公示的内容。",
    )


@bp.route("/adjust", methods=["GET", "POST"])
@requires("campaign.edit", year_for("campaign.edit"))
def adjust(asked: PlanYear) -> Response:
    """Open an adjustment of the published plan, with its reason."""
    form = AdjustForm()
    if request.method == "POST" and form.validate():
        try:
            moves.open_adjustment(asked.agency, asked.year, form.reason.data, g.user, now())
        except PlanRefused as refusal:
            db.session.rollback()
            form.reason.errors = refusal.sentences
        else:
            commit()
            flash("调整已开启，可以修改计划的各项任务；改完提交审批。", "ok")
            return back_to(asked)
    return _form_page(asked, form, ("开启调整", "已公示的计划照常有效，直到调整经批准、公示。", "开启调整"))


def _with_form(
    plan: Plan,
    form: Any,
    words: tuple[str, str, str],
    take: Callable[[], None],
    done: str,
) -> Response:
    asked = PlanYear(plan.agency, plan.year)
    if request.method == "POST" and (form is None or form.validate()):
        try:
            take()
        except (PlanRefused, RefusedMove) as refusal:
            db.session.rollback()
            return shown(asked, plan, str(refusal))
        commit()
        flash(done, "ok")
        return back_to(asked)
    return _form_page(asked, form, words, queries.title_of(plan, plan.year))


def _form_page(asked: PlanYear, form: Any, words: tuple[str, str, str], title: str = "") -> Response:
    heading, said, button = words
    return page(
        "plans/plan_version_form.html",
        status=200 if request.method == "GET" else 422,
        asked=asked,
        title=title or queries.title_of(queries.current(asked.agency.id, asked.year), asked.year),
        form=form,
        heading=heading,
        said=said,
        button=button,
    )


def _reported_before(plan: Plan) -> str:
    base = queries.before_of(plan)
    return base.reported_to if base is not None else ""
