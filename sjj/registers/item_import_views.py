"""The pages that take a list of 抽查事项 from a workbook, with a look at what would change first."""

from flask import Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit, db, let_go
from sjj.registers.blueprints import bp, status
from sjj.registers.item_forms import TakeItemsForm
from sjj.registers.item_list_reading import ItemList, read_list
from sjj.registers.item_lists import take_list
from sjj.registers.scope import editable_places
from sjj.registers.sheet_forms import SheetForm
from sjj.registers.sheet_taking import take_in
from sjj.registers.sheet_uploads import fingerprint, forget, kept, told
from sjj.registers.workbook import BadWorkbook, open_workbook
from sjj.web import go, now, page, requires

WHAT = "items"
STALE = "您看预览的时候，有人改过事项清单。下面是重新比对的结果，请再看一遍"


def _agencies() -> list[Agency]:
    return list({place.agency.id: place.agency for place in editable_places(g.user)}.values())


@bp.route("/registers/items/import", methods=["GET", "POST"])
@requires("register.edit")
def item_import() -> Response:
    """Bring a list."""
    agencies = _agencies() or abort(403)
    form = SheetForm()
    form.offer(agencies)
    if (
        request.method == "POST"
        and form.validate()
        and (token := take_in(form, WHAT, form.agency_id.data, "", g.user.id, now()))
    ):
        return go("registers.item_list", token=token)
    return page("registers/item_import.html", form=form, agencies=agencies, status=status())


@bp.route("/registers/items/import/<token>", methods=["GET", "POST"])
@requires("register.edit")
def item_list(token: str) -> Response:
    """What the list would change; taking it over changes all of that at once."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    if upload.agency_id not in {agency.id for agency in _agencies()}:
        abort(404)
    let_go()
    try:
        sheets = open_workbook(upload.data, upload.name)
        agency = db.session.get(Agency, upload.agency_id) or abort(404)
        found = read_list(sheets, agency, g.user, keep_still=request.method == "POST")
    except BadWorkbook as problem:
        found = ItemList(problems=[str(problem)])
    form = TakeItemsForm()
    mark = fingerprint(found.seen())
    if request.method == "POST" and not found.problems and form.validate():
        if form.seen.data != mark:
            form.form_errors.append(STALE)
        elif found.needs_reason and not form.reason.data:
            form.reason.errors = ["有已公布的事项要改，请写明原因"]
        else:
            take_list(found, agency, form.reason.data or "", g.user, now())
            commit()
            forget(upload)
            flash(f"已新增 {len(found.added)} 项，修改 {len(found.changed)} 项。新增的核对后再公布。", "ok")
            return go("registers.items")
    form.seen.data, form.seen.raw_data = mark, None
    problems = told(found.problems).splitlines()
    return page(
        "registers/item_list.html",
        form=form,
        upload=upload,
        found=found,
        problems=problems,
        status=status(),
    )


@bp.post("/registers/items/import/<token>/discard")
@requires("register.edit")
def item_list_discard(token: str) -> Response:
    """Put the file away; the list stays as it is."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    forget(upload)
    flash(f"已放弃“{upload.name}”，事项清单没有改动。", "ok")
    return go("registers.item_import")
