"""Checking a full receipt of 10,000 objects with their teams in Chromium, against the Python program in the same run.

The page is the one to keep, opened from the disk; the better of three rounds counts for each, taken in turns. The
first round in the browser begins cold, as a visitor's does: it is reported too, and held to the same target.
"""

import base64
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import sync_playwright

from sjj.app import create_app
from sjj.rules import verify
from tests.chromium import CHROMIUM, QUIET
from tests.conftest import settings_for
from tests.rules.draw_makers import make_officers, make_pool, make_receipt, make_rule

OBJECTS, TAKE, OFFICERS, ROUNDS, TARGET = 10_000, 300, 60, 3, 2.0
CHECK = """() => {
  const start = performance.now();
  const lines = sjjVerify.verifyBytes(window.receipt, null).map(sjjVerify.lineOf);
  return [(performance.now() - start) / 1000, lines];
}"""


def receipt() -> bytes:
    """Three strata, 900 objects drawn, teams of two out of sixty officers."""
    pool = make_pool(OBJECTS, ("特殊", "重点", "一般"))
    return verify.canonical(make_receipt(pool, make_rule(pool, TAKE, officers=make_officers(OFFICERS))))


def run() -> list[tuple[str, str, str, bool]]:
    """The figure for the table."""
    data = receipt()
    browser_s: list[float] = []
    python_s: list[float] = []
    same = True
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "verify.html"
        app = create_app(settings_for(Path(folder)))
        path.write_bytes(app.test_client().get("/public/verify.html").data)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        page = browser.new_page()
        page.goto(path.as_uri())
        put = "data => { window.receipt = Uint8Array.from(atob(data), letter => letter.charCodeAt(0)); }"
        page.evaluate(put, base64.b64encode(data).decode())
        for _ in range(ROUNDS):
            seconds, lines = page.evaluate(CHECK)
            browser_s.append(seconds)
            started = perf_counter()
            checks = verify.verify_bytes(data)
            python_s.append(perf_counter() - started)
            same &= lines == [verify.line_of(check) for check in checks] and lines[0].startswith("ok")
        browser.close()
    best, cold, other = min(browser_s), browser_s[0], min(python_s)
    lines_said = "逐行一致" if same else "结果不一致"
    figure = (
        f"{best:.2f} 秒（首次 {cold:.2f} 秒），Python {other:.2f} 秒，{best / other:.2f} 倍，{lines_said}"
    )
    name = f"浏览器核对 {OBJECTS:,} 户的完整凭据（抽 {3 * TAKE} 户、每户 2 人）"
    return [(name, figure, f"首次也 < {TARGET:.0f} 秒，逐行一致", same and cold < TARGET)]
