"""The registers' one blueprint; its views stand by noun in the *_views modules."""

from typing import Any

from flask import Blueprint, Response, request

from sjj.presentation import url_with
from sjj.web import page

bp = Blueprint("registers", __name__)


def listed(template: str, fragment: str, **context: Any) -> Response:
    """A list, whole or as a fragment; the live search leaves its address without the empty filters."""
    response = page(template, fragment, **context)
    response.headers["HX-Push-Url"] = url_with()
    return response


def status() -> int:
    """200 for a form that is only shown, 422 for one that is refused."""
    return 200 if request.method == "GET" else 422
