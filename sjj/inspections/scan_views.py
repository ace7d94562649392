"""补扫 on the phone: the scan of a visit whose record has been sent, with the reason why it comes later."""

from flask import Blueprint, Response, flash, g, request
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from sjj.accounts.models import User
from sjj.database import commit
from sjj.form import Form
from sjj.inspections.field_queries import officer_of
from sjj.inspections.models import Inspection
from sjj.inspections.scan_services import make_up, scans_made_up
from sjj.inspections.visit_views import task
from sjj.rules.lifecycle import ResultState
from sjj.rules.scan_in import MAKE_UP_DAYS, days_after
from sjj.web import go, now, page, requires, today

bp = Blueprint("made_up", __name__, url_prefix="/field/inspections")
MOST_CODE, MOST_REASON = 400, 200


class ScanForm(Form):
    """A code and why it is scanned only now."""

    code = StringField(
        "二维码内容",
        [
            InputRequired("请扫码，或粘贴二维码里的网址"),
            Length(max=MOST_CODE, message=f"不超过 {MOST_CODE} 字"),
        ],
    )
    reason = TextAreaField(
        "为什么现在才扫",
        [InputRequired("请写明原因"), Length(max=MOST_REASON, message=f"不超过 {MOST_REASON} 字")],
    )


def visited(user: User, uid: object) -> Inspection | None:
    """A visit of this officer's own whose record is here."""
    found = task(user, uid)  # type: ignore[arg-type]
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
