"""Pages of 认领 and of an object's state: taken on by a section; cancelled, moved away, closed, with day and source."""

from flask import Blueprint, Response, abort, flash, g, request
from wtforms import SelectField
from wtforms.validators import DataRequired, ValidationError

from sjj.database import commit
from sjj.form import Form
from sjj.registers.entity_claims import claim, may_claim, to_claim
from sjj.registers.entity_queries import EntityFilter, entity_to_edit, townships
from sjj.registers.entity_state import StateRefused, change_state
from sjj.registers.holds import held
from sjj.registers.models import ACTIVE_STATES, ENTITY_STATES, Entity
from sjj.registers.scope import editable_places, place_of
from sjj.registers.shared_forms import DayField, TextField, offer_places
from sjj.web import go, now, page, requires, today

bp = Blueprint("entity_claims", __name__, url_prefix="/registers/entities")


class ClaimForm(Form):
    """Who takes the objects that are ticked."""

    place = SelectField("归口管理", [DataRequired("请选择由哪个科室归口管理")])


class StateForm(Form):
    """A new state with its day, reason and source."""

    state = SelectField("新状态", [DataRequired("请选择新状态")], choices=list(ENTITY_STATES))
    on = DayField("变动日期", [DataRequired("请填写变动日期")])
    told_by = TextField("信息来源", 60, [DataRequired("请写明信息来源")])
    reason = TextField("理由", 200, [DataRequired("请写明理由")])

    def validate_on(self, field: DayField) -> None:
        """What has not happened yet is not registered."""
        if field.data and field.data > today(now()):
            raise ValidationError("变动日期不能在今天以后")


@bp.route("/claims", methods=["GET", "POST"])
@requires("register.edit")
def claims() -> Response:
    """The 主体类 objects that nobody has claimed; one or many are claimed at once."""
    form = ClaimForm()
    places = editable_places(g.user) or abort(403)
    offer_places(form.place, places)
    ticked = request.form.getlist("entity", type=int)
    status = 200
    if request.method == "POST":
        if form.validate() and ticked:
            place = place_of(form.place.data, places)
            assert place is not None  # noqa: S101 - the form offers no other
            taken = claim(ticked, place, g.user, now())
            commit()
            left = len(set(ticked)) - len(taken)
            flash(f"已认领 {len(taken)} 户。" + (f"另有 {left} 户已被认领或不归您管。" if left else ""), "ok")
            return go("entity_claims.claims")
        if not ticked:
            form.form_errors.append("请勾选要认领的对象")
        status = 422
    wanted = EntityFilter.of(request.args)
    found = to_claim(g.user, wanted, request.args.get("page", 1, type=int))
    return page(
        "registers/entity_claims.html", status=status, form=form, found=found, wanted=wanted,
        townships=townships(g.user), ticked=set(ticked), mine={row.id for row in found.items if may_claim(g.user, row)},
    )  # fmt: skip


@bp.route("/<int:entity_id>/state", methods=["GET", "POST"])
@requires("register.edit", entity_to_edit)
def state(entity: Entity) -> Response:
    """Say that an object was cancelled, moved away, closed, or is back."""
    form = StateForm()
    if request.method == "GET":
        form.state.data, form.on.data = entity.state, today(now())
    elif form.validate():
        try:
            change_state(
                entity, form.state.data, form.reason.data, g.user, now(), source="form", on=form.on.data,
                told_by=form.told_by.data,
            )  # fmt: skip
        except StateRefused as refusal:
            form.state.errors = [str(refusal)]
        else:
            commit()
            flash(f"“{entity.name}”的状态已改为“{entity.state}”。", "ok")
            return go("registers.entity", entity_id=entity.id)
    return page(
        "registers/entity_state.html", status=200 if request.method == "GET" else 422, form=form,
        entity=entity, held_by=_held_by(entity), active=ACTIVE_STATES,
    )  # fmt: skip


def _held_by(entity: Entity) -> str:
    """The draw whose list holds it; whoever may not read draws is not told that it was drawn."""
    if not g.user.may("draw.read", entity.agency_id):
        return ""
    return held(entity.agency_id).entities.get(entity.id, "")
