"""Following up problems: the list by due day, one problem with its steps, entering what was done."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, g, request, send_file
from werkzeug.datastructures import FileStorage

from sjj.csv_files import download
from sjj.database import commit
from sjj.files import store
from sjj.files.models import StoredFile
from sjj.followups import queries, services
from sjj.followups.blueprints import followups as bp
from sjj.followups.forms import CloseForm, DueForm, ReopenForm, StepForm
from sjj.followups.models import Problem
from sjj.followups.services import FollowUpRefused
from sjj.inspections.deadlines import Deadlines
from sjj.rules.lifecycle import ProblemState
from sjj.rules.results import FOLLOW_UP_KINDS
from sjj.web import go, now, page, requires, today

PAGE_SIZES = (20, 50, 100)
EXPORT_HEAD = (
    "检查对象",
    "代码",
    "任务文号",
    "事项",
    "问题",
    "处置方式",
    "整改期限",
    "状态",
    "最近处置",
    "闭环日期",
)


@bp.get("/")
@requires(queries.READ)
def problems() -> Response:
    """Problems by due day: open, overdue or closed."""
    day, wanted = today(now()), _wanted()
    size = request.args.get("per_page", 20, type=int)
    found = queries.listed(
        g.user,
        wanted,
        day,
        request.args.get("page", 1, type=int),
        size if size in PAGE_SIZES else PAGE_SIZES[0],
    )
    deadlines = Deadlines(day)
    return page(
        "followups/list.html",
        "followups/_rows.html",
        rows=found,
        clocks={row.id: deadlines.until(row.due_on) for row in found.items},
        wanted=wanted,
        counts=queries.counts(g.user, day),
        kinds=FOLLOW_UP_KINDS,
    )


@bp.get("/export.csv")
@requires(queries.READ)
def problems_export() -> Response:
    """The list as it is filtered, as a table."""
    rows = queries.all_listed(g.user, _wanted(), today(now()))
    return download("problems.csv", EXPORT_HEAD, (_export_row(row) for row in rows))


def _export_row(row: Problem) -> tuple[object, ...]:
    entity = row.inspection.entity
    return (
        entity.name,
        entity.code,
        row.inspection.campaign.number,
        row.item.name if row.item else "",
        row.text,
        row.kind,
        row.due_on,
        row.state.label,
        row.steps[-1].text if row.steps else "",
        today(row.closed_at) if row.closed_at else None,
    )


def _wanted() -> queries.Wanted:
    show = request.args.get("show", queries.OPEN)
    return queries.Wanted(
        words=request.args.get("q", "").strip()[:100],
        show=show if show in (queries.OPEN, queries.OVERDUE, queries.CLOSED, "all") else queries.OPEN,
        kind=request.args.get("kind", ""),
        inspection_id=request.args.get("inspection", type=int),
        sort=request.args.get("sort", "due"),
    )


@bp.get("/<int:problem_id>")
@requires(queries.READ, queries.problem_of)
def problem(found: Problem) -> Response:
    """One problem with everything that was done about it."""
    return _problem_page(found)


def _problem_page(found: Problem, status: int = 200, **forms: Any) -> Response:
    day = today(now())
    blank = {
        "step_form": StepForm(formdata=None, on=day, kind=found.kind),
        "close_form": CloseForm(formdata=None, closed_on=day),
    }
    return page(
        "followups/detail.html",
        status=status,
        problem=found,
        clock=Deadlines(day).until(found.due_on) if found.state is ProblemState.OPEN else None,
        may_edit=g.user.may(queries.EDIT, found.inspection.agency_id),
        **{**blank, **forms},
    )


@bp.post("/<int:problem_id>/steps")
@requires(queries.EDIT, queries.problem_to_edit)
def problem_step(found: Problem) -> Response:
    """Enter what was done."""
    form = StepForm()
    return _carry_out(
        found,
        "step_form",
        form,
        lambda paper: services.add_step(
            found, form.kind.data, form.on.data, form.text.data, g.user, now(), file_sha256=paper
        ),
        "已记下这一步处置。",
    )


@bp.post("/<int:problem_id>/close")
@requires(queries.EDIT, queries.problem_to_edit)
def problem_close(found: Problem) -> Response:
    """Nothing more is to be done."""
    form = CloseForm()
    return _carry_out(
        found,
        "close_form",
        form,
        lambda paper: services.close(
            found, form.reason.data, form.closed_on.data, g.user, now(), file_sha256=paper
        ),
        "问题已闭环。",
    )


def _carry_out(
    found: Problem, name: str, form: StepForm | CloseForm, act: Callable[[str], object], said: str
) -> Response:
    """Keep the paper, do the thing, or show the form again with what is wrong."""
    if form.validate():
        try:
            act(_kept_paper(form))
        except store.BadFile as refusal:
            form.paper.errors = [str(refusal)]
        except FollowUpRefused as refusal:
            (form.day if refusal.about == "on" else form.words).errors = [str(refusal)]
        else:
            commit()
            flash(said, "ok")
            return go("followups.problem", problem_id=found.id)
    return _problem_page(found, 422, **{name: form})


def _kept_paper(form: StepForm | CloseForm) -> str:
    sent = form.paper.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return ""
    return store.keep(sent.stream).sha256


@bp.route("/<int:problem_id>/due", methods=["GET", "POST"])
@requires(queries.EDIT, queries.problem_to_edit)
def problem_due(found: Problem) -> Response:
    """Give another day, with the reason."""
    form = DueForm(data={"due_on": found.due_on})
    if request.method == "POST" and form.validate():
        due: date = form.due_on.data
        try:
            services.change_due(found, due, form.reason.data, g.user, now())
        except FollowUpRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("整改期限已调整，原因记在处置经过里。", "ok")
            return go("followups.problem", problem_id=found.id)
    return page("followups/due.html", form=form, problem=found, status=_status())


@bp.route("/<int:problem_id>/reopen", methods=["GET", "POST"])
@requires(queries.EDIT, queries.problem_to_edit)
def problem_reopen(found: Problem) -> Response:
    """A closed problem was not done with after all."""
    form = ReopenForm()
    if request.method == "POST" and form.validate():
        try:
            services.reopen(found, form.reason.data, g.user, now())
        except FollowUpRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("问题已重新打开。", "ok")
            return go("followups.problem", problem_id=found.id)
    return page("followups/reopen.html", form=form, problem=found, status=_status())


@bp.get("/<int:problem_id>/files/<sha256>")
@requires(queries.READ, queries.file_of)
def problem_file(found: StoredFile) -> Response:
    """The paper of a step, as a file to keep."""
    name = f"{found.sha256[:16]}.{found.media_type.rsplit('/', 1)[-1]}"
    return send_file(
        store.open_original(found.sha256), mimetype=found.media_type, as_attachment=True, download_name=name
    )


def _status() -> int:
    return 422 if request.method == "POST" else 200
