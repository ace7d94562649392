"""补扫 on the phone: the scan of a visit whose record has been sent, with the reason why it comes later."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, request

from sjj.accounts.models import User
from sjj.database import commit
from sjj.inspections.field_queries import officer_of
from sjj.inspections.models import Inspection
from sjj.inspections.scan_forms import ScanForm
from sjj.inspections.scan_services import make_up, scans_made_up
from sjj.inspections.visit_views import task
from sjj.rules.lifecycle import ResultState
from sjj.rules.scan_in import MAKE_UP_DAYS, days_after
from sjj.web import go, now, page, requires, today

bp = Blueprint("made_up", __name__, url_prefix="/field/inspections")


def visited(user: User, uid: UUID) -> Inspection | None:
    """A visit of this officer's own whose record is here."""
    found = task(user, uid)
    if found is None or found.revision is None or found.standing is ResultState.WITHDRAWN:
        return None
    return found


@bp.route("/<uuid:uid>/scan-made-up", methods=["GET", "POST"])
@requires("field.work", visited)
def scan_made_up(inspection: Inspection) -> Response:
    """Make up the scan."""
    form, moment = ScanForm(), now()
    officer = officer_of(g.user)
    if request.method == "POST" and form.validate() and officer is not None:
        code, reason = (form.code.data or "").strip(), (form.reason.data or "").strip()
        made = make_up(inspection, officer, code, reason, g.user, moment)
        commit()
        if made.matches:
            flash("已补扫，码与本单位相符。", "ok")
        else:
            flash("已登记，但这不是本单位的码；审核时会提示。", "warn")
        return go("field.task_form", uid=inspection.uid)
    day = today(moment)
    return page(
        "field/scan_made_up.html",
        status=422 if form.errors else 200,
        inspection=inspection,
        form=form,
        made=scans_made_up(inspection),
        days=days_after(inspection.ended_on or day, day),
        figure=MAKE_UP_DAYS,
    )
