"""The pages of 检查对象: list, one object, enter, change, its QR code and sheets of labels."""

from dataclasses import replace

from flask import Response, abort, flash, g, request, url_for
from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.registers import entity_services as services
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.class_queries import judged
from sjj.registers.class_totals import WHO
from sjj.registers.entity_forms import EntityFilterForm, EntityForm
from sjj.registers.entity_queries import (
    DEFAULT_SORT,
    NO_SECTION,
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
from sjj.registers.extra_forms import extended, name_of, show_values, with_choices
from sjj.registers.extra_queries import choices_to_filter, extra_fields, fields_of_places
from sjj.registers.history import changes_of
from sjj.registers.holds import HeldByDraw
from sjj.registers.labels import qr_svg, scan_address
from sjj.registers.listing import order_by, turn_of
from sjj.registers.merge_queries import merge_of, merges_into, same_object
from sjj.registers.models import Entity
from sjj.registers.scope import (
    Place,
    agencies_to_read,
    editable_places,
    may_edit_row,
    place_of,
    sections_to_filter,
    whole_agencies,
)
from sjj.registers.shared_forms import offer, offer_places, or_all
from sjj.registers.tags import ON_ENTITY, tag_names
from sjj.registers.upkeep_models import ClassRules, ExtraField
from sjj.rules.classification import WrongRules
from sjj.web import go, now, page, requires, today

MOST_LABELS = 300
MOST_CHANGES = 20


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
        found=find_entities(g.user, wanted, turn, today(now())),
        turn=turn,
        default_sort=DEFAULT_SORT,
        may_add=bool(editable_places(g.user)),
        several=len(agencies_to_read(g.user)) > 1,
        links=_links(),
    )


def _links() -> list[dict[str, object]]:
    """The other work on the list, as far as this person does it."""
    pages = [("名录", "registers.entities"), ("监管对象分类", "classes.class_start")]
    if g.user.may("register.edit"):
        pages += [("认领", "entity_claims.claims"), ("重复对象", "merges.doubles")]
        pages += [("扩展栏目", "extras.extra_start")] if whole_agencies(g.user) else []
    here = request.endpoint
    return [{"label": label, "url": url_for(name), "current": name == here} for label, name in pages]


@bp.get("/registers/entities/labels")
@requires("register.read")
def entity_labels() -> Response:
    """A sheet of QR labels of the objects that the filters show, to print and to put up."""
    wanted = _wanted(_filter_form())
    query = matching(g.user, wanted, today(now()))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(query.order_by(*order_by(SORTS, "name", "name")).limit(MOST_LABELS)).all()
    return page("registers/entity_labels.html", rows=rows, total=total, most=MOST_LABELS)


@bp.route("/registers/entities/new", methods=["GET", "POST"])
@requires("register.edit")
def entity_new() -> Response:
    """Enter an object."""
    places = editable_places(g.user) or abort(403)
    own = fields_of_places((place.agency.id for place in places), "entity")
    form = _form(places, own)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            entity = services.add_entity(form, place, g.user, now(), own)
        except services.CodeInUse as refusal:
            form.code.errors = [str(refusal)]
        else:
            commit()
            flash(f"已登记“{entity.name}”，代码 {entity.code}。", "ok")
            return go("registers.entity", entity_id=entity.id)
    return page("registers/entity_form.html", form=form, entity=None, own=_names(own), status=status())


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
        judged=_judged(entity),
        who=WHO,
        kept=db.session.get(Entity, entity.merged_into_id) if entity.merged_into_id else None,
        merge=merge_of(entity) if entity.merged_into_id else None,
        merges=merges_into(entity),
        claimed_by=db.session.get(User, entity.claimed_by_id) if entity.claimed_by_id else None,
        changes=changes_of("entity", same_object(entity), MOST_CHANGES),
    )


def _judged(entity: Entity) -> tuple[ClassRules, tuple[str, ...]] | None:
    """What the rules that stand say of it now; nothing where they cannot be used."""
    try:
        return judged(entity, today(now()))
    except WrongRules:
        return None


@bp.route("/registers/entities/<int:entity_id>/edit", methods=["GET", "POST"])
@requires("register.edit", entity_to_edit)
def entity_edit(entity: Entity) -> Response:
    """Change an object."""
    places = editable_places(g.user, entity.agency_id)
    own = extra_fields(entity.agency_id, "entity")
    form = _form(places, own, entity)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            changed = services.change_entity(entity, form, place, g.user, now(), own)
        except services.CodeInUse as refusal:
            form.code.errors = [str(refusal)]
        except HeldByDraw as refusal:
            form[refusal.field].errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{entity.name}”。" if changed else "没有改动。", "ok")
            return go("registers.entity", entity_id=entity.id)
    return page("registers/entity_form.html", form=form, entity=entity, own=_names(own), status=status())


@bp.get("/registers/entities/<int:entity_id>/qr.svg")
@requires("register.read", entity_to_read)
def entity_qr(entity: Entity) -> Response:
    """The QR code of one object."""
    return Response(qr_svg(scan_address(_base(), entity.token)), mimetype="image/svg+xml")


def _base() -> str:
    base: str = g.settings.public_url or request.host_url
    return base


def _names(own: list[ExtraField]) -> list[str]:
    return [name_of(field) for field in own]


def _form(places: list[Place], own: list[ExtraField], entity: Entity | None = None) -> EntityForm:
    form = extended(EntityForm, own)(obj=entity)
    form.entity = entity
    show_values(form, own, entity.extra if entity else None)
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
    own = choices_to_filter(g.user, "entity")
    form = with_choices(EntityFilterForm, own)(request.args)
    form.own = [name_of(field) for field in own]
    offer(form.tag, tag_names(g.user, ON_ENTITY), "全部")
    offer(form.township, townships(g.user), "全部")
    agencies = agencies_to_read(g.user)
    names = {agency.id: agency.short_name for agency in agencies}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    form.section.choices = or_all(
        [(str(NO_SECTION), "不分科室")]
        + [
            (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
            for each in db.session.scalars(sections_to_filter(g.user))
        ]
    )
    return form


def _wanted(form: EntityFilterForm) -> EntityFilter:
    wanted = EntityFilter.of(request.args, choices_to_filter(g.user, "entity") if form.own else ())
    return replace(wanted, words=(form.q.data or "").strip())
