"""扫码 with the page's own camera: a rendered code before a real Chromium's (fake) camera, with and without a network."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from qrcode import QRCode
from qrcode.image.pil import PilImage

from tests.chromium import CHROMIUM, QUIET
from tests.e2e.conftest import PHONE, watch
from tests.e2e.phone_form import Visit, sign_in, visit_of
from tests.e2e.valley import download, open_form, without_network
from tests.live import LiveServer
from tests.makers.inspections import make_inspection

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
]
FRAME = (640, 480)


@pytest.fixture
def stranger(app: Flask) -> Visit:
    """An inspection of somebody else's."""
    return visit_of(make_inspection())


@pytest.fixture
def address(visit: Visit, stranger: Visit, live_server: LiveServer) -> str:
    """Where the server answers."""
    return live_server.address


def code_picture(text: str) -> Image.Image:
    """A code as it hangs at a gate, seen by a camera: not filling the frame, on grey, a little turned."""
    code = QRCode(border=4, box_size=6, image_factory=PilImage)
    code.add_data(text)
    seen = Image.new("L", FRAME, 150)
    shown = (
        code.make_image().get_image().convert("L").resize((330, 330)).rotate(7, expand=True, fillcolor=150)
    )
    seen.paste(shown, ((FRAME[0] - shown.width) // 2, (FRAME[1] - shown.height) // 2))
    return seen


def film_of(text: str, path: Path) -> Path:
    """The same as a film that Chromium plays as its camera (YUV4MPEG2, grey)."""
    seen = code_picture(text).tobytes()
    grey = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + seen + grey) * 3)
    return path


Camera = Callable[[str], AbstractContextManager[tuple[Page, BrowserContext]]]


@pytest.fixture
def camera(browser: Browser, tmp_path: Path, complaints: list[str]) -> Iterator[Camera]:
    """A phone before whose camera hangs a code with this text."""

    @contextmanager
    def looking_at(text: str) -> Iterator[tuple[Page, BrowserContext]]:
        film = film_of(text, tmp_path / "camera.y4m")
        flags = (
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        )
        phone = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*QUIET, *flags])
        context = phone.new_context(**PHONE, permissions=["camera"])  # type: ignore[arg-type]
        page = watch(context.new_page(), complaints)
        page.set_default_timeout(20_000)
        yield page, context
        phone.close()

    yield looking_at
    assert [one for one in complaints if not re.search(r"Failed to load resource|net::ERR", one)] == []


def test_the_code_at_the_gate_opens_the_form_checked_in_without_a_network(
    camera: Camera, address: str, visit: Visit
) -> None:
    with camera(f"{address}/field/scan/{visit.token}") as (page, context):
        sign_in(page, address, visit.username)
        download(page, address)
        with without_network(context):
            page.goto(f"{address}/field/scan")
            page.wait_for_url(re.compile(f"/field/inspections/{visit.uid}#code="))
            expect(page.locator("[data-checkin-state]")).to_contain_text("已扫码")
            expect(page.locator("[data-place]")).to_contain_text("码与本单位相符")


def test_another_enterprises_code_is_told_plainly_and_can_still_be_used_with_a_reason(
    camera: Camera, address: str, visit: Visit, stranger: Visit, tmp_path: Path
) -> None:
    with camera(f"{address}/field/scan/{stranger.token}") as (page, context):
        sign_in(page, address, visit.username)
        download(page, address)
        with without_network(context):
            open_form(page, address, visit)
            page.locator('label[for="checkin-method-0"]').click()
            page.click("text=打开摄像头扫码")
            said = page.locator("[data-scan-said]")
            expect(said).to_contain_text("不在您下载的任务里")
            page.set_input_files("#picture", _photo(tmp_path, "微信收款码"))
            expect(said).to_contain_text("不是检查对象的码")
            page.click("text=仍用这个码签到，写明原因")
            page.wait_for_url(re.compile(f"/field/inspections/{visit.uid}#code="))
            expect(page.locator("[data-place]")).to_contain_text("这不是本单位的码，请写明原因")
            expect(page.locator('input[name="checkin-reason"]')).to_be_visible()


def test_a_photo_of_the_code_does_where_no_camera_may_be_used(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    sign_in(phone, address, visit.username)
    phone.goto(f"{address}/field/scan")
    expect(phone.locator("[data-scan-said]")).to_contain_text("摄像头")
    phone.set_input_files("#picture", _photo(tmp_path, f"{address}/field/scan/{visit.token}"))
    expect(phone.locator("[data-checkin-state]")).to_contain_text("已扫码")


def _photo(folder: Path, text: str) -> Path:
    path = folder / "code.png"
    code_picture(text).save(path)
    return path
