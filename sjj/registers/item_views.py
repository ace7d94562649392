"""The pages of one 抽查事项: its facts with their history, enter, change, publish, retire, bring back."""

from flask import Response, abort, flash, g, request

from sjj.database import commit
from sjj.registers.blueprints import bp, status
from sjj.registers.duty_queries import duty_to_edit
from sjj.registers.duty_services import link, prefilled
from sjj.registers.item_forms import SPARE_ROWS, ItemForm, RetireForm, ReturnForm
from sjj.registers.item_history import history_of
from sjj.registers.item_queries import (
    basis_warnings,
    item_to_edit,
    item_to_read,
    latest_guide,
    may_claim,
    newest_guide,
)
from sjj.registers.item_services import ItemRefused, publish_item, retire_item, return_item, save_item
from sjj.registers.item_versions import STATES, newest_number, state_of
from sjj.registers.law_lapsed import lapsed_points
from sjj.registers.law_queries import choices_of, laws_of
from sjj.registers.models import Item
from sjj.registers.scope import Place, editable_places, may_edit_row, place_of
from sjj.registers.shared_forms import offer_places, options
from sjj.registers.upkeep_models import Duty
from sjj.web import go, now, page, requires, today


@bp.route("/registers/items/new", methods=["GET", "POST"])
@requires("register.edit")
def item_new() -> Response:
    """Enter an item; one that answers an entry of 权责清单 begins with what the entry says."""
    places = editable_places(g.user) or abort(403)
    asked = request.args.get("duty", 0, type=int)
    duty = duty_to_edit(g.user, asked) if asked else None
    if asked and duty is None:
        abort(404)
    if duty is not None:
        places = [place for place in places if place.agency.id == duty.agency_id]
    start = prefilled(duty) if duty is not None and request.method == "GET" else {}
    return _save(None, ItemForm(data=start), places, duty)


@bp.get("/registers/items/<int:item_id>")
@requires("register.read", item_to_read)
def item(item: Item) -> Response:
    """One item: its facts, its law basis, its guide and its history."""
    return _show(item)


@bp.route("/registers/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_edit(item: Item) -> Response:
    """Change an item."""
    form = ItemForm(obj=item)
    if request.method == "GET":
        form.place.data = Place(item.agency, item.section).key
        form.seen.data = newest_number(item)
    return _save(item, form, editable_places(g.user, item.agency_id), None)


@bp.post("/registers/items/<int:item_id>/publish")
@requires("register.edit", item_to_edit)
def item_publish(item: Item) -> Response:
    """Put the item on the published list."""
    moment = now()
    try:
        publish_item(item, today(moment), g.user, moment)
    except ItemRefused as refusal:
        return _show(item, str(refusal))
    commit()
    flash(f"已公布“{item.name}”，可以列入抽查任务。", "ok")
    return go("registers.item", item_id=item.id)


@bp.route("/registers/items/<int:item_id>/retire", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_retire(item: Item) -> Response:
    """Ask first and for the reason, then take the item out of use."""
    form = RetireForm()
    if request.method == "POST" and form.validate():
        try:
            retire_item(item, g.user, now(), form.reason.data or "")
        except ItemRefused as refusal:
            if not refusal.field:
                return _show(item, str(refusal))
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"已停用“{item.name}”。", "ok")
            return go("registers.item", item_id=item.id)
    return page("registers/item_retire.html", item=item, form=form, status=status())


@bp.route("/registers/items/<int:item_id>/return", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_return(item: Item) -> Response:
    """Bring a retired item back, with the reason."""
    form = ReturnForm()
    if request.method == "POST" and form.validate():
        try:
            return_item(item, form.reason.data, g.user, now())
        except ItemRefused as refusal:
            return _show(item, str(refusal))
        commit()
        flash(f"已恢复“{item.name}”。重新公布以后才能列入抽查任务。", "ok")
        return go("registers.item", item_id=item.id)
    return page("registers/item_return.html", item=item, form=form, status=status())


def _show(item: Item, problem: str = "") -> Response:
    versions = {guide.version: guide for guide in item.guides}
    asked = versions.get(request.args.get("version", 0, type=int))
    guide = asked or newest_guide(item)
    day = today(now())
    return page(
        "registers/item.html",
        item=item,
        problem=problem,
        warnings=basis_warnings(item, day),
        state=state_of(item),
        states=STATES,
        guide=guide,
        newest=newest_guide(item),
        in_use=latest_guide(item),
        history=history_of(item),
        lapsed_points=lapsed_points(guide, laws_of(item.agency_id), day) if guide else {},
        waits_for_claim=may_claim(item),
        may_edit=may_edit_row(g.user, item),
        status=422 if problem else 200,
    )


def _save(item: Item | None, form: ItemForm, places: list[Place], duty: Duty | None) -> Response:
    offer_places(form.place, places)
    place = place_of(form.place.data, places)
    _offer_laws(form, place, places, SPARE_ROWS if item or duty else SPARE_ROWS + 1)
    if request.method == "POST" and form.validate() and place is not None:
        try:
            saved = save_item(item, form, place, g.user, now())
            if duty is not None:
                link(duty, saved, g.user, now())
        except ItemRefused as refusal:
            if refusal.field:
                form[refusal.field].errors = [str(refusal)]
            else:
                form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"已保存“{saved.name}”。", "ok")
            return go("registers.item", item_id=saved.id)
    return page("registers/item_form.html", form=form, item=item, duty=duty, status=status())


def _offer_laws(form: ItemForm, place: Place | None, places: list[Place], spare: int) -> None:
    if request.method == "GET":
        for _ in range(spare):
            form.bases.append_entry()
    agencies = [place.agency] if place else [each.agency for each in places[:1]]
    laws = [pair for agency in agencies for pair in choices_of(agency.id, today(now()))]
    for row in form.bases:
        row.law_id.choices = options([(0, "（不选）"), *laws])
