"""The room in a real Chromium: a projector and the supervisor's phone follow each other without being touched."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.rules.lifecycle import DrawState
from tests.e2e.conftest import PHONE, watch
from tests.e2e.phone_form import sign_in
from tests.live import LiveServer
from tests.makers.accounts import make_user
from tests.makers.draws import VALUES, make_draw

pytestmark = pytest.mark.e2e
PROJECTOR = {"viewport": {"width": 1440, "height": 900}}
OLD_PROJECTOR = {"viewport": {"width": 1024, "height": 768}}
SOON = 10_000
Come = Callable[[Role, dict[str, Any]], Page]


@pytest.fixture
def come(app: Flask, browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Come]:
    """Somebody of the office signs in on a device of this size and opens the room of a frozen draw."""
    draw = make_draw(state=DrawState.FROZEN)
    names = {role: make_user(role, agency=draw.agency).username for role in (Role.OFFICE, Role.SUPERVISOR)}
    room = f"/draws/{draw.id}/hall"
    db.session.commit()  # and nothing is read after this: the server writes now
    address = live_server.address
    contexts: list[BrowserContext] = []

    def enter(role: Role, size: dict[str, Any]) -> Page:
        context = browser.new_context(**size)
        contexts.append(context)
        page = watch(context.new_page(), complaints)
        sign_in(page, address, names[role])
        page.goto(f"{address}{room}")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert [one for one in complaints if "409" not in one] == []


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]  # type: ignore[index]


def type_value(page: Page, value: str) -> None:
    """Type it twice and keep it."""
    page.fill("#value", value)
    page.fill("#again", value)
    page.get_by_role("button", name="存下这个数字").click()


@pytest.mark.parametrize("size", [PROJECTOR, OLD_PROJECTOR], ids=["1440 wide", "1024 wide"])
def test_projector_and_phone_follow_each_other(come: Come, size: dict[str, Any]) -> None:
    clerk = come(Role.OFFICE, size)
    phone = come(Role.SUPERVISOR, PHONE)
    room, hand = clerk.locator("#hall"), phone.locator("#hall")
    for page in (clerk, phone):
        expect(page.locator(".hall-qr img")).to_have_js_property("complete", True)
        fits(page)
    for number, (name, of) in enumerate((("赵清", "纪检监察组"), ("钱明", "企业代表"))):
        clerk.fill(f"#rows-{number}-name", name)
        clerk.fill(f"#rows-{number}-of", of)
    clerk.get_by_role("button", name="记下见证人").click()

    expect(hand).to_contain_text("第 1 个，共 2 个", timeout=SOON)
    clerk.fill("#value", "12")  # somebody begins to type on the projector …
    type_value(phone, VALUES[0])
    expect(hand).to_contain_text("●●●")
    clerk.wait_for_timeout(5000)
    expect(clerk.locator("#value")).to_have_value("12")  # … and is not disturbed
    clerk.fill("#again", "12")
    clerk.get_by_role("button", name="存下这个数字").click()
    expect(room).to_contain_text("刚才已经录入")
    expect(room).to_contain_text("第 2 个，共 2 个")
    assert VALUES[0] not in clerk.content()
    phone.reload()
    assert VALUES[0] not in phone.content()
    type_value(clerk, VALUES[1])

    expect(hand).to_contain_text("数字已经录全", timeout=SOON)
    fits(phone)
    clerk.get_by_role("button", name="抽取", exact=True).click()
    expect(room).to_contain_text("已显示 0/4")
    clerk.get_by_role("button", name="显示下一户").click()
    expect(hand).to_contain_text("已显示 1/4", timeout=SOON)
    expect(phone.locator(".drawn li:not(.next)")).to_have_count(1)
    clerk.reload()
    expect(room).to_contain_text("已显示 1/4")
    clerk.get_by_role("button", name="自动播放").click()
    expect(room).to_contain_text("已显示 4/4", timeout=3 * SOON)
    expect(hand).to_contain_text("共抽中 4 户", timeout=SOON)
    assert len(re.findall("●●●●●●", phone.content())) == 4
    for page in (clerk, phone):
        fits(page)


def test_a_lost_server_is_said_quietly_and_found_again(come: Come, complaints: list[str]) -> None:
    phone = come(Role.SUPERVISOR, PHONE)
    lost = phone.locator("#hall-lost")
    expect(lost).to_be_hidden()
    phone.context.set_offline(True)
    expect(lost).to_be_visible(timeout=SOON)
    expect(phone.locator(".toast")).to_have_count(0)
    phone.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=SOON)
    complaints.clear()  # the browser says that it was off line
