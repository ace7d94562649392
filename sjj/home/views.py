"""The first page after signing in: what is due, in order of the clock."""

from flask import Blueprint, Response

from sjj.web import page, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires("")
def show() -> Response:
    """What this person has to do today."""
    return page("home/show.html")
