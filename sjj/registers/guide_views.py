"""The pages of 抽查工作指引: write the check points of an item, confirm them after the legal review."""

from flask import Response, abort, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.guide_diff import compare
from sjj.registers.guide_forms import SAVE, ConfirmForm, GuideForm, rearranged, rows_of
from sjj.registers.guide_services import GuideRefused, confirm_guide, save_guide, values_of
from sjj.registers.item_queries import item_to_edit, item_to_read, newest_guide
from sjj.registers.item_versions import held
from sjj.registers.models import Guide, Item
from sjj.registers.sheet_uploads import fingerprint
from sjj.web import go, now, page, requires


@bp.route("/registers/items/<int:item_id>/guide", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_guide(item: Item) -> Response:
    """Write the check points: save them, or only add, move or take one out and go on writing."""
    newest = newest_guide(item)
    if request.method == "GET":
        rows = rows_of(newest.points) if newest else []
        return _write(item, GuideForm(data={"points": rows or [{"required": True}], "seen": _mark(newest)}))
    form = GuideForm()
    what = request.form.get("do", SAVE)
    if what != SAVE:
        rows = rearranged([row.form.data for row in form.points], what)
        return _write(item, GuideForm(formdata=None, data={"points": rows, "seen": form.seen.data}))
    if form.validate():
        try:
            _check_untouched(held(item), form)
            guide = save_guide(item, form.values(), g.user, now())
        except GuideRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"已保存工作指引第{guide.version}版。", "ok")
            return go("registers.item", item_id=item.id)
    return _write(item, form, 422)


def _mark(guide: Guide | None) -> str:
    return fingerprint([guide.version, guide.is_draft, rows_of(guide.points)]) if guide else "none"


def _check_untouched(item: Item, form: GuideForm) -> None:
    mark = _mark(newest_guide(item))
    if form.seen.data and form.seen.data != mark:
        form.seen.data, form.seen.raw_data = mark, None
        raise GuideRefused(
            "您打开这一页以后，有人改过这份指引。请另开一页看过，再按“保存”；保存后以这一页为准"
        )


def _write(item: Item, form: GuideForm, answer: int = 200) -> Response:
    newest = newest_guide(item)
    return page("registers/guide_form.html", item=item, form=form, newest=newest, status=answer)


@bp.get("/registers/items/<int:item_id>/guide/diff")
@requires("register.read", item_to_read)
def guide_diff(item: Item) -> Response:
    """Two versions of a guide side by side: what was added, changed, dropped."""
    versions = {guide.version: guide for guide in item.guides}
    newer = versions.get(request.args.get("to", 0, type=int)) or newest_guide(item) or abort(404)
    older = versions.get(request.args.get("from", 0, type=int)) or versions.get(newer.version - 1) or newer
    before, after = ([values_of(point) for point in guide.points] for guide in (older, newer))
    return page(
        "registers/guide_diff.html",
        item=item,
        older=older,
        newer=newer,
        found=compare(before, after),
        same=len([point for point in after if point in before]),
    )


@bp.route("/registers/items/<int:item_id>/guide/confirm", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_guide_confirm(item: Item) -> Response:
    """Bring the draft into force after its legal review."""
    form = ConfirmForm()
    if request.method == "POST" and form.validate():
        try:
            guide = confirm_guide(item, form.reviewer.data, g.user, now())
        except GuideRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"工作指引第{guide.version}版已启用。", "ok")
            return go("registers.item", item_id=item.id)
    return page(
        "registers/guide_confirm.html", item=item, form=form, guide=newest_guide(item), status=status()
    )
