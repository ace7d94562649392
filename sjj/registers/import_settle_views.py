"""Row by row: what people have changed since the last import, and what the file says instead."""

from flask import Blueprint, Response, flash, request
from wtforms import RadioField

from sjj.database import commit
from sjj.form import Form
from sjj.registers.import_models import ImportBatch, ImportRow, ImportState
from sjj.registers.import_queries import batch_for
from sjj.registers.import_services import AlreadyDecided, hold_batch
from sjj.registers.import_settling import FILE, KEPT, MOST_DECIDED, decide, rows_to_decide
from sjj.registers.shared_forms import options
from sjj.web import go, page, requires

bp = Blueprint("imports_settle", __name__, url_prefix="/registers/imports")
CHOICES = ((KEPT, "保留手工改动"), (FILE, "按表格改"))


def _form_of(rows: list[ImportRow]) -> Form:
    """One question for each row."""
    fields = {
        f"r{row.number}": RadioField(f"第 {row.number} 行怎么办", choices=options(CHOICES)) for row in rows
    }
    made: Form = type("RowsForm", (Form,), fields)(
        data={f"r{row.number}": row.decision or KEPT for row in rows}
    )
    return made


@bp.route("/<int:batch_id>/conflicts", methods=["GET", "POST"])
@requires("register.import", batch_for)
def conflicts(batch: ImportBatch) -> Response:
    """Decide on each of the first rows; of the others people's work stays."""
    if batch.state is not ImportState.PREVIEWED or not batch.conflicts:
        return go("imports.import_show", batch_id=batch.id)
    rows = list(rows_to_decide(batch))
    form = _form_of(rows)
    if request.method == "POST" and form.validate():
        try:
            hold_batch(batch)
        except AlreadyDecided as refusal:
            flash(str(refusal), "warn")
            return go("imports.import_show", batch_id=batch.id)
        decide(batch, {row.number: form[f"r{row.number}"].data for row in rows})
        commit()
        flash("已记下逐行的决定，确认导入时照办。", "ok")
        return go("imports.import_show", batch_id=batch.id)
    status = 200 if request.method == "GET" else 422
    return page(
        "registers/imports/conflicts.html", status=status, batch=batch, rows=rows, form=form,
        more=batch.conflicts > MOST_DECIDED,
    )  # fmt: skip
