"""A real Chromium, held as a phone or at a desk; anything it complains about fails the test."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from sjj.database import db
from tests.chromium import shared_browser
from tests.e2e.office import Office
from tests.e2e.phone_form import Visit, visit_of
from tests.e2e.stored import begin, forget
from tests.live import ROOT, LiveServer
from tests.makers.inspections import make_inspection
from tests.proxy import BadNetwork

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Browser:
    """Debian's Chromium."""
    return shared_browser(pytestconfig)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console called an error; a test may empty it when it provoked one."""
    return []


def watch(page: Page, complaints: list[str]) -> Page:
    """Collect what goes wrong inside the page."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return page


@pytest.fixture
def phone_context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with JavaScript."""
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phones of these tests try again after a second, not after minutes; read by the server at its start."""
    monkeypatch.setenv("SJJ_FIELD_WAIT_MS", "1000")


@pytest.fixture
def phone(
    phone_context: BrowserContext, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page on the phone; errors in it fail the test, but for those that the test's folder forgives."""
    page = watch(phone_context.new_page(), complaints)
    page.set_default_timeout(15_000)
    yield page
    forgives = getattr(request.node, "forgives", None)
    assert [one for one in complaints if not (forgives and forgives.search(one))] == []


@pytest.fixture
def forgive_the_lost_network(request: pytest.FixtureRequest) -> None:
    """The browser itself complains of lost connections and refusals; errors of the page still fail the test."""
    request.node.forgives = re.compile(r"Failed to load resource|net::ERR")


@pytest.fixture
def app(office: Office) -> Iterator[Flask]:
    """The app of the module's office. What other tests left there stays, but `stored` tells only of this test."""
    db.session.remove()
    begin()
    yield office.app
    forget()
    db.session.remove()


@pytest.fixture
def live_server(office: Office) -> Iterator[LiveServer]:
    """The office's server, running; a test may kill it, or let a newer version of the app take over."""
    server = office.server
    yield server
    if server.process is None or server.code != ROOT:
        server.kill()
        server.code = ROOT
        server.start()


@pytest.fixture
def visit(app: Flask) -> Visit:
    """One inspection to be made."""
    return visit_of(make_inspection())


@pytest.fixture
def address(app: Flask, live_server: LiveServer) -> str:
    """Where the server answers."""
    return live_server.address


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[BadNetwork]:
    """The way to the server, which a test may spoil."""
    made = BadNetwork(live_server.port).start()
    yield made
    made.stop()


@pytest.fixture
def bare_phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone whose browser runs no scripts."""
    context = browser.new_context(**PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture(scope="module")
def office(
    browser: Browser,
    sqlite_template: Path,
    app_on: Callable[[str, Path], Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    """An office whose server runs for all tests of a module."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(sqlite_template, folder / "sjj.db")
    url = f"sqlite:///{folder / 'sjj.db'}"
    app = app_on(url, folder)
    with pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setenv("SJJ_FIELD_WAIT_MS", "1000")
        server = LiveServer(folder, url)
        try:
            yield Office(app, server.start(), browser)
        finally:
            server.kill()
            db.session.remove()
            db.engine.dispose()
