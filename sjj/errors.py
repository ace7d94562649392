"""Error pages and JSON errors. A person reads a sentence and what to do next, never a trace."""

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from sjj.database import SAFE_METHODS, is_busy, let_go, only_reading
from sjj.web import ApiRefusal

_PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500})
_CODES = {413: "too_large"}  # where the field calls have a word of their own (field.md §3)


def register_error_pages(app: Flask) -> None:
    """Answer every error with a page, or with {"code": …} where the caller is a program."""

    @app.errorhandler(ApiRefusal)
    def refused(error: ApiRefusal) -> tuple[Response, int]:
        return jsonify(error.body), error.status

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> tuple[str, int]:
        return render_template("errors/400.html", expired=True), 400

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | tuple[object, int]:
        code = error.code or 500
        if _for_a_program(app):
            return jsonify(code=_CODES.get(code) or error.name.lower().replace(" ", "_")), code
        if isinstance(error, MethodNotAllowed):  # a form's address opened by itself: a bookmark, a reload
            allowed = ", ".join(error.valid_methods or ())
            return Response(render_template("errors/405.html"), code, {"Allow": allowed})
        if code in _PAGES:
            return render_template(f"errors/{code}.html"), code
        return error.get_response()  # type: ignore[return-value]

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    def out_of_range(error: Exception) -> Response | tuple[object, int]:
        """A number in an address that no row can have (a longer text is cut off by its form)."""
        if request.method not in SAFE_METHODS:
            raise error
        return http_error(NotFound())

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> tuple[object, int, dict[str, str]]:
        if not is_busy(error):
            raise error
        let_go()
        with only_reading():  # the page itself must not wait for the same lock
            body = (
                jsonify(code="busy") if _for_a_program(app) else render_template("errors/500.html", busy=True)
            )
        return body, 503, {"Retry-After": "3"}


def _for_a_program(app: Flask) -> bool:
    endpoint = request.endpoint or _endpoint_of_another_method(app)
    if endpoint is None:
        return False
    return bool(getattr(app.view_functions[endpoint], "__guard__").api)  # noqa: B009 - set by the guard


def _endpoint_of_another_method(app: Flask) -> str | None:
    """What would have answered this address, had it been asked with a method that it knows."""
    adapter = app.create_url_adapter(request)
    if not isinstance(request.routing_exception, MethodNotAllowed) or adapter is None:
        return None
    endpoint, _values = adapter.match(method=next(iter(request.routing_exception.valid_methods or ["GET"])))
    return str(endpoint)
