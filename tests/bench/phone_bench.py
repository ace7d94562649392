"""The weight of the phone's form page, compressed as a server in front sends it, against the limits that were set."""

import gzip
import tempfile
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from sjj.app import create_app
from sjj.demo.cli import demo
from tests.chromium import CHROMIUM, QUIET
from tests.conftest import settings_for
from tests.live import LiveServer

PASSWORD = "only-for-a-look-7"
MOST_SCRIPT, MOST_IN_ALL = 60 * 1024, 120 * 1024


def run() -> list[tuple[str, str, str, bool]]:
    """Open the form of an officer's first visit in Chromium and weigh everything that came."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        app = create_app(settings_for(instance, SJJ_DEMO_PASSWORD=PASSWORD))
        assert app.test_cli_runner().invoke(demo).exit_code == 0
        server = LiveServer(instance, f"sqlite:///{instance / 'sjj.db'}").start()
        try:
            weights = _weigh(server.address)
        finally:
            server.kill()
    script = sum(size for kind, size in weights if kind == "script")
    whole = sum(size for _, size in weights)
    return [
        ("手机检查表 JavaScript（gzip）", _kib(script), f"≤ {_kib(MOST_SCRIPT)}", script <= MOST_SCRIPT),
        ("手机检查表全部（gzip，不含照片）", _kib(whole), f"≤ {_kib(MOST_IN_ALL)}", whole <= MOST_IN_ALL),
    ]


def _weigh(address: str) -> list[tuple[str, int]]:
    weights: list[tuple[str, int]] = []

    def weigh(answer: Response) -> None:
        if answer.status == 200:
            weights.append((answer.request.resource_type, len(gzip.compress(answer.body()))))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        signing_in = browser.new_context(base_url=address)
        page = signing_in.new_page()
        page.goto("/sign-in")
        page.fill("[name=username]", "zf-lin-01")
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.goto("/field/")
        form = page.locator('a.task[href*="/field/inspections/"]').first.get_attribute("href")
        fresh = browser.new_context(base_url=address, storage_state=signing_in.storage_state())
        phone = fresh.new_page()
        phone.on("response", weigh)
        phone.goto(str(form))
        phone.wait_for_load_state("networkidle")
        browser.close()
    return weights


def _kib(size: int) -> str:
    return f"{size / 1024:.1f} KiB"
