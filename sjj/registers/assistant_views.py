"""The pages of 协助人员: list with search, enter, change. Apart from the officers, whom they never replace."""

from flask import Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit, db
from sjj.registers import assistant_services as services
from sjj.registers.assistant_forms import AssistantFilterForm, AssistantForm
from sjj.registers.assistant_queries import (
    DEFAULT_SORT,
    SORTS,
    AssistantFilter,
    assistant_to_edit,
    matching,
)
from sjj.registers.assistant_queries import (
    assistants as find_assistants,
)
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.export import csv_text
from sjj.registers.listing import order_by, turn_of
from sjj.registers.scope import (
    Place,
    agencies_to_read,
    editable_places,
    may_edit_row,
    place_of,
    sections_to_filter,
)
from sjj.registers.shared_forms import offer_places, or_all
from sjj.registers.upkeep_models import Assistant
from sjj.web import go, now, page, requires

HEAD = ("姓名", "身份", "电话", "归口科室", "可以随行", "说明")


@bp.get("/registers/assistants/")
@requires("register.read")
def assistants() -> Response:
    """The list, with search and filters."""
    form = AssistantFilterForm(request.args)
    form.section.choices = or_all(
        (str(one.id), one.name) for one in db.session.scalars(sections_to_filter(g.user))
    )
    wanted = _wanted()
    found = find_assistants(g.user, wanted, turn_of(request.args, DEFAULT_SORT))
    return listed(
        "registers/assistants.html",
        "registers/_assistants.html",
        form=form,
        wanted=wanted,
        found=found,
        default_sort=DEFAULT_SORT,
        editable={one.id for one in found.items if may_edit_row(g.user, one)},
        may_add=bool(editable_places(g.user)),
        agencies={one.id: one.short_name for one in agencies_to_read(g.user)},
    )


@bp.get("/registers/assistants/export.csv")
@requires("register.read")
def assistants_export() -> Response:
    """What the filters show, as a table to take along."""
    order = order_by(SORTS, request.args.get("sort", DEFAULT_SORT), DEFAULT_SORT)
    rows = db.session.scalars(matching(g.user, _wanted()).order_by(*order))
    data = csv_text(HEAD, (_row(one) for one in rows))
    return Response(
        data,
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=assistants.csv"},
    )


def _row(one: Assistant) -> tuple[str, ...]:
    section = one.section.name if one.section else ""
    return one.name, one.post, one.phone, section, "是" if one.on_duty else "否", one.note


@bp.route("/registers/assistants/new", methods=["GET", "POST"])
@requires("register.edit")
def assistant_new() -> Response:
    """Enter an assistant."""
    places = editable_places(g.user) or abort(403)
    form = AssistantForm()
    offer_places(form.place, places)
    if request.method == "POST" and form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        assistant = services.add_assistant(form, place, g.user, now())
        commit()
        flash(f"已登记协助人员“{assistant.name}”。", "ok")
        return go("registers.assistants")
    return page("registers/assistant_form.html", form=form, assistant=None, status=status())


@bp.route("/registers/assistants/<int:assistant_id>", methods=["GET", "POST"])
@requires("register.edit", assistant_to_edit)
def assistant_edit(assistant: Assistant) -> Response:
    """Change an assistant's data, or let them go along no more."""
    places = editable_places(g.user, assistant.agency_id)
    form = AssistantForm(obj=assistant)
    offer_places(form.place, places)
    if request.method == "GET":
        form.place.data = Place(db.session.get_one(Agency, assistant.agency_id), assistant.section).key
    elif form.validate():
        place = place_of(form.place.data, places)
        assert place is not None  # noqa: S101 - the form offers no other
        changed = services.change_assistant(assistant, form, place, g.user, now())
        commit()
        flash(f"已保存“{assistant.name}”。" if changed else "没有改动。", "ok")
        return go("registers.assistants")
    return page("registers/assistant_form.html", form=form, assistant=assistant, status=status())


def _wanted() -> AssistantFilter:
    return AssistantFilter(
        words=request.args.get("q", "").strip(),
        state=request.args.get("state", ""),
        section_id=request.args.get("section", 0, type=int),
    )
