"""Checking a receipt in a real Chromium at phone size: the same lines as the Python program, on line and from a disk."""

import base64
import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from sjj.database import db
from sjj.publicity.verify_example import worked_example
from sjj.rules import verify
from tests.e2e.conftest import PHONE, watch
from tests.e2e.receipt_cases import (
    Case,
    chance_cases,
    forged_cases,
    hard_receipt,
    hostile_cases,
    shared_cases,
    sound_cases,
    sound_documents,
    written,
)
from tests.live import LiveServer
from tests.makers.draws import make_draw

pytestmark = pytest.mark.e2e

ALL_LINES = """cases => cases.map(([data, commitment]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  return sjjVerify.verifyBytes(bytes, commitment).map(sjjVerify.lineOf);
})"""


@pytest.fixture
def kept_file(app: Flask, tmp_path: Path) -> Path:
    """The page as somebody downloaded it."""
    path = tmp_path / "核对 页面.html"
    path.write_bytes(app.test_client().get("/public/verify.html").data)
    return path


@pytest.fixture
def draw_id(app: Flask) -> int:
    """A draw whose receipt is published at once."""
    draw = make_draw()
    draw.campaign.publishes_at_once = True
    db.session.commit()
    made = draw.id
    db.session.rollback()
    return made


@pytest.fixture
def address(draw_id: int, live_server: LiveServer) -> str:
    """The page on line; an agency and a draw are there."""
    return f"{live_server.address}/public/verify"


@pytest.fixture
def kept(phone: Page, kept_file: Path) -> Page:
    """The kept page opened from the disk, all network blocked."""
    phone.route("**/*", _only_the_disk)
    phone.goto(kept_file.as_uri())
    return phone


def _only_the_disk(route: Route) -> None:
    if route.request.url.startswith("file:"):
        route.continue_()
    else:
        route.abort()


def shown_lines(page: Page) -> list[str]:
    """The lines of the result as the page lists them; the same stand once more in the text below."""
    page.locator("[data-result] pre.raw").wait_for(state="attached")
    listed, raw = page.evaluate(
        """() => {
          const result = document.querySelector('[data-result]');
          const lines = Array.from(result.querySelectorAll('[data-line]'), row => row.getAttribute('data-line'));
          return [lines, result.querySelector('pre.raw').textContent];
        }"""
    )
    assert raw == "\n".join(listed)
    return [str(line) for line in listed]


def give(page: Page, data: bytes, name: str = "receipt.json") -> None:
    """Choose a file."""
    page.locator("[data-result]").evaluate("result => { result.textContent = ''; }")
    page.set_input_files("#receipt", {"name": name, "mimeType": "application/json", "buffer": data})


def assert_same_lines(page: Page, cases: Iterable[Case]) -> None:
    """All in one go inside the page: quicker than a thousand choices of a file."""
    given = list(cases)
    found = page.evaluate(
        ALL_LINES, [[base64.b64encode(case.data).decode(), case.commitment] for case in given]
    )
    for case, lines in zip(given, found, strict=True):
        assert lines == case.lines(), case.name


# --- The same lines -----------------------------------------------------------------------------------


def test_receipts_of_every_form_and_every_forgery_get_the_same_lines(kept: Page) -> None:
    sound = list(sound_cases())
    assert {case.lines()[0].split()[0] for case in sound} == {"ok"}
    assert_same_lines(kept, [*sound, *forged_cases(), *shared_cases()])


def test_hostile_files_get_the_same_sentence(kept: Page) -> None:
    assert_same_lines(kept, hostile_cases())


def test_a_hundred_receipts_edited_by_chance_get_the_same_lines(kept: Page) -> None:
    assert_same_lines(kept, chance_cases(100))


def test_one_file_edited_in_every_field_gets_the_same_lines(kept: Page) -> None:
    """Each leaf of a full receipt with everything in it, one after another."""
    document = sound_documents()["groups"]
    assert_same_lines(kept, (Case(str(path), written(edited)) for path, edited in _every_edit(document)))


def _every_edit(document: dict[str, Any]) -> Iterable[tuple[tuple[Any, ...], dict[str, Any]]]:
    for key in document:
        if key in ("pool", "rule"):
            continue
        edited = copy.deepcopy(document)
        edited[key] = _other(edited[key])
        yield (key,), edited
    for key in document["rule"]:
        edited = copy.deepcopy(document)
        edited["rule"][key] = _other(edited["rule"][key])
        yield ("rule", key), edited
    for key in document["pool"][0]:
        edited = copy.deepcopy(document)
        edited["pool"][0][key] = _other(edited["pool"][0][key])
        yield ("pool", 0, key), edited


def _other(value: Any) -> Any:
    """Another value of the same type, so that the shape stays right."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    if isinstance(value, list):
        return value[1:]
    return dict(list(value.items())[1:])


def test_a_ticket_is_the_referees_to_the_last_digit(kept: Page) -> None:
    rows = [(line["code"], line["salt"]) for line in hard_receipt()["pool"]]
    seed = "00000000000000000001|99999999999999999999|𠮷"
    tickets = kept.evaluate(
        "([seed, ids]) => { const t = new sjjVerify.Tickets(seed); return ids.map(id => t.of(id)); }",
        [seed, [verify.object_id(*row) for row in rows]],
    )
    assert tickets == [verify.ticket(seed, verify.object_id(*row)) for row in rows]


# --- By hand ------------------------------------------------------------------------------------------


def test_a_file_chosen_on_line_shows_verdict_facts_and_lines(phone: Page, address: str) -> None:
    """No request leaves the page after it was opened, and the policy of the site is never broken."""
    receipt = hard_receipt()
    data = written(receipt)
    phone.goto(address, wait_until="networkidle")
    requests: list[str] = []
    phone.on("request", lambda request: requests.append(request.url))
    give(phone, data)
    assert shown_lines(phone) == Case("", data).lines()
    expect(phone.locator("[data-result] .verdict")).to_contain_text("还差和公布的承诺比对")
    phone.fill("#commitment", f" {receipt['commitment_sha256'].upper()} ")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-result] .verdict b")).to_contain_text("全部一致")
    assert shown_lines(phone) == Case("", data, receipt["commitment_sha256"]).lines()
    expect(phone.locator("[data-said]")).to_contain_text("核对完了。相符")
    said = phone.locator("[data-result]").inner_text()
    for told in (
        "示例县𠮷林业局",
        "示抽〔2026〕𠮷1号",
        "00000000000000000001",
        receipt["drawn"][0]["ticket"][:14],
    ):
        assert told in said
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert requests == []


@pytest.mark.parametrize("form", ["line drawn", "closed"])
def test_a_file_that_only_states_who_was_drawn_is_never_called_proven(kept: Page, form: str) -> None:
    """Green is for what was computed: a line's cut-off, or whom a closed layer's receipt names, are words."""
    document = sound_documents()[form]
    kept.fill("#commitment", document["commitment_sha256"])
    give(kept, written(document))
    assert shown_lines(kept)
    expect(kept.locator("[data-result] .verdict.warn b")).to_contain_text("抽中谁不能只凭这份文件证明")


def test_a_wrong_commitment_and_a_broken_file_are_called_so(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.fill("#commitment", "0" * 64)
    give(phone, written(hard_receipt()))
    expect(phone.locator("[data-result] .verdict.bad")).to_contain_text(
        "公布的承诺：公布的是0000000000000000"
    )
    give(phone, b'{"a": 1.5}')
    expect(phone.locator("[data-result] .verdict.bad")).to_contain_text("这个文件读不了")
    assert shown_lines(phone) == ["FAIL 读取：不能有小数或特殊数值1.5"]


def test_a_published_receipt_is_fetched_and_checked_with_its_commitment(
    phone: Page, address: str, draw_id: int
) -> None:
    phone.goto(f"{address}?draw={draw_id}")
    phone.get_by_role("button", name="取本站公布的凭据来核对").click()
    expect(phone.locator("[data-result] .verdict b")).to_contain_text("全部一致")
    assert "ok   公布的承诺：与冻结时公布的承诺指纹一致" in shown_lines(phone)


def test_the_keyboard_alone_is_enough(phone: Page, address: str, tmp_path: Path) -> None:
    """From the field of the file to the button; without a file it says so and goes back to the field."""
    phone.goto(address)
    phone.focus("#receipt")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-trouble]")).to_have_text("请先选择凭据文件。")
    expect(phone.locator("#receipt")).to_be_focused()
    give(phone, written(sound_documents()["line drawn"]), name="本户.json")
    expect(phone.locator("[data-trouble]")).to_be_hidden()
    expect(phone.locator("[data-result] h2")).to_have_text("核对结果：本户.json")
    expect(phone.locator("[data-result]")).to_contain_text("入选界限")


def test_a_dropped_file_is_checked(phone: Page, address: str) -> None:
    phone.goto(address)
    data = written(sound_documents()["closed"])
    moved = phone.evaluate_handle(
        """text => { const moved = new DataTransfer(); moved.items.add(new File([text], '拖来的.json')); return moved; }""",
        data.decode(),
    )
    phone.dispatch_event("[data-drop]", "dragover", {"dataTransfer": moved})
    expect(phone.locator("[data-drop]")).to_have_class("card drop over")
    phone.dispatch_event("[data-drop]", "drop", {"dataTransfer": moved})
    assert shown_lines(phone) == Case("", data).lines()
    expect(phone.locator("[data-result]")).to_contain_text("有不公开的分层")


def test_the_example_passes_and_its_forgery_does_not(kept: Page) -> None:
    kept.get_by_role("button", name="核对这个例子").click()
    expect(kept.locator("[data-result] .verdict b")).to_contain_text("全部一致")
    receipt = worked_example().receipt
    assert shown_lines(kept) == Case("", json.dumps(receipt).encode(), receipt["commitment_sha256"]).lines()
    kept.get_by_role("button", name="把例子改动一处，再核对").click()
    expect(kept.locator("[data-result] .verdict.bad")).to_contain_text("抽中对象：第1位写")


def test_the_kept_file_works_from_a_disk_without_a_network(kept: Page) -> None:
    data = written(sound_documents()["full"])
    give(kept, data)
    assert shown_lines(kept) == Case("", data).lines()
    assert kept.evaluate("document.documentElement.scrollWidth") <= 390
    blocked = kept.evaluate("() => fetch('https://localhost/x').then(() => 'sent', () => 'refused')")
    assert blocked == "refused"


@pytest.fixture
def complaints(request: pytest.FixtureRequest) -> list[str]:
    """As everywhere, except that the page was asked to do what its own policy forbids."""

    class Expected(list[str]):
        def append(self, text: str) -> None:
            if "localhost/x" not in text:
                super().append(text)

    return Expected()


def test_a_browser_without_scripts_is_told_what_to_do(
    browser: Browser, address: str, bare_phone: Page
) -> None:
    bare_phone.goto(address)
    expect(bare_phone.locator("[data-no-script]")).to_be_visible()
    expect(bare_phone.locator("#receipt")).to_be_hidden()
    expect(bare_phone.locator("#method")).to_contain_text("先把名单定死")


def test_a_large_list_is_shown_by_the_hundred(
    browser: Browser, kept_file: Path, complaints: list[str]
) -> None:
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = watch(context.new_page(), complaints)
    page.goto(kept_file.as_uri())
    document = sound_documents()["public"]
    row = document["drawn"][0]
    document["drawn"] = [row | {"place": place} for place in range(1, 251)]
    give(page, written(document))
    page.locator("[data-result] summary").first.click()
    expect(page.locator("[data-result] table tbody tr")).to_have_count(100 + len(document["changes"]))
    page.get_by_role("button", name="显示全部 250 户").click()
    expect(page.locator("[data-result] table tbody tr")).to_have_count(250 + len(document["changes"]))
    context.close()
    assert complaints == []
