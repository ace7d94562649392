"""What a phone's outbox and programs outside call (field.md §3): JSON and bytes, never a page or a redirect.

Open to anybody signed in, on purpose: an officer who has lost the role may still hold records, and those are
kept aside rather than turned away at the door. What is not one's own is 404.
"""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask_wtf.csrf import generate_csrf

from sjj.accounts.models import User
from sjj.database import commit, let_go, only_reading
from sjj.files import uploads
from sjj.files.senders import remember_sender
from sjj.files.store import IMAGES_AND_PDF, BadFile, is_stored, keep
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.submission_queries import (
    assigned_inspection,
    missing_files,
    own_submission,
    state_of,
    tasks_of,
)
from sjj.inspections.submissions import receive
from sjj.jobs.photo_copies import ask_for_copies
from sjj.registers.merge_queries import older_tokens
from sjj.rules.submission_shape import UUID as UUID_SHAPE
from sjj.rules.submissions import MAX_BODY_BYTES, NotARecord, has_too_many_photos, inspection_of, load_record
from sjj.web import SHANGHAI, ApiRefusal, now, requires

bp = Blueprint("field_api", __name__, url_prefix="/field")
MAX_DIGITS = 12
MAX_LEFT_OVER = 32 * 1024 * 1024


@bp.after_request
def hear_them_out(response: Response) -> Response:
    """Read what a refused caller is still sending: a connection cut meanwhile would swallow the answer."""
    left = min(request.content_length or 0, MAX_LEFT_OVER) if response.status_code >= 400 else 0
    if left:
        let_go()
    while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(chunk)
    return response


@bp.get("/ping")
@requires("", api=True)
def ping() -> Response:
    """That the server answers, whom it takes the caller for, and a token for what follows."""
    return jsonify(user=g.user.username, csrf=generate_csrf(), now=now().astimezone(SHANGHAI).isoformat())


@bp.get("/tasks.json")
@requires("", api=True)
def tasks() -> Response:
    """This officer's open inspections."""
    found = tasks_of(g.user)
    older = older_tokens([one.entity for one in found])
    return jsonify([_task(one, older.get(one.entity_id, [])) for one in found])


def _task(one: Inspection, older: list[str]) -> dict[str, Any]:
    return {
        "inspection": str(one.uid),
        "url": url_for("field_api.form", uid=one.uid).removesuffix(".json"),
        "entity": one.entity.name,
        "code": one.entity.code,
        "campaign": one.campaign.name,
        "due": one.due_on.isoformat() if one.due_on else None,
        "state": one.state.value,
        "form_version": one.form_sha256,
        "token_sha256": sha256(one.entity.token.encode()).hexdigest(),
        "older_tokens_sha256": [sha256(token.encode()).hexdigest() for token in older],
    }


def _assigned(user: User, uid: str) -> Inspection | None:
    return assigned_inspection(user, UUID(uid)) if UUID_SHAPE.fullmatch(uid) else None


@bp.get("/inspections/<uid>.json")
@requires("", _assigned, api=True)
def form(inspection: Inspection) -> Response:
    """What a record of this inspection is checked against."""
    return jsonify(served(inspection))


@bp.put("/submissions/<uid>")
@requires("", api=True)
def submit(uid: str) -> tuple[Response, int]:
    """Take a record in. The answer leaves only after the data are on the disk."""
    check_field_user()
    if not UUID_SHAPE.fullmatch(uid):
        raise ApiRefusal(404, "not_found")
    answer = receive(UUID(uid), _record(), g.user, now())
    commit()
    return jsonify(answer.body), answer.status


def _own(user: User, uid: str) -> Submission | None:
    return own_submission(user, UUID(uid)) if UUID_SHAPE.fullmatch(uid) else None


@bp.get("/submissions/<uid>")
@requires("", _own, api=True)
def submission(found: Submission) -> Response:
    """Where a record of one's own stands."""
    missing = missing_files(found)
    revision = found.inspection.revision
    return jsonify(
        state=state_of(found, missing),
        missing_files=missing,
        revision=str(revision) if revision else None,
        received_at=found.received_at.astimezone(SHANGHAI).isoformat(),
    )


@bp.route("/files/<name>", methods=["HEAD"])
@requires("", api=True)
def file_state(name: str) -> Response:
    """How much of a file is here."""
    if not uploads.is_name(name):
        return Response(status=404)
    if is_stored(name):
        return Response(status=200)
    received = uploads.received_of(g.user.id, name)
    if received is None:
        return Response(status=404)
    return Response(status=204, headers={"Upload-Offset": str(received)})


@bp.patch("/files/<name>")
@requires("", api=True)
def file_piece(name: str) -> Response:
    """Append one piece of a file."""
    check_field_user()
    if not uploads.is_name(name):
        raise ApiRefusal(404, "not_found")
    offset, total = _whole_number("Upload-Offset"), _whole_number("Upload-Length")
    piece = uploads.Piece(offset, total, _body(uploads.MAX_PIECE))
    with only_reading():
        user_id = g.user.id
        examined = uploads.look_ahead(user_id, name, piece)
    moment = now()
    answer = uploads.take_piece(user_id, name, piece, moment, examined)
    if answer.code == "stored":
        ask_for_copies(name, moment)
    commit()
    response = Response(status=204) if answer.status == 204 else jsonify(code=answer.code)
    response.status_code = answer.status
    if answer.offset is not None:
        response.headers["Upload-Offset"] = str(answer.offset)
    return response


@bp.post("/files")
@requires("", api=True)
def files() -> tuple[Response, int]:
    """Whole files in one ordinary request; each is kept or refused by itself."""
    if request.headers.get("X-Field-User") is not None:
        check_field_user()
    kept: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    given = request.files.getlist("file")
    for upload in given:
        try:
            stored = keep(upload.stream, allowed=IMAGES_AND_PDF)
            remember_sender(g.user.id, stored.sha256)
            ask_for_copies(stored.sha256, now())
            kept.append({"sha256": stored.sha256, "size": stored.size})
        except BadFile as refusal:
            problems.append({"name": upload.filename or "", "code": refusal.code, "problem": str(refusal)})
    commit()
    if problems or not given:
        return jsonify(code="invalid", files=kept, problems=problems), 422
    return jsonify(code="stored", files=kept), 201


def check_field_user() -> None:
    """One officer's outbox never leaves under a colleague's name (field.md §3); a header holds ASCII only."""
    if unquote(request.headers.get("X-Field-User", "")) != g.username:
        raise ApiRefusal(403, "other_user")


def _body(limit: int) -> bytes:
    """The whole body, refused if it is longer than the limit or was cut off on the way."""
    told = request.content_length
    if told is not None and told > limit:
        raise ApiRefusal(413, "too_large")
    let_go()
    data: bytes = request.stream.read(limit + 1)
    if len(data) > limit:
        raise ApiRefusal(413, "too_large")
    if told is not None and len(data) != told:
        raise ApiRefusal(400, "cut_off")
    return data


def _record() -> dict[str, Any]:
    data = _body(MAX_BODY_BYTES)
    try:
        record = load_record(data)
    except NotARecord as wrong:
        if _lists_too_many_photos(data):
            raise ApiRefusal(413, "too_large") from wrong
        raise ApiRefusal(422, "invalid", problems=[{"path": "", "problem": str(wrong)}]) from wrong
    if has_too_many_photos(record):
        raise ApiRefusal(413, "too_large")
    if inspection_of(record) is None:
        raise ApiRefusal(422, "invalid", problems=[{"path": "/inspection", "problem": "编号格式不对"}])
    return record


def _lists_too_many_photos(data: bytes) -> bool:
    """Asked before anything else about the content, so of whatever JSON it may be."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and has_too_many_photos(said)


def _whole_number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()):
        raise ApiRefusal(422, "invalid", problems=[{"path": header, "problem": "应为非负整数"}])
    # Whatever has more digits is larger than any file, and is judged as that; int() of thousands would raise.
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= MAX_DIGITS else 10**MAX_DIGITS
