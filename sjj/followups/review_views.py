"""Accepting and sending back a record. Stands here because accepting also opens the problems it names."""

from flask import Response, flash, g, request

from sjj.database import commit
from sjj.followups.blueprints import review as bp
from sjj.followups.services import open_problems
from sjj.inspections.detail_views import detail_page
from sjj.inspections.models import Inspection
from sjj.inspections.office_queries import inspection_to_review
from sjj.inspections.review import ReviewRefused, accept, against_sending_back, send_back
from sjj.inspections.review_forms import AcceptForm, PointField, send_back_form
from sjj.inspections.review_points import answered_points, points_of
from sjj.rules.results import ORDERED
from sjj.web import go, now, page, requires


@bp.post("/<int:inspection_id>/accept")
@requires("inspection.review", inspection_to_review)
def review_accept(found: Inspection) -> Response:
    """The record is in order: its result waits for publication, its problems are followed up."""
    AcceptForm().validate()
    moment = now()
    try:
        accept(found, g.user, moment)
    except ReviewRefused as refusal:
        return detail_page(found, g.user, moment, refusal=str(refusal))
    problems = open_problems(found, g.user, moment)
    commit()
    undated = sum(one.kind == ORDERED and one.due_on is None for one in problems)
    more = f"，{len(problems)} 个问题转入后续处置" if problems else ""
    more += f"，其中 {undated} 个还没有整改期限，请补定" if undated else ""
    flash(f"已审核通过“{found.entity.name}”的检查记录，结果待公示{more}。", "ok")
    return go("inspections.inspection", inspection_id=found.id)


@bp.route("/<int:inspection_id>/send-back", methods=["GET", "POST"])
@requires("inspection.review", inspection_to_review)
def review_send_back(found: Inspection) -> Response:
    """The record is not in order: back to the officers, with reasons, in general and at single points."""
    form = send_back_form(points_of(found))
    if request.method == "POST" and form.validate():
        try:
            send_back(found, form.reason.data or "", g.user, now(), form.points())
        except ReviewRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"已退回“{found.entity.name}”的检查记录，执法人员能看到原因。", "ok")
            return go("inspections.inspection", inspection_id=found.id)
    status = 422 if request.method == "POST" else 200
    return page(
        "inspections/send_back.html",
        form=form,
        inspection=found,
        items=answered_points(found),
        lines={field.point: field for field in form if isinstance(field, PointField)},
        against=against_sending_back(found, g.user),
        status=status,
    )
