"""The draw in the room: one page for the projector and every phone, and the steps taken on it.

Everything works as a plain form; with scripts the page asks every two seconds whether the room sees something
new. Two people who press at once: one succeeds, the other is told (409).
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, request

from sjj.database import commit, db
from sjj.draws import ceremony_services as ceremony
from sjj.draws import hall as room
from sjj.draws import queries
from sjj.draws.ceremony_forms import RevealForm, ValueForm, WitnessesForm
from sjj.draws.ceremony_services import AlreadyEntered, AlreadyShown
from sjj.draws.forms import KIND_LABELS
from sjj.draws.models import Draw
from sjj.draws.refusals import AlreadyDrawn, DrawRefused, SamePerson
from sjj.draws.sealed_services import knows_secret
from sjj.form import Form
from sjj.registers.labels import qr_svg
from sjj.rules.lifecycle import DrawState
from sjj.web import go, now, outside_url, page, requires

bp = Blueprint("ceremony", __name__, url_prefix="/draws")
HALL = "/<int:draw_id>/hall"
CONFLICTS = (AlreadyDrawn, AlreadyEntered, AlreadyShown)


@bp.get(HALL)
@requires("draw.read", room.draw_in_room)
def hall(draw: Draw) -> Response:
    """The draw on the projector; 204 for a page that shows this state already."""
    if request.args.get("seen") == room.fingerprint(draw) and request.headers.get("HX-Request") == "true":
        return Response(status=204)
    return _hall_page(draw)


@bp.get(HALL + "/<any(witnesses, value, reveal):step>")
@requires("draw.read", lambda user, draw_id, **_step: room.draw_in_room(user, draw_id))
def step(draw: Draw) -> Response:
    """A step's address opened again, after a refusal: back to the room."""
    return go("ceremony.hall", draw_id=draw.id)


@bp.get(HALL + "/qr.svg")
@requires("draw.read", room.draw_in_room)
def qr(draw: Draw) -> Response:
    """The public page's address as a picture, for every phone in the room."""
    address = _public_address(draw)
    if not address:
        abort(404)
    return Response(qr_svg(address), mimetype="image/svg+xml")


@bp.post(HALL + "/witnesses")
@requires("draw.read", room.draw_to_attend)
def witnesses(draw: Draw) -> Response:
    """Write down who is in the room."""
    form = WitnessesForm()
    if not form.validate():
        return _hall_page(draw, witnesses=form, status=422)
    moment = now()
    return _take(draw, lambda: ceremony.name_witnesses(draw, form.listed(), g.user, moment), witnesses=form)


@bp.post(HALL + "/value")
@requires("draw.read", room.draw_to_attend)
def value(draw: Draw) -> Response:
    """Keep one source's value, covered until all are in."""
    sources = queries.public_rule(draw)["sources"]
    place = request.form.get("source", -1, type=int)
    if not 0 <= place < len(sources):
        abort(404)
    form, moment = ValueForm(place, sources[place]), now()
    is_next = draw.state is DrawState.FROZEN and ceremony.next_source(draw) == place
    if is_next and not knows_secret(draw, g.user) and not form.validate():
        return _value_refused(draw, form, [])
    try:
        ceremony.enter_value(draw, place, form.value.data, g.user, moment)
    except CONFLICTS as refusal:
        db.session.rollback()
        return _hall_page(draw, problems=refusal.problems, status=409)
    except SamePerson as refusal:
        db.session.rollback()
        return _hall_page(draw, problems=refusal.problems, status=403)
    except DrawRefused as refusal:
        db.session.rollback()
        return _value_refused(draw, form, refusal.problems)
    commit()
    return go("ceremony.hall", draw_id=draw.id)


def _value_refused(draw: Draw, form: ValueForm, problems: list[str]) -> Response:
    """The form again, emptied. That a value was typed is kept, whatever was wrong with it (draw.md §2.5)."""
    if form.any_typed():
        ceremony.note_value_refused(draw, form.place, form.readable(), g.user, now())
        commit()
    form.forget()
    return _hall_page(draw, value=form, problems=problems, status=422)


@bp.post(HALL)
@requires("draw.run", queries.draw_for("draw.run"))
def run(draw: Draw) -> Response:
    """Draw with the values that the witnesses gave."""
    moment = now()
    return _take(draw, lambda: ceremony.hold_draw(draw, g.user, moment))


@bp.post(HALL + "/reveal")
@requires("draw.run", queries.draw_for("draw.run"))
def reveal(draw: Draw) -> Response:
    """Show the room the next of the drawn."""
    form, moment = RevealForm(), now()
    if not form.validate():
        return _hall_page(draw, problems=["请刷新页面后再显示下一户。"], status=422)
    return _take(draw, lambda: ceremony.reveal(draw, form.shown.data, form.more.data, g.user, moment))


def _take(draw: Draw, act: Callable[[], None], witnesses: WitnessesForm | None = None) -> Response:
    """Take a step; a refusal becomes sentences on the page."""
    try:
        act()
    except DrawRefused as refusal:
        db.session.rollback()
        status = 409 if isinstance(refusal, CONFLICTS) else 422
        return _hall_page(draw, witnesses=witnesses, problems=refusal.problems, status=status)
    commit()
    return go("ceremony.hall", draw_id=draw.id)


def _hall_page(
    draw: Draw,
    *,
    witnesses: WitnessesForm | None = None,
    value: ValueForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    objects, take, officers = queries.frozen_counts(draw)
    rule = queries.public_rule(draw)
    stage = room.stage_of(draw)
    part = request.args.get("part", type=int)
    return page(
        "draws/hall.html",
        "draws/_hall.html",
        draw=draw,
        stage=stage.value,
        seen=room.fingerprint(draw),
        part=part,
        objects=objects,
        take=take,
        officers=officers,
        rule=rule,
        values=room.values_of(draw),
        kinds=KIND_LABELS,
        shown=room.revealed(draw, part) if stage in (room.Stage.REVEAL, room.Stage.SHOWN) else None,
        witnesses_form=_witnesses_form(draw, witnesses),
        value_form=value or _value_form(draw, stage, rule["sources"]),
        knows_secret=stage is room.Stage.VALUES and knows_secret(draw, g.user),
        button_form=Form(),
        problems=problems,
        open_names=draw.campaign.publishes_at_once,
        public_url=_public_address(draw),
        may_run=g.user.may("draw.run", draw.agency_id),
        attends=room.attends(g.user, draw),
        status=status,
    )


def _witnesses_form(draw: Draw, sent: WitnessesForm | None) -> WitnessesForm | None:
    """The form of witnesses as long as they may be named or corrected."""
    settled = draw.witnesses and draw.values_seen_at is not None
    if sent is not None or settled or draw.state is not DrawState.FROZEN:
        return sent
    return WitnessesForm(formdata=None, data={"rows": draw.witnesses or None})


def _value_form(draw: Draw, stage: room.Stage, sources: list[dict[str, Any]]) -> ValueForm | None:
    """The empty form of the value that is typed next."""
    place = ceremony.next_source(draw) if stage is room.Stage.VALUES else None
    return None if place is None else ValueForm(place, sources[place], formdata=None)


def _public_address(draw: Draw) -> str:
    """Where everybody in the room can read the commitment on their own phone."""
    endpoint = "public.draw"
    return outside_url(endpoint, draw_id=draw.id) if endpoint in current_app.view_functions else ""
