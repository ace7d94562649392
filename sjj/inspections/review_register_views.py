"""The change of the register that a visit brought to light: shown first, then made with one button."""

from flask import Response, flash, g, request
from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import User
from sjj.database import commit
from sjj.inspections.blueprints import inspections as bp
from sjj.inspections.models import Inspection
from sjj.inspections.office_queries import inspection_of
from sjj.inspections.review_forms import RegisterStateForm
from sjj.inspections.review_register import reason_of, visit_to_register
from sjj.registers.entity_state import StateRefused, change_state
from sjj.web import go, now, page, requires


def _offered(user: User, inspection_id: int) -> Inspection | None:
    found = inspection_of(user, inspection_id)
    return found if found and visit_to_register(user, found) else None


@bp.route("/<int:inspection_id>/register-state", methods=["GET", "POST"])
@requires("register.edit", _offered)
def inspection_register_state(inspection: Inspection) -> Response:
    """What stands in the register and what would; on POST, change it."""
    states = visit_to_register(g.user, inspection)
    form = RegisterStateForm(data={"state": states[0]})
    form.state.choices = [SelectChoice(state, state) for state in states]
    if request.method == "POST" and form.validate():
        try:
            change_state(inspection.entity, form.state.data, reason_of(inspection), g.user, now())
        except StateRefused as refusal:
            form.state.errors = [str(refusal)]
        else:
            commit()
            flash(f"名录库里“{inspection.entity.name}”的状态已改为“{form.state.data}”。", "ok")
            return go("inspections.inspection", inspection_id=inspection.id)
    status = 422 if request.method == "POST" else 200
    return page(
        "inspections/register_state.html",
        form=form,
        inspection=inspection,
        states=states,
        reason=reason_of(inspection),
        status=status,
    )
