"""One agency's review of its own items in a joint visit: accept, send the record back, put its results right.

Stands here because accepting also opens the problems of its items.
"""

from flask import Response, flash, g, request
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from sjj.database import commit, db
from sjj.followups.review_views import bp
from sjj.followups.services import open_problems
from sjj.form import Form
from sjj.inspections.detail_views import detail_page
from sjj.inspections.models import Inspection
from sjj.inspections.office_queries import inspection_to_review
from sjj.inspections.own_results import against_correcting, correct_own
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.part_queries import REVIEW, part_of
from sjj.inspections.parts import Holder, results_of, visit_of
from sjj.inspections.review import MAX_REASON, ReviewRefused, accept, against_sending_back, send_back
from sjj.inspections.review_forms import AcceptForm, PointField, send_back_form
from sjj.inspections.review_points import answered_points, points_of_holder
from sjj.rules.results import RESULTS
from sjj.web import go, now, page, requires

ITEM_FIELD = "item_{}"


class OwnResultsForm(Form):
    """Why results are put right; the results are added by `_results_form`."""

    reason = TextAreaField(
        "更正的理由",
        [DataRequired("请写明更正的理由"), Length(max=MAX_REASON, message=f"不超过 {MAX_REASON} 字")],
    )


@bp.post("/parts/<int:part_id>/accept")
@requires(REVIEW, part_of)
def part_accept(found: InspectionPart) -> Response:
    """Its items are in order: their results wait for this agency's publication."""
    AcceptForm().validate()
    moment = now()
    try:
        accept(found, g.user, moment)
    except ReviewRefused as refusal:
        db.session.rollback()
        return detail_page(found.inspection, g.user, moment, refusal=str(refusal))
    problems = open_problems(found, g.user, moment)
    commit()
    more = f"，{len(problems)} 个问题转入本部门的后续处置" if problems else ""
    flash(f"已审核通过“{found.inspection.entity.name}”中{found.agency.name}的事项，结果待公示{more}。", "ok")
    return go("inspections.inspection", inspection_id=found.inspection_id)


@bp.route("/parts/<int:part_id>/send-back", methods=["GET", "POST"])
@requires(REVIEW, part_of)
def part_send_back(found: InspectionPart) -> Response:
    """Back to the officers; every agency reviews the corrected record anew."""
    points = points_of_holder(found)
    form, visit = send_back_form(points), found.inspection
    if request.method == "POST" and form.validate():
        try:
            send_back(found, form.reason.data or "", g.user, now(), form.points())
        except ReviewRefused as refusal:
            db.session.rollback()
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"已退回“{visit.entity.name}”的检查记录，更正后各部门重新审核。", "ok")
            return go("inspections.inspection", inspection_id=visit.id)
    own = [
        item
        for item in answered_points(visit)
        if item.lines and all(line.point in points for line in item.lines)
    ]
    return page(
        "inspections/send_back.html",
        form=form,
        inspection=visit,
        part=found,
        items=own,
        lines={field.point: field for field in form if isinstance(field, PointField)},
        against=against_sending_back(found, g.user),
        status=422 if request.method == "POST" else 200,
    )


@bp.route("/parts/<int:part_id>/results", methods=["GET", "POST"])
@requires(REVIEW, part_of)
def part_results(found: InspectionPart) -> Response:
    """Put the results of its own items right where the record can no longer go back."""
    return _results_page(found)


@bp.route("/<int:inspection_id>/own-results", methods=["GET", "POST"])
@requires(REVIEW, inspection_to_review)
def review_own_results(found: Inspection) -> Response:
    """The same for the leading agency."""
    return _results_page(found)


def _results_page(holder: Holder) -> Response:
    form, visit = _results_form(holder), visit_of(holder)
    if request.method == "POST" and form.validate():
        chosen = {row.item_id: form[ITEM_FIELD.format(row.item_id)].data for row in results_of(holder)}
        try:
            correct_own(holder, chosen, form.reason.data, g.user, now())
        except ReviewRefused as refusal:
            db.session.rollback()
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已更正本部门事项的结果，请审核通过后公示。", "ok")
            return go("inspections.inspection", inspection_id=visit.id)
    return page(
        "inspections/own_results.html",
        form=form,
        inspection=visit,
        agency=holder.agency,
        against=against_correcting(holder, g.user),
        status=422 if request.method == "POST" else 200,
    )


def _results_form(holder: Holder) -> OwnResultsForm:
    fields = {
        ITEM_FIELD.format(row.item_id): SelectField(
            row.item.name, choices=list(dict.fromkeys((*RESULTS, row.result))), default=row.result
        )
        for row in results_of(holder)
    }
    return type("OwnResultsHereForm", (OwnResultsForm,), fields)()  # type: ignore[no-any-return]
