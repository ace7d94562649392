"""An officer's hands on the form of a visit: taps, photos, strokes."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from sjj.database import db
from sjj.inspections.models import Inspection
from tests.makers.inspections import make_officer_user
from tests.visitor import PASSWORD


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection as the test needs it: plain values, so that asking holds no lock of the database."""

    uid: str
    token: str
    username: str
    team: tuple[str, ...]


def visit_of(inspection: Inspection) -> Visit:
    """The inspection with an account for the first of its team; nothing is left open."""
    user = make_officer_user(inspection.team[0].officer)
    names = tuple(member.officer.name for member in inspection.team)
    made = Visit(str(inspection.uid), inspection.entity.token, user.username, names)
    db.session.rollback()
    return made


def sign_in(page: Page, address: str, username: str) -> None:
    """Sign in through the form."""
    page.goto(f"{address}/sign-in")
    page.fill('input[name="username"]', username)
    page.fill('input[name="password"]', PASSWORD)
    page.click('button:has-text("登录")')
    page.wait_for_url(lambda url: "/sign-in" not in url)


def photo_file(folder: Path, name: str = "IMG_0001.jpg", size: tuple[int, int] = (4032, 3024)) -> Path:
    """A photo as a phone's camera makes it: large, turned by its EXIF orientation, with a place in it."""
    image = Image.effect_noise((size[0] // 8, size[1] // 8), 60).convert("RGB").resize(size)
    exif = Image.Exif()
    exif[0x0112] = 6
    written = BytesIO()
    image.save(written, "JPEG", quality=85, exif=exif)
    path = folder / name
    path.write_bytes(written.getvalue())
    return path


def tap(page: Page, name: str, value: str) -> None:
    """Tap the button of a three-way choice."""
    box = page.locator(f'input[name="{name}"][value="{value}"]')
    page.locator(f'label[for="{box.get_attribute("id")}"]').click()


def stroke(page: Page) -> None:
    """Write something on the open pad with the finger, and finish."""
    canvas = page.locator("[data-pad-canvas]")
    box = canvas.bounding_box()
    assert box is not None
    left, top, width, height = box["x"], box["y"], box["width"], box["height"]
    for line in (((0.2, 0.3), (0.5, 0.25), (0.8, 0.35)), ((0.5, 0.2), (0.5, 0.5), (0.4, 0.8))):
        page.mouse.move(left + width * line[0][0], top + height * line[0][1])
        page.mouse.down()
        for x, y in line[1:]:
            page.mouse.move(left + width * x, top + height * y, steps=6)
        page.mouse.up()
    page.click("[data-pad-done]")
    expect(page.locator("[data-pad]")).to_be_hidden(timeout=20_000)  # written to the phone first


def fill_visit(page: Page, photo: Path) -> None:
    """Everything before the signatures, the second point with a problem and a photo; works without JavaScript too."""
    for name in ("certificates", "rights", "policy_explained"):
        page.locator(f'input[name="{name}"]').check()
    for place in range(4):
        tap(page, f"answers-{place}-value", "problem" if place == 1 else "ok")
    page.fill('textarea[name="answers-1-note"]', "缺一车检疫证书")
    page.select_option('select[name="answers-1-kind"]', "责令改正")
    page.fill('input[name="answers-1-due"]', "2026-12-20")
    page.fill('input[name="answers-1-clause"]', "试点条例第六十五条")
    page.set_input_files('input[name="answers-1-files"]', photo)
    page.select_option('select[name="results-0-result"]', "发现问题已责令改正")
    page.fill('textarea[name="narrative"]', "现场堆放松木三车。\n已责令补齐。")
    page.fill('input[name="assistants"]', "王五、赵六")
    page.fill('input[name="present-name"]', "李四")
    page.fill('input[name="present-post"]', "厂长")


def sign_all(page: Page, visit: Visit) -> None:
    """From the checked form through the sheet to every signature, led by the main button."""
    main = page.locator("[data-next]")
    expect(main).to_have_text("核对并签名")
    main.click()
    expect(page.locator("[data-sheet]")).to_be_visible()
    for name in visit.team:
        expect(main).to_have_text(f"执法人员{name}签名")
        main.click()
        stroke(page)
    expect(main).to_have_text("现场人员签名")
    main.click()
    stroke(page)
    expect(main).to_have_text("提交记录")


def submit(page: Page) -> None:
    """Seal the signed record; what becomes of it stands in place of the form."""
    expect(page.locator("[data-next]")).to_have_text("提交记录")
    page.click("[data-next]")
    expect(page.locator("[data-sealed]")).to_be_visible(timeout=20_000)


def expect_received(page: Page, within: float = 30_000) -> None:
    """The phone says “服务器已收” of the record that it sealed."""
    expect(page.locator("[data-sealed-title]")).to_have_text("服务器已收", timeout=within)


def fill_short(page: Page, photo: Path) -> None:
    """The shortest way to a whole record: nobody there, a photo, a sentence."""
    tap(page, "outcome", "not_found")
    page.set_input_files('input[name="files"]', photo)
    expect(page.locator('[data-photos="photos"] [data-sha]')).to_have_count(1, timeout=20_000)
    page.fill('textarea[name="narrative"]', "原址已无人经营。")
    page.locator('textarea[name="narrative"]').blur()


def submit_short(page: Page) -> None:
    """Through the sheet without signatures, which this outcome does not need."""
    main = page.locator("[data-next]")
    while (said := main.inner_text()) != "核对并签名":
        main.click()
        expect(main).not_to_have_text(said)
    main.click()
    submit(page)
