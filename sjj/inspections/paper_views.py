"""The printable papers of an inspection: the notice to take along, and the record, blank for ink or filled.

Opening a paper changes nothing.
"""

from typing import Any

from flask import Blueprint, Response, abort, request, send_file

from sjj.files.models import StoredFile
from sjj.files.store import NoCopy, copy_of
from sjj.inspections.field_queries import plan_of
from sjj.inspections.models import Inspection
from sjj.inspections.paper_queries import (
    FIVE_BANS,
    RIGHTS,
    bases_of,
    notice_number,
    paper_of,
    picture_of,
    record_of,
    visits_this_year,
)
from sjj.rules.results import Answer, Outcome
from sjj.web import now, page, requires, today

bp = Blueprint("papers", __name__, url_prefix="/papers/inspections")
PRINTED = 640


@bp.get("/<uuid:uid>/notice")
@requires("", paper_of)
def notice(inspection: Inspection) -> Response:
    """行政检查通知书."""
    day = today(now())
    return page(
        "papers/notice.html",
        inspection=inspection,
        plan=plan_of(inspection),
        number=notice_number(inspection),
        bases=bases_of(inspection, day),
        visits=visits_this_year(inspection),
        rights=RIGHTS,
        bans=FIVE_BANS,
        record=record_of(inspection),
        day=day,
    )


@bp.get("/<uuid:uid>/record")
@requires("", paper_of)
def record(inspection: Inspection) -> Response:
    """现场检查记录, filled from the current record; with ?blank=1, or before there is one, for ink."""
    said = None if request.args.get("blank") == "1" else record_of(inspection)
    shared = {"inspection": inspection, "plan": plan_of(inspection), "number": notice_number(inspection)}
    if said is None:
        return page(
            "papers/record_blank.html",
            answers=[answer.label for answer in Answer],
            outcomes=[outcome.label for outcome in Outcome],
            has_record=inspection.revision is not None,
            **shared,
        )
    return page("papers/record.html", said=said, **shared)


@bp.get("/<uuid:uid>/pictures/<sha256>")
@requires("", picture_of)
def picture(stored: StoredFile) -> Any:
    """A re-encoded copy of a photo or signature of this inspection."""
    try:
        return send_file(copy_of(stored.sha256, PRINTED), mimetype="image/jpeg")
    except NoCopy:
        abort(404)
