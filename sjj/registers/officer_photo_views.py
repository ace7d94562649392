"""The photo of an officer in the register: seen by who may read the register, changed by who keeps it."""

from typing import Any

from flask import Response, abort, flash, g, request, send_file

from sjj.database import commit
from sjj.files.content import BadFile
from sjj.files.store import NoCopy, copy_of
from sjj.registers.blueprints import bp, status
from sjj.registers.models import Officer
from sjj.registers.officer_forms import PhotoForm
from sjj.registers.officer_photo import drop_photo, take_photo
from sjj.registers.officer_queries import officer_to_edit, officer_to_read
from sjj.web import go, now, page, requires

SHOWN = 320


@bp.get("/registers/officers/<int:officer_id>/photo.jpg")
@requires("register.read", officer_to_read)
def officer_photo(officer: Officer) -> Any:
    """The picture."""
    try:
        return send_file(copy_of(officer.photo_sha256, SHOWN), mimetype="image/jpeg")
    except NoCopy:
        abort(404)


@bp.route("/registers/officers/<int:officer_id>/photo", methods=["GET", "POST"])
@requires("register.edit", officer_to_edit)
def officer_photo_edit(officer: Officer) -> Response:
    """Put a picture beside the certificate."""
    form = PhotoForm()
    if request.method == "POST" and form.validate():
        try:
            take_photo(officer, form.file.data, g.user, now())
        except BadFile as refusal:
            form.file.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存{officer.name}的照片，亮证时显示。", "ok")
            return go("registers.officer", officer_id=officer.id)
    return page("registers/officer_photo.html", status=status(), form=form, officer=officer)


@bp.post("/registers/officers/<int:officer_id>/photo/remove")
@requires("register.edit", officer_to_edit)
def officer_photo_remove(officer: Officer) -> Response:
    """Show no picture any more."""
    drop_photo(officer, g.user, now())
    commit()
    flash(f"已删除{officer.name}的照片。", "ok")
    return go("registers.officer", officer_id=officer.id)
