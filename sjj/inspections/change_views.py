"""The pages of a change after the draw: asked from a drawn object, decided by the approver with the evidence.

Nobody is shown who would come in, and nobody can choose: that follows from the receipt once it is approved.
"""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, send_file

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.draws.change_events import KINDS
from sjj.draws.changes_queries import READ, change_for, change_to_decide, object_at
from sjj.draws.changes_services import (
    REPLACE,
    SUBSTITUTE,
    AlreadyDecided,
    Wanted,
    asked_already,
    obstacles,
    refuse,
)
from sjj.draws.models import DrawChange, DrawnObject
from sjj.draws.refusals import DrawRefused
from sjj.files.models import StoredFile
from sjj.files.senders import has_sent, remember_sender
from sjj.files.store import IMAGES, IMAGES_AND_PDF, BadFile, copy_of, keep, open_original
from sjj.inspections import change_services as services
from sjj.inspections.change_forms import ApproveForm, ChangeForm, RefuseForm, change_form
from sjj.inspections.change_queries import (
    record_as_evidence,
    shown,
    team_names,
    visit_obstacles,
    visit_of,
)
from sjj.inspections.dispatch import DispatchRefused
from sjj.inspections.models import Submission
from sjj.web import go, now, page, requires, today

bp = Blueprint("changes", __name__, url_prefix="/changes")
SHOWN_SIZE = 1600


def object_to_change(user: User, draw_id: int, place: int, kind: str) -> tuple[DrawnObject, str] | None:
    """A drawn object for which this person may ask for a change of this kind."""
    found = object_at(user, draw_id, place)
    return (found, kind) if found is not None and kind in (REPLACE, SUBSTITUTE) else None


@bp.route("/new/<int:draw_id>/<int:place>/<kind>", methods=["GET", "POST"])
@requires("draw.run", object_to_change)
def ask(found: tuple[DrawnObject, str]) -> Response:
    """申请递补 / 申请换人, with the reason and its evidence."""
    row, kind = found
    moment = now()
    visit = visit_of(row)
    record = record_as_evidence(visit) if kind == REPLACE else None
    names = team_names(row) if kind == SUBSTITUTE else []
    form = change_form(kind, names, record is not None, today(moment))
    out = _leaving(form)
    against = obstacles(row.draw, kind, row.code, out or row.team_now[0]) or visit_obstacles(visit, kind)
    against = [*against, *asked_already(row.draw, kind, row.code, out)]
    if not form.is_submitted():
        _prefill(form, record)
        return _ask_page(row, kind, form, against, record)
    _keep_evidence(form)
    if not form.validate():
        form.form_errors.extend(against)
        commit()  # a good file that came along is kept although the rest has to be put right
        return _ask_page(row, kind, form, [], record, 422)
    try:
        made = services.ask(row.draw, _wanted(row, kind, form, record), g.user, moment)
    except DrawRefused as refusal:
        form.form_errors.extend(refusal.problems)
        commit()
        return _ask_page(row, kind, form, [], record, 422)
    commit()
    flash(
        f"已申请{KINDS[kind]}“{row.name}”，等待负责人决定。"
        if kind == REPLACE
        else "已申请换人，等待负责人决定。",
        "ok",
    )
    return go("changes.change", change_id=made.id)


def _leaving(form: ChangeForm) -> str:
    """Who is to leave, as far as it is said."""
    if form.out is None:
        return ""
    return (form.out.data if form.is_submitted() else request.args.get("out", "")) or ""


def _prefill(form: ChangeForm, record: Submission | None) -> None:
    """What a link brought along, such as an approved recusal: whom and why."""
    if form.out is not None:
        form.out.data = request.args.get("out", "")
    form.reason.data = request.args.get("reason", "")
    if record is not None:
        form.use_record.data = True
        form.evidence_on.data = record.inspection.ended_on


def _keep_evidence(form: ChangeForm) -> None:
    """Keep an uploaded file; what an earlier try kept counts only if this person sent it."""
    if form.kept.data and not has_sent(g.user.id, form.kept.data):
        form.kept.data = ""
    upload = form.evidence.data
    if upload is None or not getattr(upload, "filename", ""):
        return
    try:
        stored = keep(upload.stream, allowed=IMAGES_AND_PDF)
    except BadFile as refusal:
        form.bad_file = f"{upload.filename}：{refusal}"
        return
    remember_sender(g.user.id, stored.sha256)
    form.kept.data = stored.sha256


def _wanted(row: DrawnObject, kind: str, form: ChangeForm, record: Submission | None) -> Wanted:
    by_record = record is not None and form.use_record.data and not form.kept.data
    return Wanted(
        kind,
        row.code,
        form.reason.data,
        record.content_sha256 if record is not None and by_record else form.kept.data,
        form.evidence_on.data,
        out=form.out.data if form.out is not None else "",
        note=(form.note.data or "").strip(),
    )


def _ask_page(
    row: DrawnObject,
    kind: str,
    form: ChangeForm,
    against: list[str],
    record: Submission | None,
    status: int = 200,
) -> Response:
    return page(
        "inspections/change_ask.html",
        status=status,
        row=row,
        draw=row.draw,
        kind=kind,
        form=form,
        against=against,
        record=record,
        team=[words for _, words in team_names(row)],
    )


@bp.get("/<int:change_id>")
@requires(READ, change_for)
def change(found: DrawChange) -> Response:
    """One change: what was asked, on which evidence, what was decided."""
    return _change_page(found)


def _change_page(
    found: DrawChange, problems: list[str] | None = None, form: RefuseForm | None = None, status: int = 200
) -> Response:
    may_decide = g.user.may("draw.change", found.draw.agency_id)
    return page(
        "inspections/change.html",
        status=status,
        change=found,
        draw=found.draw,
        shown=shown(found),
        problems=problems or [],
        may_decide=may_decide and found.asked_by_id != g.user.id,
        is_own=may_decide and found.asked_by_id == g.user.id,
        approve_form=ApproveForm(formdata=None),
        refuse_form=form or RefuseForm(formdata=None),
    )


@bp.post("/<int:change_id>/approve")
@requires("draw.change", change_to_decide)
def approve(found: DrawChange) -> Response:
    """Let the rule make the change and send the visits after it, all of it or nothing."""
    try:
        services.approve(found, g.user, now())
    except (DrawRefused, DispatchRefused) as refusal:
        db.session.rollback()
        problems = refusal.problems if isinstance(refusal, DrawRefused) else [str(refusal)]
        return _change_page(found, problems, status=409 if isinstance(refusal, AlreadyDecided) else 422)
    commit()
    flash(f"第 {found.number} 项变更已作出，凭据的新指纹已公布。", "ok")
    return go("changes.change", change_id=found.id)


@bp.post("/<int:change_id>/refuse")
@requires("draw.change", change_to_decide)
def decline(found: DrawChange) -> Response:
    """Do not allow it, with a reason."""
    form = RefuseForm()
    if not form.validate():
        return _change_page(found, form=form, status=422)
    try:
        refuse(found, form.reason.data, g.user, now())
    except DrawRefused as refusal:
        db.session.rollback()
        status = 409 if isinstance(refusal, AlreadyDecided) else 422
        return _change_page(found, refusal.problems, status=status)
    commit()
    flash("已决定不予变更，抽取结果不变。", "ok")
    return go("changes.change", change_id=found.id)


def evidence_of(user: User, change_id: int) -> StoredFile | None:
    """The file that a change rests on, for whoever may read the change."""
    found = change_for(user, change_id)
    return db.session.get(StoredFile, found.evidence_sha256) if found is not None else None


@bp.get("/<int:change_id>/evidence")
@requires(READ, evidence_of)
def evidence(stored: StoredFile) -> Any:
    """The evidence as it was handed in, only ever as a file to keep."""
    name = f"{stored.sha256[:16]}.{stored.media_type.rsplit('/', 1)[-1]}"
    return send_file(
        open_original(stored.sha256), mimetype=stored.media_type, as_attachment=True, download_name=name
    )


@bp.get("/<int:change_id>/evidence.jpg")
@requires(READ, evidence_of)
def evidence_picture(stored: StoredFile) -> Any:
    """A photo of the evidence, as a copy without its inner data."""
    if stored.media_type not in IMAGES:
        abort(404)
    return send_file(copy_of(stored.sha256, SHOWN_SIZE), mimetype="image/jpeg")
