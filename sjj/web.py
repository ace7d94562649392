"""What every page shares: who may see it, page or fragment, the one clock.

Every view is either `@public` or `@requires(...)`; the app refuses to start with any other. The guard
hands the view its object, already found among what this person may see (404 when it is not theirs).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError, CSRFProtect

from sjj.database import PATIENCE, PHONES_PATIENCE, SAFE_METHODS, let_go, may_write

SHANGHAI = ZoneInfo("Asia/Shanghai")
csrf = CSRFProtect()


class Person(Protocol):
    """What the guard needs to know of whoever is signed in."""

    must_change_password: bool

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may open a view. `permission` "" means: anybody signed in; `open_to_all`: a public page."""

    permission: str = ""
    open_to_all: bool = False
    api: bool = False
    before_password_change: bool = False


class Unguarded(RuntimeError):
    """A view was registered without saying who may see it."""


class ApiRefusal(Exception):
    """A JSON call is refused: answered as {"code": …} with this status, never by a redirect."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status, self.body = status, {"code": code, **more}


View = Callable[..., Any]


def public(view: View) -> View:
    """Mark a view as open to everybody: a decision somebody wrote down."""
    view.__guard__ = Guard(open_to_all=True)  # type: ignore[attr-defined]
    return view


def requires(
    permission: str,
    load: Callable[..., Any] | None = None,
    *,
    api: bool = False,
    before_password_change: bool = False,
) -> Callable[[View], View]:
    """Ask for a permission (of accounts.roles; "" for anybody signed in) before the view runs.

    `load(user, **url_values)` finds the view's object among what this person may see and is handed to the
    view as its only argument; None answers 404. `api=True` makes refusals JSON and never redirects.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**url_values: Any) -> Any:
            if load is None:
                return view(**url_values)
            found = load(g.user, **url_values)
            if found is None:
                if api:
                    raise ApiRefusal(404, "not_found")
                abort(404)
            return view(found)

        guarded.__guard__ = Guard(permission, api=api, before_password_change=before_password_change)  # type: ignore[attr-defined]
        return guarded

    return mark


class OrdinaryForms(Request):
    """A request whose body is read as a form only where browsers send forms: POST.

    The body of a PUT or PATCH stays as it came, whatever content type a program put on it.
    """

    @property
    def want_form_data_parsed(self) -> bool:
        """Whether to look for form fields in the body."""
        return self.method == "POST" and super().want_form_data_parsed


def guard_requests(app: Flask) -> None:
    """Check every request against its view's guard, then its form's token."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        guard: Guard = app.view_functions[request.endpoint].__guard__  # type: ignore[attr-defined]
        refusal = None if guard.open_to_all else _refusal(guard)
        if refusal is not None:
            return refusal
        if request.method not in SAFE_METHODS:
            _check_csrf(guard)
            may_write(PHONES_PATIENCE if guard.api else PATIENCE)
        return None


def _refusal(guard: Guard) -> Response | None:
    user: Person | None = g.get("user")
    if user is None:
        if guard.api:
            raise ApiRefusal(401, "signed_out")
        target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else ""
        return go("accounts.sign_in", next=target or None)
    if user.must_change_password and not guard.before_password_change:
        if guard.api:
            raise ApiRefusal(403, "password_must_change")
        return go("accounts.change_password")
    if guard.permission and not user.may(guard.permission):
        if guard.api:
            raise ApiRefusal(403, "forbidden")
        abort(403)
    return None


def _check_csrf(guard: Guard) -> None:
    let_go()  # the token may stand in the body
    try:
        csrf.protect()
    except CSRFError:
        if guard.api:
            raise ApiRefusal(403, "csrf") from None
        raise


def refuse_unguarded(app: Flask) -> None:
    """Raise Unguarded, naming them, if any view does not say who may see it."""
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "__guard__"))
    if bare:
        raise Unguarded(f"views without @public or @requires: {', '.join(bare)}")


def now() -> datetime:
    """This moment, in UTC. Taken once in a view and passed down."""
    return datetime.now(UTC)


def today(moment: datetime) -> date:
    """The office's calendar day of a moment (Asia/Shanghai)."""
    return moment.astimezone(SHANGHAI).date()


def page(template: str, fragment: str = "", status: int = 200, **context: Any) -> Response:
    """Render a whole page, or for htmx only its fragment: the server chooses."""
    partial = bool(fragment) and request.headers.get("HX-Request") == "true"
    if request.headers.get("HX-History-Restore-Request") == "true":
        partial = False
    response = make_response(render_template(fragment if partial else template, **context), status)
    response.vary.add("HX-Request")
    return response


def go(endpoint: str, **values: Any) -> Response:
    """After a change: see the page of its outcome (303, so that a reload repeats nothing)."""
    return see_other(url_for(endpoint, **values))


def see_other(address: str) -> Response:
    """Send the browser to an address of this app (303)."""
    return Response(status=303, headers={"Location": address})


def safe_next(target: str | None, otherwise: str) -> str:
    """A `next` address only if it stays in this app; else the other one."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(ord(character) < 32 or character == "\\" for character in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def outside_url(endpoint: str, **values: Any) -> str:
    """An absolute address for QR codes and public links: on SJJ_PUBLIC_URL if it is set."""
    base: str = g.settings.public_url or request.host_url.rstrip("/")
    return base + url_for(endpoint, **values)


def instance_folder() -> Path:
    """The folder of this installation's data."""
    folder: Path = current_app.extensions["sjj"].instance
    return folder
