"""The pictures of docs/officers-day.md: one officer's visit as the phone shows it, and what the desk sees of it.

Everything is done by hand, as an officer does it; nothing is written behind the pages' back.
"""

import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from sjj.demo.pictures import photo
from tests.shots_camera import DESK, PHONE, keep, shot, shot_from, side_by_side, visit

OFFICER = "zf-lin-01"
PATIENCE = 60_000


def an_officers_day(browser: Browser, address: str) -> None:
    """From the morning at the office to the record that arrived, then what the office sees of the day."""
    phone = visit(browser, address, OFFICER, PHONE)
    phone.set_default_timeout(PATIENCE)
    form = the_morning(phone)
    page, code = what_is_shown(phone, form)
    short_ways(phone, form)
    phone.context.set_offline(True)
    points_and_photos(phone, form)
    signatures(phone)
    coming_back(phone)
    the_enterprise(browser, address, page, code)
    sent_back(phone)
    the_desk(browser, address)


def the_morning(phone: Page) -> str:
    """The list, a card of it, the gates; returns the address of the visit that is made."""
    phone.goto("/field/")
    expect(phone.locator("[data-download]")).to_contain_text("已下载到手机", timeout=PATIENCE)
    screens = [shot(phone)]
    card = phone.locator("article.stop", has_text="计划今天").first
    form = str(card.locator("a.task").get_attribute("href"))
    screens.append(shot_from(phone, "[data-stops] h2 >> nth=1"))
    phone.goto(form)
    phone.locator("details.before").evaluate(OPEN)
    screens.append(shot_from(phone, "details.before"))
    keep("day-morning", side_by_side(screens))
    return form


def what_is_shown(phone: Page, form: str) -> tuple[str, str]:
    """The scanner, the certificates, what is handed to the enterprise; returns its page's address and the code."""
    screens = [shot(phone, "/field/scan"), shot(phone, f"{form}/certificates")]
    phone.locator("img.code").wait_for()
    phone.goto(f"{form}/for-enterprise")
    phone.locator("img.code >> nth=0").wait_for()
    screens.append(shot_from(phone, ".code-card"))
    keep("day-shown", side_by_side(screens))
    return phone.locator(".code-card .wrap").inner_text(), phone.locator(".pickup").inner_text()


def short_ways(phone: Page, form: str) -> None:
    """Closed, refused, a recusal said on the spot, another day; all of it is taken back."""
    phone.goto(form)
    ready(phone)
    screens = []
    for outcome in ("closed", "refused"):
        tap(phone, "outcome", outcome)
        screens.append(shot_from(phone, "#how"))
    tap(phone, "outcome", "inspected")
    phone.locator("#recusal").evaluate(OPEN)
    screens.append(shot_from(phone, "#recusal"))
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    screens.append(shot(phone, f"{form}/reschedule"))
    keep("day-short", side_by_side(screens))


def points_and_photos(phone: Page, form: str) -> None:
    """Without a network: check in, tell the rights, tap the points, take photos, let the text be written."""
    phone.goto(form)
    ready(phone)
    tap(phone, "checkin-method", "manual")
    phone.fill('[name="checkin-reason"]', "门口的二维码被雨淋坏")
    for name in ("certificates", "rights"):
        phone.locator(f'input[name="{name}"]').check()
    points = phone.locator("fieldset.point")
    for place in range(points.count()):
        tap(phone, f"answers-{place}-value", "problem" if place == 1 else "ok")
    phone.fill('textarea[name="answers-1-note"]', "许可证上没有核桃苗，苗圃里有约 200 株")
    phone.select_option('select[name="answers-1-kind"]', "责令改正")
    phone.fill('input[name="answers-1-due"]', phone.evaluate(DUE))
    for select in phone.locator('select[name^="results-"]').all():
        select.select_option(index=1)
    phone.select_option('select[name="results-0-result"]', "发现问题已责令改正")
    with tempfile.TemporaryDirectory() as folder:
        taken = album(Path(folder))
        phone.set_input_files('input[name="answers-1-files"]', taken[:1])
        phone.locator('[data-photos="answers-1-photos"] [data-sha]').wait_for()
        screens = [shot_from(phone, "#checkin"), shot_from(phone, "fieldset.point >> nth=1")]
        phone.set_input_files('input[name="files"]', taken[1:])
        expect(phone.locator('[data-photos="photos"] [data-sha]')).to_have_count(3, timeout=PATIENCE)
    phone.locator("[data-propose]").click()
    phone.fill('input[name="present-name"]', "李四")
    phone.fill('input[name="present-post"]', "场长")
    screens.append(shot_from(phone, "#scene"))
    keep("day-points", side_by_side(screens))


OPEN = "one => { one.open = true; }"
DUE = "() => new Date(Date.now() + 15 * 864e5).toISOString().slice(0, 10)"


def album(folder: Path) -> list[Path]:
    """Four photos as they come from a phone."""
    made = []
    for number in range(4):
        path = folder / f"IMG_{number + 1:04}.jpg"
        path.write_bytes(photo("forestry", "day", str(number)))
        made.append(path)
    return made


def signatures(phone: Page) -> None:
    """The sheet with everything that is signed, the pad, and where the person present will not sign."""
    main = phone.locator("[data-next]")
    while (said := main.inner_text()) != "核对并签名":
        main.click()
        expect(main).not_to_have_text(said)
    main.click()
    expect(phone.locator("[data-sheet]")).to_be_visible()
    screens = [shot_from(phone, "#signatures")]
    while "签名" in (said := main.inner_text()):
        if "现场人员" in said:
            screens.append(refused_to_sign(phone))
        main.click()
        draw(phone)
        if len(screens) == 1:
            screens.append(shot(phone))
        phone.click("[data-pad-done]")
        expect(phone.locator("[data-pad]")).to_be_hidden()
    keep("day-sign", side_by_side(screens))


def refused_to_sign(phone: Page) -> Image.Image:
    """Where the person present will not sign: ticked for the picture, then taken back."""
    box = phone.locator('#sign-present input[type="checkbox"]')
    box.check()
    picture = shot_from(phone, "#sign-present")
    box.uncheck()
    return picture


def coming_back(phone: Page) -> None:
    """Sealed in the valley, waiting, received at the office."""
    phone.click("[data-next]")
    expect(phone.locator("[data-sealed]")).to_be_visible()
    screens = [shot(phone)]
    phone.goto("/field/outbox")
    phone.locator("[data-local-list] .chip").first.wait_for()
    screens.append(shot(phone))
    phone.context.set_offline(False)
    phone.reload()
    expect(phone.locator("[data-local-list]")).to_contain_text("服务器已收", timeout=PATIENCE)
    phone.reload()
    phone.locator("[data-local-head]").wait_for()
    screens.append(shot(phone))
    keep("day-back", side_by_side(screens))


def the_enterprise(browser: Browser, address: str, page: str, code: str) -> None:
    """On the enterprise's own phone: who is here, the record by its code, five points and words."""
    own = visit(browser, address, "", PHONE)
    screens = [shot(own, page)]
    own.fill('#pickup input[name="code"]', code)
    own.locator("#pickup button").click()
    own.wait_for_url(re.compile(r"/record$"))
    screens.append(shot(own))
    own.goto(page)
    screens.append(shot_from(own, "#rating"))
    keep("day-enterprise", side_by_side(screens))


def sent_back(phone: Page) -> None:
    """A visit that the office sent back, as the phone says it."""
    phone.goto("/field/")
    phone.locator("article.stop", has_text="退回").first.locator("a.task").click()
    ready(phone)
    keep("day-sent-back", side_by_side([shot(phone)]))


def the_desk(browser: Browser, address: str) -> None:
    """Who is where, what waits for a decision, two records of one visit, a paper entered, a check off site."""
    clerk = visit(browser, address, "clerk-lin", DESK)
    keep("desk-today", shot(clerk, "/inspections/today"))
    clerk.goto("/inspections/kept")
    clerk.locator("tbody a").first.click()
    clerk.wait_for_url(re.compile(r"/kept/"))
    keep("desk-kept", shot(clerk))
    clerk.goto("/inspections/today")
    clerk.get_by_role("link", name="苗圃").first.click()
    clerk.get_by_role("link", name="补录纸质记录").click()
    keep("desk-entry", shot(clerk))
    keep("desk-offsite", shot(clerk, "/offsite/"))
    approver = visit(browser, address, "approver-lin", DESK)
    keep("desk-approvals", shot(approver, "/inspections/approvals"))


def ready(phone: Page) -> None:
    """The form has read what the phone holds and may be filled in."""
    expect(phone.locator("[data-next]")).to_be_enabled(timeout=PATIENCE)


def tap(phone: Page, name: str, value: str) -> None:
    """Tap the button of a choice."""
    box = phone.locator(f'input[name="{name}"][value="{value}"]')
    phone.locator(f'label[for="{box.get_attribute("id")}"]').click()


def draw(phone: Page) -> None:
    """A name on the open pad, as far as a straight hand can write."""
    box = phone.locator("[data-pad-canvas]").bounding_box()
    assert box is not None
    for line in STROKES:
        for number, (across, down) in enumerate(line):
            phone.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down, steps=4)
            if number == 0:
                phone.mouse.down()
        phone.mouse.up()


STROKES = (
    ((0.2, 0.36), (0.3, 0.34), (0.42, 0.33)),
    ((0.31, 0.24), (0.31, 0.45), (0.22, 0.62)),
    ((0.31, 0.42), (0.37, 0.52), (0.44, 0.6)),
    ((0.55, 0.3), (0.66, 0.28), (0.78, 0.3)),
    ((0.66, 0.22), (0.66, 0.5), (0.6, 0.66)),
    ((0.55, 0.48), (0.67, 0.46), (0.8, 0.47)),
)
