"""Draws: the list, one draw with its proof, its receipt to take along, its commitment to sign, its void."""

from flask import Blueprint, Response, current_app, flash, g, make_response, request, url_for

from sjj.database import commit
from sjj.draws import queries, services
from sjj.draws.forms import KIND_LABELS, VoidForm
from sjj.draws.models import Draw
from sjj.draws.refusals import DrawRefused
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState, RefusedMove
from sjj.web import go, now, page, requires

bp = Blueprint("draws", __name__, url_prefix="/draws")
read = queries.draw_for("draw.read")
PER_PAGE = (20, 50, 100)


@bp.get("/")
@requires("draw.read")
def draws() -> Response:
    """The draws, newest first."""
    wanted = queries.DrawFilter(request.args.get("q", "").strip(), request.args.get("state", ""))
    size = request.args.get("per_page", 20, type=int)
    found = queries.draws(
        g.user, wanted, request.args.get("page", 1, type=int), size if size in PER_PAGE else 20
    )
    return page("draws/draws.html", "draws/_draws.html", draws=found, wanted=wanted, states=list(DrawState))


@bp.get("/<int:draw_id>")
@requires("draw.read", read)
def draw(draw: Draw) -> Response:
    """One draw: its commitment, and once it was held its result with every line of its verification."""
    held = bool(draw.receipt)
    objects, take, officers = queries.frozen_counts(draw)
    checks = verify.verify_bytes(draw.receipt.encode("utf-8"), draw.commitment_sha256) if held else []
    return page(
        "draws/draw.html",
        draw=draw,
        held=held,
        objects=objects,
        take=take,
        officers=officers,
        rule=queries.public_rule(draw),
        kinds=KIND_LABELS,
        rows=queries.drawn_rows(draw) if held else [],
        checks=checks,
        sound=all(check.status != verify.FAIL for check in checks),
        public_url=_address("public.draw", draw),
        dispatch_url=_address("inspections.dispatch_draw", draw),
        may=lambda permission: g.user.may(permission, draw.agency_id),
    )


def _address(endpoint: str, draw: Draw) -> str:
    """The address of this draw in another room, if that room is open in this installation."""
    return url_for(endpoint, draw_id=draw.id) if endpoint in current_app.view_functions else ""


@bp.get("/<int:draw_id>/receipt.json")
@requires("draw.read", read)
def receipt(draw: Draw) -> Response:
    """The full receipt as a file; confidential until the last visit has ended (draw.md §6)."""
    if not draw.receipt:
        return page("errors/404.html", status=404)
    response = make_response(draw.receipt)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{draw.id}-receipt-full.json"'
    return response


@bp.get("/<int:draw_id>/commitment")
@requires("draw.read", read)
def commitment(draw: Draw) -> Response:
    """The commitment on paper, for the witnesses to sign before any outside value exists."""
    objects, take, _ = queries.frozen_counts(draw)
    return page(
        "draws/commitment.html",
        draw=draw,
        commitment=queries.commitment(draw),
        objects=objects,
        take=take,
        rule=queries.public_rule(draw),
        kinds=KIND_LABELS,
    )


@bp.route("/<int:draw_id>/void", methods=["GET", "POST"])
@requires("draw.read", queries.draw_to_void)
def void(draw: Draw) -> Response:
    """Void a draw with a reason; its campaign goes back to its published scheme."""
    form = VoidForm()
    if request.method == "POST" and form.validate():
        try:
            services.void_draw(draw, form.reason.data, g.user, now())
        except (DrawRefused, RefusedMove) as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"“{draw.draw_no}”已作废，全部内容保留；可以重新冻结名单。", "ok")
            return go("draws.draw", draw_id=draw.id)
    status = 200 if request.method == "GET" else 422
    return page("draws/void.html", form=form, draw=draw, status=status)
