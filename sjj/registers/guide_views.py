"""The pages of 抽查工作指引: write the check points of an item, confirm them after the legal review."""

from flask import Response, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.guide_forms import SAVE, ConfirmForm, GuideForm, rearranged, rows_of
from sjj.registers.guide_services import GuideRefused, confirm_guide, save_guide
from sjj.registers.item_queries import item_to_edit, newest_guide
from sjj.registers.models import Item
from sjj.web import go, now, page, requires


@bp.route("/registers/items/<int:item_id>/guide", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_guide(item: Item) -> Response:
    """Write the check points: save them, or only add, move or take one out and go on writing."""
    newest = newest_guide(item)
    if request.method == "GET":
        rows = rows_of(newest.points) if newest else []
        return _write(item, GuideForm(data={"points": rows or [{"required": True}]}))
    form = GuideForm()
    what = request.form.get("do", SAVE)
    if what != SAVE:
        rows = rearranged([row.form.data for row in form.points], what)
        return _write(item, GuideForm(formdata=None, data={"points": rows}))
    if form.validate():
        try:
            guide = save_guide(item, form.values(), g.user, now())
        except GuideRefused as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"已保存工作指引第{guide.version}版。", "ok")
            return go("registers.item", item_id=item.id)
    return _write(item, form, 422)


def _write(item: Item, form: GuideForm, answer: int = 200) -> Response:
    newest = newest_guide(item)
    return page("registers/guide_form.html", item=item, form=form, newest=newest, status=answer)


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
