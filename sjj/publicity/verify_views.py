"""Checking a receipt: the page that does it in the browser, and the same page as one file to keep.

Nothing is ever uploaded: there is no view here that takes a file. The file to keep carries its own policy, which
allows it its own scripts and no network at all.
"""

from base64 import b64encode
from hashlib import sha256

from flask import Response, abort, current_app, render_template, request

from sjj.database import db
from sjj.draws.models import Draw
from sjj.paths import STATIC
from sjj.publicity.blueprints import public as bp
from sjj.publicity.draw_views import KEEP_RECEIPT, VERIFIER
from sjj.publicity.receipts import is_receipt_public
from sjj.publicity.verify_example import worked_example
from sjj.publicity.views_shell import kept_for, public_page
from sjj.rules.lifecycle import DrawState
from sjj.web import public

STYLES = ("css/app.css", "css/verify.css")
SCRIPTS = tuple(
    f"verify/{name}.js" for name in ("text", "tickets", "draw", "shape", "checks", "verify", "report", "page")
)
FILE_NAME = "verify.html"


@bp.get("/verify")
@public
def verify() -> Response:
    """Choose a file, see every check. `?draw=` brings a draw's published commitment and receipt along."""
    wanted = request.args.get("draw", type=int)
    draw = db.session.get(Draw, wanted) if wanted is not None else None
    if wanted is not None and draw is None:
        abort(404)
    return public_page(
        "public/verify.html",
        agency=draw.agency if draw else None,
        draw=draw,
        is_kept=False,
        is_public=draw is not None and is_receipt_public(draw),
        states=DrawState,
        example=worked_example(),
        scripts=SCRIPTS,
        file_sha256=sha256(_file()).hexdigest(),
        verifier_sha256=sha256(VERIFIER.read_bytes()).hexdigest(),
    )


@bp.get("/verify.html")
@public
def verify_file() -> Response:
    """The same page as one file that needs neither this site nor a network."""
    response = Response(_file(), mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    response.add_etag()
    return kept_for(response, KEEP_RECEIPT)


def _file() -> bytes:
    """The bytes of the page to keep: the same for everybody, with every style and script inside."""
    texts = {path: (STATIC / path).read_text(encoding="utf-8") for path in (*STYLES, *SCRIPTS)}
    shown = render_template(
        "public/verify_file.html",
        draw=None,
        is_public=False,
        is_kept=True,
        example=worked_example(),
        styles=STYLES,
        scripts=SCRIPTS,
        policy=_policy(texts),
    )
    for path, text in texts.items():
        if "</s" in text:
            raise ValueError(f"{path} would end its own tag")
        address = current_app.jinja_env.globals["static_url"](path)  # type: ignore[operator]
        shown = shown.replace(f'<link rel="stylesheet" href="{address}">', f"<style>{text}</style>")
        shown = shown.replace(f'<script src="{address}"></script>', f"<script>{text}</script>")
    return shown.encode("utf-8")


def _policy(texts: dict[str, str]) -> str:
    """Only these styles and scripts, word for word; no connection to anywhere."""
    hashes = {
        path: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for path, text in texts.items()
    }
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            "style-src " + " ".join(hashes[path] for path in STYLES),
            "script-src " + " ".join(hashes[path] for path in SCRIPTS),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
