"""The camera of `make shots`: windows at phone and desk size, what they show, kept as small pictures."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.live import ROOT

PICTURES = ROOT / "docs" / "img"
PASSWORD = "only-for-a-look-7"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
COLOURS = 128
GAP = 24
GROUND = "#8a938f"


def visit(browser: Browser, address: str, username: str, size: dict[str, int]) -> Page:
    """A browser window of this size, signed in if a name is given."""
    context = browser.new_context(viewport=size, locale="zh-CN", base_url=address)  # type: ignore[arg-type]
    page = context.new_page()
    if username:
        page.goto("/sign-in")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def shot(page: Page, path: str = "") -> Image.Image:
    """What the window shows."""
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def shot_from(page: Page, what: str) -> Image.Image:
    """What the window shows when this part stands at its top, just under what sticks there."""
    for _ in range(2):  # the page itself may still be scrolling to what it asks for next
        page.wait_for_timeout(200)
        page.locator(what).first.evaluate(TO_THE_TOP)
    return shot(page)


TO_THE_TOP = """one => {
  const bar = document.querySelector('header'), above = bar && getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
  window.scrollTo({ top: one.getBoundingClientRect().top + window.scrollY - above - 14, behavior: 'instant' });
}"""


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Several phone screens in one picture."""
    width = sum(one.width for one in pictures) + GAP * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(one.height for one in pictures)), GROUND)
    left = 0
    for one in pictures:
        whole.paste(one, (left, 0))
        left += one.width + GAP
    return whole


def keep(name: str, picture: Image.Image) -> None:
    """Store a picture small: few colours are enough for flat pages."""
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)
