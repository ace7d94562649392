"""The list of 抽查事项: search and filters, the same as a workbook, and claiming many at once."""

from io import BytesIO

from flask import Response, abort, flash, g, request, send_file

from sjj.database import commit, db
from sjj.registers.blueprints import bp, listed
from sjj.registers.export import csv_text, workbook
from sjj.registers.item_export import HEADINGS, rows_of
from sjj.registers.item_forms import ItemFilterForm
from sjj.registers.item_queries import (
    DEFAULT_SORT,
    SORTS,
    ItemFilter,
    basis_warnings,
    items_chosen,
    latest_guide,
    matching,
    may_claim,
    said_of,
)
from sjj.registers.item_queries import items as find_items
from sjj.registers.item_services import claim_items
from sjj.registers.item_versions import STATES, state_of
from sjj.registers.listing import order_by, turn_of
from sjj.registers.models import Item
from sjj.registers.scope import (
    agencies_to_read,
    editable_places,
    may_edit_row,
    sections_to_filter,
    whole_agencies,
)
from sjj.registers.shared_forms import or_all
from sjj.web import go, now, requires, today

KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@bp.get("/registers/items/")
@requires("register.read")
def items() -> Response:
    """The list of items, with search."""
    day = today(now())
    wanted = _wanted()
    found = find_items(g.user, wanted, turn_of(request.args, DEFAULT_SORT), day)
    said = {
        item.id: sorted({word for words in basis_warnings(item, day).values() for word in words})
        for item in found.items
    }
    return listed(
        "registers/items.html",
        "registers/_items.html",
        form=_filter_form(),
        wanted=wanted,
        found=found,
        warnings=said,
        states=STATES,
        state_of=state_of,
        latest_guide=latest_guide,
        default_sort=DEFAULT_SORT,
        claimable={item.id for item in found.items if may_claim(item) and may_edit_row(g.user, item)},
        unclaimed={item.id for item in found.items if may_claim(item)},
        may_add=bool(editable_places(g.user)),
        may_load=bool(whole_agencies(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
    )


@bp.get("/registers/items/export.<any(xlsx, csv):ending>")
@requires("register.read")
def items_export(ending: str) -> Response:
    """The items that the filters show."""
    turn = turn_of(request.args, DEFAULT_SORT)
    query = matching(g.user, _wanted(), today(now())).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    rows = rows_of(db.session.scalars(query).unique())
    data = workbook("抽查事项", HEADINGS, rows) if ending == "xlsx" else csv_text(HEADINGS, rows)
    return send_file(BytesIO(data), KINDS[ending], as_attachment=True, download_name=f"抽查事项.{ending}")


@bp.post("/registers/items/claim")
@requires("register.edit")
def items_claim() -> Response:
    """认领 the items that were ticked."""
    moment = now()
    chosen = items_chosen(g.user, request.form.getlist("ids", type=int))
    if chosen is None:
        abort(404)
    claimed = claim_items(chosen, today(moment), g.user, moment)
    commit()
    if claimed:
        flash(f"已认领 {claimed} 个事项。", "ok")
    else:
        flash("请先勾选要认领的上级事项。" if not chosen else "勾选的事项都已经认领过。", "warn")
    if len(chosen) == 1 and request.form.get("from") == "item":
        return go("registers.item", item_id=chosen[0].id)
    return go("registers.items", claim="open" if not claimed else "done")


def _wanted() -> ItemFilter:
    asked = request.args
    texts = ("state", "level", "claim", "method", "object_type", "frequency", "law")
    return ItemFilter(
        words=asked.get("q", "").strip(),
        section_id=asked.get("section", 0, type=int),
        agency_id=asked.get("agency", 0, type=int),
        **{name: asked.get(name, "") for name in texts},
    )


def _filter_form() -> ItemFilterForm:
    form = ItemFilterForm(request.args)
    names = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    for field, column in ((form.object_type, Item.object_type), (form.frequency, Item.frequency)):
        field.choices = or_all((each, each) for each in said_of(g.user, column))
    form.section.choices = or_all(
        (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
        for each in db.session.scalars(sections_to_filter(g.user))
    )
    return form
