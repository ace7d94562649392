"""How long an officer waits for the form on a slow network: the first time, and when it is on the phone already.

Throttled by Chromium itself, with the numbers of its “Fast 3G” and “Slow 3G” profiles; interactive means: the button
that leads through the form can be pressed. Baseline, in the same run under the same throttle: a page of two bytes.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sjj.app import create_app
from sjj.demo.cli import demo
from tests.chromium import CHROMIUM, QUIET
from tests.conftest import settings_for
from tests.e2e.conftest import PHONE
from tests.live import LiveServer

PASSWORD = "only-for-a-look-7"
# name, latency in ms, kbit/s down, kbit/s up: as Chromium's developer tools set them
FAST_3G, SLOW_3G = ("Fast 3G", 562.5, 1440.0, 675.0), ("Slow 3G", 2000.0, 400.0, 400.0)
FIRST, CACHED, ROUNDS = 5.0, 1.0, 3
READY = "() => Boolean(document.querySelector('[data-next][aria-busy=false]:enabled'))"  # the script has taken over
KEPT = "() => navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))"

Profile = tuple[str, float, float, float]


def run() -> list[tuple[str, str, str, bool]]:
    """Open the form of an officer's first visit, over and over."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        app = create_app(settings_for(instance, SJJ_DEMO_PASSWORD=PASSWORD))
        assert app.test_cli_runner().invoke(demo).exit_code == 0
        server = LiveServer(instance, f"sqlite:///{instance / 'sjj.db'}").start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
                rows = [
                    row for profile in (FAST_3G, SLOW_3G) for row in _rows(browser, server.address, profile)
                ]
                browser.close()
        finally:
            server.kill()
    return rows


def _rows(browser: Browser, address: str, profile: Profile) -> list[tuple[str, str, str, bool]]:
    state, path = _signed_in(browser, address)
    first, second, blank = [], [], []
    for _ in range(ROUNDS):
        context = browser.new_context(base_url=address, storage_state=state, **PHONE)  # type: ignore[arg-type]
        blank.append(_timed(_throttled(context, profile), "/healthz"))
        phone = _throttled(context, profile)
        first.append(_timed(phone, path, READY))
        phone.wait_for_load_state("networkidle")
        _until_kept(phone)
        second.append(_timed(phone, path, READY))
        context.close()
    name, latency, down, up = profile
    ours, again, base = (statistics.median(times) for times in (first, second, blank))
    binding = profile is FAST_3G
    told = f"{latency:g} 毫秒、下行 {down:g}、上行 {up:g} kbit/s"
    return [
        (
            f"{name}（{told}）第一次打开检查表",
            f"{ours:.2f} 秒可以操作，为空白页（{base:.2f} 秒）的 {ours / base:.1f} 倍",
            f"< {FIRST:g} 秒" if binding else "只报告",
            not binding or ours < FIRST,
        ),
        (
            "　手机里已有，再打开",
            f"{again:.2f} 秒可以操作，为空白页的 {again / base:.2f} 倍",
            f"< {CACHED:g} 秒" if binding else "只报告",
            not binding or again < CACHED,
        ),
    ]


def _signed_in(browser: Browser, address: str) -> tuple[object, str]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", "zf-lin-01")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/field/")
    path = page.locator('a.task[href*="/field/inspections/"], a[href*="/field/inspections/"]').first
    found = str(path.get_attribute("href"))
    state = context.storage_state()
    context.close()
    return state, found


def _throttled(context: BrowserContext, profile: Profile) -> Page:
    page = context.new_page()
    _, latency, down, up = profile
    link = context.new_cdp_session(page)
    link.send("Network.enable")
    limits = {"downloadThroughput": down * 1024 / 8, "uploadThroughput": up * 1024 / 8, "latency": latency}
    link.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    return page


def _timed(page: Page, path: str, ready: str = "") -> float:
    began = time.perf_counter()
    page.goto(path, wait_until="commit")
    if ready:
        page.wait_for_function(ready, polling=20, timeout=120_000)
    else:
        page.wait_for_load_state()
    return time.perf_counter() - began


def _until_kept(page: Page) -> None:
    """Until the pages' own worker answers for this page, as it does once the task list was opened on line."""
    _patiently(lambda: bool(page.evaluate(KEPT)))


def _patiently(answer: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not answer():
        assert time.monotonic() < end, "the worker never took over"
        time.sleep(0.1)
