"""What the 取件码 opens: the record of the visit, its papers and pictures, objections and their answers.

The code is sent in a form and never stands in an address; what the browser keeps afterwards is good for this visit only,
and for half an hour.
"""

from typing import Any

from flask import Response, abort, current_app, flash, g, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from sjj.database import commit
from sjj.files.store import IMAGES_AND_PDF, BadFile, NoCopy, copy_of, keep
from sjj.inspections import paper_data
from sjj.inspections.feedback_events import bearer_of_the_code
from sjj.inspections.feedback_forms import ObjectionForm, PickupForm
from sjj.inspections.feedback_services import (
    FeedbackRefused,
    Said,
    may_object,
    objections_of,
    raise_objection,
)
from sjj.inspections.field_queries import plan_of
from sjj.inspections.models import Inspection
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_queries import record_of
from sjj.inspections.paper_views import address_of, send_paper
from sjj.inspections.pickup import PickupRefused, pick_up
from sjj.inspections.visit_phase import phase_on
from sjj.publicity.blueprints import public as bp
from sjj.publicity.views_shell import public_page
from sjj.publicity.visit_page import PICKED_UP, papers_to_pick_up, picture_of_record
from sjj.publicity.visit_page_views import for_the_enterprise, refuse_staff, visit_at, visit_page
from sjj.publicity.visit_pass import COOKIE, LASTS, is_pass, make_pass
from sjj.web import go, now, public, today

KINDS = "any(" + ", ".join(kind.value for kind in PICKED_UP) + ")"
PICTURE = 640
NO_RECORD_YET = "检查记录还没有收到。检查结束、手机连上网以后才能取。"


@bp.post("/visits/<token>/pickup")
@public
def visit_pickup(token: str) -> Response:
    """Check the code; the right one opens the record for half an hour."""
    inspection, form, moment = visit_at(token), PickupForm(), now()
    if not phase_on(inspection, today(moment)).has_record:
        form.code.errors = [NO_RECORD_YET]
        return visit_page(inspection, pickup=form, status=422)
    if not form.validate():
        return visit_page(inspection, pickup=form, status=422)
    try:
        pick_up(inspection, form.code.data, request.remote_addr or "", moment)
    except PickupRefused as refusal:
        commit()
        form.code.errors = [str(refusal)]
        return visit_page(inspection, pickup=form, status=429 if refusal.must_wait else 422)
    passed = make_pass(_key(), inspection, moment)
    commit()
    answer = for_the_enterprise(go("public.visit_record", token=token))
    answer.set_cookie(
        COOKIE,
        passed,
        max_age=LASTS,
        path=url_for("public.visit", token=token),
        secure=g.settings.https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _key() -> str:
    key = current_app.secret_key
    return key if isinstance(key, str) else (key or b"").decode()


def picked_up(token: str) -> Inspection | None:
    """The visit, if this browser has shown its code; None otherwise. 404 for no visit."""
    inspection, moment = visit_at(token), now()
    good = is_pass(_key(), request.cookies.get(COOKIE, ""), inspection, moment)
    return inspection if good and phase_on(inspection, today(moment)).has_record else None


def _ask_for_the_code(token: str) -> Response:
    return for_the_enterprise(go("public.visit", token=token, _anchor="pickup"))


@bp.get("/visits/<token>/record")
@public
def visit_record(token: str) -> Response:
    """The record as it counts now, what was objected and answered."""
    inspection = picked_up(token)
    if inspection is None:
        return _ask_for_the_code(token)
    return _record_page(inspection, ObjectionForm(formdata=None))


def _record_page(inspection: Inspection, form: ObjectionForm, status: int = 200) -> Response:
    shown = public_page(
        "public/visit_record.html",
        agency=inspection.agency,
        inspection=inspection,
        token=inspection.visit_token,
        said=record_of(inspection),
        papers=papers_to_pick_up(inspection),
        objections=objections_of(inspection),
        may_object=may_object(inspection),
        form=form,
        signed_in=g.user is not None,
    )
    shown.status_code = status
    return for_the_enterprise(shown)


@bp.get(f"/visits/<token>/<{KINDS}:kind>.pdf")
@public
def visit_paper(token: str, kind: str) -> Response:
    """The record, the result notice or the order, as PDF."""
    inspection = picked_up(token)
    if inspection is None:
        return _ask_for_the_code(token)
    wanted = PaperKind(kind)
    try:
        made = paper_data.paper(
            inspection, wanted, plan_of(inspection), address_of(inspection, wanted), now()
        )
    except paper_data.NoSuchPaper:
        abort(404)
    return for_the_enterprise(send_paper(made, "pdf"))


@bp.get("/visits/<token>/pictures/<sha256>")
@public
def visit_picture(token: str, sha256: str) -> Any:
    """A re-encoded copy of a photo or signature of the record."""
    inspection = picked_up(token)
    stored = picture_of_record(inspection, sha256) if inspection is not None else None
    if stored is None:
        abort(404)
    try:
        return for_the_enterprise(send_file(copy_of(stored.sha256, PICTURE), mimetype="image/jpeg"))
    except NoCopy:
        abort(404)


@bp.post("/visits/<token>/objections")
@public
def visit_object(token: str) -> Response:
    """Object to the record or the result; it reaches the office."""
    inspection = picked_up(token)
    if inspection is None:
        return _ask_for_the_code(token)
    form = ObjectionForm()
    if refuse_staff(form) and form.validate():
        try:
            _raise(inspection, form)
        except BadFile as refusal:
            form.file.errors = [str(refusal)]
        except FeedbackRefused as refusal:
            form.form_errors = [*form.form_errors, str(refusal)]
        else:
            commit()
            flash("异议已收到，由没有参加检查的人答复。答复在这一页看，打开时凭取件码。", "ok")
            return for_the_enterprise(go("public.visit_record", token=token, _anchor="objections"))
    return _record_page(inspection, form, 422)


def _raise(inspection: Inspection, form: ObjectionForm) -> None:
    if not may_object(inspection):
        raise FeedbackRefused("这次检查提出异议的次数已满，请拨打机关电话")
    sent = form.file.data
    has_file = isinstance(sent, FileStorage) and bool(sent.filename)
    sha256 = keep(sent.stream, allowed=IMAGES_AND_PDF).sha256 if has_file else ""
    said = Said(form.by_name.data, form.by_phone.data, form.text.data, sha256)
    raise_objection(inspection, said, bearer_of_the_code(request.remote_addr or ""), now())


@bp.post("/visits/<token>/close")
@public
def visit_close(token: str) -> Response:
    """Put the record away: on a phone that is not one's own."""
    visit_at(token)
    answer = for_the_enterprise(go("public.visit", token=token))
    answer.delete_cookie(COOKIE, path=url_for("public.visit", token=token))
    return answer
