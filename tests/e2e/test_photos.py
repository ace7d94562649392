"""Photos on the phone: from the album, many at once, with words, in order, deleted and brought back, HEIC as it is."""

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from sjj.files.store import copy_of
from tests.e2e.office import Office
from tests.e2e.phone_form import Visit, expect_received, photo_file, submit_short, tap
from tests.e2e.stored import stored_bytes
from tests.e2e.valley import go_out, kept_bytes, open_form, without_network

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

BOX = '[data-photos="photos"]'
TILES = f"{BOX} [data-sha]"
DATED, PLACE_OF_IT = "2026:03:05 09:20:00", (40.140278, 118.309722)


def camera_file(folder: Path, name: str, shade: int, *, kind: str = "JPEG", zone: str = "") -> Path:
    """A picture of a camera that knows when and where."""
    exif = Image.Exif()
    shot = {0x9003: DATED} | ({0x9011: zone} if zone else {})
    exif[0x8769] = shot
    exif[0x8825] = {1: "N", 2: (40.0, 8.0, 25.0), 3: "E", 4: (118.0, 18.0, 35.0)}
    written = BytesIO()
    Image.new("RGB", (800, 600), (shade, 90, 40)).save(written, kind, exif=exif)
    path = folder / name
    path.write_bytes(written.getvalue())
    return path


def order_of(page: Page) -> list[str]:
    """The photos as they stand in the form."""
    found: list[str] = page.locator(TILES).evaluate_all("all => all.map((one) => one.dataset.sha)")
    return found


def put_first_with_words(phone: Page, last: str) -> None:
    """Look at the last of four photos, say what it shows, move it to the front, look at the next."""
    phone.locator(f'[data-sha="{last}"] .look').click()
    viewer = phone.locator(".viewer")
    expect(viewer.locator("#viewer-title")).to_have_text("照片 4，共 4 张")
    assert viewer.locator("img").evaluate("one => one.decode().then(() => one.naturalHeight)") == 1920
    viewer.get_by_label("照片说明").fill("大门")
    for _ in range(3):
        viewer.get_by_text("往前移").click()
    expect(viewer.locator("#viewer-title")).to_have_text("照片 1，共 4 张")
    viewer.get_by_text("下一张").click()
    expect(viewer).to_contain_text("2026-03-05 09:20 拍摄，北纬 40.14028，东经 118.30972")
    viewer.get_by_text("完成").click()
    expect(viewer).to_be_hidden()
    expect(phone.locator(f'[data-sha="{last}"] .words')).to_have_text("大门")


def remove_and_restore(phone: Page, last: str, first: str, second: str, heic: str) -> None:
    """One taken out comes back to its place; of two taken out, only the later one can come back."""
    phone.locator(f'[data-sha="{first}"] .remove').click()
    assert order_of(phone) == [last, second, heic]
    phone.get_by_text("恢复").click()
    assert order_of(phone) == [last, first, second, heic]
    phone.locator(f'[data-sha="{first}"] .remove').click()
    phone.locator(f'[data-sha="{second}"] .remove').click()  # now the first one is really gone
    phone.get_by_text("恢复").click()


def record_keeps_them(office: Office, visit: Visit, kept: dict[str, bytes], shas: list[str]) -> None:
    """Order, words, times and places as on the phone; bytes unchanged, copies without the camera's data."""
    [one] = office.records_of(visit)
    rows = one.record["photos"]
    assert [row["sha256"] for row in rows] == shas
    assert rows[0]["caption"] == "大门"
    assert [row["taken_at"] for row in rows[1:]] == ["2026-03-05T08:20:00+08:00", "2026-03-05T09:20:00+08:00"]
    assert all((row["lat"], row["lon"]) == pytest.approx(PLACE_OF_IT, abs=1e-5) for row in rows[1:])
    assert "lat" not in rows[0]
    assert {sha: stored_bytes(sha) for sha in kept} == kept
    with Image.open(copy_of(shas[-1], 640)) as copy:
        assert (copy.format, copy.size, dict(copy.getexif())) == ("JPEG", (640, 480), {})


def test_photos_from_the_album_keep_their_time_place_words_and_order(office: Office, tmp_path: Path) -> None:
    [visit] = office.visits()
    files = [
        camera_file(tmp_path, "a.jpg", 10),
        camera_file(tmp_path, "b.jpg", 120, zone="+09:00"),
        camera_file(tmp_path, "c.heic", 200, kind="HEIF"),
        photo_file(tmp_path, "d.jpg", (2400, 1800)),
        tmp_path / "film.mp4",
    ]
    files[-1].write_bytes(b"\0\0\0\x18ftypisom" + b"no photo" * 99)
    with office.phone() as phone:
        go_out(phone, office.address, visit)
        open_form(phone, office.address, visit)
        tap(phone, "outcome", "not_found")
        assert (
            phone.locator('input[name="files"]').get_attribute("capture") is None
        )  # the album may be chosen
        assert phone.locator("#files-camera").get_attribute("capture") == "environment"
        with without_network(phone.context):
            phone.set_input_files('input[name="files"]', files)
            expect(phone.locator(TILES)).to_have_count(4, timeout=30_000)
            expect(phone.locator("[data-trouble]")).to_contain_text("“film.mp4”不是照片")
            expect(phone.locator(f"{BOX} .unseen")).to_contain_text("HEIC 原图")
            first, second, heic, last = order_of(phone)

            put_first_with_words(phone, last)
            remove_and_restore(phone, last, first, second, heic)
            expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
            phone.wait_for_timeout(500)
            phone.reload()
            expect(phone.locator(TILES)).to_have_count(3)
            assert order_of(phone) == [last, second, heic]
            expect(phone.locator(f'[data-sha="{last}"] .words')).to_have_text("大门")
            kept = kept_bytes(phone)
            assert set(kept) == {last, second, heic}
            assert {hashlib.sha256(data).hexdigest() for data in kept.values()} == set(kept)
            phone.fill('textarea[name="narrative"]', "原址已无人经营。")
            phone.locator('textarea[name="narrative"]').blur()
            submit_short(phone)
        expect_received(phone)
    record_keeps_them(office, visit, kept, [last, second, heic])
    assert stored_bytes(heic) == files[2].read_bytes()  # as the camera wrote it


def test_sixty_photos_are_taken_in_one_by_one_and_arrive(office: Office, tmp_path: Path) -> None:
    [visit] = office.visits()
    many = [photo_file(tmp_path, f"{number}.jpg", (800 + number * 8, 600)) for number in range(62)]
    with office.phone() as phone:
        go_out(phone, office.address, visit)
        open_form(phone, office.address, visit)
        tap(phone, "outcome", "not_found")
        phone.set_input_files('input[name="files"]', many)
        expect(phone.locator("[data-next]")).to_have_text(re.compile(r"正在收进照片（\d+ / 62）"))
        expect(phone.locator("[data-trouble]")).to_contain_text("最多 60 张照片", timeout=120_000)
        expect(phone.locator(TILES)).to_have_count(60)
        expect(phone.locator("[data-next]")).not_to_have_text(re.compile("正在收进"))
        held = phone.locator(f"{TILES} img").evaluate_all("all => all.map((one) => one.naturalWidth)")
        assert 0 < max(held) <= 320  # tiles show small copies, never sixty large pictures
        kept = kept_bytes(phone)
        phone.fill('textarea[name="narrative"]', "原址已无人经营。")
        phone.locator('textarea[name="narrative"]').blur()
        submit_short(phone)
        expect_received(phone, 120_000)
    [one] = office.records_of(visit)
    assert (len(one.files), one.missing) == (60, ())
    assert {sha: stored_bytes(sha) for sha in kept} == kept
