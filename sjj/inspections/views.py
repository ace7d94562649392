"""The office's side of inspections: the list by deadline, one inspection for review, its files.

Accepting and sending back stand in `followups.review_views`, because accepting opens problems.
"""

from datetime import date

from flask import Response, abort, flash, g, request, send_file

from sjj.accounts.models import User
from sjj.csv_files import download
from sjj.database import commit
from sjj.files import store
from sjj.files.models import StoredFile
from sjj.inspections import office_queries as queries
from sjj.inspections import review
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.deadlines import Clock, Deadlines
from sjj.inspections.detail_views import detail_page
from sjj.inspections.models import Inspection, SubmissionFile
from sjj.inspections.review_forms import LostForm
from sjj.rules.lifecycle import ResultState
from sjj.web import go, now, page, requires, today

PAGE_SIZES = (20, 50, 100)
THUMB, FULL = 320, 1600  # long sides of the copies, in pixels
EXPORT_HEAD = (
    "任务文号",
    "任务名称",
    "检查对象",
    "代码",
    "执法人员",
    "检查结束",
    "结果",
    "状态",
    "公示期限",
    "剩余",
)


@bp.get("/")
@requires(queries.READ)
def inspections() -> Response:
    """The list, the most pressing first."""
    deadlines = Deadlines(today(now()))
    size = request.args.get("per_page", 20, type=int)
    found = queries.listed(
        g.user,
        _wanted(),
        deadlines,
        request.args.get("page", 1, type=int),
        size if size in PAGE_SIZES else PAGE_SIZES[0],
    )
    return page(
        "inspections/list.html",
        "inspections/_rows.html",
        rows=found,
        clocks={row.id: clock_shown(row, deadlines) for row in found.items},
        wanted=_wanted(),
        states=list(ResultState),
        ways=queries.WAYS,
        campaigns=queries.campaigns_with_inspections(g.user),
        under_way=queries.UNDER_WAY,
    )


@bp.get("/export.csv")
@requires(queries.READ)
def inspections_export() -> Response:
    """The list as it is filtered, as a table."""
    deadlines = Deadlines(today(now()))
    rows = queries.all_listed(g.user, _wanted(), deadlines)
    return download("inspections.csv", EXPORT_HEAD, (_export_row(row, deadlines) for row in rows))


def _wanted() -> queries.Wanted:
    return queries.Wanted(
        words=request.args.get("q", "").strip()[:100],
        state=request.args.get("state", ""),
        campaign_id=request.args.get("campaign", type=int),
        overdue=request.args.get("overdue") == "1",
        way=request.args.get("way", ""),
        sort=request.args.get("sort", "deadline"),
    )


def clock_shown(row: Inspection, deadlines: Deadlines) -> Clock | None:
    """The clock that matters for a row: the visit's before it, the publication's after it, none when done."""
    if row.standing in queries.DONE:
        return None
    if row.state is ResultState.NOT_ENTERED and row.due_on is not None:
        return deadlines.until(row.due_on)
    return deadlines.of(row)


def _export_row(row: Inspection, deadlines: Deadlines) -> tuple[object, ...]:
    clock = clock_shown(row, deadlines)
    due: date | None = clock.due if clock else None
    return (
        row.campaign.number,
        row.campaign.name,
        row.entity.name,
        row.entity.code,
        "、".join(member.officer.name for member in row.team if member.left_at is None),
        row.ended_on,
        row.result,
        row.standing.label,
        due or (clock.unknown if clock else ""),
        clock.when if clock else "",
    )


@bp.get("/<int:inspection_id>")
@requires(queries.READ, queries.inspection_of)
def inspection(found: Inspection) -> Response:
    """Everything of one inspection, side by side."""
    return detail_page(found, g.user, now())


@bp.get("/<int:inspection_id>/files/<sha256>")
@requires(queries.READ, queries.file_of)
def inspection_file(found: StoredFile) -> Response:
    """A picture, as a copy without its inner data; `size=thumb` for the wall."""
    size = THUMB if request.args.get("size") == "thumb" else FULL
    try:
        response = send_file(store.copy_of(found.sha256, size), mimetype="image/jpeg")
    except store.NoCopy:
        abort(404)
    return response


@bp.get("/<int:inspection_id>/files/<sha256>/original")
@requires(queries.READ, queries.file_of)
def inspection_original(found: StoredFile) -> Response:
    """The stored bytes, unchanged, only ever as a file to keep."""
    name = f"{found.sha256[:16]}.{found.media_type.rsplit('/', 1)[-1]}"
    return send_file(
        store.open_original(found.sha256), mimetype=found.media_type, as_attachment=True, download_name=name
    )


def _missing_file(user: User, inspection_id: int, sha256: str) -> tuple[Inspection, SubmissionFile] | None:
    found = queries.inspection_to_review(user, inspection_id)
    if found is None:
        return None
    file = next((file for file in review.missing_files(found) if file.sha256 == sha256), None)
    return (found, file) if file else None


@bp.route("/<int:inspection_id>/lost/<sha256>", methods=["GET", "POST"])
@requires("inspection.review", _missing_file)
def inspection_file_lost(found: tuple[Inspection, SubmissionFile]) -> Response:
    """Declare that a file will never come."""
    inspection, file = found
    form = LostForm()
    if request.method == "POST" and form.validate():
        try:
            review.declare_lost(inspection, file.sha256, form.reason.data, g.user, now())
        except review.ReviewRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已确认丢失 1 个文件，原因已记入日志。", "ok")
            return go("inspections.inspection", inspection_id=inspection.id)
    return page("inspections/lost.html", form=form, inspection=inspection, file=file, status=_status())


def _status() -> int:
    return 422 if request.method == "POST" else 200
