"""The pages of 检查对象: list, one object, enter, change, its QR code and sheets of labels."""

from flask import Response, abort, flash, g, request
from sqlalchemy import func, select

from sjj.database import commit, db
from sjj.registers import entity_services as services
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.entity_forms import EntityFilterForm, EntityForm
from sjj.registers.entity_queries import (
    DEFAULT_SORT,
    SORTS,
    EntityFilter,
    entity_to_edit,
    entity_to_read,
    is_on_positive_list,
    matching,
    recusals_of,
    townships,
)
from sjj.registers.entity_queries import (
    entities as find_entities,
)
from sjj.registers.holds import HeldByDraw
from sjj.registers.labels import qr_svg, scan_address
from sjj.registers.listing import order_by, turn_of
from sjj.registers.models import Entity
from sjj.registers.scope import (
    Place,
    agencies_to_read,
    editable_places,
    may_edit_row,
    place_of,
    sections_to_filter,
)
from sjj.registers.shared_forms import offer, offer_places, or_all
from sjj.registers.tags import ON_ENTITY, tag_names
from sjj.web import go, now, page, requires, today

MOST_LABELS = 300


@bp.get("/registers/entities/")
@requires("register.read")
def entities() -> Response:
    """The list, with search and filters."""
    form = _filter_form()
    wanted = _wanted(form)
    turn = turn_of(request.args, DEFAULT_SORT)
    return listed(
        "registers/entities.html",
        "registers/_entities.html",
        form=form,
        wanted=wanted,
        found=find_entities(g.user, wanted, turn),
        turn=turn,
        default_sort=DEFAULT_SORT,
        may_add=bool(editable_places(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
    )


@bp.get("/registers/entities/labels")
@requires("register.read")
def entity_labels() -> Response:
    """A sheet of QR labels of the objects that the filters show, to print and to put up."""
    wanted = _wanted(_filter_form())
    query = matching(g.user, wanted)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(query.order_by(*order_by(SORTS, "name", "name")).limit(MOST_LABELS)).all()
    return page("registers/entity_labels.html", rows=rows, total=total, most=MOST_LABELS)


@bp.route("/registers/entities/new", methods=["GET", "POST"])
@requires("register.edit")
def entity_new() -> Response:
    """Enter an object."""
    places = editable_places(g.user) or abort(403)
    form = _form(places)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            entity = services.add_entity(form, place, g.user, now())
        except services.CodeInUse as refusal:
            form.code.errors = [str(refusal)]
        else:
            commit()
            flash(f"已登记“{entity.name}”，代码 {entity.code}。", "ok")
            return go("registers.entity", entity_id=entity.id)
    return page("registers/entity_form.html", form=form, entity=None, status=status())


@bp.get("/registers/entities/<int:entity_id>")
@requires("register.read", entity_to_read)
def entity(entity: Entity) -> Response:
    """One object: what is known of it, its recusals, its QR code."""
    return page(
        "registers/entity.html",
        entity=entity,
        recusals=recusals_of(entity),
        scan=scan_address(_base(), entity.token),
        on_positive_list=is_on_positive_list(entity, today(now())),
        may_edit=may_edit_row(g.user, entity),
    )


@bp.route("/registers/entities/<int:entity_id>/edit", methods=["GET", "POST"])
@requires("register.edit", entity_to_edit)
def entity_edit(entity: Entity) -> Response:
    """Change an object."""
    places = editable_places(g.user, entity.agency_id)
    form = _form(places, entity)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            changed = services.change_entity(entity, form, place, g.user, now())
        except services.CodeInUse as refusal:
            form.code.errors = [str(refusal)]
        except HeldByDraw as refusal:
            form[refusal.field].errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{entity.name}”。" if changed else "没有改动。", "ok")
            return go("registers.entity", entity_id=entity.id)
    return page("registers/entity_form.html", form=form, entity=entity, status=status())


@bp.get("/registers/entities/<int:entity_id>/qr.svg")
@requires("register.read", entity_to_read)
def entity_qr(entity: Entity) -> Response:
    """The QR code of one object."""
    return Response(qr_svg(scan_address(_base(), entity.token)), mimetype="image/svg+xml")


def _base() -> str:
    base: str = g.settings.public_url or request.host_url
    return base


def _form(places: list[Place], entity: Entity | None = None) -> EntityForm:
    form = EntityForm(obj=entity)
    offer_places(form.place, places)
    mine = [tag.name for tag in entity.tags] if entity else []
    offer(form.tags, sorted({*tag_names(g.user, ON_ENTITY), *mine}))
    if request.method == "GET":
        form.tags.data = mine
        form.new_tags.data = ""
        if entity is not None:
            form.place.data = Place(entity.agency, entity.section).key
            form.kind.data = entity.kind.value
            form.supervision_class.data = entity.supervision_class.value
    return form


def _filter_form() -> EntityFilterForm:
    form = EntityFilterForm(request.args)
    offer(form.tag, tag_names(g.user, ON_ENTITY), "全部")
    offer(form.township, townships(g.user), "全部")
    agencies = agencies_to_read(g.user)
    names = {agency.id: agency.short_name for agency in agencies}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    form.section.choices = or_all(
        (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
        for each in db.session.scalars(sections_to_filter(g.user))
    )
    return form


def _wanted(form: EntityFilterForm) -> EntityFilter:
    return EntityFilter(
        words=(form.q.data or "").strip(),
        kind=form.kind.data or "",
        supervision_class=form.supervision_class.data or "",
        tag=form.tag.data or "",
        township=form.township.data or "",
        state=form.state.data or "",
        section_id=request.args.get("section", 0, type=int),
        agency_id=request.args.get("agency", 0, type=int),
    )
