"""The officer's phone pages: tasks, scanning, what the server has, one's own certificate.

Everything is this officer's own; another's inspection is 404.
"""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, abort, g, request, send_file

from sjj.accounts.models import User
from sjj.draws.declaration_queries import unanswered
from sjj.files.models import StoredFile
from sjj.files.store import copy_of
from sjj.headers import POLICY_OF_THE_SCANNER
from sjj.inspections.certificate_queries import certificate_of
from sjj.inspections.day_list import day_list
from sjj.inspections.field_queries import (
    SentRecord,
    entity_of_token,
    officer_of,
    own_inspection_at,
    own_tasks,
    picture_for,
    sent_by,
    sent_record,
)
from sjj.inspections.gate_views import gate_page
from sjj.inspections.models import Inspection
from sjj.inspections.phone_page_views import say_whose
from sjj.inspections.visit_views import show_visit, take_visit, task
from sjj.registers.leave_queries import days_words, leaves_of
from sjj.registers.models import Officer
from sjj.registers.officer_queries import WARN_BEFORE
from sjj.registers.officer_work import NO_WORK, work_of
from sjj.web import go, now, outside_url, page, public, requires, today

bp = Blueprint("field", __name__, url_prefix="/field")
THUMB = 320


@bp.after_request
def name_the_owner(response: Response) -> Response:
    """Whose page this is: the phone keeps pages of its own officer only, and none without this name."""
    user = g.get("user")
    return say_whose(response, user if user is not None and user.may("field.work") else None)


@bp.get("/")
@requires("field.work")
def tasks() -> Response:
    """What this officer has to do, and what is done."""
    undone, done = own_tasks(g.user)
    day = today(now())
    listed = day_list(undone, day)
    return page("field/tasks.html", near=unanswered(g.user, day), open=listed, done=done, today=day)


@bp.get("/scan")
@requires("field.work")
def how_to_scan() -> Response:
    """How to scan, and the way in for a code that was copied as text."""
    code = request.args.get("code", "").strip()
    if not code:
        return _scanner("", "")
    token = token_in(code)
    if token and entity_of_token(token):
        return go("field.scanned", token=token)
    return _scanner(code, "不是检查对象的二维码网址，请核对后再试")


def _scanner(code: str, problem: str) -> Response:
    response = page("field/scan.html", status=422 if problem else 200, code=code, problem=problem)
    response.headers["Content-Security-Policy"] = POLICY_OF_THE_SCANNER
    return response


def token_in(code: str) -> str:
    """The token at the end of a code's address; empty if it is no address."""
    try:
        return urlsplit(code).path.rstrip("/").rsplit("/", 1)[-1]
    except ValueError:  # such as http://[
        return ""


@bp.get("/scan/<token>")
@public
def scanned(token: str) -> Response:
    """What an entity's QR code opens; changes nothing. The officer who is expected there gets the form."""
    entity = entity_of_token(token)
    if entity is None:
        abort(404)
    user: User | None = g.user
    if user is None:
        return gate_page(entity, token)
    inspection = own_inspection_at(user, entity) if user.may("field.work") else None
    if inspection is None or user.must_change_password:
        return page("field/not_mine.html", entity=entity)
    return show_visit(inspection, code=outside_url("field.scanned", token=token))


@bp.get("/outbox")
@requires("field.work")
def outbox() -> Response:
    """Where this officer's records are: on the phone (filled in there), and on the server."""
    return page("field/outbox.html", sent=sent_by(g.user), moment=now())


def sent(user: User, uid: UUID) -> SentRecord | None:
    """A record of this person's own."""
    return sent_record(user, uid)


@bp.get("/submissions/<uuid:uid>/done")
@requires("field.work", sent)
def done(one: SentRecord) -> Response:
    """The receipt: exactly what was received."""
    return page("field/done.html", one=one)


def own_officer(user: User) -> Officer | None:
    """The officer that this account is."""
    return officer_of(user)


@bp.get("/me")
@requires("field.work", own_officer)
def me(officer: Officer) -> Response:
    """The officer's certificate and account."""
    day = today(now())
    work = work_of([officer.id], day.year).get(officer.id, NO_WORK)
    until = officer.certificate_until
    return page(
        "field/me.html",
        officer=officer,
        one=certificate_of(officer, day),
        left=(until - day).days if until else None,
        warn_before=WARN_BEFORE.days,
        after=work.after(until),
        leaves=leaves_of(officer, day),
        days_words=days_words,
        work=work,
        year=day.year,
    )


def stored_photo(user: User, sha256: str) -> StoredFile | None:
    """A stored picture of this person's own sending, or of an inspection that they record."""
    return picture_for(user, sha256)


@bp.get("/photos/<sha256>")
@requires("", stored_photo)
def photo(stored: StoredFile) -> Any:
    """A re-encoded copy without metadata."""
    if not stored.media_type.startswith("image/"):
        abort(404)
    return send_file(copy_of(stored.sha256, THUMB), mimetype="image/jpeg")


@bp.route("/inspections/<uuid:uid>", methods=["GET", "POST"])
@requires("field.work", task)
def task_form(inspection: Inspection) -> Response:
    """The form of one visit."""
    return take_visit(inspection) if request.method == "POST" else show_visit(inspection)
