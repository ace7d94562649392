"""The pages that take a year's plan from a workbook as lines of the draft, with a look at them first."""

from flask import Blueprint, Response, flash, g, request

from sjj.accounts.models import Section, User
from sjj.database import commit, db, let_go, only_reading
from sjj.plans.models import PlanLine
from sjj.plans.plan_import_reading import COLUMNS, PlanImport, read_plan
from sjj.plans.plan_line_queries import PlanYear, year_to_edit
from sjj.plans.plan_line_services import PlanLineRefused, hold_year, save_line
from sjj.plans.plan_table import row_of
from sjj.plans.plan_versions import why_not_editable
from sjj.registers.sheet_forms import SheetForm, TakeForm
from sjj.registers.sheet_taking import take_in
from sjj.registers.sheet_uploads import Upload, fingerprint, forget, kept, told
from sjj.registers.workbook import BadWorkbook, Sheet, open_workbook
from sjj.web import go, now, page, requires, today

bp = Blueprint("plan_import", __name__, url_prefix="/plan-import/<int:agency_id>/<int:year>")
WHAT = "plan-lines"
STALE = "您看预览的时候，有人改过计划或事项。下面是重新比对的结果，请再看一遍"


@bp.route("/", methods=["GET", "POST"])
@requires("campaign.edit", year_to_edit)
def start(chosen: PlanYear) -> Response:
    """Bring a table."""
    agency_id, year, user_id = chosen.agency.id, chosen.year, g.user.id
    form = SheetForm()
    form.offer([chosen.agency])
    why = why_not_editable(agency_id, year)
    if (
        request.method == "POST"
        and form.validate()
        and not why
        and (token := take_in(form, WHAT, agency_id, str(year), user_id, now()))
    ):
        return go("plan_import.preview", agency_id=agency_id, year=year, token=token)
    status = 200 if request.method == "GET" else 422
    columns = [column.label for column in COLUMNS]
    return page("plans/plan_import.html", status=status, form=form, chosen=chosen, why=why, columns=columns)


def brought_by(user: User, agency_id: int, year: int, token: str) -> tuple[PlanYear, Upload] | None:
    """A guard's loader: what this person brought for a year that they plan."""
    chosen = year_to_edit(user, agency_id, year)
    upload = kept(token, WHAT, user.id)
    if chosen is None or upload is None or (upload.agency_id, upload.about) != (agency_id, str(year)):
        return None
    return chosen, upload


@bp.route("/<token>", methods=["GET", "POST"])
@requires("campaign.edit", brought_by)
def preview(brought: tuple[PlanYear, Upload]) -> Response:
    """The lines to be; taking them over adds all of them at once, or none."""
    chosen, upload = brought
    let_go()
    sheets = _sheets(upload)
    form = TakeForm()
    if request.method == "POST" and form.validate() and isinstance(sheets, list):
        try:
            made = _take(chosen, sheets, form)
        except PlanLineRefused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            commit()
            forget(upload)
            flash(f"已导入 {made} 项，请逐项核对。", "ok")
            return go("plan_lines.plan_lines", year=chosen.year, agency=chosen.agency.id)
    with only_reading():
        found = _held_against(chosen, sheets)
        form.seen.data, form.seen.raw_data = fingerprint(found.seen()), None
        return page(
            "plans/plan_import_preview.html",
            status=200 if request.method == "GET" else 422,
            form=form,
            chosen=chosen,
            upload=upload,
            found=found,
            rows=[] if found.problems else _rows(chosen, found),
            problems=told(found.problems).splitlines(),
            why=why_not_editable(chosen.agency.id, chosen.year),
        )


def _sheets(upload: Upload) -> list[Sheet] | str:
    try:
        return open_workbook(upload.data, upload.name)
    except BadWorkbook as problem:
        return str(problem)


def _held_against(chosen: PlanYear, sheets: list[Sheet] | str) -> PlanImport:
    if isinstance(sheets, str):
        return PlanImport(problems=[sheets])
    try:
        return read_plan(sheets, chosen.agency, chosen.year, today(now()))
    except BadWorkbook as problem:
        return PlanImport(problems=[str(problem)])


def _take(chosen: PlanYear, sheets: list[Sheet], form: TakeForm) -> int:
    hold_year(chosen.agency.id, chosen.year)
    found, moment = _held_against(chosen, sheets), now()
    if found.problems:
        raise PlanLineRefused("表中还有要改的地方，一项也没有导入")
    if fingerprint(found.seen()) != form.seen.data:
        raise PlanLineRefused(STALE)
    for one in found.added:
        line = PlanLine(agency_id=chosen.agency.id, agency=chosen.agency, year=chosen.year)
        save_line(line, one.values, "", g.user, moment)
    return len(found.added)


def _rows(chosen: PlanYear, found: PlanImport) -> list[tuple[dict[str, str], tuple[str, ...]]]:
    """Each line in the words of the plan's table, with what is only described."""
    rows = []
    with db.session.no_autoflush:
        for number, one in enumerate(found.added, 1):
            line = PlanLine(agency_id=chosen.agency.id, year=chosen.year, number=number, **one.values)
            line.agency = chosen.agency
            line.section = db.session.get(Section, line.section_id) if line.section_id else None
            rows.append((row_of(line), one.described))
    return rows


@bp.post("/<token>/discard")
@requires("campaign.edit", brought_by)
def discard(brought: tuple[PlanYear, Upload]) -> Response:
    """Put the file away; the plan stays as it is."""
    chosen, upload = brought
    forget(upload)
    flash(f"已放弃“{upload.name}”，计划没有改动。", "ok")
    return go("plan_import.start", agency_id=chosen.agency.id, year=chosen.year)
