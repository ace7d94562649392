"""The one Chromium of a test run, shared by every folder of tests that drives it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LAUNCHED: pytest.StashKey[Browser] = pytest.StashKey()


def shared_browser(config: pytest.Config) -> Browser:
    """Debian's Chromium, launched at first use and closed with the run; a test skips without it."""
    if _LAUNCHED in config.stash:
        return config.stash[_LAUNCHED]
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: run deploy/setup.sh test-system")
        pytest.skip("本机没有 Chromium")
    playwright = sync_playwright().start()
    config.add_cleanup(playwright.stop)
    made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
    config.add_cleanup(made.close)
    config.stash[_LAUNCHED] = made
    return made
