"""No view without a decision on who may see it; the page rules of the test browser notice offences."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from sjj.accounts.roles import EVERY_PERMISSION
from sjj.web import Guard, Unguarded, public, refuse_unguarded
from tests.visitor import HouseRule, check_house_rules


def test_the_app_does_not_start_with_an_unguarded_view() -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/decided", "decided", public(lambda: ""))
    refuse_unguarded(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(Unguarded, match="forgotten"):
        refuse_unguarded(app)


def test_every_permission_asked_for_is_one_that_somebody_can_have(app: Flask) -> None:
    asked = {guard_of(app, name).permission for name in app.view_functions} - {""}
    assert asked <= EVERY_PERMISSION


def test_what_is_public_is_public_on_purpose(app: Flask) -> None:
    doors = {name for name in app.view_functions if guard_of(app, name).open_to_all}
    outside = {name for name in doors if not name.startswith("public.")}
    worker = {"outbox.worker", "outbox.not_here"}  # the phone fetches both whoever is signed in, or nobody
    assert outside <= {"accounts.sign_in", "healthz", "field.scanned", "tls.trust", "tls.ca"} | worker


def guard_of(app: Flask, name: str) -> Guard:
    """The guard of a view."""
    guard: Guard = app.view_functions[name].__guard__  # type: ignore[attr-defined]
    return guard


GOOD = (
    '<html lang="zh-Hans"><head><title>登录 · 随机检</title></head><body><h1>登录</h1>'
    '<form action="/x" method="post"><input type="hidden" name="csrf_token"><label for="a">名</label><input id="a"></form>'
    "</body></html>"
)


def test_a_good_page_passes() -> None:
    check_house_rules(BeautifulSoup(GOOD, "html.parser"), "/x")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("<h1>登录</h1>", "", id="no heading"),
        pytest.param("<title>登录", "<title>主页", id="a title that says something else"),
        pytest.param('lang="zh-Hans"', 'lang="en"', id="no language"),
        pytest.param('<label for="a">名</label>', "", id="a control without label"),
        pytest.param('<input id="a">', '<input id="a"><i id="a"></i>', id="an id twice"),
        pytest.param('action="/x" ', "", id="a form without action"),
        pytest.param('<input type="hidden" name="csrf_token">', "", id="a form without token"),
        pytest.param("</form>", "</form><p>None</p>", id="a leaked None"),
        pytest.param("</form>", "</form><script>alert(1)</script>", id="an inline script"),
        pytest.param("</form>", '</form><p style="color:red">x</p>', id="an inline style"),
    ],
)
def test_a_bad_page_is_refused(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(HouseRule):
        check_house_rules(BeautifulSoup(GOOD.replace(old, new), "html.parser"), "/x")
