"""扩展栏目: the fields that an agency defines for itself, for its objects and its officers."""

from flask import Blueprint, Response, abort, flash, g, request

from sjj.accounts.models import Agency
from sjj.database import commit
from sjj.registers import extra_services as services
from sjj.registers.class_queries import agency_to_classify
from sjj.registers.extra_forms import ChoicesForm, ExtraFieldForm
from sjj.registers.extra_queries import KINDS, REGISTERS, extra_fields, field_to_edit
from sjj.registers.scope import whole_agencies
from sjj.registers.upkeep_models import ExtraField
from sjj.web import go, now, page, requires

bp = Blueprint("extras", __name__, url_prefix="/registers/extra-fields")


@bp.get("/")
@requires("register.edit")
def extra_start() -> Response:
    """The fields of this person's own agency, else of the first."""
    agencies = whole_agencies(g.user) or abort(403)
    own = [each for each in agencies if each.id == g.user.agency_id]
    return go("extras.extra_fields", agency_id=(own or agencies)[0].id)


@bp.route("/<int:agency_id>", methods=["GET", "POST"], endpoint="extra_fields")
@requires("register.edit", agency_to_classify)
def extra_list(agency: Agency) -> Response:
    """Every field, and one more."""
    form = ExtraFieldForm()
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                field = services.add_field(
                    agency, form.register.data, form.label.data, form.kind.data, form.choice_words, g.user, now()
                )  # fmt: skip
            except services.FieldRefused as refusal:
                form.label.errors = [str(refusal)]
            else:
                commit()
                flash(f"已增加“{field.label}”。", "ok")
                return go("extras.extra_fields", agency_id=agency.id)
        status = 422
    listed = {label: extra_fields(agency.id, register, retired=True) for register, label in REGISTERS.items()}
    return page(
        "registers/extra_fields.html", status=status, form=form, agency=agency, listed=listed, kinds=KINDS,
        others=[each for each in whole_agencies(g.user) if each.id != agency.id],
    )  # fmt: skip


@bp.route("/fields/<int:field_id>", methods=["GET", "POST"])
@requires("register.edit", field_to_edit)
def extra_field(field: ExtraField) -> Response:
    """Other choices for a field."""
    if field.kind != "choice":
        abort(404)
    form = ChoicesForm(data={"choices": "、".join(map(str, field.choices))})
    if request.method == "POST" and form.validate():
        services.change_choices(field, form.choice_words, g.user, now())
        commit()
        flash(f"已修改“{field.label}”。", "ok")
        return go("extras.extra_fields", agency_id=field.agency_id)
    status = 200 if request.method == "GET" else 422
    return page("registers/extra_field.html", status=status, form=form, field=field)


@bp.post("/fields/<int:field_id>/<any(up, retire, restore):act>")
@requires("register.edit", lambda user, field_id, act: _with_act(user, field_id, act))
def extra_act(found: tuple[ExtraField, str]) -> Response:
    """Move a field up, stop asking for it, or ask for it again."""
    field, act = found
    if act == "up":
        services.move_up(field, g.user, now())
    else:
        services.set_retired(field, retired=act == "retire", actor=g.user, now=now())
    commit()
    return go("extras.extra_fields", agency_id=field.agency_id)


def _with_act(user: object, field_id: int, act: str) -> tuple[ExtraField, str] | None:
    field = field_to_edit(user, field_id)  # type: ignore[arg-type]
    return (field, act) if field else None
