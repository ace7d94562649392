"""The officer's form in a real browser at phone size: filled, photographed, signed, sent exactly once."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, select, update

from sjj.accounts.models import LoginSession
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import original_path
from sjj.inspections.models import Inspection, Submission, SubmissionFile
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import signed_sha256
from tests.e2e.phone_form import Visit, fill_visit, photo_file, sign_all, sign_in, stroke, tap, visit_of
from tests.live import LiveServer
from tests.makers.inspections import make_inspection

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KB = 1024


@pytest.fixture
def visit(app: Flask) -> Visit:
    """One inspection to be made."""
    return visit_of(make_inspection())


@pytest.fixture
def address(visit: Visit, live_server: LiveServer) -> str:
    """Where the server answers."""
    return live_server.start().address


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that the server has, as plain values."""

    content: str
    source: str
    signed_sha256: str
    flags: tuple[str, ...]

    @property
    def record(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.content)
        return said


def records() -> list[Stored]:
    """What the server has stored by now; leaves no lock behind."""
    found = [
        Stored(one.content, one.source, one.signed_sha256, tuple(flag["code"] for flag in one.flags))
        for one in db.session.scalars(select(Submission))
    ]
    db.session.rollback()
    return found


def stored_files() -> set[str]:
    """The files that the server has."""
    found = set(db.session.scalars(select(StoredFile.sha256)))
    db.session.rollback()
    return found


def opened(page: Page, address: str, visit: Visit) -> Page:
    """The form, by the entity's code."""
    sign_in(page, address, visit.username)
    page.goto(f"{address}/field/scan/{visit.token}")
    return page


def test_a_visit_with_script_is_received_whole_and_signed_as_sent(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    opened(phone, address, visit)
    expect(phone.locator("[data-checkin-state]")).to_contain_text("已扫码")
    expect(phone.locator("[data-place]")).to_contain_text("码与本单位相符")
    fill_visit(phone, photo_file(tmp_path))
    expect(phone.locator('[data-photos="answers-1-photos"] [data-state]')).to_have_attribute(
        "data-state", "sent"
    )
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    sign_all(phone, visit)
    shown = phone.locator("[data-sheet-hash]").inner_text().replace(" ", "")
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    [one] = records()
    record = one.record
    assert one.source == "phone"
    assert one.signed_sha256 == shown == signed_sha256(record)
    assert {row["signed_sha256"] for row in record["signatures"]} == {shown}
    assert not {"signed_other_text", "other_code"} & set(one.flags)
    named = {record["photos"][0]["sha256"], *(row["image"] for row in record["signatures"])}
    assert named == stored_files()
    with Image.open(original_path(record["photos"][0]["sha256"])) as photo:
        assert (photo.format, photo.size) == ("JPEG", (1440, 1920))  # upright, long side 1920
    assert record["photos"][0]["taken_at"].endswith("+08:00")


def test_the_same_answers_make_the_same_record_without_script(
    phone: Page, bare_phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    photo = photo_file(tmp_path, size=(800, 600))
    opened(phone, address, visit)
    fill_visit(phone, photo)
    sign_all(phone, visit)
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    [with_script] = records()
    db.session.execute(update(Inspection).values(state=ResultState.NOT_ENTERED, revision=None))
    for table in (SubmissionFile, Submission):
        db.session.execute(delete(table))
    db.session.commit()

    opened(bare_phone, address, visit)
    fill_visit(bare_phone, photo)
    for place, slot in enumerate(("officer-0", "officer-1", "present")):
        ink = photo_file(tmp_path, f"ink{place}.jpg", (300 + place, 100))
        bare_phone.set_input_files(f'input[name="sign-{slot}-file"]', ink)
    bare_phone.click('button:has-text("提交记录")')
    expect(bare_phone.locator("h1")).to_have_text("服务器已收")
    [bare] = records()
    assert comparable(bare.content) == comparable(with_script.content)
    assert bare.signed_sha256 == bare.record["signatures"][0]["signed_sha256"]


def comparable(content: str) -> dict[str, Any]:
    """A record without what differs by nature: times, and the bytes of files."""
    record: dict[str, Any] = json.loads(content)
    for name in ("started_at", "ended_at", "device_now", "certificates_shown_at", "rights_told_at"):
        assert record.pop(name).endswith("+08:00")
    record["checkin"].pop("at")
    record["photos"] = len(record["photos"])
    for answer in record["answers"]:
        answer["photos"] = len(answer.get("photos", []))
    for signature in record["signatures"]:
        for name in ("image", "signed_sha256", "at"):
            signature.pop(name)
    return record


def test_nothing_is_lost_by_a_reload_or_without_a_network(
    phone: Page,
    phone_context: BrowserContext,
    address: str,
    visit: Visit,
    tmp_path: Path,
    complaints: list[str],
) -> None:
    opened(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    phone.wait_for_timeout(600)
    phone.goto(f"{address}/field/inspections/{visit.uid}")
    expect(phone.locator('textarea[name="answers-1-note"]')).to_have_value("缺一车检疫证书")
    expect(phone.locator('input[name="checkin-code"]')).to_have_value(f"{address}/field/scan/{visit.token}")
    expect(phone.locator('[data-photos="answers-1-photos"] [data-state="sent"]')).to_have_count(1)
    sign_all(phone, visit)
    phone_context.set_offline(True)
    phone.click("[data-next]")
    expect(phone.locator("[data-trouble]")).to_contain_text("没有送到服务器")
    expect(phone.locator("[data-next]")).to_have_text("再次提交")
    assert records() == []
    phone_context.set_offline(False)
    phone.reload()
    expect(phone.locator("[data-trouble]")).to_contain_text("有一份记录还没有送到")
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    assert len(records()) == 1
    complaints.clear()  # the browser itself complains of the lost network


def test_a_lost_sign_in_keeps_everything_until_one_signs_in_again(
    phone: Page,
    phone_context: BrowserContext,
    address: str,
    visit: Visit,
    tmp_path: Path,
    complaints: list[str],
) -> None:
    opened(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    sign_all(phone, visit)
    db.session.execute(delete(LoginSession))
    db.session.commit()
    phone.click("[data-next]")
    expect(phone.locator("[data-trouble]")).to_contain_text("登录已过期")
    complaints.clear()  # 401 is what was wanted
    with phone_context.expect_page() as other:
        phone.click("[data-trouble-link] a")
    sign_in(other.value, address, visit.username)
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    assert len(records()) == 1
    complaints.clear()  # the first try with the old token


def test_editing_after_a_signature_clears_the_signatures_after_a_warning(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    opened(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    sign_all(phone, visit)
    expect(phone.locator('input[name="present-name"]')).to_be_disabled()
    before = phone.locator("[data-sheet-hash]").inner_text()
    phone.once("dialog", lambda asked: asked.dismiss())
    phone.click("[data-unlock]")
    expect(phone.locator("[data-next]")).to_have_text("提交记录")
    phone.once("dialog", lambda asked: asked.accept())
    phone.click("[data-unlock]")
    phone.fill('input[name="present-name"]', "李四光")
    phone.locator('input[name="present-name"]').blur()
    expect(phone.locator("[data-next]")).to_have_text("核对并签名")
    phone.click("[data-next]")
    expect(phone.locator("[data-sheet-hash]")).not_to_have_text(before)
    expect(phone.locator("[data-next]")).to_contain_text("签名")


def test_a_short_path_shows_only_what_it_needs(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    opened(phone, address, visit)
    tap(phone, "outcome", "refused")
    expect(phone.locator("#item-0")).to_be_hidden()
    expect(phone.locator("#person-h")).to_be_visible()
    for name in ("certificates", "rights"):
        phone.locator(f'input[name="{name}"]').check()
    expect(phone.locator("[data-next]")).to_have_text("下一项：写明现场情况")
    phone.fill('textarea[name="narrative"]', "负责人拒绝开门")
    phone.locator('textarea[name="narrative"]').blur()
    phone.click("[data-next]")
    expect(phone.locator("[data-next]")).to_have_text("下一项：见证人姓名")
    phone.fill('input[name="sign-witness-name"]', "村主任")
    phone.locator('input[name="sign-witness-name"]').blur()
    expect(phone.locator("[data-next]")).to_have_text("见证人签名")
    phone.click("[data-next]")
    stroke(phone)
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    record = records()[0].record
    assert record["outcome"] == "refused"
    assert [row["role"] for row in record["signatures"]] == ["witness"]


def test_what_the_server_finds_is_shown_at_its_field(
    phone: Page, address: str, visit: Visit, tmp_path: Path, complaints: list[str]
) -> None:
    opened(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    # What no finger can enter: the script is the last to be trusted.
    phone.evaluate(
        "document.querySelector('[name=\"answers-1-kind\"]').add(new Option('罚款', '罚款', true, true))"
    )
    sign_all(phone, visit)
    phone.click("[data-next]")
    expect(phone.locator("#problems")).to_contain_text("不是可选的处置方式")
    assert phone.locator("#problems a").first.get_attribute("href") == "#answers-1-kind"
    assert records() == []
    complaints.clear()  # the browser reports the 422


def test_the_plain_sha256_agrees_with_the_platforms(phone: Page, address: str, visit: Visit) -> None:
    sign_in(phone, address, visit.username)
    phone.goto(f"{address}/field/")
    sheet = phone.locator('link[rel="stylesheet"]').first.get_attribute("href") or ""
    module = sheet.replace("css/app.css", "js/sha256.js")
    for length in (0, 1, 55, 56, 63, 64, 65, 1000, 100_003):
        data = bytes((place * 31 + length) % 256 for place in range(length))
        found = phone.evaluate(
            "async ([module, bytes]) => (await import(module)).plainSha256(new Uint8Array(bytes))",
            [module, list(data)],
        )
        assert found == hashlib.sha256(data).hexdigest(), length


def test_the_form_page_stays_light(phone: Page, address: str, visit: Visit) -> None:
    sizes: dict[str, int] = {}
    sign_in(phone, address, visit.username)
    phone.on("response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))}))
    phone.goto(f"{address}/field/inspections/{visit.uid}", wait_until="networkidle")
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    assert 10 * KB < scripts <= 60 * KB
    assert sum(sizes.values()) <= 120 * KB


def test_a_photo_the_server_does_not_have_yet_is_never_called_received(
    phone: Page, address: str, visit: Visit, tmp_path: Path, complaints: list[str]
) -> None:
    opened(phone, address, visit)
    phone.route("**/field/files", lambda route: route.abort())
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    expect(phone.locator('[data-state="failed"] .mark-sent')).to_have_text("未传，点此重试")
    sign_all(phone, visit)
    phone.click("[data-next]")
    expect(phone.locator("[data-trouble]")).to_contain_text("没有送到服务器")
    assert len(records()) == 1  # the record went first, its files are still to come
    phone.unroute("**/field/files")
    phone.click("[data-next]")
    expect(phone.locator("h1")).to_have_text("服务器已收")
    assert len(records()) == 1
    complaints.clear()
