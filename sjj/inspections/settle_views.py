"""Records kept aside: all of them in a list, and one compared with the record in force before somebody decides."""

import json
from typing import Any
from uuid import UUID

from flask import Response, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import User
from sjj.csv_files import download
from sjj.database import commit, db
from sjj.inspections import settle_queries as queries
from sjj.inspections import settle_services as services
from sjj.inspections.acceptance import flags_for
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.models import FormVersion, Submission
from sjj.inspections.office_queries import READ, inspection_of, stored_of
from sjj.inspections.reading import SOURCES
from sjj.inspections.record_values import mapping_in
from sjj.inspections.review import ReviewRefused, current_submission
from sjj.inspections.review_forms import SettleForm
from sjj.inspections.settle_compare import compare
from sjj.inspections.settle_services import Choice
from sjj.presentation import moment as moment_words
from sjj.web import go, now, page, requires

PAGE_SIZES = (20, 50, 100)
EXPORT_HEAD = ("检查对象", "代码", "任务文号", "提交人", "收到", "为何另存", "决定", "理由", "决定时间")
HINTS = {
    Choice.CURRENT: "现有的继续有效，另存的留存备查",
    Choice.KEPT: "另存的成为现有记录，结果按它重新读取，重新审核；原来的留存备查",
    Choice.BOTH: "现有的继续有效，另存的一并归入案卷",
}


@bp.get("/kept")
@requires(READ)
def inspections_kept() -> Response:
    """The records kept aside, those that wait first."""
    size = request.args.get("per_page", 20, type=int)
    found = queries.listed(
        g.user, _wanted(), request.args.get("page", 1, type=int), size if size in PAGE_SIZES else 20
    )
    return page(
        "inspections/kept_list.html",
        "inspections/_kept_rows.html",
        rows=found,
        wanted=_wanted(),
        why=queries.WHY,
        choices=Choice,
    )


@bp.get("/kept.csv")
@requires(READ)
def inspections_kept_export() -> Response:
    """The list as it is filtered, as a table."""
    rows = (
        (
            one.inspection.entity.name,
            one.inspection.entity.code,
            one.inspection.campaign.number,
            one.user.display_name,
            moment_words(one.received_at),
            queries.WHY.get(one.kept_code, one.kept_code),
            Choice(one.settled_as).label if one.settled_as else "",
            one.settled_note,
            moment_words(one.settled_at),
        )
        for one in queries.all_listed(g.user, _wanted())
    )
    return download("kept-records.csv", EXPORT_HEAD, rows)


def _wanted() -> queries.Wanted:
    return queries.Wanted(
        words=request.args.get("q", "").strip()[:100],
        show=request.args.get("show", queries.OPEN),
        sort=request.args.get("sort", "received"),
    )


def kept_record(user: User, inspection_id: int, uid: UUID) -> Submission | None:
    """A record kept aside at an inspection that this person may read."""
    found, submission = inspection_of(user, inspection_id), db.session.get(Submission, uid)
    if found is None or submission is None or submission.inspection_id != found.id:
        return None
    return submission if submission.kept_status is not None else None


def kept_to_settle(user: User, inspection_id: int, uid: UUID) -> Submission | None:
    """The same, for somebody who reviews records there."""
    found = kept_record(user, inspection_id, uid)
    return found if found and user.may("inspection.review", found.inspection.agency_id) else None


@bp.get("/<int:inspection_id>/kept/<uuid:uid>")
@requires(READ, kept_record)
def inspection_kept(submission: Submission) -> Response:
    """The record kept aside beside the one in force."""
    return _compare_page(submission, _form(submission), 200)


@bp.post("/<int:inspection_id>/kept/<uuid:uid>")
@requires("inspection.review", kept_to_settle)
def inspection_kept_settle(submission: Submission) -> Response:
    """Decide which counts, with the reason."""
    form = _form(submission)
    if form.validate():
        try:
            services.settle(submission, Choice(form.choice.data), form.note.data, g.user, now())
        except ReviewRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"已记下决定：{Choice(form.choice.data).label}。两份记录都保留。", "ok")
            return go("inspections.inspection", inspection_id=submission.inspection_id)
    return _compare_page(submission, form, 422)


def _form(submission: Submission) -> SettleForm:
    form = SettleForm()
    possible = services.choices_at(submission.inspection)
    form.choice.choices = [SelectChoice(one.value, _label(submission, one)) for one in possible]
    return form


def _label(submission: Submission, choice: Choice) -> str:
    if submission.inspection.revision is None and choice is Choice.CURRENT:
        return "不采用：只留存备查"
    return f"{choice.label}：{HINTS[choice]}"


def _compare_page(submission: Submission, form: SettleForm, status: int) -> Response:
    inspection = submission.inspection
    current = current_submission(inspection)
    if current is submission:  # adopted: what it took the place of stands beside it
        current = next((one for one in reversed(inspection.submissions) if one.superseded), None)
    both = [one for one in (current, submission) if one is not None]
    said = [mapping_in(json.loads(one.content)) for one in both]
    against = services.adoption_obstacles(submission)
    return page(
        "inspections/kept.html",
        form=form,
        submission=submission,
        current=current,
        inspection=inspection,
        groups=compare(said[0] if current else {}, said[-1], _forms(both)),
        stored=stored_of(inspection),
        flags=[] if against else flags_for(inspection, dict(said[-1]), submission.received_at),
        obstacles=[] if submission.settled_at else services.obstacles(submission, g.user),
        against=against,
        may_settle=g.user.may("inspection.review", inspection.agency_id),
        why=queries.WHY,
        sources=SOURCES,
        choices=Choice,
        status=status,
    )


def _forms(both: list[Submission]) -> list[dict[str, Any]]:
    wanted = dict.fromkeys([*(one.form_sha256 for one in both), both[0].inspection.form_sha256])
    versions = [db.session.get(FormVersion, sha256) for sha256 in wanted]
    return [json.loads(version.content) for version in versions if version]
