"""导入手机记录: the office takes in what a phone exported, when the phone itself cannot send any more."""

from hashlib import sha256

from flask import Blueprint, Response, flash, g
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage

from sjj.database import commit
from sjj.form import Form
from sjj.inspections.outbox_archive import NotAnExport, open_export
from sjj.inspections.outbox_import import Carried, carry_in
from sjj.web import now, page, requires

bp = Blueprint("outbox_import", __name__, url_prefix="/inspections")


class ExportForm(Form):
    """The file that a phone exported."""

    file = FileField("手机导出的文件", [FileRequired("请选择手机导出的文件")])


@bp.route("/from-phone", methods=["GET", "POST"])
@requires("inspection.enter")
def from_phone() -> Response:
    """Choose the file; then what became of each record in it."""
    form = ExportForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form, status=422)
    try:
        carried = _carry(form.file.data)
    except NotAnExport as refusal:
        form.file.errors = [str(refusal)]
        return _page(form, status=422)
    commit()
    flash("文件已读完，每份记录的结果见下。", "ok")
    return _page(form, carried)


def _carry(upload: FileStorage) -> Carried:
    digest = sha256()
    while chunk := upload.stream.read(1 << 20):
        digest.update(chunk)
    upload.stream.seek(0)
    with open_export(upload.stream) as opened:  # type: ignore[arg-type]
        return carry_in(opened, digest.hexdigest(), g.user, now())


def _page(form: ExportForm, carried: Carried | None = None, status: int = 200) -> Response:
    return page("field/from_phone.html", status=status, form=form, carried=carried)
