"""The registers' one blueprint; its views stand by noun in the *_views modules."""

from flask import Blueprint, request

bp = Blueprint("registers", __name__)


def status() -> int:
    """200 for a form that is only shown, 422 for one that is refused."""
    return 200 if request.method == "GET" else 422
