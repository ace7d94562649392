"""The pages of 执法检查人员: list, one officer, enter, change."""

from flask import Response, abort, flash, g, request

from sjj.database import commit, db
from sjj.registers import officer_services as services
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.change_queries import changes_of
from sjj.registers.change_words import said_of
from sjj.registers.extra_forms import extended, name_of, show_values
from sjj.registers.extra_queries import extra_fields, fields_of_places
from sjj.registers.holds import HeldByDraw
from sjj.registers.leave_queries import away_on, days_words, leave_words, leaves_of
from sjj.registers.listing import turn_of
from sjj.registers.models import Officer
from sjj.registers.officer_forms import OfficerFilterForm, OfficerForm
from sjj.registers.officer_queries import (
    DEFAULT_SORT,
    VALIDITIES,
    OfficerFilter,
    accounts_of,
    groups_of,
    officer_to_edit,
    officer_to_read,
    recusals_of,
    validity_of,
)
from sjj.registers.officer_queries import (
    officers as find_officers,
)
from sjj.registers.officer_work import NO_WORK, work_of
from sjj.registers.scope import (
    EDIT,
    Place,
    agencies_to_read,
    editable_places,
    may_edit_row,
    place_of,
    sections_to_filter,
)
from sjj.registers.shared_forms import offer, offer_places, or_all
from sjj.registers.tags import ON_OFFICER, tag_names
from sjj.registers.upkeep_models import ExtraField
from sjj.web import go, now, page, requires, today

SHOWN_CHANGES = 20


@bp.get("/registers/officers/")
@requires("register.read")
def officers() -> Response:
    """The list, with search and filters."""
    form = _filter_form()
    day = today(now())
    wanted = OfficerFilter.of(request.args)
    found = find_officers(g.user, wanted, turn_of(request.args, DEFAULT_SORT), day)
    return listed(
        "registers/officers.html",
        "registers/_officers.html",
        form=form,
        wanted=wanted,
        found=found,
        validity={officer.id: validity_of(officer, day) for officer in found.items},
        validities=VALIDITIES,
        away=away_on(day, {officer.agency_id for officer in found.items}),
        leave_words=leave_words,
        default_sort=DEFAULT_SORT,
        may_add=bool(editable_places(g.user)),
        may_balance=g.user.may(EDIT),
        several=len(agencies_to_read(g.user)) > 1,
    )


@bp.route("/registers/officers/new", methods=["GET", "POST"])
@requires("register.edit")
def officer_new() -> Response:
    """Enter an officer."""
    places = editable_places(g.user) or abort(403)
    own = fields_of_places((place.agency.id for place in places), "officer")
    form = _form(places, own)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            officer = services.add_officer(form, place, g.user, now(), own)
        except services.OfficerCodeInUse as refusal:
            form.code.errors = [str(refusal)]
        else:
            commit()
            flash(f"已登记“{officer.name}”，编号 {officer.code}。", "ok")
            return go("registers.officer", officer_id=officer.id)
    return page("registers/officer_form.html", form=form, officer=None, own=_names(own), status=status())


@bp.get("/registers/officers/<int:officer_id>")
@requires("register.read", officer_to_read)
def officer(officer: Officer) -> Response:
    """One officer: certificate, expertise, leave, recusals, changes; the year's visits for whoever keeps the list."""
    day = today(now())
    may_edit = may_edit_row(g.user, officer)
    return page(
        "registers/officer.html",
        officer=officer,
        validity=validity_of(officer, day),
        validities=VALIDITIES,
        day=day,
        left=(officer.certificate_until - day).days if officer.certificate_until else None,
        away=away_on(day, [officer.agency_id]).get(officer.id),
        leaves=leaves_of(officer, day),
        leave_words=leave_words,
        days_words=days_words,
        work=work_of([officer.id], day.year).get(officer.id, NO_WORK) if may_edit else None,
        recusals=recusals_of(officer),
        changes=[said_of(change) for change in changes_of("officer", officer.id, SHOWN_CHANGES)],
        accounts=accounts_of(officer),
        may_edit=may_edit,
    )


@bp.route("/registers/officers/<int:officer_id>/edit", methods=["GET", "POST"])
@requires("register.edit", officer_to_edit)
def officer_edit(officer: Officer) -> Response:
    """Change an officer's data."""
    places = editable_places(g.user, officer.agency_id)
    own = extra_fields(officer.agency_id, "officer")
    form = _form(places, own, officer)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        try:
            changed = services.change_officer(officer, form, place, g.user, now(), own)
        except services.OfficerCodeInUse as refusal:
            form.code.errors = [str(refusal)]
        except services.NoReason as refusal:
            form.reason.errors = [str(refusal)]
        except HeldByDraw as refusal:
            form[refusal.field].errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{officer.name}”。" if changed else "没有改动。", "ok")
            return go("registers.officer", officer_id=officer.id)
    return page("registers/officer_form.html", form=form, officer=officer, own=_names(own), status=status())


def _names(own: list[ExtraField]) -> list[str]:
    return [name_of(field) for field in own]


def _form(places: list[Place], own: list[ExtraField], officer: Officer | None = None) -> OfficerForm:
    form = extended(OfficerForm, own)(obj=officer)
    show_values(form, own, officer.extra if officer else None)
    offer_places(form.place, places)
    mine = [tag.name for tag in officer.tags] if officer else []
    offer(form.tags, sorted({*tag_names(g.user, ON_OFFICER), *mine}))
    if request.method == "GET":
        form.tags.data = mine
        form.new_tags.data = ""
        if officer is not None:
            form.place.data = Place(officer.agency, officer.section).key
    return form


def _filter_form() -> OfficerFilterForm:
    form = OfficerFilterForm(request.args)
    offer(form.tag, tag_names(g.user, ON_OFFICER), "全部")
    offer(form.group, groups_of(g.user), "全部")
    names = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    form.agency.choices = or_all((str(number), name) for number, name in names.items())
    form.section.choices = or_all(
        (str(each.id), each.name if len(names) == 1 else f"{names[each.agency_id]} · {each.name}")
        for each in db.session.scalars(sections_to_filter(g.user))
    )
    return form
