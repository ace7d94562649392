"""The pages that take over a list of 三定方案, 权责清单 or 互联网+监管, with a look at it first."""

from flask import Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit, db, let_go
from sjj.registers.blueprints import bp, status
from sjj.registers.duty_forms import DutyUploadForm
from sjj.registers.duty_lists import DutyList, held, read_list, take_list
from sjj.registers.scope import whole_agencies
from sjj.registers.sheet_forms import TakeForm
from sjj.registers.sheet_taking import take_in
from sjj.registers.sheet_uploads import fingerprint, forget, kept, told
from sjj.registers.workbook import BadWorkbook, open_workbook
from sjj.web import go, now, page, requires

WHAT = "duties"


@bp.route("/registers/duties/import", methods=["GET", "POST"])
@requires("register.edit")
def duty_import() -> Response:
    """Bring a list."""
    agencies = whole_agencies(g.user) or abort(403)
    form = DutyUploadForm()
    form.offer(agencies)
    if (
        request.method == "POST"
        and form.validate()
        and (token := take_in(form, WHAT, form.agency_id.data, form.source.data, g.user.id, now()))
    ):
        return go("registers.duty_list", token=token)
    return page("registers/duty_import.html", form=form, agencies=agencies, status=status())


@bp.route("/registers/duties/import/<token>", methods=["GET", "POST"])
@requires("register.edit")
def duty_list(token: str) -> Response:
    """What the list would change; taking it over changes all of that at once."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    if upload.agency_id not in {agency.id for agency in whole_agencies(g.user)}:
        abort(404)
    let_go()
    try:
        sheets = open_workbook(upload.data, upload.name)
        agency = db.session.get(Agency, upload.agency_id) or abort(404)
        found = read_list(sheets, held(agency) if request.method == "POST" else agency, upload.about)
    except BadWorkbook as problem:
        found = DutyList(problems=[str(problem)])
    form = TakeForm()
    mark = fingerprint(found.seen())
    if request.method == "POST" and not found.problems:
        if form.seen.data == mark:
            take_list(found, agency, upload.about, g.user, now())
            commit()
            forget(upload)
            flash(f"已导入{upload.about}。", "ok")
            return go("registers.duties", source=upload.about)
        form.form_errors.append("您看预览的时候，有人改过这份清单。下面是重新比对的结果，请再看一遍")
    form.seen.data, form.seen.raw_data = mark, None
    return page(
        "registers/duty_list.html",
        form=form,
        upload=upload,
        found=found,
        problems=told(found.problems).splitlines(),
        status=status(),
    )


@bp.post("/registers/duties/import/<token>/discard")
@requires("register.edit")
def duty_list_discard(token: str) -> Response:
    """Put the file away; the list stays as it is."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    forget(upload)
    flash(f"已放弃“{upload.name}”，清单没有改动。", "ok")
    return go("registers.duty_import")
