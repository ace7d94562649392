"""The pages on which an off-site batch is made, its objects chosen, and it is handed in and approved.

Its own page is direct_views.campaign; the checks themselves are worked in offsite_views.
"""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, flash, g, request, url_for

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of, sections_of
from sjj.database import commit, db
from sjj.inspections import direct_queries as queries
from sjj.inspections import offsite_batches as batches
from sjj.inspections.direct_checks import items_on_offer, officers_on_offer
from sjj.inspections.direct_forms import BatchForm
from sjj.inspections.direct_from_line import batch_values, line_for, quarter_for
from sjj.inspections.direct_scope import days_of, entities_by, named_in, quarter_words
from sjj.inspections.direct_views import show
from sjj.inspections.form_versions import NoGuide
from sjj.inspections.offsite_batches import BatchRefused
from sjj.inspections.offsite_pool import ALL, Wanted, find
from sjj.plans.models import Campaign
from sjj.plans.scope import tags_in_use
from sjj.registers.models import SupervisionClass
from sjj.rules.deadlines import quarter_of
from sjj.rules.lifecycle import CampaignState, RefusedMove
from sjj.web import go, now, page, requires, see_other, today

bp = Blueprint("offsite_batches", __name__, url_prefix="/offsite")
SHOWN_MOST = 100


@bp.route("/new", methods=["GET", "POST"])
@requires(queries.EDIT)
def new() -> Response:
    """Start a batch."""
    offered = agencies_of(g.user, queries.EDIT)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in offered if wanted in (None, one.id)), None) or abort(404)
    moment = now()
    day = today(moment)
    line = line_for(g.user, request.args.get("line", type=int), day, queries.EDIT)
    if line is not None:
        agency = line.agency
    first = batch_values(line, items_on_offer(agency.id), day) if line else _first_values(day)
    form = _form(agency, day, BatchForm(data=first), quarter_for(line, day) if line else None)
    if request.method == "POST" and form.validate():
        batch = batches.add_batch(agency, form.values(), g.user, moment, day, line)
        commit()
        count = len(named_in(batch).entities)
        flash(f"已新建“{batch.number}”，已列入一般监管对象中正面清单内的 {count} 户，请核对。", "ok")
        return go("offsite_batches.objects", campaign_id=batch.id)
    return page(
        "offsite/batch_form.html",
        status=_status(),
        form=form,
        agency=agency,
        agencies=[] if line else offered,
        batch=None,
    )


def _first_values(day: date) -> dict[str, object]:
    quarter = quarter_of(day)
    name = f"{quarter_words(quarter)}正面清单企业非现场检查"
    return {"name": name, "quarter": f"{quarter[0]}-{quarter[1]}", "ends_on": days_of(quarter)[1]}


def _form(agency: Agency, day: date, form: BatchForm, wanted: tuple[int, int] | None = None) -> BatchForm:
    form.offer(items_on_offer(agency.id), officers_on_offer(agency.id, day), sections_of(agency.id))
    this = quarter_of(day)
    following = (this[0], this[1] + 1) if this[1] < 4 else (this[0] + 1, 1)
    form.offer_quarters([*dict.fromkeys([this, following, *([wanted] if wanted else [])])])
    return form


@bp.route("/batches/<int:campaign_id>/edit", methods=["GET", "POST"])
@requires(queries.EDIT, queries.batch_to_edit)
def edit(batch: Campaign) -> Response:
    """Change name, quarter, items, officers … of a draft."""
    moment = now()
    form = _form(batch.agency, today(moment), BatchForm(data=_kept(batch)))
    if request.method == "POST" and form.validate():
        try:
            batches.save_batch(batch, form.values(), g.user, moment)
        except BatchRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash("已保存基本情况。", "ok")
            return go("direct.campaign", campaign_id=batch.id)
    return page(
        "offsite/batch_form.html", status=_status(), form=form, agency=batch.agency, agencies=[], batch=batch
    )


def _kept(batch: Campaign) -> dict[str, object]:
    named = named_in(batch)
    year, number = named.quarter or quarter_of(batch.starts_on)
    officers = (*named.officers, 0, 0)
    plain = {name: getattr(batch, name) for name in ("name", "method", "ends_on", "purpose")}
    return plain | {
        "quarter": f"{year}-{number}",
        "item_ids": [row.item_id for row in batch.items],
        "section_id": batch.section_id or 0,
        "officer_1": officers[0],
        "officer_2": officers[1],
    }


@bp.route("/batches/<int:campaign_id>/objects", methods=["GET", "POST"])
@requires(queries.EDIT, queries.batch_to_edit)
def objects(batch: Campaign) -> Response:
    """Which objects of the positive list the batch names."""
    if batch.state is not CampaignState.DRAFT:
        return go("direct.campaign", campaign_id=batch.id)
    moment = now()
    wanted = _wanted()
    found = find(batch.agency_id, wanted, _quarter(batch), today(moment), batch.id)
    if request.method == "POST":
        add = [one.id for one in found.free] if request.form.get("do") == "add_all" else _ids("add")
        drop = _ids("drop") if request.form.get("do") == "drop" else []
        before = len(named_in(batch).entities)
        try:
            count = batches.name_objects(
                batch,
                add if request.form.get("do") in ("add", "add_all") else [],
                drop,
                g.user,
                moment,
                today(moment),
            )
        except BatchRefused as refusal:
            db.session.rollback()
            return show(batch, str(refusal))
        commit()
        change = count - before
        did = f"加入 {change} 户" if change > 0 else f"移出 {-change} 户" if change < 0 else "没有变动"
        flash(f"{did}，现在共 {count} 户。", "ok" if change else "")
        return see_other(url_for("offsite_batches.objects", campaign_id=batch.id, **request.args.to_dict()))
    return page(
        "offsite/objects.html",
        "offsite/_objects.html",
        batch=batch,
        wanted=wanted,
        quarter=quarter_words(_quarter(batch)),
        chosen=entities_by(named_in(batch).entities),
        found=found,
        classes=list(SupervisionClass),
        all_classes=ALL,
        sections=sections_of(batch.agency_id),
        tags=tags_in_use(batch.agency_id, "entity"),
        shown_most=SHOWN_MOST,
    )


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        args.get("q", "").strip()[:100],
        args.get("section", type=int),
        args.get("class", SupervisionClass.GENERAL.value),
        args.get("tag", ""),
    )


def _ids(name: str) -> list[int]:
    return [int(one) for one in request.form.getlist(name) if one.isdecimal() and len(one) < 10]


def _quarter(batch: Campaign) -> tuple[int, int]:
    return named_in(batch).quarter or quarter_of(batch.starts_on)


@bp.post("/batches/<int:campaign_id>/submit")
@requires(queries.EDIT, queries.batch_to_edit)
def submit(batch: Campaign) -> Response:
    """Hand it to the approver."""
    moment = now()
    return _step(
        batch, lambda: batches.submit(batch, g.user, moment, today(moment)), "已提交，等负责人审批。"
    )


@bp.post("/batches/<int:campaign_id>/approve")
@requires(queries.APPROVE, queries.batch_to_decide)
def approve(batch: Campaign) -> Response:
    """Approve it: its checks can be made."""
    moment = now()
    return _step(
        batch,
        lambda: batches.approve(batch, g.user, moment, today(moment)),
        "已批准，业务科室和检查人员可以开始检查。",
    )


def _step(batch: Campaign, take: Callable[[], object], said: str) -> Response:
    """Take one step; a refusal is a sentence on the batch's page, and nothing has changed."""
    try:
        take()
    except (BatchRefused, RefusedMove, NoGuide) as refusal:
        db.session.rollback()
        return show(batch, str(refusal))
    commit()
    flash(said, "ok")
    return go("direct.campaign", campaign_id=batch.id)


def _status() -> int:
    return 422 if request.method == "POST" else 200
