"""The swap test: putting htmx's fragment into the page must give what a reload gives."""

import re

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient


def assert_swap_equals_reload(client: FlaskClient, url: str) -> None:
    """Fetch `url` as a page and as a fragment; the fragment's root must stand in the page unchanged."""
    page = BeautifulSoup(client.get(url).data, "html.parser")
    answer = client.get(url, headers={"HX-Request": "true"})
    if answer.status_code == 204:
        return  # the page shows this already: htmx leaves it as it is
    assert "HX-Request" in answer.headers["Vary"]
    fragment = BeautifulSoup(answer.data, "html.parser")
    assert fragment.find("html") is None, f"{url} gave a whole page where a fragment was asked for"
    roots = [node for node in fragment.contents if isinstance(node, Tag)]
    assert len(roots) == 1, f"{url}: a fragment has one root, this has {len(roots)}"
    root = roots[0]
    assert root.get("id"), f"{url}: the fragment's root has no id"
    standing = page.find(id=root["id"])
    assert standing is not None, f"{url}: the page has no #{root['id']}"
    assert _plain(standing) == _plain(root)


def _plain(node: Tag) -> str:
    text = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", str(node))
    return re.sub(r"\s+", " ", text).strip()
