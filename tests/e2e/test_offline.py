"""A visit without a network, from the scan at the door to “服务器已收” back on line; pages that open by themselves."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.phone_form import (
    Visit,
    expect_received,
    fill_visit,
    photo_file,
    sign_all,
    sign_in,
    submit,
    visit_of,
)
from tests.e2e.stored import records, stored_bytes
from tests.e2e.valley import (
    cached_pages,
    count_on_phone,
    download,
    go_out,
    kept_bytes,
    make_short_visit,
    without_network,
)
from tests.live import ROOT, LiveServer
from tests.makers.inspections import make_inspection

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.usefixtures("forgive_the_lost_network"),
]


def test_a_visit_without_a_network_arrives_once_and_unchanged(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        phone.goto(f"{address}/field/scan/{visit.token}")  # as the phone's own camera opens it
        expect(phone).to_have_url(re.compile(f"/field/inspections/{visit.uid}#code="))
        expect(phone.locator("[data-checkin-state]")).to_contain_text("已扫码")
        expect(phone.locator("[data-place]")).to_contain_text("码与本单位相符")
        expect(phone.locator("[data-net]")).to_contain_text("没有连上服务器")
        fill_visit(phone, photo_file(tmp_path))
        sign_all(phone, visit)
        submit(phone)
        expect(phone.locator("[data-sealed-title]")).to_have_text("已提交，存在手机里")
        expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")
        kept = kept_bytes(phone)
        assert len(kept) == 4  # one photo, three signatures
        phone.goto(f"{address}/field/outbox")
        expect(phone.locator("[data-local-list] .chip")).to_have_text("待发送")
        expect(phone.locator("[data-oldest]")).to_contain_text("最早一份已等了 1 分钟")
        expect(phone.locator(".tabs b")).to_have_text("1")
        phone.goto(f"{address}/field/")
        expect(phone.locator("a.task [data-local]")).to_have_text("待发送")
        expect(phone.locator("[data-download]")).to_contain_text("上次下载的任务")
        phone.reload()
        phone.goto(f"{address}/field/inspections/{visit.uid}")
        expect(phone.locator("[data-sealed-title]")).to_have_text("已提交，存在手机里")
        assert records() == []
    expect_received(phone)
    [one] = records()
    assert one.source == "phone"
    assert one.missing == ()
    assert one.files == set(kept)
    assert {sha: stored_bytes(sha) for sha in kept} == kept
    assert "other_code" not in one.flags
    assert "signed_other_text" not in one.flags
    assert count_on_phone(phone, "blobs") == 0
    assert count_on_phone(phone, "drafts") == 0
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收")


def test_a_page_that_was_not_downloaded_says_so(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        phone.goto(f"{address}/field/inspections/00000000-0000-4000-8000-000000000000")
        expect(phone.locator("h1")).to_have_text("这一页不在手机里")
        phone.click("text=看任务")
        expect(phone.locator("a.task")).to_have_count(1)


def test_only_ones_own_open_visits_are_on_the_phone(
    phone: Page, address: str, visit: Visit, app: Flask
) -> None:
    stranger = visit_of(make_inspection())
    go_out(phone, address, visit)
    kept = cached_pages(phone)
    assert f"/field/inspections/{visit.uid}" in kept
    assert f"/field/inspections/{stranger.uid}" not in kept
    assert {"/field/", "/field/outbox", "/field/scan", "/field/me", "/field/tasks.json"} <= kept


def test_a_typed_code_is_checked_on_the_phone(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        phone.goto(f"{address}/field/scan")
        phone.fill("#code", f"https://elsewhere.example/field/scan/{visit.token}")
        phone.click('[data-scan] button:has-text("打开")')
        expect(phone.locator("[data-place]")).to_contain_text("码与本单位相符")
        expect(phone.locator("[data-checkin-state]")).to_contain_text("已扫码")


def test_signing_out_takes_the_pages_along_but_not_the_outbox(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        make_short_visit(phone, address, visit, tmp_path)
        phone.goto(f"{address}/field/me")
        said: list[str] = []
        phone.once("dialog", lambda asked: (said.append(asked.message), asked.accept()))
        expect(phone.locator("[data-net]")).to_contain_text("没有连上服务器")
        phone.click('button:has-text("退出登录")')
        assert "退不了登录" in said[0]
        assert cached_pages(phone)
    phone.route("**/field/submissions/**", lambda route: route.abort())  # it is not sent just yet
    phone.goto(f"{address}/field/me")
    expect(phone.locator("[data-net]")).to_be_hidden()
    phone.once("dialog", lambda asked: (said.append(asked.message), asked.accept()))
    phone.click('button:has-text("退出登录")')
    phone.wait_for_url("**/sign-in*")
    assert "还有 1 份记录没有送到服务器" in said[1]
    assert cached_pages(phone) == set()
    assert count_on_phone(phone, "outbox") == 1
    phone.unroute_all()
    with without_network(phone_context):
        phone.goto(f"{address}/field/inspections/{visit.uid}")
        expect(phone.locator("h1")).to_have_text("这一页不在手机里")
    sign_in(phone, address, visit.username)
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=20_000)
    assert len(records()) == 1


def newer_version(folder: Path) -> Path:
    """A copy of the app whose style sheet has changed, and with it the address of every static file."""
    for part in ("sjj", "static", "templates", "migrations"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    sheet = folder / "static" / "css" / "app.css"
    sheet.write_text(sheet.read_text(encoding="utf-8") + "\n/* newer */\n", encoding="utf-8")
    return folder


def test_an_update_of_the_app_keeps_what_waits_and_what_was_downloaded(
    phone: Page,
    phone_context: BrowserContext,
    address: str,
    visit: Visit,
    tmp_path: Path,
    live_server: LiveServer,
) -> None:
    go_out(phone, address, visit)
    old = phone.locator("body").get_attribute("data-static")
    with without_network(phone_context):
        make_short_visit(phone, address, visit, tmp_path)
        live_server.kill()
        live_server.code = newer_version(tmp_path / "newer")
        live_server.start()
        phone.goto(f"{address}/field/inspections/{visit.uid}")  # the old page with its old scripts
        expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")
    download(phone, address)
    assert phone.locator("body").get_attribute("data-static") != old
    expect(phone.locator("a.task [data-local]")).to_have_text("服务器已收", timeout=20_000)
    phone.wait_for_function(
        "async () => (await caches.keys()).filter((one) => one.startsWith('sjj-shell')).length === 1"
    )
    with without_network(phone_context):
        phone.goto(f"{address}/field/inspections/{visit.uid}")
        expect(phone.locator("main")).to_contain_text("记录已提交，等待审核")
    assert len(records()) == 1
