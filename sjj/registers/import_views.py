"""The pages of importing: upload, look at what would happen, apply or discard."""

from io import BytesIO

from flask import Blueprint, Response, flash, g, request, send_file

from sjj.database import commit, db
from sjj.registers import import_services as services
from sjj.registers.export import blank_form, workbook
from sjj.registers.import_forms import ImportForm
from sjj.registers.import_models import ImportBatch, ImportState, Verdict
from sjj.registers.import_queries import (
    batch_for,
    batches,
    common_reasons,
    import_places,
    refused_rows,
    rows,
)
from sjj.registers.listing import turn_of
from sjj.registers.scope import place_of
from sjj.registers.workbook import BadWorkbook
from sjj.web import go, now, page, requires

bp = Blueprint("imports", __name__, url_prefix="/registers/imports")
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
        db.session.rollback()  # nobody waits for the database while a file is being read
        try:
            upload = services.read_upload(file.read(), file.filename, what)
        except BadWorkbook as problem:
            form.file.errors = [str(problem)]
        else:
            place = place_of(key, import_places(g.user))
            if place is not None:
                batch = services.preview(upload, place, g.user, now())
                commit()
                return go("imports.import_show", batch_id=batch.id)
            form.place.errors = ["您已不能导入到这里，请重新选择"]
    return page("registers/imports/new.html", form=form, status=200 if request.method == "GET" else 422)


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
    """What each row does, filtered and paged; after the decision, what it did."""
    return _show(batch)


def _show(batch: ImportBatch, refusal: str = "", status: int = 200) -> Response:
    turn = turn_of(request.args, "")
    verdict, words = request.args.get("verdict", ""), request.args.get("q", "").strip()
    return page(
        "registers/imports/show.html",
        "registers/imports/_rows.html",
        status=status,
        batch=batch,
        found=rows(batch, verdict, words, turn.page, turn.per_page),
        verdicts=[each for each in Verdict if batch.count(each) or each is not Verdict.SKIPPED],
        verdict=verdict,
        words=words,
        reasons=common_reasons(batch),
        refusal=refusal,
        is_open=batch.state is ImportState.PREVIEWED,
    )


@bp.post("/<int:batch_id>/apply")
@requires("register.import", batch_for)
def import_apply(batch: ImportBatch) -> Response:
    """Put every good row into the register, or none."""
    try:
        services.apply(batch, g.user, now())
    except services.AlreadyDecided as refusal:
        flash(str(refusal), "warn")
        return go("imports.import_show", batch_id=batch.id)
    except services.RegisterMoved as refusal:
        return _show(batch, str(refusal), 422)
    commit()
    return go("imports.import_show", batch_id=batch.id)


@bp.post("/<int:batch_id>/preview")
@requires("register.import", batch_for)
def import_again(batch: ImportBatch) -> Response:
    """Hold the same file against the register as it stands now."""
    try:
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
    flash(f"已放弃“{batch.file_name}”，名录库没有改动。", "ok")
    return go("imports.imports")


@bp.get("/<int:batch_id>/problems.xlsx")
@requires("register.import", batch_for)
def import_problems(batch: ImportBatch) -> Response:
    """The rows that could not be taken, with the reason, to correct them in the file."""
    lines = [[str(number), name, reason] for number, name, reason in refused_rows(batch)]
    book = workbook("不能导入的行", ["表中行号", "名称", "结果说明"], lines)
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name="不能导入的行.xlsx")
