"""The desk record of an off-site check: evidence, points, results; nobody is visited and nobody signs.

Every button first saves what was typed. The record goes through the same door as a visit's and waits for review
by somebody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, flash, g, request, send_file, url_for
from werkzeug.datastructures import MultiDict

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.files.store import NoCopy, copy_of, open_original
from sjj.inspections import evidence_queries, evidence_services, offsite_drafts
from sjj.inspections.direct_queries import may_open_case, opened_from
from sjj.inspections.evidence_kinds import EvidenceKind
from sjj.inspections.evidence_services import EvidenceRefused
from sjj.inspections.field_queries import current_record, plan_of
from sjj.inspections.form_plan import FormPlan
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.offsite_forms import DeskExtras
from sjj.inspections.offsite_queries import open_checks
from sjj.inspections.offsite_record import methods_in, photos_of, remarks_typed, remarks_with
from sjj.inspections.record_forms import VisitForm, visit_form
from sjj.inspections.record_prefill import time_value, values_of
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.submissions import OFFSITE, works_off_site
from sjj.inspections.visit_intake import Filled, take_in
from sjj.inspections.visit_models import Evidence
from sjj.inspections.visit_pages import place_problems
from sjj.rules.lifecycle import ResultState
from sjj.web import go, now, page, requires, see_other

bp = Blueprint("offsite", __name__, url_prefix="/offsite")
THUMB = 320


@bp.get("/")
@requires("")
def checks() -> Response:
    """The off-site checks to be made: an officer's own, the whole agency's for its office."""
    if not (g.user.may("inspection.enter") or g.user.may("field.work") or g.user.may("inspection.read")):
        abort(403)
    return page("offsite/checks.html", rows=open_checks(g.user), may_make=g.user.may("campaign.edit"))


def check_to_work(user: User, uid: UUID) -> Inspection | None:
    """An off-site check that this person makes."""
    found = evidence_queries.offsite_check(user, uid)
    return found if found is not None and works_off_site(found, user) else None


@bp.route("/<uuid:uid>", methods=["GET", "POST"])
@requires("", check_to_work)
def desk(inspection: Inspection) -> Response:
    """The form; once a record waits or is closed, what became of it."""
    if request.method == "POST":
        return _take(inspection)
    waits = inspection.state is ResultState.AWAITING_REVIEW
    if inspection.standing in CLOSED or (waits and request.args.get("revise") != "1"):
        return page(
            "offsite/done.html",
            inspection=inspection,
            closed=inspection.standing in CLOSED,
            may_open_case=may_open_case(inspection) and g.user.may("campaign.edit", inspection.agency_id),
            cases=opened_from(inspection),
        )
    plan = plan_of(inspection)
    form, extras = _first(inspection, plan)
    return _desk_page(inspection, plan, form, extras, [])


def _first(inspection: Inspection, plan: FormPlan) -> tuple[VisitForm, DeskExtras]:
    """The form as it was left: the draft, else the record that is corrected, else the start."""
    draft = offsite_drafts.draft_of(inspection)
    if draft is not None:
        fields = MultiDict([(name, one) for name, values in draft.content.items() for one in values])
        return visit_form(plan, fields), DeskExtras(fields)
    record = current_record(inspection)
    if record is None:
        values: dict[str, Any] = {"started_at": time_value(now())}
        return visit_form(plan, data=values), DeskExtras(data={"methods": [inspection.campaign.method]})
    remarks = str(record.get("remarks") or "")
    values = {**values_of(record, plan), "remarks": remarks_typed(remarks)}
    return visit_form(plan, data=values), DeskExtras(data={"methods": methods_in(remarks)})


def _take(inspection: Inspection) -> Response:
    """Take the form back: save the draft, then do what the button says; what is refused stays on the page."""
    moment, plan = now(), plan_of(inspection)
    form, extras = visit_form(plan, request.form), DeskExtras(request.form)
    do = request.form.get("do", "draft")
    if inspection.standing in CLOSED:
        flash("这次检查已经审核，内容不能再改。", "bad")
        return go("offsite.desk", uid=inspection.uid)
    try:
        offsite_drafts.save(
            inspection,
            request.form.to_dict(flat=False),
            request.form.get("draft_version", ""),
            g.user,
            moment,
        )
    except offsite_drafts.SavedMeanwhile as other:
        return _desk_page(inspection, plan, form, extras, [], meanwhile=other.draft, status=422)
    if do == "submit":
        return _submit(inspection, plan, form, extras, moment)
    if do == "add":
        try:
            evidence_services.add(
                inspection, extras.new_evidence(request.files.get("evidence-file")), g.user, moment
            )
        except EvidenceRefused as refusal:
            commit()
            line = extras.refuse_evidence(refusal.field, str(refusal))
            return _desk_page(inspection, plan, form, extras, [line], status=422)
        commit()
        return see_other(url_for("offsite.desk", uid=inspection.uid, **_revising()) + "#evidence")
    if do.startswith("remove-"):
        _remove(inspection, do.removeprefix("remove-"), moment)
        commit()
        return see_other(url_for("offsite.desk", uid=inspection.uid, **_revising()) + "#evidence")
    commit()
    flash("草稿已保存。", "ok")
    return go("offsite.desk", uid=inspection.uid, **_revising())


def _revising() -> dict[str, str]:
    return {"revise": "1"} if request.args.get("revise") == "1" else {}


def _remove(inspection: Inspection, number: str, moment: datetime) -> None:
    found = next((row for row in evidence_queries.evidence_of(inspection) if str(row.id) == number), None)
    if found is not None:
        evidence_services.remove(found, g.user, moment)


def _submit(
    inspection: Inspection, plan: FormPlan, form: VisitForm, extras: DeskExtras, moment: datetime
) -> Response:
    rows = evidence_queries.evidence_of(inspection)
    lines = []
    if not extras.chosen_methods:
        extras.methods.errors = ["请选择检查方式"]
        lines.append((extras.methods.id, "检查方式：请选择检查方式"))
    if not rows:
        lines.append(("evidence", "证据：至少要有一份证据或视频说明"))
    typed, ticked = form.remarks.data, form.photos.data
    form.remarks.data = remarks_with(typed or "", extras.chosen_methods, rows)
    form.photos.data = [row.sha256 for row in rows if row.sha256]
    form.revises.data = str(inspection.revision) if inspection.revision else ""
    filled = Filled(form, plan, inspection, dict(photos_of(rows)), OFFSITE)
    outcome = take_in(filled, g.user, moment, lines)
    commit()
    if outcome.is_kept:
        return _received(inspection, outcome.uid)
    form.remarks.data, form.photos.data = typed, ticked
    known = {line for line, _ in lines}
    found = [one for one in outcome.found if one[0] not in known]
    return _desk_page(inspection, plan, form, extras, lines + place_problems(form, plan, found), status=422)


def _received(inspection: Inspection, uid: UUID) -> Response:
    kept = db.session.get(Submission, uid)
    if kept is not None and kept.kept_status is not None:
        flash("记录已另行保存，等办公室比对：这次检查的状态已经变了。", "bad")
    else:
        flash(f"{inspection.entity.name}的非现场检查记录已提交，等待另一个人审核。", "ok")
    if g.user.may("inspection.read", inspection.agency_id):
        return go("inspections.inspection", inspection_id=inspection.id)
    return go("offsite.desk", uid=inspection.uid)


def _desk_page(
    inspection: Inspection,
    plan: FormPlan,
    form: VisitForm,
    extras: DeskExtras,
    problems: list[tuple[str, str]],
    *,
    meanwhile: Any = None,
    status: int = 200,
) -> Response:
    rows = evidence_queries.evidence_of(inspection)
    draft = offsite_drafts.draft_of(inspection)
    sent = request.form.get("submission", "")
    return page(
        "offsite/desk.html",
        status=status,
        inspection=inspection,
        plan=plan,
        form=form,
        extras=extras,
        problems=problems,
        evidence=rows,
        kinds={kind.value: kind.label for kind in EvidenceKind},
        media=evidence_queries.media_of(rows),
        draft=draft,
        meanwhile=meanwhile,
        submission=sent or str(uuid4()),
        revising=_revising(),
    )


@bp.get("/<uuid:uid>/evidence/<int:number>")
@requires("", evidence_queries.one_piece)
def evidence_file(row: Evidence) -> Response:
    """The stored bytes, unchanged, only ever as a file to keep."""
    if not row.sha256:
        abort(404)
    return send_file(
        open_original(row.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=row.filename,
    )


@bp.get("/<uuid:uid>/evidence/<int:number>/picture")
@requires("", evidence_queries.one_piece)
def evidence_picture(row: Evidence) -> Response:
    """A picture, as a small copy without its inner data."""
    try:
        return send_file(copy_of(row.sha256, THUMB), mimetype="image/jpeg")
    except NoCopy:
        abort(404)
