"""Campaigns without a draw: the page of one, asking for checks of named objects, giving them up.

Approving each visit stands on the approvals page (approval_views); approving an off-site batch in
offsite_batch_views.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of, sections_of
from sjj.database import commit, db
from sjj.inspections import direct_queries as queries
from sjj.inspections import offsite_batches as batches
from sjj.inspections.approval_services import may_not_decide
from sjj.inspections.direct_checks import items_on_offer, officers_on_offer
from sjj.inspections.direct_forms import DirectForm
from sjj.inspections.direct_from_line import direct_values, line_for
from sjj.inspections.direct_prefill import values_from
from sjj.inspections.direct_scope import entities_by, named_in, officers_by, quarter_words
from sjj.inspections.direct_services import DirectRefused, DirectWanted, ask_checks, cancel
from sjj.inspections.direct_take_back import TakeBackRefused, check_to_take_back, take_back
from sjj.inspections.form_versions import NoGuide
from sjj.inspections.models import Inspection
from sjj.plans import approval as plan_steps
from sjj.plans.checks import item_warnings
from sjj.plans.forms import ReasonForm
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.queries import story, timeline
from sjj.plans.services import CampaignRefused
from sjj.registers.models import Entity
from sjj.rules.lifecycle import CampaignState, RefusedMove
from sjj.web import go, now, page, requires, today

bp = Blueprint("direct", __name__, url_prefix="/direct")
SOON, LATEST = timedelta(days=1), timedelta(days=10)


@bp.get("/<int:campaign_id>")
@requires("campaign.read", queries.named_campaign)
def campaign(found: Campaign) -> Response:
    """One campaign of named objects."""
    return show(found)


def show(found: Campaign, refusal: str = "") -> Response:
    """The page, with the sentence of a step that was just refused."""
    day = today(now())
    named, checks = named_in(found), queries.checks_of(found)
    approvals = queries.approvals_of(checks)
    waits = found.is_off_site and found.state in (CampaignState.DRAFT, CampaignState.SUBMITTED)
    items = [row.item for row in found.items]
    return page(
        "offsite/campaign.html",
        status=422 if refusal else 200,
        campaign=found,
        quarter=quarter_words(named.quarter) if named.quarter else "",
        entities=[] if checks else entities_by(named.entities),
        officers=officers_by(named.officers),
        checks=checks,
        approvals=approvals,
        platform=found.platform or {},
        origin=next((queries.origin_of(one) for one in checks if one.origin_id), None),
        problems=batches.problems(found, day) if waits else [],
        warnings=[sentence for item in items for sentence in item_warnings(item, day)],
        own=_own(found, g.user.officer_id),
        not_by_me=[may_not_decide(one, g.user) for one in approvals.values()],
        timeline=timeline(found),
        story=story(found),
        may=lambda permission: g.user.may(permission, found.agency_id),
        refusal=refusal,
    )


def _own(found: Campaign, officer_id: int | None) -> str:
    """Why this person does not approve the batch; empty if nothing stands against it."""
    if g.user.id in (found.created_by_id, found.submitted_by_id):
        return "这个批次由您起草或提交，须由另一位负责人审批。"
    if officer_id is not None and officer_id in named_in(found).officers:
        return "您是这个批次的检查人员，须由另一位负责人审批。"
    return ""


@bp.route("/new", methods=["GET", "POST"])
@requires(queries.EDIT)
def new() -> Response:
    """Ask for checks of named objects; with ?from= the finding of an off-site check is filled in."""
    origin = _origin()
    moment = now()
    line = line_for(g.user, request.args.get("line", type=int), today(moment), queries.EDIT)
    agency = origin.agency if origin else line.agency if line else _agency()
    form = _form(agency, origin, today(moment), line)
    searching = request.form.get("do") == "find"
    if request.method == "POST" and not searching and form.validate():
        try:
            made = ask_checks(agency, _wanted(form, origin, line), g.user, moment, today(moment))
        except DirectRefused as refusal:
            db.session.rollback()
            for one in refusal.problems:
                form[one.field].errors = [*form[one.field].errors, one.sentence]
        except NoGuide as refusal:
            db.session.rollback()
            form.item_ids.errors = [str(refusal)]
        else:
            commit()
            flash(_said(made), "ok")
            return go("direct.campaign", campaign_id=made.id)
    return page(
        "offsite/direct_new.html",
        status=422 if request.method == "POST" and not searching else 200,
        form=form,
        agency=agency,
        agencies=[] if line else agencies_of(g.user, queries.EDIT),
        origin=origin,
        found_nobody=searching and not _found(agency) and bool(request.form.get("words", "").strip()),
        words=request.form.get("words", ""),
    )


def _origin() -> Inspection | None:
    told = request.args.get("from", "")
    if not told:
        return None
    try:
        return queries.finding_of(g.user, UUID(told)) or abort(404)
    except ValueError:
        abort(404)


def _agency() -> Agency:
    offered = agencies_of(g.user, queries.EDIT)
    wanted = request.args.get("agency", type=int)
    return next((one for one in offered if wanted in (None, one.id)), None) or abort(404)


def _form(agency: Agency, origin: Inspection | None, day: date, line: PlanLine | None = None) -> DirectForm:
    first: dict[str, Any] = {"planned_on": day + SOON, "ends_on": day + LATEST}
    items, officers = items_on_offer(agency.id), officers_on_offer(agency.id, day)
    if line is not None:
        first |= direct_values(line, items, day)
    form = DirectForm(data=first | (values_from(origin) if origin else {"entity_ids": _asked_entities()}))
    form.offer(items, officers, sections_of(agency.id))
    if origin is not None:
        form.say_found()
        form.offer_entities([origin.entity])
    else:
        chosen = queries.entities_of(agency.id, form.entity_ids.data or [])
        known = {one.id for one in chosen}
        form.offer_entities([*chosen, *(one for one in _found(agency) if one.id not in known)])
    return form


def _asked_entities() -> list[int]:
    return request.args.getlist("entity", type=int)


def _found(agency: Agency) -> list[Entity]:
    return queries.entities_found(agency.id, request.form.get("words", ""))


def _wanted(form: DirectForm, origin: Inspection | None, line: PlanLine | None) -> DirectWanted:
    return DirectWanted(
        name=form.name.data,
        check_type="个案" if origin else form.check_type.data,
        source=form.source.data,
        reason=form.reason.data,
        entities=(origin.entity.merged_into_id or origin.entity_id,)
        if origin
        else tuple(form.entity_ids.data),
        items=tuple(form.item_ids.data),
        officers=form.officers,
        planned_on=form.planned_on.data,
        ends_on=form.ends_on.data,
        urgent_reason=form.urgent_reason.data if form.urgent.data else "",
        over_cap_reason=form.over_cap_reason.data or "",
        section_id=form.section_id.data or None,
        origin=origin,
        plan_line_id=line.id if line else None,
    )


def _said(made: Campaign) -> str:
    count = len(named_in(made).entities)
    if made.state is CampaignState.SUBMITTED:
        return f"“{made.number}”已呈报，{count} 户检查等待负责人批准，批准后执法人员才能看到。"
    return f"“{made.number}”按紧急检查办理，执法人员可以马上去，审批由负责人补办。"


@bp.route("/<int:campaign_id>/cancel", methods=["GET", "POST"])
@requires(queries.EDIT, queries.named_to_edit)
def give_up(found: Campaign) -> Response:
    """Give it up before it began, with a reason."""
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        moment = now()
        try:
            cancel(found, form.reason.data, g.user, moment)
        except (CampaignRefused, RefusedMove) as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已终止，理由已记录。", "ok")
            return go("direct.campaign", campaign_id=found.id)
    return _reason_page(found, form, "终止任务")


@bp.route("/checks/<int:inspection_id>/take-back", methods=["GET", "POST"])
@requires(queries.EDIT, check_to_take_back)
def give_up_one(visit: Inspection) -> Response:
    """Take one check back; the others stand."""
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            take_back(visit, form.reason.data, g.user, now())
        except TakeBackRefused as refusal:
            db.session.rollback()
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"已撤回对“{visit.entity.name}”的检查，理由已记录。", "ok")
            return go("direct.campaign", campaign_id=visit.campaign_id)
    return _reason_page(visit.campaign, form, "撤回一户检查")


@bp.route("/<int:campaign_id>/send-back", methods=["GET", "POST"])
@requires(queries.APPROVE, queries.batch_to_decide)
def send_back(found: Campaign) -> Response:
    """Return an off-site batch to its maker with a reason."""
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            plan_steps.send_back(found, form.reason.data, g.user, now())
        except (CampaignRefused, RefusedMove) as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已退回，由起草人修改后重新提交。", "ok")
            return go("direct.campaign", campaign_id=found.id)
    return _reason_page(found, form, "退回修改")


def _reason_page(found: Campaign, form: ReasonForm, title: str) -> Response:
    status = 200 if request.method == "GET" else 422
    return page("offsite/reason.html", status=status, form=form, campaign=found, title=title)
