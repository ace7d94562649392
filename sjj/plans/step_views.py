"""The steps of a campaign before its draw: submit, approve, send back, publish, cancel."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, request

from sjj.database import commit, db
from sjj.plans import approval
from sjj.plans.forms import PublicReasonForm, ReasonForm
from sjj.plans.models import Campaign
from sjj.plans.queries import campaign_for
from sjj.plans.scheme import scheme_of
from sjj.plans.services import CampaignRefused
from sjj.plans.views import show
from sjj.rules.lifecycle import CampaignState, RefusedMove
from sjj.web import go, now, page, requires, today

APPROVE = (
    CampaignState.SUBMITTED,
    "审阅方案",
    "批准后，方案就按下面的文字固定，不能再改。",
    "批准方案",
)
PUBLISH = (CampaignState.APPROVED, "公示方案", "公示后，任何人都能看到下面的全部内容。", "公示方案")

bp = Blueprint("plan_steps", __name__, url_prefix="/campaigns/<int:campaign_id>")


@bp.post("/submit")
@requires("campaign.edit", campaign_for("campaign.edit"))
def submit(campaign: Campaign) -> Response:
    """Hand it to the approver."""
    moment = now()
    return _step(
        campaign, lambda: approval.submit(campaign, g.user, moment, today(moment)), "已提交，等负责人审批。"
    )


@bp.route("/approve", methods=["GET", "POST"])
@requires("campaign.approve", campaign_for("campaign.approve"))
def approve(campaign: Campaign) -> Response:
    """Read the scheme as it will be published, then approve it."""
    if request.method == "GET":
        return _preview(campaign, *APPROVE)
    return _step(campaign, lambda: approval.approve(campaign, g.user, now()), "已批准，可以公示方案。")


@bp.route("/publish", methods=["GET", "POST"])
@requires("campaign.edit", campaign_for("campaign.edit"))
def publish(campaign: Campaign) -> Response:
    """Read the approved scheme once more, then put it on the public pages."""
    if request.method == "GET":
        return _preview(campaign, *PUBLISH)
    return _step(campaign, lambda: approval.publish(campaign, g.user, now()), "方案已公示，可以冻结名单。")


def _preview(campaign: Campaign, state: CampaignState, title: str, said: str, button: str) -> Response:
    """The scheme word for word as everybody will read it; once the step is over, the campaign's page."""
    if campaign.state is not state:
        return go("plans.campaign", campaign_id=campaign.id)
    scheme = campaign.scheme if state is CampaignState.APPROVED else scheme_of(campaign)
    return page(
        "plans/scheme_step.html", campaign=campaign, scheme=scheme, title=title, said=said, button=button
    )


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
