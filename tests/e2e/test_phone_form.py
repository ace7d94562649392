"""The officer's form in a real browser at phone size: filled, photographed, signed, sent exactly once."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from sjj.database import db
from sjj.files.store import original_path
from sjj.inspections.models import Inspection, Submission, SubmissionFile
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import signed_sha256
from tests.e2e.phone_form import (
    Visit,
    expect_received,
    fill_visit,
    photo_file,
    sign_all,
    sign_in,
    stroke,
    submit,
    tap,
)
from tests.e2e.stored import records, stored_files

pytestmark = pytest.mark.e2e

KB = 1024


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
    expect(phone.locator('[data-photos="answers-1-photos"] [data-sha] .mark-sent')).to_have_text("已存")
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    sign_all(phone, visit)
    shown = phone.locator("[data-sheet-hash]").inner_text().replace(" ", "")
    submit(phone)
    expect_received(phone)
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
    submit(phone)
    expect_received(phone)
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
    submit(phone)
    expect_received(phone)
    record = records()[0].record
    assert record["outcome"] == "refused"
    assert [row["role"] for row in record["signatures"]] == ["witness"]


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
