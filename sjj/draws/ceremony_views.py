"""Drawing in the room from a frozen list.

It works as a plain form. Pressed twice or by two people at once, one succeeds and the other is told (409).
"""

from datetime import datetime

from flask import Blueprint, Response, current_app, g

from sjj.database import commit, db
from sjj.draws import queries, services
from sjj.draws.forms import KIND_LABELS, ValuesForm, values_form
from sjj.draws.models import Draw
from sjj.draws.refusals import AlreadyDrawn, DrawRefused
from sjj.rules.lifecycle import DrawState
from sjj.web import go, now, outside_url, page, requires

bp = Blueprint("ceremony", __name__, url_prefix="/draws")


@bp.get("/<int:draw_id>/hall")
@requires("draw.read", queries.draw_for("draw.read"))
def hall(draw: Draw) -> Response:
    """The draw on the projector: commitment, outside values, result."""
    return _hall_page(draw, _values_form(draw))


@bp.post("/<int:draw_id>/hall")
@requires("draw.run", queries.draw_for("draw.run"))
def run(draw: Draw) -> Response:
    """Draw with the values that the witnesses gave."""
    form = _values_form(draw)
    moment = now()
    if draw.state is DrawState.FROZEN and not form.validate():
        return _not_drawn(draw, form, moment, 422)
    try:
        services.run_draw(draw, form.values(), g.user, moment)
    except DrawRefused as refusal:
        db.session.rollback()
        form.form_errors.extend(refusal.problems)
        return _not_drawn(draw, form, moment, 409 if isinstance(refusal, AlreadyDrawn) else 422)
    commit()
    return go("ceremony.hall", draw_id=draw.id)


def _not_drawn(draw: Draw, form: ValuesForm, moment: datetime, status: int) -> Response:
    """The form again. Whatever the refusal undid, that values were typed is kept (draw.md §2.5)."""
    if form.any_typed():
        services.note_values_seen(draw, form.readable(), g.user, moment)
        commit()
    return _hall_page(draw, form, status)


def _values_form(draw: Draw) -> ValuesForm:
    return values_form(queries.public_rule(draw)["sources"])()


def _hall_page(draw: Draw, form: ValuesForm, status: int = 200) -> Response:
    objects, take, officers = queries.frozen_counts(draw)
    rule = queries.public_rule(draw)
    return page(
        "draws/hall.html",
        "draws/_hall.html",
        draw=draw,
        form=form,
        objects=objects,
        take=take,
        officers=officers,
        rule=rule,
        sources=list(enumerate(rule["sources"])),
        kinds=KIND_LABELS,
        held=draw.state is DrawState.DRAWN,
        rows=queries.drawn_rows(draw) if draw.receipt else [],
        open_names=draw.campaign.publishes_at_once,
        public_url=_public_address(draw),
        may_run=g.user.may("draw.run", draw.agency_id),
        status=status,
    )


def _public_address(draw: Draw) -> str:
    """Where everybody in the room can read the commitment on their own phone."""
    room = "public.draw"
    return outside_url(room, draw_id=draw.id) if room in current_app.view_functions else ""
