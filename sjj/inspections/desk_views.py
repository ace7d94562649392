"""补录: a visit recorded on paper, entered at the office under the same checks, its scan attached.

A signature is one on the scan; nothing is entered without the scan.
"""

from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, g, request
from sqlalchemy import select
from werkzeug.datastructures import CombinedMultiDict

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.files.store import is_stored
from sjj.inspections.field_queries import current_record, plan_of
from sjj.inspections.form_plan import PRESENT, WITNESS, FormPlan, officer_slots
from sjj.inspections.kept_files import keep_files
from sjj.inspections.models import Inspection
from sjj.inspections.narrative_facts import propose
from sjj.inspections.parts import is_settled
from sjj.inspections.record_forms import VisitForm, visit_form
from sjj.inspections.record_prefill import known_photos
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.submissions import DESK
from sjj.inspections.visit_intake import Filled, take_in
from sjj.inspections.visit_pages import first_values, place_problems
from sjj.registers.assistant_queries import names_on_offer
from sjj.web import go, now, page, requires

bp = Blueprint("desk", __name__, url_prefix="/inspections")
NO_SCAN = "0" * 64  # stands for the scan while the other problems are found; never stored


def to_enter(user: User, uid: UUID) -> Inspection | None:
    """An inspection of this clerk's agency that is still open."""
    found = db.session.scalar(select(Inspection).where(Inspection.uid == uid))
    if (
        found is None
        or found.standing in CLOSED
        or is_settled(found)
        or not user.may("inspection.enter", found.agency_id)
    ):
        return None
    return found


@bp.route("/<uuid:uid>/desk-entry", methods=["GET", "POST"])
@requires("inspection.enter", to_enter)
def entry(inspection: Inspection) -> Response:
    """The form of the visit in the office's layout."""
    plan, record = plan_of(inspection), current_record(inspection)
    if request.method == "GET":
        values = first_values(inspection, plan, record, "", now())
        if record is None:
            values["started_at"] = ""  # as the paper says
        return _desk_page(inspection, plan, visit_form(plan, data=values), [], str(uuid4()))
    form = visit_form(plan, CombinedMultiDict([request.files, request.form]))
    unkept = list(keep_files(form, plan, g.user).items())
    if request.form.get("propose"):
        unkept += propose(form, plan, inspection)
        commit()
        lines = place_problems(form, plan, unkept)
        return _desk_page(inspection, plan, form, lines, form.submission.data or str(uuid4()))
    found = [*unkept, *_paper_problems(form)]
    _sign_by_scan(form, plan)
    known = known_photos(record) if record else {}
    filled = Filled(form, plan, inspection, known, DESK, form.scan_kept.data or NO_SCAN)
    outcome = take_in(filled, g.user, now(), found)
    commit()
    if outcome.is_kept:
        flash(f"{inspection.entity.name}的纸质检查记录已补录，等待审核。", "ok")
        return go("inspections.inspection", inspection_id=inspection.id)
    return _desk_page(
        inspection, plan, form, place_problems(form, plan, outcome.found), str(outcome.uid), 422
    )


def _paper_problems(form: VisitForm) -> list[tuple[str, str]]:
    if not is_stored(form.scan_kept.data or ""):  # the hidden field may say anything
        form.scan_kept.data = ""
    found = [] if form.scan_kept.data else [("scan", "请上传双方签字的纸质记录扫描件")]
    if not form.ended_at.data:
        found.append(("ended_at", "请按纸质记录填写"))
    return found


def _sign_by_scan(form: VisitForm, plan: FormPlan) -> None:
    """Whoever signed on the paper is signed by its scan, at the end of the visit."""
    for slot in (*officer_slots(plan), PRESENT, WITNESS):
        signature = form[f"sign-{slot}"].form
        if signature.on_paper.data:
            signature.image.data = form.scan_kept.data or NO_SCAN
            signature.at.data = form.ended_at.data


def _desk_page(
    inspection: Inspection,
    plan: FormPlan,
    form: VisitForm,
    problems: list[tuple[str, str]],
    submission: str,
    status: int = 200,
) -> Response:
    return page(
        "field/desk.html",
        status=status,
        inspection=inspection,
        plan=plan,
        form=form,
        problems=problems,
        submission=submission,
        assistants=names_on_offer(inspection.agency_id),
        desk=True,
    )
