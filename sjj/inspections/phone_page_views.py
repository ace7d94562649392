"""What a page says of itself to the phone that may keep it: whose it is, and which version of the app made it.

Judges nothing: the phone keeps no page without these, none of somebody else, and none whose scripts it lacks.
"""

from urllib.parse import quote

from flask import Response, current_app

from sjj.accounts.models import User


def say_whose(response: Response, user: User | None) -> Response:
    """Add it to an answer that shows something to somebody who is signed in."""
    if user is not None and response.status_code == 200:
        response.headers["X-Field-Page"] = quote(user.username, safe="!~*'()")
        response.headers["X-Field-Version"] = current_app.jinja_env.globals["static_url"]("")  # type: ignore[operator]
    return response
