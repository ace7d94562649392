"""Taking an import back: first what would stay and why, then the step itself."""

from flask import Blueprint, Response, flash, g

from sjj.database import commit
from sjj.registers import import_jobs as jobs
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.registers.import_queries import batch_for
from sjj.registers.import_services import AlreadyDecided, hold_batch
from sjj.registers.import_undo import finish_undo, may_undo, rows_behind, tally, undo_rows, would_stay
from sjj.web import go, now, page, requires

MOST_SHOWN = 50
bp = Blueprint("imports_undo", __name__, url_prefix="/registers/imports")


@bp.get("/<int:batch_id>/undo")
@requires("register.import", batch_for)
def undo_show(batch: ImportBatch) -> Response:
    """What taking it back would do, and what would stay."""
    if not may_undo(batch):
        return go("imports.import_show", batch_id=batch.id)
    staying = would_stay(batch, MOST_SHOWN + 1)
    return page(
        "registers/imports/undo.html", batch=batch, staying=staying[:MOST_SHOWN], more=staying[MOST_SHOWN:]
    )


@bp.post("/<int:batch_id>/undo")
@requires("register.import", batch_for)
def undo(batch: ImportBatch) -> Response:
    """Take it back, as far as nothing has happened since."""
    moment = now()
    try:
        hold_batch(batch, ImportState.APPLIED)
    except AlreadyDecided as refusal:
        flash(str(refusal), "warn")
        return go("imports.import_show", batch_id=batch.id)
    if not may_undo(batch):
        return go("imports.import_show", batch_id=batch.id)
    if batch.good > jobs.MANY_ROWS:
        job = jobs.ask_for(jobs.UNDO, batch, ImportState.APPLIED, g.user, moment)
        commit()
        return go("jobs.job", job_id=job.id)
    after = 0
    while rows := rows_behind(batch, after):
        undo_rows(batch, rows, g.user, moment)
        after = rows[-1].number
    finish_undo(batch, g.user, moment)
    undone, left = tally(batch)
    commit()
    flash(
        f"已撤销 {undone} 条" + (f"，{left} 条导入后有变动，没有撤销。" if left else "。"),
        "warn" if left else "ok",
    )
    return go("imports.import_show", batch_id=batch.id)
