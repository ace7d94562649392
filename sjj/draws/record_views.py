"""The 抽取记录表 as a PDF to print, sign and keep; there is none before the draw was held."""

from flask import Blueprint, Response, abort, current_app, request

from sjj import pdf
from sjj.draws.models import Draw
from sjj.draws.queries import draw_for
from sjj.draws.record import last_moment, record_of
from sjj.registers.labels import qr_svg
from sjj.web import outside_url, page, requires

bp = Blueprint("records", __name__, url_prefix="/draws")


@bp.get("/<int:draw_id>/record.pdf")
@requires("draw.read", draw_for("draw.read"))
def record(draw: Draw) -> Response:
    """The record; `names=covered` leaves out who was drawn while that is confidential."""
    if not draw.receipt:
        abort(404)
    covered = request.args.get("names") == "covered" and not draw.campaign.publishes_at_once
    url = _public_address(draw)
    data = record_of(draw, covered=covered, url=url, qr=qr_svg(url).decode() if url else "")
    try:
        made = pdf.render("draw_record.typ", data, last_moment(draw))
    except pdf.CannotPrint as refusal:
        return page("draws/record_refused.html", status=500, draw=draw, refused=str(refusal))
    response = Response(made, mimetype="application/pdf")
    name = f"draw-{draw.id}-record{'-covered' if covered else ''}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _public_address(draw: Draw) -> str:
    endpoint = "public.draw"
    return outside_url(endpoint, draw_id=draw.id) if endpoint in current_app.view_functions else ""
