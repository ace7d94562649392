"""Chromium as the people of the journey hold it: at a desk, on a phone, and as the public."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import shared_browser

DESK = {"viewport": {"width": 1440, "height": 900}, "accept_downloads": True}
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


class People:
    """Hands each person a browser of their own; whatever a page complains about is kept."""

    def __init__(self, browser: Browser, closing: ExitStack) -> None:
        self.browser, self.closing = browser, closing
        self.complaints: list[str] = []

    def at_a_desk(self) -> Page:
        """A window of 1440 by 900."""
        return self._page(DESK)

    def with_a_phone(self) -> Page:
        """A touch screen of 390 by 844."""
        return self._page(PHONE)

    def _page(self, kind: dict[str, object]) -> Page:
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **kind)  # type: ignore[arg-type]
        self.closing.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        return page


@pytest.fixture
def people(browser: Browser) -> Iterator[People]:
    """Everybody's browsers; an error in any of them fails the test."""
    with ExitStack() as closing:
        made = People(browser, closing)
        yield made
        assert made.complaints == []
