"""POST /field/steps: a phone with signal tells where its officer is. JSON like the outbox's calls, never a redirect.

A courtesy: no record waits for it, nothing is refused because it is missing, and an answer that is lost is not
asked for again.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import select

from sjj.database import commit, db, let_go
from sjj.inspections.field_api_views import check_field_user
from sjj.inspections.models import Inspection
from sjj.inspections.submission_queries import is_in_team
from sjj.inspections.whereabouts_steps import Kind, note_step
from sjj.rules.submissions import NotARecord, inspection_of, load_record
from sjj.web import ApiRefusal, now, requires

bp = Blueprint("field_steps", __name__, url_prefix="/field")
MOST = 1000  # bytes


@bp.post("/steps")
@requires("", api=True)
def steps() -> tuple[Response, int]:
    """Remember that this officer's phone has the form, or that the officer checked in."""
    check_field_user()
    said = _said()
    uid, kind = inspection_of(said), said.get("kind")
    if uid is None or not isinstance(kind, str) or kind not in set(Kind):
        raise ApiRefusal(422, "invalid", problems=[{"path": "", "problem": "应写明检查编号和到了哪一步"}])
    inspection = db.session.scalar(select(Inspection).where(Inspection.uid == UUID(uid)))
    if inspection is None:
        raise ApiRefusal(404, "unknown_inspection")
    if not is_in_team(inspection, g.user):
        raise ApiRefusal(403, "not_assigned")
    is_new = note_step(inspection, g.user.officer_id, Kind(kind), now())
    commit()
    return jsonify(code="noted" if is_new else "noted_already"), 201 if is_new else 200


def _said() -> dict[str, Any]:
    let_go()
    data = request.stream.read(MOST + 1)
    if len(data) > MOST:
        raise ApiRefusal(413, "too_large")
    try:
        return load_record(data)
    except NotARecord as wrong:
        raise ApiRefusal(422, "invalid", problems=[{"path": "", "problem": str(wrong)}]) from wrong
