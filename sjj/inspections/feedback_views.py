"""What enterprises said, for the office: ratings of the agency, objections and their answers.

No figure of a person stands here, and nobody finds what was said about a visit of their own.
"""

from typing import Any

from flask import Response, flash, g, request, send_file

from sjj.accounts.models import Agency
from sjj.accounts.queries import agencies_of
from sjj.csv_files import download
from sjj.database import commit
from sjj.files import store
from sjj.files.models import StoredFile
from sjj.inspections import feedback_queries as queries
from sjj.inspections import feedback_services as services
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.feedback_forms import AnswerForm
from sjj.inspections.feedback_models import Objection
from sjj.inspections.review import is_of_team
from sjj.rules.feedback import FEWEST, POINT_WORDS, Period, periods
from sjj.web import go, now, page, requires, today

PAGE_SIZES = (20, 50, 100)
RATINGS_HEAD = ("部门", "时段", "评价户次", *(f"{n}分" for n in POINT_WORDS), "满意（4至5分）")
OBJECTIONS_HEAD = (
    "检查对象",
    "代码",
    "任务文号",
    "提出时间",
    "提出人",
    "联系电话",
    "异议内容",
    "附件",
    "状态",
    "答复",
    "答复人",
    "答复时间",
)
HIDDEN = "参加检查的人员不显示"


@bp.get("/ratings")
@requires(queries.READ_RATINGS)
def ratings() -> Response:
    """How enterprises rated visits, by periods long enough to hide each among others."""
    every = agencies_of(g.user, queries.READ_RATINGS)
    wanted = request.args.get("agency", type=int)
    chosen = next((one for one in every if one.id == wanted), every[0] if every else None)
    return page(
        "inspections/ratings.html",
        every=every,
        chosen=chosen,
        periods=_periods(chosen) if chosen else [],
        visits=_visits(chosen) if chosen and g.user.may(queries.TRACE_RATINGS, chosen.id) else None,
        point_words=POINT_WORDS,
        fewest=FEWEST,
    )


def _visits(agency: Agency) -> Any:
    return queries.rated_visits(agency.id, g.user, request.args.get("page", 1, type=int), _page_size())


def _periods(agency: Agency) -> list[Period]:
    day = today(now())
    return periods(queries.ratings_of(agency.id, g.user), (day.year, day.month))


def _page_size() -> int:
    size = request.args.get("per_page", PAGE_SIZES[0], type=int)
    return size if size in PAGE_SIZES else PAGE_SIZES[0]


@bp.get("/ratings/export.csv")
@requires(queries.READ_RATINGS)
def ratings_export() -> Response:
    """The figures as a table."""
    rows = [
        (agency.name, one.label, one.total, *(one.count(n) for n in POINT_WORDS), one.satisfied)
        for agency in agencies_of(g.user, queries.READ_RATINGS)
        for one in _periods(agency)
    ]
    return download("ratings.csv", RATINGS_HEAD, rows)


@bp.get("/objections")
@requires(queries.READ)
def objections() -> Response:
    """Objections, those that wait longest first."""
    return page(
        "inspections/objections.html",
        "inspections/_objection_rows.html",
        rows=queries.objections(g.user, _wanted(), request.args.get("page", 1, type=int), _page_size()),
        wanted=_wanted(),
        counts=queries.counts(g.user),
        day=today(now()),
    )


def _wanted() -> queries.Wanted:
    show = request.args.get("show", queries.RAISED)
    return queries.Wanted(
        words=request.args.get("q", "").strip()[:100],
        show=show if show in (queries.RAISED, queries.ANSWERED, "all") else queries.RAISED,
        sort=request.args.get("sort", "at"),
    )


@bp.get("/objections/export.csv")
@requires(queries.READ)
def objections_export() -> Response:
    """The list as it is filtered, as a table."""
    rows = queries.all_objections(g.user, _wanted())
    return download("objections.csv", OBJECTIONS_HEAD, (_export_row(row) for row in rows))


def _export_row(row: Objection) -> tuple[object, ...]:
    inspection, hidden = row.inspection, is_of_team(row.inspection, g.user)
    return (
        inspection.entity.name,
        inspection.entity.code,
        inspection.campaign.number,
        today(row.at),
        HIDDEN if hidden else row.by_name,
        HIDDEN if hidden else row.by_phone,
        row.text,
        "有" if row.sha256 else "",
        row.state.label,
        row.answer,
        row.answered_by.display_name if row.answered_by else "",
        today(row.answered_at) if row.answered_at else None,
    )


@bp.get("/objections/<int:objection_id>")
@requires(queries.READ, queries.objection_of)
def objection(found: Objection) -> Response:
    """One objection, beside what it objects to."""
    return _objection_page(found, AnswerForm(formdata=None))


def _objection_page(found: Objection, form: AnswerForm, status: int = 200) -> Response:
    of_team = is_of_team(found.inspection, g.user)
    return page(
        "inspections/objection.html",
        status=status,
        objection=found,
        inspection=found.inspection,
        form=form,
        of_team=of_team,
        may_answer=g.user.may(queries.ANSWER, found.inspection.agency_id) and not of_team,
    )


@bp.post("/objections/<int:objection_id>/answer")
@requires(queries.ANSWER, queries.objection_to_answer)
def objection_answer(found: Objection) -> Response:
    """Answer it, once."""
    form = AnswerForm()
    if form.validate():
        try:
            services.answer(found, form.text.data, g.user, now())
        except services.FeedbackRefused as refusal:
            form.text.errors = [str(refusal)]
        else:
            commit()
            flash(f"已答复“{found.inspection.entity.name}”的异议，企业凭取件码能看到。", "ok")
            return go("inspections.objection", objection_id=found.id)
    return _objection_page(found, form, 422)


@bp.get("/objections/<int:objection_id>/file")
@requires(queries.READ, queries.file_of)
def objection_file(found: StoredFile) -> Response:
    """The photo or PDF that came with it, as a file to keep; never shown in a page of ours."""
    name = f"{found.sha256[:16]}.{found.media_type.rsplit('/', 1)[-1]}"
    return send_file(
        store.open_original(found.sha256), mimetype=found.media_type, as_attachment=True, download_name=name
    )
