"""The offline half as the server sees it: the worker and its page for everybody, pages that name their owner."""

import json
import re
from typing import Any

from flask import Flask

from sjj.inspections.models import Inspection
from tests.makers.inspections import make_inspection, make_officer_user
from tests.visitor import Visitor


def shell_of(app: Flask) -> dict[str, Any]:
    """What the worker is told to keep."""
    answer = app.test_client().get("/field/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    told = re.match(r"self\.SHELL = (\{.*\});\n", answer.text)
    assert told
    shell: dict[str, Any] = json.loads(told[1])
    return shell


def test_the_worker_keeps_everything_that_phone_pages_load(app: Flask, visitor: Visitor) -> None:
    inspection: Inspection = make_inspection()
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    shell = shell_of(app)
    assert all(app.test_client().get(url, buffered=True).status_code == 200 for url in shell["assets"])
    for path in ("", "outbox", "scan", "me", f"inspections/{inspection.uid}"):
        page = visitor.open(f"/field/{path}")
        loaded = {tag.get("src") for tag in page.select("script[src]")}
        loaded |= {
            tag.get("href")
            for tag in page.select('link[rel="stylesheet"], link[rel="icon"], link[rel="manifest"]')
        }
        assert loaded <= set(shell["assets"])


def test_the_page_for_what_is_not_on_the_phone_is_the_same_for_everybody(
    app: Flask, visitor: Visitor
) -> None:
    page = visitor.open(shell_of(app)["offline"])
    assert page.h1.get_text() == "这一页不在手机里"  # type: ignore[union-attr]
    assert len(page.select("nav.tabs a")) == 4
    assert not page.select("[data-user]")


def test_only_an_officers_own_pages_say_whose_they_are(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    user = make_officer_user(inspection.team[0].officer, username="zf 甲")
    visitor.sign_in(user)
    assert visitor.client.get("/field/").headers["X-Field-Page"] == "zf%20%E7%94%B2"
    other = make_inspection()
    assert "X-Field-Page" not in visitor.client.get(f"/field/inspections/{other.uid}").headers
    assert "X-Field-Page" not in app.test_client().get("/field/").headers
