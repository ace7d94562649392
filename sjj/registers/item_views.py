"""The pages of 随机抽查事项清单: list, one item, enter, change, publish, retire."""

from flask import Response, abort, flash, g, request

from sjj.database import commit, db
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.item_forms import SPARE_ROWS, ItemFilterForm, ItemForm
from sjj.registers.item_queries import (
    DEFAULT_SORT,
    STATES,
    ItemFilter,
    basis_warnings,
    item_to_edit,
    item_to_read,
    latest_guide,
    newest_guide,
    state_of,
)
from sjj.registers.item_queries import items as find_items
from sjj.registers.item_services import ItemRefused, publish_item, retire_item, save_item
from sjj.registers.law_queries import laws_of
from sjj.registers.listing import turn_of
from sjj.registers.models import Item
from sjj.registers.scope import (
    Place,
    agencies_to_read,
    editable_places,
    may_edit_row,
    place_of,
    sections_to_filter,
    whole_agencies,
)
from sjj.registers.shared_forms import offer_places, options, or_all
from sjj.web import go, now, page, requires, today


@bp.get("/registers/items/")
@requires("register.read")
def items() -> Response:
    """The list of items, with search."""
    form = _filter_form()
    wanted = ItemFilter(
        words=(form.q.data or "").strip(),
        state=form.state.data or "",
        section_id=request.args.get("section", 0, type=int),
        agency_id=request.args.get("agency", 0, type=int),
    )
    found = find_items(g.user, wanted, turn_of(request.args, DEFAULT_SORT))
    day = today(now())
    said = {
        item.id: sorted({word for words in basis_warnings(item, day).values() for word in words})
        for item in found.items
    }
    return listed(
        "registers/items.html",
        "registers/_items.html",
        form=form,
        wanted=wanted,
        found=found,
        warnings=said,
        states=STATES,
        state_of=state_of,
        latest_guide=latest_guide,
        default_sort=DEFAULT_SORT,
        may_add=bool(editable_places(g.user)),
        may_load=bool(whole_agencies(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
    )


@bp.route("/registers/items/new", methods=["GET", "POST"])
@requires("register.edit")
def item_new() -> Response:
    """Enter an item."""
    places = editable_places(g.user) or abort(403)
    return _save(None, ItemForm(), places)


@bp.get("/registers/items/<int:item_id>")
@requires("register.read", item_to_read)
def item(item: Item) -> Response:
    """One item: its facts, its law basis and its guide."""
    return _show(item)


@bp.route("/registers/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires("register.edit", item_to_edit)
def item_edit(item: Item) -> Response:
    """Change an item."""
    form = ItemForm(obj=item)
    if request.method == "GET":
        form.place.data = Place(item.agency, item.section).key
    return _save(item, form, editable_places(g.user, item.agency_id))


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
    """Ask first, then take the item out of use."""
    if request.method == "GET":
        return page("registers/item_retire.html", item=item)
    try:
        retire_item(item, g.user, now())
    except ItemRefused as refusal:
        return _show(item, str(refusal))
    commit()
    flash(f"已停用“{item.name}”。", "ok")
    return go("registers.item", item_id=item.id)


def _show(item: Item, problem: str = "") -> Response:
    versions = {guide.version: guide for guide in item.guides}
    asked = versions.get(request.args.get("version", 0, type=int))
    return page(
        "registers/item.html",
        item=item,
        problem=problem,
        warnings=basis_warnings(item, today(now())),
        state=state_of(item),
        states=STATES,
        guide=asked or newest_guide(item),
        newest=newest_guide(item),
        in_use=latest_guide(item),
        may_edit=may_edit_row(g.user, item),
        status=422 if problem else 200,
    )


def _save(item: Item | None, form: ItemForm, places: list[Place]) -> Response:
    offer_places(form.place, places)
    if request.method == "GET":
        for _ in range(SPARE_ROWS if item else SPARE_ROWS + 1):
            form.bases.append_entry()
    place = place_of(form.place.data, places)
    agencies = [place.agency] if place else [each.agency for each in places[:1]]
    laws = [(law.id, law.title) for agency in agencies for law in laws_of(agency.id)]
    for row in form.bases:
        row.law_id.choices = options([(0, "（不选）"), *laws])
    if request.method == "POST" and form.validate() and place is not None:
        try:
            saved = save_item(item, form, place, g.user, now())
        except ItemRefused as refusal:
            form.code.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{saved.name}”。", "ok")
            return go("registers.item", item_id=saved.id)
    return page("registers/item_form.html", form=form, item=item, status=status())


def _filter_form() -> ItemFilterForm:
    form = ItemFilterForm(request.args)
    names = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    form.section.choices = or_all(
        (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
        for each in db.session.scalars(sections_to_filter(g.user))
    )
    return form
