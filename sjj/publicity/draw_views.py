"""Draws for everybody: the commitment at once, the receipt in its time, and how to check both."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Response, abort

from sjj.csv_files import download
from sjj.database import db
from sjj.draws.change_events import KINDS
from sjj.draws.changes_queries import counts_of, versions_of
from sjj.draws.models import Draw
from sjj.draws.queries import public_rule
from sjj.presentation import moment
from sjj.publicity.blueprints import public as bp
from sjj.publicity.chains import Chain, ChainLink, chain_of
from sjj.publicity.public_queries import agencies
from sjj.publicity.receipts import is_receipt_public, public_names, receipt_for_public
from sjj.publicity.views_shell import asked_agency, kept_for, public_page
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState
from sjj.web import public

VERIFIER = Path(verify.__file__)
KEEP_COMMITMENT = 86400  # it never changes
KEEP_DRAW = 2  # witnesses reload the page in the room
KEEP_RECEIPT = 300  # a supplement may add to it


CSV_HEAD = (
    "部门",
    "序号",
    "抽取文号",
    "抽查任务",
    "状态",
    "冻结时间",
    "抽取时间",
    "承诺（SHA-256）",
    "前一次承诺",
    "抽取时的凭据指纹",
    "递补（户）",
    "换人（次）",
    "作废时间",
    "作废理由",
)


@bp.get("/draws")
@public
def draws() -> Response:
    """Every draw of every agency in its chain, voided ones too: none can be left out unseen."""
    every, chains = _chains()
    counts = {state: sum(chain.count(state) for _, chain in chains) for state in DrawState}
    return public_page(
        "public/draws.html",
        seconds=KEEP_DRAW,
        every=every,
        chains=chains,
        counts=counts,
        changes=counts_of(asked_agency()),
        states=DrawState,
    )


def _chains() -> tuple[Sequence[Any], list[tuple[Any, Chain]]]:
    every = agencies()
    shown = [agency for agency in every if asked_agency() in (None, agency.id)]
    return every, [(agency, chain_of(agency.id)) for agency in shown]


@bp.get("/draws.csv")
@public
def draws_csv() -> Response:
    """The same as open data; a number that is missing stands there as missing."""
    lines = [
        (agency.name, *(_csv_line(link) if link else (number, "缺失")))
        for agency, chain in _chains()[1]
        for number, link in chain.rows
    ]
    return kept_for(download("draws.csv", CSV_HEAD, lines), KEEP_DRAW)


def _csv_line(link: ChainLink) -> tuple[object, ...]:
    return (
        link.serial,
        link.draw_no,
        link.campaign,
        link.state.label,
        moment(link.frozen_at),
        moment(link.drawn_at),
        link.commitment_sha256,
        link.previous,
        link.receipt_sha256,
        link.replaced,
        link.substituted,
        moment(link.voided_at),
        link.void_reason,
    )


@bp.get("/draws/<int:draw_id>")
@public
def draw(draw_id: int) -> Response:
    """One draw: what was fixed before, what was thrown, what changed since, and how anybody checks it."""
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
        names=public_names(found) if receipt else {},
        versions=versions_of(found),
        counts=counts_of(draw_id=found.id),
        kinds=KINDS,
        states=DrawState,
    )


@bp.get("/draws/<int:draw_id>/commitment.json")
@public
def draw_commitment(draw_id: int) -> Response:
    """The canonical bytes whose SHA-256 is the commitment."""
    return _file("commitment.json", _found(draw_id).commitment.encode(), KEEP_COMMITMENT)


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
    return _file("receipt.json", receipt_for_public(found), KEEP_RECEIPT)


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


def _file(name: str, content: bytes, seconds: int) -> Response:
    """Saved, not shown: a phone that shows it leaves nobody a file to check."""
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.add_etag()
    return kept_for(response, seconds)
