"""The approver's pages of checks: what waits by campaign, one check with its gates, approve or not with a reason.

Opening a page changes nothing. Who asked for a check does not decide on it.
"""

from flask import Response, flash, g, request

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.inspections import approval_queries as queries
from sjj.inspections import approval_services as services
from sjj.inspections.approval_forms import AskAgainForm, RefuseCheckForm
from sjj.inspections.before import before
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.gates import gates_of_all
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.rules.gates import APPROVAL, failing
from sjj.web import go, now, page, requires, today


@bp.get("/approvals")
@requires(queries.READ)
def approvals() -> Response:
    """What waits, by campaign; with ?show=decided what was decided."""
    if request.args.get("show") == "decided":
        rows = queries.decided(g.user, request.args.get("page", 1, type=int))
        return page("inspections/approvals.html", show="decided", decided=rows, groups=[], failing={})
    return _waiting_page()


def _waiting_page(refusal: str = "") -> Response:
    groups = queries.waiting(g.user)
    visits = [row.inspection for group in groups for row in (*group.urgent, *group.planned)]
    gates = gates_of_all(visits, today(now()))
    return page(
        "inspections/approvals.html",
        status=422 if refusal else 200,
        show="",
        decided=None,
        groups=groups,
        failing={
            number: [gate for gate in failing(found) if gate.code != APPROVAL]
            for number, found in gates.items()
        },
        may_decide={
            group.campaign.id for group in groups if g.user.may(queries.DECIDE, group.campaign.agency_id)
        },
        not_by_me={
            row.id: services.may_not_decide(row, g.user)
            for group in groups
            for row in (*group.urgent, *group.planned)
        },
        refusal=refusal,
    )


def campaign_to_decide(user: User, campaign_id: int) -> Campaign | None:
    """A campaign whose checks this person decides on."""
    found = db.session.get(Campaign, campaign_id)
    return found if found and user.may(queries.DECIDE, found.agency_id) else None


@bp.post("/approvals/campaigns/<int:campaign_id>/approve")
@requires(queries.DECIDE, campaign_to_decide)
def approve_campaign(campaign: Campaign) -> Response:
    """Approve the checks of a campaign that stood on the page: all of them, or none if one cannot be."""
    moment, rows = now(), queries.shown_together(campaign, request.form.getlist("approval", type=int))
    try:
        for row in rows:
            services.approve(row, g.user, moment)
    except services.ApprovalRefused as refusal:
        db.session.rollback()
        return _waiting_page(f"{campaign.number}：{refusal}")
    commit()
    flash(f"已批准 {len(rows)} 户检查：{campaign.name}。" if rows else "这些检查都已经有了决定。", "ok")
    return go("inspections.approvals")


@bp.get("/approvals/<int:approval_id>")
@requires(queries.READ, queries.approval_for)
def approval(found: CheckApproval) -> Response:
    """One check: what is asked, what is in order, what was decided."""
    return _approval_page(found)


def _approval_page(
    found: CheckApproval,
    refusal: str = "",
    refuse_form: RefuseCheckForm | None = None,
    again_form: AskAgainForm | None = None,
    status: int = 200,
) -> Response:
    may_decide = g.user.may(queries.DECIDE, found.inspection.agency_id)
    return page(
        "inspections/approval.html",
        status=status,
        approval=found,
        inspection=found.inspection,
        before=before(found.inspection, today(now())),
        may_decide=may_decide,
        not_by_me=services.may_not_decide(found, g.user) if may_decide else "",
        may_ask=g.user.may(queries.ASK, found.inspection.agency_id),
        refuse_form=refuse_form or RefuseCheckForm(formdata=None),
        again_form=again_form or AskAgainForm(formdata=None),
        refusal=refusal,
    )


@bp.post("/approvals/<int:approval_id>/approve")
@requires(queries.DECIDE, queries.approval_to_decide)
def approve_one(found: CheckApproval) -> Response:
    """Approve one check."""
    try:
        services.approve(found, g.user, now())
    except services.ApprovalRefused as refusal:
        db.session.rollback()
        return _approval_page(found, str(refusal), status=422)
    commit()
    flash(f"已批准对“{found.inspection.entity.name}”的检查。", "ok")
    return go("inspections.approvals")


@bp.post("/approvals/<int:approval_id>/refuse")
@requires(queries.DECIDE, queries.approval_to_decide)
def refuse_one(found: CheckApproval) -> Response:
    """Do not approve one check, with a reason."""
    form = RefuseCheckForm()
    if not form.validate():
        return _approval_page(found, refuse_form=form, status=422)
    try:
        services.refuse(found, form.reason.data, g.user, now())
    except services.ApprovalRefused as refusal:
        db.session.rollback()
        return _approval_page(found, str(refusal), form, status=422)
    commit()
    flash(f"没有批准对“{found.inspection.entity.name}”的检查，理由已告知办公室和检查组。", "ok")
    return go("inspections.approvals")


@bp.post("/approvals/<int:approval_id>/ask-again")
@requires(queries.ASK, queries.approval_to_ask)
def ask_again(found: CheckApproval) -> Response:
    """A refused check once more."""
    form = AskAgainForm()
    if not form.validate():
        return _approval_page(found, again_form=form, status=422)
    try:
        services.ask_again(found, form.reason.data, g.user, now())
    except services.ApprovalRefused as refusal:
        db.session.rollback()
        return _approval_page(found, str(refusal), again_form=form, status=422)
    commit()
    flash("已再次呈报，等待负责人批准。", "ok")
    return go("inspections.approval", approval_id=found.id)
