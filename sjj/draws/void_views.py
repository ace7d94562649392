"""The page of a void: alone before the first outside value, by approver and supervisor together after it."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g

from sjj.database import commit, db
from sjj.draws import void_services as voids
from sjj.draws.forms import VoidForm
from sjj.draws.models import Draw
from sjj.draws.queries import draw_to_void
from sjj.draws.refusals import DrawRefused
from sjj.form import Form
from sjj.rules.lifecycle import RefusedMove
from sjj.web import go, now, page, requires

bp = Blueprint("voids", __name__, url_prefix="/draws")
VOID = "/<int:draw_id>/void"


@bp.get(VOID)
@requires("draw.read", draw_to_void)
def void(draw: Draw) -> Response:
    """What a void means for this draw now, and what this person can do about it."""
    return _page(draw, VoidForm())


@bp.post(VOID)
@requires("draw.read", draw_to_void)
def void_now(draw: Draw) -> Response:
    """Void it alone, or ask the other of the two."""
    form, moment = VoidForm(), now()
    if not form.validate():
        return _page(draw, form, 422)
    if draw.values_seen_at is None:
        said = f"“{draw.draw_no}”已作废，全部内容保留；可以重新冻结名单。"
        return _take(draw, lambda: voids.void_draw(draw, form.reason.data, g.user, moment), said, form)
    said = f"已申请作废“{draw.draw_no}”，等另一方同意。"
    return _take(draw, lambda: voids.ask_void(draw, form.reason.data, g.user, moment), said, form)


@bp.post(VOID + "/agree")
@requires("draw.read", draw_to_void)
def agree(draw: Draw) -> Response:
    """Agree as the second of the two."""
    moment = now()
    said = f"“{draw.draw_no}”已作废，全部内容保留并公布；可以重新冻结名单。"
    return _take(draw, lambda: voids.agree_void(draw, g.user, moment), said)


@bp.post(VOID + "/take_back")
@requires("draw.read", draw_to_void)
def take_back(draw: Draw) -> Response:
    """Take back what this person asked for."""
    moment = now()
    said = f"作废申请已撤回，“{draw.draw_no}”继续有效。"
    return _take(draw, lambda: voids.take_back_void(draw, g.user, moment), said)


@bp.get(VOID + "/<any(agree, take_back):step>")
@requires("draw.read", lambda user, draw_id, **_step: draw_to_void(user, draw_id))
def again(draw: Draw) -> Response:
    """A step's address opened again, after a refusal: back to the page."""
    return go("voids.void", draw_id=draw.id)


def _take(draw: Draw, act: Callable[[], None], said: str, form: VoidForm | None = None) -> Response:
    try:
        act()
    except (DrawRefused, RefusedMove) as refusal:
        db.session.rollback()
        status = 409 if isinstance(refusal, voids.AlreadyAsked) else 422
        return _page(draw, form or VoidForm(), status, str(refusal))
    commit()
    flash(said, "ok")
    return go("draws.draw", draw_id=draw.id)


def _page(draw: Draw, form: VoidForm, status: int = 200, refused: str = "") -> Response:
    return page(
        "draws/void.html",
        draw=draw,
        form=form,
        button_form=Form(),
        refused=refused,
        alone=voids.may_void_alone(draw, g.user),
        may_ask=voids.may_ask(draw, g.user),
        may_agree=voids.may_agree(draw, g.user),
        may_take_back=voids.may_take_back(draw, g.user),
        status=status,
    )
