"""Draws: the list, one draw with its proof, its receipt to take along, its commitment to sign."""

from flask import Blueprint, Response, current_app, g, make_response, request, url_for

from sjj.csv_files import download
from sjj.draws import queries
from sjj.draws import void_services as voids
from sjj.draws.changes_shown import after
from sjj.draws.forms import KIND_LABELS
from sjj.draws.models import Draw
from sjj.draws.sent_out import sent_out
from sjj.presentation import moment
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState
from sjj.web import page, requires

bp = Blueprint("draws", __name__, url_prefix="/draws")
read = queries.draw_for("draw.read")
PER_PAGE = (20, 50, 100)
EVERY = 1_000_000


@bp.get("/")
@requires("draw.read")
def draws() -> Response:
    """The draws, newest first."""
    wanted = _wanted()
    size = request.args.get("per_page", 20, type=int)
    found = queries.draws(
        g.user, wanted, request.args.get("page", 1, type=int), size if size in PER_PAGE else 20
    )
    return page(
        "draws/draws.html",
        "draws/_draws.html",
        draws=found,
        wanted=wanted,
        states=list(DrawState),
        elsewhere=queries.drawn_elsewhere(g.user),
    )


@bp.get("/draws.csv")
@requires("draw.read")
def export() -> Response:
    """The draws as filtered and sorted, as a table."""
    found = queries.draws(g.user, _wanted(), 1, EVERY).items
    head = ("文号", "任务", "部门", "承诺序号", "冻结", "抽取", "状态", "作废理由", "承诺", "凭据指纹")
    rows = (
        (
            one.draw_no,
            one.campaign.name,
            one.agency.name,
            one.serial,
            moment(one.frozen_at),
            moment(one.drawn_at),
            one.state.label,
            one.void_reason if one.voided_at else "",
            one.commitment_sha256,
            one.receipt_sha256,
        )
        for one in found
    )
    return download("draws.csv", head, rows)


def _wanted() -> queries.DrawFilter:
    return queries.DrawFilter(
        request.args.get("q", "").strip(), request.args.get("state", ""), request.args.get("sort", "-frozen")
    )


@bp.get("/<int:draw_id>")
@requires("draw.read", read)
def draw(draw: Draw) -> Response:
    """One draw: its commitment, and once it was held its result with every line of its verification."""
    held = bool(draw.receipt)
    objects, take, officers = queries.frozen_counts(draw)
    rows = queries.drawn_rows(draw) if held else []
    sent = sent_out(draw)
    checks = verify.verify(queries.full_receipt(draw), draw.commitment_sha256) if held else []
    return page(
        "draws/draw.html",
        draw=draw,
        held=held,
        objects=objects,
        take=take,
        officers=officers,
        rule=queries.public_rule(draw),
        kinds=KIND_LABELS,
        rows=rows,
        checks=checks,
        sound=all(check.status != verify.FAIL for check in checks),
        public_url=_address("public.draw", draw),
        dispatch_url=_address("inspections.dispatch_draw", draw),
        visits_url=_link("inspections.inspections", campaign=draw.campaign_id) if sent else "",
        sent_out=sent,
        to_send_out=sum(one.left_by is None for one in draw.objects) - sent,
        void_waits=voids.may_agree(draw, g.user) or voids.may_take_back(draw, g.user),
        may_void=voids.may_void_alone(draw, g.user) or voids.may_ask(draw, g.user),
        after=after(draw) if held else None,
        link=_link,
        may=lambda permission: g.user.may(permission, draw.agency_id),
    )


def _address(endpoint: str, draw: Draw) -> str:
    """The address of this draw in another room, if that room is open in this installation."""
    return _link(endpoint, draw_id=draw.id)


def _link(endpoint: str, **values: object) -> str:
    """A page of another room, if that room is open in this installation."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


@bp.get("/<int:draw_id>/receipt.json")
@requires("draw.read", read)
def receipt(draw: Draw) -> Response:
    """The full receipt as a file; confidential until the last visit has ended (draw.md §6)."""
    if not draw.receipt:
        return page("errors/404.html", status=404)
    response = make_response(verify.canonical(queries.full_receipt(draw)))
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
