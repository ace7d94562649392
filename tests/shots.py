"""`make shots`: the pictures of README and docs, taken of the demo in a real Chromium at desk and phone size."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from sjj.app import create_app
from sjj.demo.cli import demo
from tests.chromium import CHROMIUM, QUIET
from tests.conftest import settings_for
from tests.live import LiveServer
from tests.shots_camera import DESK, PASSWORD, PHONE, PICTURES, keep, shot, side_by_side, visit
from tests.shots_january import a_clerks_january
from tests.shots_visit import an_officers_day, find_officers


def main() -> None:
    """Fill a demo, walk through it and keep the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        app = create_app(settings_for(instance, SJJ_DEMO_PASSWORD=PASSWORD))
        done = app.test_cli_runner().invoke(demo)
        assert done.exit_code == 0, done.output
        with app.app_context():
            officers = find_officers()
        server = LiveServer(instance, f"sqlite:///{instance / 'sjj.db'}").start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(CHROMIUM), args=[*QUIET, "--lang=zh-CN"]
                )
                take_all(browser, server.address)
                an_officers_day(browser, server.address, officers)
                a_clerks_january(browser, server.address)
        finally:
            server.kill()


def take_all(browser: Browser, address: str) -> None:
    """Every picture, in the order of the work."""
    clerk = visit(browser, address, "clerk-lin", DESK)
    keep("home", shot(clerk, "/"))
    clerk.goto("/campaigns/3")
    keep("campaign", shot(clerk))
    draw_in_front_of_witnesses(clerk, visit(browser, address, "approver-lin", DESK))
    officer = visit(browser, address, "zf-lin-01", PHONE)
    officer.goto("/field/")
    tasks = shot(officer)
    officer.locator('a.task[href*="/field/inspections/"]').first.click()
    form = shot(officer)
    points = officer.locator("fieldset.point")
    points.nth(1).scroll_into_view_if_needed()
    points.nth(0).get_by_text("未发现问题", exact=True).click()
    points.nth(1).get_by_text("发现问题", exact=True).click()
    keep("phone", side_by_side([tasks, form, shot(officer)]))
    clerk.goto("/inspections/?state=awaiting_review&campaign=2")
    clerk.locator("tbody a").first.click()
    clerk.wait_for_url(re.compile(r"/inspections/\d+$"))
    keep("review", shot(clerk))
    reader = visit(browser, address, "", DESK)
    keep("public-results", shot(reader, "/public/results"))
    keep("public-draw", shot(reader, "/public/draws/1"))
    check_a_draw(browser, address)


def draw_in_front_of_witnesses(clerk: Page, second: Page) -> None:
    """Freeze the campaign that waits for its draw by two persons, type the dice, draw."""
    clerk.goto("/draws/freeze/3")
    clerk.get_by_role("button", name="提交名单").click()
    second.goto("/draws/freeze/3")
    second.get_by_role("button", name="确认冻结").click()
    second.wait_for_url(re.compile(r"/draws/\d+$"))
    clerk.goto(second.url)
    clerk.goto(clerk.url.split("?")[0] + "/hall")
    for number, (name, of) in enumerate((("赵清", "纪检监察组"), ("钱明", "企业代表"))):
        clerk.fill(f"#rows-{number}-name", name)
        clerk.fill(f"#rows-{number}-of", of)
    clerk.get_by_role("button", name="记下见证人").click()
    for number, value in enumerate(("314159", "2718")):
        clerk.get_by_text(f"第 {number + 1} 个，共 2 个").wait_for()
        clerk.fill("#value", value)
        clerk.fill("#again", value)
        clerk.get_by_role("button", name="存下这个数字").click()
    clerk.get_by_role("button", name="抽取", exact=True).click()
    clerk.get_by_role("button", name="全部显示").click()
    clerk.locator("text=共抽中").wait_for()
    keep("hall", shot(clerk))


def check_a_draw(browser: Browser, address: str) -> None:
    """The pictures of docs/check-a-draw.md. In the demo every layer of draw 3 is open, one of draw 1 is not."""
    desk = visit(browser, address, "", DESK)
    keep("verify-start", shot(desk, "/public/verify?draw=3"))
    check_published(desk)
    keep("verify-result", shot(desk))
    desk.goto("/public/verify")
    desk.locator(".method > li").nth(3).evaluate("step => step.scrollIntoView()")
    keep("verify-method", shot(desk))
    phone = visit(browser, address, "", PHONE)
    screens = [shot(phone, "/public/verify?draw=1")]
    check_published(phone)
    screens.append(shot(phone))
    phone.get_by_role("button", name="把例子改动一处，再核对").click()
    phone.locator(".verdict.bad").wait_for()
    screens.append(shot(phone))
    keep("verify-phone", side_by_side(screens))


def check_published(page: Page) -> None:
    """Take the receipt that the site has published, and check it."""
    page.locator("[data-fetch]").click()
    page.locator("[data-result] .verdict").wait_for()


if __name__ == "__main__":
    main()
