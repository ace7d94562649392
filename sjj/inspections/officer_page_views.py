"""我的: an officer's own certificate and account on the phone, and the photo that is held up with it."""

from flask import Blueprint, Response, flash, g, request

from sjj.accounts.models import User
from sjj.database import commit
from sjj.files.content import BadFile
from sjj.inspections.certificate_queries import certificate_of
from sjj.inspections.field_queries import officer_of
from sjj.registers.models import Officer
from sjj.registers.officer_forms import PhotoForm
from sjj.registers.officer_photo import take_photo
from sjj.web import go, now, page, requires, today

bp = Blueprint("own_photo", __name__, url_prefix="/field/me")


def myself(user: User) -> Officer | None:
    """The officer that this account is."""
    return officer_of(user)


@bp.route("/photo", methods=["GET", "POST"])
@requires("field.work", myself)
def photo(officer: Officer) -> Response:
    """Put one's own picture beside one's certificate."""
    form = PhotoForm()
    if request.method == "POST" and form.validate():
        try:
            take_photo(officer, form.file.data, g.user, now())
        except BadFile as refusal:
            form.file.errors = [str(refusal)]
        else:
            commit()
            flash("照片已保存，亮证时显示。任务重新下载后，没有信号也能看到。", "ok")
            return go("field.me")
    return page(
        "field/photo.html",
        status=422 if form.errors else 200,
        form=form,
        one=certificate_of(officer, today(now())),
    )
