"""Draws for everybody: the commitment at once, the receipt in its time, and how to check both."""

import json
from pathlib import Path

from flask import Response, abort

from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.queries import public_rule
from sjj.publicity.blueprints import public as bp
from sjj.publicity.public_queries import agencies
from sjj.publicity.receipts import chain_of, is_receipt_public, receipt_for_public
from sjj.publicity.views_shell import asked_agency, kept_for, public_page
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState
from sjj.web import public

VERIFIER = Path(verify.__file__)
KEEP_COMMITMENT = 86400  # it never changes
KEEP_DRAW = 2  # witnesses reload the page in the room
KEEP_RECEIPT = 300  # a supplement may add to it


@bp.get("/draws")
@public
def draws() -> Response:
    """Every draw of every agency in its chain, voided ones too: none can be left out unseen."""
    every = agencies()
    shown = [agency for agency in every if asked_agency() in (None, agency.id)]
    chains = [(agency, chain_of(agency.id)) for agency in shown]
    counts = {state: sum(chain.count(state) for _, chain in chains) for state in DrawState}
    return public_page(
        "public/draws.html", seconds=KEEP_DRAW, every=every, chains=chains, counts=counts, states=DrawState
    )


@bp.get("/draws/<int:draw_id>")
@public
def draw(draw_id: int) -> Response:
    """One draw: what was fixed before, what was thrown, and how anybody checks it."""
    found = _found(draw_id)
    receipt = json.loads(receipt_for_public(found)) if is_receipt_public(found) else None
    return public_page(
        "public/draw.html",
        seconds=KEEP_DRAW,
        agency=found.agency,
        draw=found,
        sources=public_rule(found)["sources"],
        commitment=json.loads(found.commitment),
        receipt=receipt,
        is_closed=receipt is not None and "rule" not in receipt,
        states=DrawState,
    )


@bp.get("/draws/<int:draw_id>/commitment.json")
@public
def draw_commitment(draw_id: int) -> Response:
    """The canonical bytes whose SHA-256 is the commitment."""
    return _file(_found(draw_id).commitment.encode(), KEEP_COMMITMENT)


@bp.get("/draws/<int:draw_id>/receipt.json")
@public
def draw_receipt(draw_id: int) -> Response:
    """The public receipt; before its time a sentence says when it comes."""
    found = _found(draw_id)
    if not is_receipt_public(found):
        shown = public_page("public/receipt_not_yet.html", agency=found.agency, draw=found, states=DrawState)
        shown.status_code = 404
        shown.headers.pop("Cache-Control", None)
        return shown
    return _file(receipt_for_public(found), KEEP_RECEIPT)


@bp.get("/verify.py")
@public
def verifier() -> Response:
    """The checking program itself: one file that works alone."""
    response = Response(VERIFIER.read_bytes(), mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    response.add_etag()
    return kept_for(response, KEEP_RECEIPT)


def _found(draw_id: int) -> Draw:
    found = db.session.get(Draw, draw_id)
    if found is None:
        abort(404)
    return found


def _file(content: bytes, seconds: int) -> Response:
    response = Response(content, mimetype="application/json")
    response.add_etag()
    return kept_for(response, seconds)
