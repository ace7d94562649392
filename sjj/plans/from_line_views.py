"""The button “建抽查任务” of a plan line: one step to a draft, or to the flow of checks without a draw.

A line that has a campaign already makes no second one by a second press: it shows what there is, and asks.
"""

from flask import Response, abort, flash, g, request

from sjj.database import commit, db
from sjj.plans import from_line
from sjj.plans.models import ON_SITE, Campaign, PlanLine
from sjj.plans.queries import plan_line_to_edit
from sjj.plans.services import CampaignRefused
from sjj.plans.views import bp
from sjj.web import go, now, page, requires, today

OFF_SITE_FLOW, DIRECT_FLOW = "offsite_batches.new", "direct.new"


@bp.route("/campaigns/from-line/<int:line_id>", methods=["GET", "POST"])
@requires("campaign.edit", plan_line_to_edit)
def campaign_from_line(line: PlanLine) -> Response:
    """Make the campaign of a line; asked again where it has one."""
    moment = now()
    day = today(moment)
    refused = from_line.why_not(line, day)
    if request.method == "GET" or refused:
        return _question(line, from_line.campaigns_of(line), refused)
    there = from_line.campaigns_of(line, hold=True)  # of two who press at once the second is asked
    if not from_line.is_there_still(line):
        abort(404)
    if there and request.form.get("again") != "1":
        db.session.rollback()
        return _question(line, there, "")
    if from_line.is_without_draw(line):
        db.session.rollback()
        flow = OFF_SITE_FLOW if line.method != ON_SITE else DIRECT_FLOW
        return go(flow, agency=line.agency_id, line=line.id)
    try:
        campaign = from_line.campaign_from_line(line, g.user, moment, day)
    except CampaignRefused as refusal:
        db.session.rollback()
        return _question(line, there, str(refusal))
    commit()
    flash(f"已按计划第{line.number}项新建“{campaign.number}”，内容已填好，请核对后提交审批。", "ok")
    return go("plans.campaign", campaign_id=campaign.id)


def _question(line: PlanLine, there: list[Campaign], refused: str) -> Response:
    day = today(now())
    return page(
        "plans/from_line.html",
        status=422 if request.method == "POST" else 200,
        line=line,
        there=there,
        refused=refused,
        warnings=from_line.warnings_of(line, day),
        dates=from_line.dates_of(line, day),
        without_draw=from_line.is_without_draw(line),
    )
