"""The pictures of docs/officers-day.md: one officer's visit as the phone shows it, and what the desk sees of it.

Everything is done by hand, as an officer does it; nothing is written behind the pages' back.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.database import db
from sjj.demo.pictures import photo
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ResultState
from sjj.web import now, today
from tests.shots_camera import DESK, PHONE, keep, shot, shot_from, side_by_side, visit

PATIENCE = 60_000


@dataclass(frozen=True, slots=True)
class Officers:
    """Whose phones are shown: the draw decides, so every demo has others."""

    of_today: str
    sent_back: str


def find_officers() -> Officers:
    """Who of the first bureau has a visit planned today that nobody has begun, and who one that was sent back."""
    agency = db.session.scalars(select(Agency.id).order_by(Agency.id)).first()
    visits = db.session.scalars(select(Inspection).where(Inspection.agency_id == agency)).all()
    day = today(now())
    planned = next(one for one in visits if one.planned_on == day and one.standing is ResultState.NOT_ENTERED)
    back = next(one for one in visits if one.standing is ResultState.SENT_BACK)
    return Officers(username_of(planned), username_of(back))


def username_of(inspection: Inspection) -> str:
    """The account of the first of the team."""
    query = select(User.username).where(User.officer_id == inspection.team[0].officer_id)
    return db.session.scalars(query).one()


def an_officers_day(browser: Browser, address: str, officers: Officers) -> None:
    """From the morning at the office to the record that arrived, then what the office sees of the day."""
    phone = visit(browser, address, officers.of_today, PHONE)
    phone.set_default_timeout(PATIENCE)
    form = the_morning(phone)
    page, code = what_is_shown(phone, form)
    short_ways(phone, form)
    phone.context.set_offline(True)
    points_and_photos(phone, form)
    signatures(phone)
    coming_back(phone)
    the_enterprise(browser, address, page, code)
    sent_back(visit(browser, address, officers.sent_back, PHONE))
    the_desk(browser, address)


def the_morning(phone: Page) -> str:
    """The list, a card of it, the gates; returns the address of the visit that is made."""
    phone.goto("/field/")
    expect(phone.locator("[data-download]")).to_contain_text("已下载到手机", timeout=PATIENCE)
    screens = [shot(phone)]
    card = phone.locator("article.stop", has_text="计划今天").first
    form = str(card.locator("a.task").get_attribute("href"))
    screens.append(shot_from(phone, 'article.stop:has-text("计划今天")'))
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
    for choice in phone.locator('select[name^="results-"]').all():
        choice.select_option(index=1)
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
    for place in range(phone.locator('[data-sign^="officer-"]').count()):
        who = phone.locator(f"#sign-officer-{place}").get_attribute("data-who")
        pad = sign(phone, f"{who}签名")
        screens += pad if place == 0 else []
    screens.append(refused_to_sign(phone))
    sign(phone, "现场人员签名")
    expect(main).to_have_text("提交记录")
    keep("day-sign", side_by_side(screens))


def sign(phone: Page, asked: str) -> list[Image.Image]:
    """Follow the main button that asks for this signature, write it; what the pad showed."""
    main = phone.locator("[data-next]")
    expect(main).to_have_text(asked)
    main.click()
    draw(phone)
    written = [shot(phone)]
    phone.click("[data-pad-done]")
    expect(phone.locator("[data-pad]")).to_be_hidden()
    return written


def refused_to_sign(phone: Page) -> Image.Image:
    """Where the person present will not sign: ticked for the picture, then taken back."""
    expect(phone.locator("[data-next]")).to_have_text("现场人员签名")
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
    row = clerk.locator(".where tbody tr", has_text=re.compile("已下载到手机|已到现场"))
    row.first.locator("a").first.click()
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
