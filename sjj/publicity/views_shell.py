"""The frame of public pages: the agency looked at, the menu that keeps it, how long a page may be kept."""

from typing import Any

from flask import Response, g, request, url_for

from sjj.accounts.models import Agency
from sjj.navigation import PUBLIC
from sjj.publicity.public_queries import agencies
from sjj.web import page

KEEP_PAGE = 60  # seconds a browser or proxy may show a page again; a withdrawn notice is gone after that
EVERYBODY = "抽查检查公示"


def asked_agency() -> int | None:
    """The agency that the address names, if any."""
    return request.args.get("agency", type=int)


def public_page(
    template: str,
    fragment: str = "",
    *,
    agency: Agency | None = None,
    seconds: int = KEEP_PAGE,
    **context: Any,
) -> Response:
    """A public page under the name and colour of the agency looked at, or of all of them."""
    every = context.pop("every", None) or agencies()
    wanted = asked_agency()
    chosen = agency or next((one for one in every if one.id == wanted), None)
    only = chosen or (every[0] if len(every) == 1 else None)
    shown = page(
        template,
        fragment,
        every=every,
        chosen=chosen,
        owner=only,
        public_name=only.name if only else EVERYBODY,
        agency_theme=only.theme if only else "林业",
        public_nav=[_link(entry.label, entry.endpoint, chosen) for entry in PUBLIC],
        **context,
    )
    return kept_for(shown, seconds)


def kept_for(response: Response, seconds: int) -> Response:
    """Let browsers and proxies show an answer again for a while; never one made for somebody signed in."""
    if g.get("user") is None and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def _link(label: str, endpoint: str, agency: Agency | None) -> dict[str, Any]:
    here = (request.endpoint or "").rsplit(".", 1)[-1]
    name = endpoint.rsplit(".", 1)[-1]
    return {
        "label": label,
        "url": url_for(endpoint, agency=agency.id if agency else None),
        "current": here == name or here == name.removesuffix("s"),
        "count": None,
    }
