"""The pages of 工作指引 as a workbook: out for one item or all, in with a look at what would change first."""

from collections.abc import Iterable
from io import BytesIO

from flask import Response, abort, flash, g, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import Agency
from sjj.accounts.queries import within
from sjj.database import commit, db, let_go
from sjj.registers.blueprints import bp, status
from sjj.registers.export import workbook
from sjj.registers.guide_workbook import (
    HEADINGS,
    SHEET,
    ItemDraft,
    apply_drafts,
    read_drafts,
    rows_of,
    seen_of,
)
from sjj.registers.item_queries import item_to_read
from sjj.registers.models import Guide, Item
from sjj.registers.scope import READ, editable_places
from sjj.registers.sheet_forms import SheetForm, TakeForm
from sjj.registers.sheet_taking import take_in
from sjj.registers.sheet_uploads import Upload, fingerprint, forget, kept, told
from sjj.registers.workbook import BadWorkbook, open_workbook
from sjj.web import go, now, page, requires

WHAT = "guides"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _agencies() -> list[Agency]:
    return list({place.agency.id: place.agency for place in editable_places(g.user)}.values())


@bp.get("/registers/items/<int:item_id>/guide.xlsx")
@requires("register.read", item_to_read)
def item_workbook(item: Item) -> Response:
    """The check points of one item."""
    return _file([item], f"{item.code}工作指引.xlsx")


@bp.get("/registers/items/guides.xlsx")
@requires("register.read")
def guides_export() -> Response:
    """The check points of every item in use that this person may read."""
    query = select(Item).where(within(Item.agency_id, g.user, READ), Item.retired_at.is_(None))
    asked = request.args.get("agency", 0, type=int)
    query = query.where(Item.agency_id == asked) if asked else query
    query = query.options(selectinload(Item.guides).selectinload(Guide.points))
    return _file(db.session.scalars(query.order_by(Item.agency_id, Item.code)), "抽查工作指引.xlsx")


def _file(items: Iterable[Item], name: str) -> Response:
    book = workbook(SHEET, HEADINGS, rows_of(items))
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name=name)


@bp.route("/registers/items/guides", methods=["GET", "POST"])
@requires("register.edit")
def guides_workbook() -> Response:
    """Take the guides out, or bring a corrected workbook."""
    agencies = _agencies() or abort(403)
    form = SheetForm()
    form.offer(agencies)
    if (
        request.method == "POST"
        and form.validate()
        and (token := take_in(form, WHAT, form.agency_id.data, "", g.user.id, now()))
    ):
        return go("registers.guides_preview", token=token)
    return page("registers/guides_workbook.html", form=form, agencies=agencies, status=status())


@bp.route("/registers/items/guides/<token>", methods=["GET", "POST"])
@requires("register.edit")
def guides_preview(token: str) -> Response:
    """What a workbook would do to each guide; taking it over makes drafts."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    if upload.agency_id not in {agency.id for agency in _agencies()}:
        abort(404)
    let_go()
    try:
        sheets = open_workbook(upload.data, upload.name)
        drafts, problems = read_drafts(sheets, upload.agency_id, g.user, hold=request.method == "POST")
    except BadWorkbook as problem:
        drafts, problems = [], [str(problem)]
    form = TakeForm()
    mark = fingerprint(seen_of(drafts))
    if request.method == "POST" and not problems:
        if form.seen.data == mark:
            return _take(upload, drafts)
        form.form_errors.append("您看预览的时候，有人改过指引。下面是按现在的指引重新比对的，请再看一遍")
    form.seen.data, form.seen.raw_data = mark, None
    return page(
        "registers/guides_preview.html",
        form=form,
        upload=upload,
        drafts=drafts,
        problems=told(problems).splitlines(),
        status=status(),
    )


def _take(upload: Upload, drafts: list[ItemDraft]) -> Response:
    written = apply_drafts(drafts, g.user, now())
    commit()
    forget(upload)
    flash(f"已写入 {len(written)} 个事项的指引草案，法制审核后启用。", "ok")
    return go("registers.item", item_id=written[0].item_id) if len(written) == 1 else go("registers.items")


@bp.post("/registers/items/guides/<token>/discard")
@requires("register.edit")
def guides_discard(token: str) -> Response:
    """Put the file away; the guides stay as they are."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    forget(upload)
    flash(f"已放弃“{upload.name}”，指引没有改动。", "ok")
    return go("registers.guides_workbook")
