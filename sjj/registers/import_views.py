"""The pages of importing: upload, look at what would happen, apply or discard."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file

from sjj.database import commit, let_go, only_reading
from sjj.jobs.queries import is_open
from sjj.registers import import_jobs as jobs
from sjj.registers import import_services as services
from sjj.registers.export import blank_form, workbook
from sjj.registers.import_alike import Alike
from sjj.registers.import_files import forget_file, keep_file
from sjj.registers.import_forms import ImportForm, SettleForm
from sjj.registers.import_models import ImportBatch, ImportState, Verdict
from sjj.registers.import_queries import (
    batch_for,
    batches,
    common_reasons,
    import_places,
    refused_table,
    rows,
)
from sjj.registers.import_settling import EACH, choose
from sjj.registers.import_synonyms import learned_by, open_headings
from sjj.registers.import_undo import may_undo
from sjj.registers.listing import turn_of
from sjj.registers.scope import place_of
from sjj.registers.workbook import BadWorkbook, check_size
from sjj.web import go, now, page, requires

bp = Blueprint("imports", __name__, url_prefix="/registers/imports")
WORKING = (ImportState.READING, ImportState.APPLYING)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@requires("register.import")
def imports() -> Response:
    """Every import with its outcome."""
    turn = turn_of(request.args, "")
    return page("registers/imports/list.html", found=batches(g.user, turn.page, turn.per_page))


@bp.route("/new", methods=["GET", "POST"])
@requires("register.import")
def import_new() -> Response:
    """Upload a workbook and see what it would do."""
    places = import_places(g.user)
    form = ImportForm(what=request.args.get("what", "entities"))
    form.offer(places)
    if request.method == "POST" and form.validate():
        key, what, file = form.place.data, form.what.data, form.file.data
        let_go()  # nobody waits for the database while a file is being read
        try:
            batch = _taken(key, what, file.read(), file.filename)
        except BadWorkbook as problem:
            form.file.errors = [str(problem)]
        else:
            if batch is not None:
                return go("imports.import_show", batch_id=batch.id)
            form.place.errors = ["您已不能导入到这里，请重新选择"]
    return page("registers/imports/new.html", form=form, status=200 if request.method == "GET" else 422)


def _taken(key: str, what: str, data: bytes, name: str) -> ImportBatch | None:
    """A small file is shown at once, a large one read in the background. None: the place is closed to this person."""
    check_size(data)
    with only_reading():
        place = place_of(key, import_places(g.user))
        learned = learned_by(place.agency.id, what) if place else {}
        agency_id = place.agency.id if place else 0
    if place is None:
        return None
    upload = None if jobs.is_large(data) else services.read_upload(data, name, what, learned)
    sha256 = keep_file(data)
    with only_reading():
        alike = Alike(agency_id) if what == "entities" and upload is not None else None
    place = place_of(key, import_places(g.user))
    if place is None:
        return None
    moment = now()
    if upload is not None and len(upload.rows) <= jobs.MANY_ROWS:
        batch = services.preview(upload, place, g.user, moment, alike)
    else:
        batch = services.new_batch(what, name, sha256, place, g.user, moment)
        jobs.ask_for(jobs.READ, batch, ImportState.READING, g.user, moment)
    commit()
    return batch


@bp.get("/template/<any(entities, officers):what>.xlsx")
@requires("register.import")
def import_template(what: str) -> Response:
    """An empty workbook to fill in."""
    name = "检查对象" if what == "entities" else "执法人员"
    return send_file(
        BytesIO(blank_form(what)), XLSX, as_attachment=True, download_name=f"{name}导入表样.xlsx"
    )


@bp.get("/<int:batch_id>")
@requires("register.import", batch_for)
def import_show(batch: ImportBatch) -> Response:
    """What each row does, filtered and paged; after the decision, what it did; meanwhile, how far it has come."""
    if batch.state in WORKING:
        return page("registers/imports/working.html", "registers/imports/_working.html", **_progress(batch))
    response = _show(batch)
    if request.headers.get("HX-Target") == "working":  # it was being waited for: now the whole page
        response.headers["HX-Refresh"] = "true"
    return response


def _progress(batch: ImportBatch) -> dict[str, Any]:
    job = batch.job
    return {"batch": batch, "job": job, "is_going_on": job is not None and is_open(job)}


def _show(
    batch: ImportBatch, refusal: str = "", status: int = 200, form: SettleForm | None = None
) -> Response:
    turn = turn_of(request.args, "")
    refusal = refusal or batch.header.get("refusal", "")
    verdict, words = request.args.get("verdict", ""), request.args.get("q", "").strip()
    return page(
        "registers/imports/show.html",
        "registers/imports/_rows.html",
        status=status,
        batch=batch,
        form=form or SettleForm(data={"settle": batch.settle}),
        found=rows(batch, verdict, words, turn.page, turn.per_page),
        verdicts=[each for each in Verdict if batch.count(each) or each is not Verdict.SKIPPED],
        verdict=verdict,
        words=words,
        reasons=common_reasons(batch),
        refusal=refusal,
        is_open=batch.state is ImportState.PREVIEWED,
        can_undo=may_undo(batch),
        can_match=batch.state is ImportState.PREVIEWED and bool(open_headings(batch)),
    )


@bp.post("/<int:batch_id>/apply")
@requires("register.import", batch_for)
def import_apply(batch: ImportBatch) -> Response:
    """Put every good row into the register, or none."""
    form = SettleForm()
    missing = choose(batch, form.settle.data or "") if batch.state is ImportState.PREVIEWED else ""
    if missing:
        if form.settle.data == EACH:
            return go("imports_settle.conflicts", batch_id=batch.id)
        form.settle.errors = [missing]
        return _show(batch, status=422, form=form)
    try:
        if batch.good > jobs.MANY_ROWS:
            services.hold_batch(batch)
            jobs.ask_for(jobs.APPLY, batch, ImportState.APPLYING, g.user, now())
        else:
            services.apply(batch, g.user, now())
    except services.AlreadyDecided as refusal:
        flash(str(refusal), "warn")
        return go("imports.import_show", batch_id=batch.id)
    except services.RegisterMoved as refusal:
        return _show(batch, str(refusal), 422)
    commit()
    forget_file(batch.file_sha256)
    return go("imports.import_show", batch_id=batch.id)


@bp.post("/<int:batch_id>/preview")
@requires("register.import", batch_for)
def import_again(batch: ImportBatch) -> Response:
    """Hold the same file against the register as it stands now."""
    try:
        if sum(batch.counts.values()) > jobs.MANY_ROWS:
            services.hold_batch(batch)
            jobs.ask_for(jobs.AGAIN, batch, ImportState.READING, g.user, now())
            commit()
            return go("imports.import_show", batch_id=batch.id)
        moved = services.preview_again(batch)
    except services.AlreadyDecided as refusal:
        flash(str(refusal), "warn")
    else:
        commit()
        flash(
            f"已按现在的名录库重新预览，{moved} 行的结果有变。" if moved else "已重新预览，结果没有变。", "ok"
        )
    return go("imports.import_show", batch_id=batch.id)


@bp.post("/<int:batch_id>/discard")
@requires("register.import", batch_for)
def import_discard(batch: ImportBatch) -> Response:
    """Put the file away; the register stays as it is."""
    try:
        services.discard(batch, g.user, now())
    except services.AlreadyDecided as refusal:
        flash(str(refusal), "warn")
        return go("imports.import_show", batch_id=batch.id)
    commit()
    forget_file(batch.file_sha256)
    flash(f"已放弃“{batch.file_name}”，名录库没有改动。", "ok")
    return go("imports.imports")


@bp.post("/<int:batch_id>/back")
@requires("register.import", batch_for)
def import_back(batch: ImportBatch) -> Response:
    """Where the work in the background has stopped: put an unread file away, or stand before the decision again."""
    try:
        services.step_back(batch, g.user, now())
    except services.ImportRefused as refusal:
        flash(str(refusal), "warn")
    else:
        commit()
        flash("名录库没有改动。", "ok")
    return go("imports.import_show", batch_id=batch.id)


@bp.get("/<int:batch_id>/problems.xlsx")
@requires("register.import", batch_for)
def import_problems(batch: ImportBatch) -> Response:
    """The rows that could not be taken, with the reason, to correct them in the file."""
    book = workbook("不能导入的行", *refused_table(batch))
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name="不能导入的行.xlsx")
