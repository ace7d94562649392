"""省平台抽取的名单: bring the file, look at what it means, take it over; fetch the file again."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, send_file
from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of, sections_of
from sjj.database import commit, db
from sjj.files import store
from sjj.files.store import BadFile
from sjj.inspections import platform_lists as lists
from sjj.inspections.direct_checks import items_on_offer
from sjj.inspections.direct_queries import EDIT, named_campaign
from sjj.inspections.form_versions import NoGuide
from sjj.inspections.platform_forms import ListForm, TakeForm
from sjj.inspections.platform_judging import Told, judge
from sjj.inspections.platform_lists import ListRefused
from sjj.inspections.platform_reading import ListRow, read_list
from sjj.plans.models import Campaign
from sjj.plans.queries import other_agencies, plan_lines_of
from sjj.registers import sheet_uploads as uploads
from sjj.registers.workbook import BadWorkbook
from sjj.web import go, now, page, requires, today

bp = Blueprint("platform_lists", __name__, url_prefix="/platform-lists")
WHAT = "platform_list"


@bp.route("/new", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """Bring the file and say where it comes from."""
    agencies = agencies_of(g.user, EDIT)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    moment = now()
    form = _form(agency, today(moment))
    if request.method == "POST" and form.validate():
        data, name = form.file.data.read(), form.file.data.filename or ""
        try:
            read_list(data, name)
        except BadWorkbook as problem:
            form.file.errors = [str(problem)]
        else:
            told = json.dumps(lists.about(form.told()), ensure_ascii=False)
            token = uploads.keep(WHAT, agency.id, told, name, data, g.user.id, moment)
            return go("platform_lists.preview", token=token)
    return page(
        "offsite/platform_new.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        agency=agency,
        agencies=agencies,
    )


def _form(agency: Agency, day: date) -> ListForm:
    form = ListForm(data={"starts_on": day})
    form.item_ids.choices = [
        SelectChoice(one.id, f"{one.name}（{one.code}）") for one in items_on_offer(agency.id)
    ]
    form.section_id.choices = [SelectChoice(0, "（整个部门）")]
    form.section_id.choices += [SelectChoice(one.id, one.name) for one in sections_of(agency.id)]
    lines = [one for one in plan_lines_of(agency.id) if one.dropped_at is None]
    form.plan_line_id.choices = [SelectChoice(0, "（不在年度计划中）")]
    form.plan_line_id.choices += [
        SelectChoice(one.id, f"{one.year}年第{one.number}项 {one.name}") for one in lines
    ]
    form.partner_ids.choices = [SelectChoice(one.id, one.name) for one in other_agencies(agency.id)]
    return form


@bp.route("/<token>", methods=["GET", "POST"])
@requires(EDIT)
def preview(token: str) -> Response:
    """What the list means, line by line; then take it over."""
    upload = uploads.kept(token, WHAT, g.user.id) or abort(404)
    if not g.user.may(EDIT, upload.agency_id):
        abort(404)
    agency = db.session.get_one(Agency, upload.agency_id)
    told, rows = lists.told_from(json.loads(upload.about)), read_list(upload.data, upload.name)
    form = TakeForm()
    if request.method == "POST" and form.validate():
        reason = form.reason.data or "" if form.leave_out.data else ""
        try:
            made = lists.take_over(
                agency, told, rows, upload.data, upload.name, g.user, now(), left_out_reason=reason
            )
        except (ListRefused, BadFile, NoGuide) as refusal:
            db.session.rollback()
            return _preview(token, told, rows, form, upload.data, str(refusal))
        commit()
        uploads.forget(upload)
        flash(f"已导入为“{made.number}”，每户检查等待负责人批准。", "ok")
        return go("direct.campaign", campaign_id=made.id)
    return _preview(token, told, rows, form, upload.data)


def _preview(
    token: str, told: Told, rows: list[ListRow], form: TakeForm, data: bytes, refusal: str = ""
) -> Response:
    upload: Any = uploads.kept(token, WHAT, g.user.id) or abort(404)
    agency = db.session.get_one(Agency, upload.agency_id)
    judged = judge(agency, told, rows)
    return page(
        "offsite/platform_preview.html",
        status=422 if request.method == "POST" else 200,
        agency=agency,
        told=told,
        judged=judged,
        wrong=[one for one in judged if one.problems],
        file_name=upload.name,
        digest=sha256(data).hexdigest(),
        twin=lists.twin_of(agency.id, sha256(data).hexdigest()),
        form=form,
        token=token,
        refusal=refusal,
    )


@bp.get("/file/<int:campaign_id>")
@requires("campaign.read", named_campaign)
def original(found: Campaign) -> Response:
    """The file as it was brought."""
    digest = (found.platform or {}).get("sha256") or abort(404)
    name = found.platform.get("file") or "list"
    return send_file(
        store.open_original(digest),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
    )
