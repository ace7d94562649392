"""Two windows, an ended session, a shared phone: each record goes once, and under its own officer."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from sjj.accounts.models import LoginSession
from sjj.database import db
from tests.e2e.conftest import watch
from tests.e2e.phone_form import (
    Visit,
    expect_received,
    fill_short,
    photo_file,
    sign_in,
    submit_short,
    visit_of,
)
from tests.e2e.stored import records
from tests.e2e.valley import (
    go_out,
    make_short_visit,
    open_form,
    without_network,
)
from tests.makers.inspections import make_inspection
from tests.proxy import DOWN, OPEN, BadNetwork
from tests.visitor import PASSWORD

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.usefixtures("forgive_the_lost_network"),
]


@pytest.fixture
def address(network: BadNetwork) -> str:
    """Where the server answers."""
    return network.address


def test_two_windows_make_one_record(
    phone: Page,
    phone_context: BrowserContext,
    address: str,
    visit: Visit,
    tmp_path: Path,
    complaints: list[str],
) -> None:
    go_out(phone, address, visit)
    other = watch(phone_context.new_page(), complaints)
    open_form(other, address, visit)
    open_form(phone, address, visit)
    fill_short(phone, photo_file(tmp_path, size=(800, 600)))
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    other.fill('[name="remarks"]', "另一个窗口")
    other.locator('[name="remarks"]').blur()
    expect(other.locator("[data-trouble]")).to_contain_text("在别的窗口改过或提交了")
    expect(other.locator('[name="remarks"]')).to_be_disabled()
    submit_short(phone)
    expect_received(phone)
    other.click("[data-next]")  # 刷新
    expect(other.locator("main")).to_contain_text("记录已提交，等待审核")
    assert len(records()) == 1


def test_one_window_sends_where_the_browser_has_no_locks(
    phone: Page,
    phone_context: BrowserContext,
    network: BadNetwork,
    address: str,
    visit: Visit,
    tmp_path: Path,
) -> None:
    phone_context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    other = phone_context.new_page()
    other.goto(f"{address}/field/outbox")
    expect(other.locator("[data-local-list] .chip")).to_have_text("待发送")
    network.become(OPEN)
    expect(other.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=30_000)
    expect_received(phone)
    assert len(records()) == 1


def test_a_session_that_ended_meanwhile_asks_for_sign_in_and_keeps_everything(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        make_short_visit(phone, address, visit, tmp_path)
        db.session.execute(delete(LoginSession))
        db.session.commit()
    expect(phone.locator("[data-net]")).to_contain_text("登录已过期", timeout=20_000)
    expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")
    assert records() == []
    phone.click("[data-net] a")
    phone.fill('input[name="username"]', visit.username)
    phone.fill('input[name="password"]', PASSWORD)
    phone.click('button:has-text("登录")')
    phone.wait_for_url("**/field/inspections/*")  # back where the officer was
    expect_received(phone)
    assert len(records()) == 1


def test_on_a_shared_phone_a_colleague_sees_nothing_and_sends_nothing(
    phone: Page,
    phone_context: BrowserContext,
    network: BadNetwork,
    address: str,
    app: Flask,
    visit: Visit,
    tmp_path: Path,
) -> None:
    colleague = visit_of(make_inspection())
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    network.become(OPEN)
    phone.context.clear_cookies()  # the colleague signs in, the first one never signed out
    go_out(phone, address, colleague)
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list]")).to_contain_text("没有草稿，也没有待发送的记录")
    expect(phone.locator(".tabs b")).to_have_count(0)
    phone.wait_for_timeout(2500)
    assert records() == []
    with without_network(phone_context):
        phone.goto(f"{address}/field/inspections/{visit.uid}")
        expect(phone.locator("h1")).to_have_text("这一页不在手机里")
    phone.context.clear_cookies()
    sign_in(phone, address, visit.username)
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=20_000)
    [one] = records()
    assert one.user == visit.username


def test_a_page_of_one_officer_never_sends_under_anothers_sign_in(
    phone: Page,
    phone_context: BrowserContext,
    network: BadNetwork,
    address: str,
    app: Flask,
    visit: Visit,
    tmp_path: Path,
) -> None:
    colleague = visit_of(make_inspection())
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    phone_context.clear_cookies()
    network.become(OPEN)
    other = phone_context.new_page()
    sign_in(other, address, colleague.username)
    expect(phone.locator("[data-net]")).to_contain_text("现在登录的是别人的账号", timeout=20_000)
    expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")
    assert records() == []
