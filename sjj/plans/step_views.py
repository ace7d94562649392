"""The steps of a campaign before its draw: submit, approve, send back, publish, cancel."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, request

from sjj.database import commit, db
from sjj.plans import approval
from sjj.plans.forms import PublicReasonForm, ReasonForm
from sjj.plans.models import Campaign
from sjj.plans.queries import campaign_for
from sjj.plans.services import CampaignRefused
from sjj.plans.views import show
from sjj.rules.lifecycle import RefusedMove
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_steps", __name__, url_prefix="/campaigns/<int:campaign_id>")


@bp.post("/submit")
@requires("campaign.edit", campaign_for("campaign.edit"))
def submit(campaign: Campaign) -> Response:
    """Hand it to the approver."""
    moment = now()
    return _step(
        campaign, lambda: approval.submit(campaign, g.user, moment, today(moment)), "已提交，等负责人审批。"
    )


@bp.post("/approve")
@requires("campaign.approve", campaign_for("campaign.approve"))
def approve(campaign: Campaign) -> Response:
    """Approve the scheme."""
    return _step(campaign, lambda: approval.approve(campaign, g.user, now()), "已批准，可以公示方案。")


@bp.post("/publish")
@requires("campaign.edit", campaign_for("campaign.edit"))
def publish(campaign: Campaign) -> Response:
    """Put the approved scheme on the public pages."""
    return _step(campaign, lambda: approval.publish(campaign, g.user, now()), "方案已公示，可以冻结名单。")


def _step(campaign: Campaign, take: Callable[[], None], said: str) -> Response:
    """Take one step; a refusal is a sentence on the campaign's page, and nothing has changed."""
    try:
        take()
    except (CampaignRefused, RefusedMove) as refusal:
        db.session.rollback()
        return show(campaign, str(refusal))
    commit()
    flash(said, "ok")
    return go("plans.campaign", campaign_id=campaign.id)


@bp.route("/send-back", methods=["GET", "POST"])
@requires("campaign.approve", campaign_for("campaign.approve"))
def send_back(campaign: Campaign) -> Response:
    """Return it to its maker with a reason."""
    return _with_reason(
        campaign, "退回修改", "已退回，由起草人修改后重新提交。", approval.send_back, ReasonForm()
    )


@bp.route("/cancel", methods=["GET", "POST"])
@requires("campaign.edit", campaign_for("campaign.edit"))
def cancel(campaign: Campaign) -> Response:
    """Give it up with a reason."""
    return _with_reason(campaign, "终止任务", "任务已终止，理由已记录。", approval.cancel, PublicReasonForm())


def _with_reason(
    campaign: Campaign, title: str, said: str, take: Callable[..., None], form: ReasonForm
) -> Response:
    if request.method == "POST" and form.validate():
        try:
            take(campaign, form.reason.data, g.user, now())
        except (CampaignRefused, RefusedMove) as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(said, "ok")
            return go("plans.campaign", campaign_id=campaign.id)
    status = 200 if request.method == "GET" else 422
    return page("plans/reason.html", form=form, campaign=campaign, title=title, status=status)
