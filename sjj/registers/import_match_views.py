"""Headings that nobody knew: a person says what they mean, the file is read again, the agency remembers."""

from flask import Blueprint, Response, flash, g, request
from wtforms import SelectField

from sjj.database import commit, let_go
from sjj.form import Form
from sjj.registers import import_jobs as jobs
from sjj.registers import import_services as services
from sjj.registers.import_files import kept_file
from sjj.registers.import_headers import KEPT
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.registers.import_queries import batch_for
from sjj.registers.import_synonyms import learn, learned_by, meanings, open_headings
from sjj.registers.shared_forms import options
from sjj.web import go, now, page, requires

bp = Blueprint("imports_match", __name__, url_prefix="/registers/imports")


def _form_of(batch: ImportBatch, titles: list[str]) -> Form:
    """One field for each heading, asking what it means."""
    choices = options(meanings(batch.what))
    fields = {f"h{n}": SelectField(title, choices=choices) for n, title in enumerate(titles)}
    known = learned_by(batch.agency_id, batch.what)
    by_label = {label: key for key, label in meanings(batch.what)}
    meant = {title: by_label.get(label, KEPT) for title, label, _how in batch.header["columns"]}
    made: Form = type("MatchForm", (Form,), fields)(
        data={f"h{n}": known.get(title, meant[title]) for n, title in enumerate(titles)}
    )
    return made


@bp.route("/<int:batch_id>/headings", methods=["GET", "POST"])
@requires("register.import", batch_for)
def headings(batch: ImportBatch) -> Response:
    """Match them; on sending, the file is read anew with what was said."""
    titles = open_headings(batch)
    if batch.state is not ImportState.PREVIEWED or not titles:
        return go("imports.import_show", batch_id=batch.id)
    form = _form_of(batch, titles)
    if request.method == "POST" and form.validate():
        said = {title: form[f"h{n}"].data for n, title in enumerate(titles)}
        chosen = [column for column in said.values() if column not in (KEPT, "")]
        if len(chosen) == len(set(chosen)):
            return _read_again(batch, said)
        flash("有两个列名对应到同一栏，请改其中一个。", "bad")
    status = 200 if request.method == "GET" else 422
    return page("registers/imports/headings.html", batch=batch, form=form, titles=titles, status=status)


def _read_again(batch: ImportBatch, said: dict[str, str]) -> Response:
    number, sha256 = batch.id, batch.file_sha256
    if kept_file(sha256) is None:
        flash("上传的文件已经不在，请重新上传。", "bad")
        return go("imports.import_show", batch_id=number)
    moment = now()
    try:
        services.hold_batch(batch)
    except services.AlreadyDecided as refusal:
        let_go()
        flash(str(refusal), "warn")
        return go("imports.import_show", batch_id=number)
    learn(batch.agency_id, batch.what, said, g.user, moment)
    services.forget_rows(batch)
    jobs.ask_for(jobs.READ, batch, ImportState.READING, g.user, moment)
    commit()
    return go("imports.import_show", batch_id=number)
