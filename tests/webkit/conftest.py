"""Debian's WebKit at a phone's size; anything its console calls an error fails the test."""

import os
import re
from collections.abc import Iterator

import pytest

from tests.webkit.driver import Browser, WebKit, find_programs

LOST_NETWORK = re.compile(r"Failed to load resource|due to access control checks|Load failed")


@pytest.fixture(scope="session")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    """One screen and one driver of this process."""
    if find_programs() is None:
        if os.environ.get("CI"):
            pytest.fail("WebKit is missing: run deploy/setup.sh test-system")
        pytest.skip("本机没有 WebKitWebDriver")
    made = WebKit(tmp_path_factory.mktemp("webkit"))
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture
def phone(webkit: WebKit) -> Iterator[Browser]:
    """A fresh browser on the phone."""
    browser = webkit.browser()
    yield browser
    browser.close()
    assert [one for one in browser.complaints() if not LOST_NETWORK.search(one)] == []


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phones of these tests try again after a second, not after minutes; read by the server at its start."""
    monkeypatch.setenv("SJJ_FIELD_WAIT_MS", "1000")
