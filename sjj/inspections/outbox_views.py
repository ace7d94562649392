"""The offline half of the phone pages: the service worker, and the page it shows for what is not on the phone.

Both are the same for everybody and hold nobody's data, so that they can be fetched before any sign-in.
"""

import json

from flask import Blueprint, Response, current_app, url_for

from sjj import paths
from sjj.web import page, public

bp = Blueprint("outbox", __name__, url_prefix="/field")
WORKER = paths.STATIC / "field" / "worker.js"
SHELL = ("css/app.css", "img/mark.svg", "js/office.js", "js/sha256.js")
TABS = (
    ("任务", "field.tasks", "task"),
    ("扫码", "field.how_to_scan", "scan"),
    ("待发送", "field.outbox", "outbox"),
    ("我的", "field.me", "me"),
)


@bp.get("/worker.js")
@public
def worker() -> Response:
    """The service worker; its text changes with every version of the static files, and so brings the update."""
    static_url = current_app.jinja_env.globals["static_url"]
    assets = [*SHELL, *_assets_of_the_phone()]
    told = {
        "version": static_url(""),  # type: ignore[operator]
        "assets": [static_url(path) for path in assets],  # type: ignore[operator]
        "offline": url_for("outbox.not_here"),
    }
    text = f"self.SHELL = {json.dumps(told)};\n{WORKER.read_text(encoding='utf-8')}"
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"  # papers are opened off line too
    return response


def _assets_of_the_phone() -> list[str]:
    own = sorted(WORKER.parent.glob("*.*"))
    signing = (paths.STATIC / "vendor").glob("signature_pad-*.js")
    return [str(path.relative_to(paths.STATIC).as_posix()) for path in (*own, *signing) if path != WORKER]


@bp.get("/offline")
@public
def not_here() -> Response:
    """What stands in place of a page that is not on the phone."""
    tabs = [
        {"label": label, "url": url_for(endpoint), "icon": icon, "current": False, "count": None}
        for label, endpoint, icon in TABS
    ]
    return page("field/offline.html", field_tabs=tabs)
