"""Records on their way: nothing lost, nothing doubled, nothing said to be sent that was not."""

import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import TeamMember
from tests.chromium import CHROMIUM, QUIET
from tests.e2e.conftest import PHONE
from tests.e2e.office import inspection_of
from tests.e2e.phone_form import (
    Visit,
    expect_received,
    fill_short,
    fill_visit,
    photo_file,
    sign_all,
    sign_in,
    stroke,
    submit,
    submit_short,
    tap,
)
from tests.e2e.stored import records, stored_bytes, stored_files
from tests.e2e.valley import (
    another_phone,
    chip_of,
    count_on_phone,
    go_out,
    kept_bytes,
    make_short_visit,
    open_form,
    without_network,
)
from tests.live import LiveServer
from tests.makers.accounts import make_user
from tests.proxy import CHAOS, DOWN, OPEN, PORTAL, BadNetwork

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.usefixtures("forgive_the_lost_network"),
]


@pytest.fixture
def address(network: BadNetwork) -> str:
    """Where the server answers."""
    return network.address


@pytest.fixture
def clerk(visit: Visit) -> str:
    """Somebody at the office."""
    username = make_user(Role.OFFICE, agency=inspection_of(visit).agency).username
    db.session.rollback()
    return username


def test_a_phone_that_dies_in_the_middle_loses_nothing(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    open_form(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    phone.wait_for_timeout(500)
    phone.reload()
    expect(phone.locator('textarea[name="answers-1-note"]')).to_have_value("缺一车检疫证书")
    expect(phone.locator('[data-photos="answers-1-photos"] [data-sha]')).to_have_count(1)
    assert (
        phone.locator('[data-photos="answers-1-photos"] img').evaluate(
            "one => one.decode().then(() => one.naturalWidth)"
        )
        > 0
    )
    tap(phone, "checkin-method", "manual")
    phone.fill('input[name="checkin-reason"]', "码被撕了")
    main = phone.locator("[data-next]")
    expect(main).to_have_text("核对并签名")
    main.click()
    main.click()
    canvas = phone.locator("[data-pad-canvas]")
    box = canvas.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 40, box["y"] + 60)
    phone.mouse.down()
    for step in range(1, 6):  # one long stroke, the finger never lifted
        phone.mouse.move(box["x"] + 40 + step * 32, box["y"] + 60 + step * 20, steps=4)
        phone.wait_for_timeout(250)
    phone.reload()  # dead in the middle of a signature
    phone.mouse.up()
    expect(phone.locator("[data-pad]")).to_be_visible()
    inked = "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some((v, at) => at % 4 === 0 && v < 100)"
    assert canvas.evaluate(inked)
    phone.click("[data-pad-done]")
    expect(phone.locator("[data-pad]")).to_be_hidden()
    for _ in range(2):
        main.click()
        stroke(phone)
    submit(phone)
    expect_received(phone)
    assert len(records()) == 1


def test_a_server_killed_between_record_and_photos_gets_the_rest_later(
    phone: Page, network: BadNetwork, address: str, visit: Visit, tmp_path: Path, live_server: LiveServer
) -> None:
    go_out(phone, address, visit)
    network.become(DOWN)
    open_form(phone, address, visit)
    fill_visit(phone, photo_file(tmp_path, size=(2400, 1800)))
    tap(phone, "checkin-method", "manual")
    phone.fill('input[name="checkin-reason"]', "码被撕了")
    sign_all(phone, visit)
    submit(phone)
    kept = kept_bytes(phone)
    killed: list[bool] = []

    def kill(data: bytes) -> None:
        if data.startswith(b"PATCH") and not killed:
            killed.append(True)
            live_server.kill()

    network.seen = kill
    network.become(OPEN)
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text(
        re.compile(r"待发送（0/4 张）"), timeout=20_000
    )
    assert killed
    live_server.start()
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=30_000)
    [one] = records()
    assert one.missing == ()
    assert {sha: stored_bytes(sha) for sha in kept} == kept


def test_a_photo_that_the_server_refuses_does_not_hold_up_the_rest(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    broken = tmp_path / "IMG_2.heic"
    broken.write_bytes(b"\0\0\0\x18ftypheic" + b"not a picture" * 50)
    words = tmp_path / "notes.jpg"
    words.write_bytes(b"no picture at all")
    go_out(phone, address, visit)
    open_form(phone, address, visit)
    fill_short(phone, photo_file(tmp_path, size=(800, 600)))
    phone.set_input_files('input[name="files"]', words)
    expect(phone.locator("[data-trouble]")).to_contain_text("“notes.jpg”不是照片")
    phone.set_input_files('input[name="files"]', broken)
    expect(phone.locator('[data-photos="photos"] [data-sha]')).to_have_count(2)
    submit_short(phone)
    expect(phone.locator("[data-sealed-title]")).to_have_text("记录已收，有文件被退回", timeout=20_000)
    expect(phone.locator("[data-sealed-chip]")).to_have_text("记录已收，退回 1 个文件")
    said = phone.locator("[data-sealed-text]")
    expect(said).to_contain_text("第 2 张照片（文件已损坏，或不是照片）")
    expect(said).to_contain_text("点“更正记录”，删掉或重拍")
    [one] = records()
    assert len(one.missing) == 1
    phone.once("dialog", lambda asked: asked.accept())
    phone.click("[data-sealed-correct]")
    phone.locator(f'[data-sha="{one.missing[0]}"] .remove').click()
    submit_short(phone)
    expect_received(phone)
    first, second = records()
    assert second.record["revises"] == first.uid
    assert second.missing == ()
    assert second.files <= stored_files()


def test_what_the_server_finds_wrong_opens_again_as_a_draft(
    phone: Page, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    phone.goto(f"{address}/field/scan/{visit.token}")
    fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
    # What no finger can enter: the script is the last to be trusted.
    phone.evaluate(
        "document.querySelector('[name=\"answers-1-kind\"]').add(new Option('罚款', '罚款', true, true))"
    )
    sign_all(phone, visit)
    submit(phone)
    expect(phone.locator("[data-sealed-title]")).to_have_text("记录被退回", timeout=20_000)
    assert records() == []
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("退回（有 1 处要改正）")
    phone.click("a:has-text('打开检查表')")
    expect(phone.locator("#problems")).to_contain_text("不是可选的处置方式")
    assert phone.locator("#problems a").first.get_attribute("href") == "#answers-1-kind"
    phone.select_option('select[name="answers-1-kind"]', "责令改正")
    sign_all(phone, visit)
    submit(phone)
    expect_received(phone)
    [one] = records()
    assert one.record["problems"][0]["kind"] == "责令改正"


def test_a_captive_portal_is_neither_kept_nor_believed(
    phone: Page, network: BadNetwork, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    network.become(PORTAL)
    make_short_visit(phone, address, visit, tmp_path)  # the downloaded form, not the portal's page
    expect(phone.locator("[data-net]")).to_contain_text("没有连上服务器", timeout=20_000)
    expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")
    phone.goto(f"{address}/field/")
    expect(phone.locator("[data-download]")).to_contain_text("上次下载的任务", timeout=20_000)
    expect(phone.locator("h1")).to_have_text("我的任务")
    phone.goto(f"{address}/field/outbox")
    phone.click("[data-send-now]")
    phone.wait_for_timeout(1500)
    assert chip_of(phone) == "待发送"
    network.become(OPEN)
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=30_000)
    [one] = records()
    assert one.missing == ()


def test_a_task_taken_away_meanwhile_is_kept_aside_and_said_so(
    phone: Page, phone_context: BrowserContext, address: str, app: Flask, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        make_short_visit(phone, address, visit, tmp_path)
        db.session.execute(delete(TeamMember))
        db.session.commit()
    expect(phone.locator("[data-sealed-title]")).to_have_text("已由办公室另存", timeout=20_000)
    expect(phone.locator("[data-sealed-text]")).to_contain_text("提交时您已不在检查组")
    [one] = records()
    assert (one.kept_code, one.missing) == ("not_assigned", ())


def test_a_correction_made_in_the_valley_follows_what_it_corrects(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        make_short_visit(phone, address, visit, tmp_path)
        phone.once("dialog", lambda asked: asked.accept())
        phone.click("[data-sealed-correct]")
        phone.fill('textarea[name="narrative"]', "原址已无人经营，邻居证实。")
        phone.locator('textarea[name="narrative"]').blur()
        phone.wait_for_timeout(500)
        phone.reload()  # the correction is a draft like any other
        expect(phone.locator('textarea[name="narrative"]')).to_have_value("原址已无人经营，邻居证实。")
        submit_short(phone)
        phone.goto(f"{address}/field/outbox")
        expect(phone.locator("[data-local-list] .chip")).to_have_count(2)
    expect(phone.locator("[data-local-list] .chip").nth(1)).to_have_text("服务器已收", timeout=30_000)
    expect(phone.locator("[data-local-list] .chip").nth(0)).to_have_text("服务器已收", timeout=30_000)
    first, second = records()
    assert (first.kept_code, second.kept_code) == ("", "")
    assert second.record["revises"] == first.uid


def test_a_full_phone_stops_the_work_aloud(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    devtools = phone_context.new_cdp_session(phone)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": address, "quotaSize": 6_000_000})
    go_out(phone, address, visit)
    open_form(phone, address, visit)
    phone.fill('[name="remarks"]', "满之前")
    phone.locator('[name="remarks"]').blur()
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
    many = [photo_file(tmp_path, f"{number}.jpg", (2400 + number * 8, 1800)) for number in range(20)]
    phone.set_input_files('input[name="files"]', many)
    expect(phone.locator("[data-trouble]")).to_contain_text("手机存储已满", timeout=60_000)
    expect(phone.locator("[data-draft]")).to_have_text("没有存下")
    expect(phone.locator('[name="remarks"]')).to_be_disabled()
    expect(phone.locator("[data-next]")).to_have_text("再存一次")
    shown = phone.locator('[data-photos="photos"] [data-sha]').count()
    assert 0 < shown < len(many)
    expect(phone.locator('[data-photos="photos"] .left-out')).to_have_text(
        f"有 {len(many) - shown} 张没有收进来，请再选一次。"
    )
    assert len(kept_bytes(phone)) == shown  # what is shown as kept is kept
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": address})
    phone.click("[data-next]")
    expect(phone.locator("[data-draft]")).to_contain_text("已存手机", timeout=20_000)
    expect(phone.locator('[name="remarks"]')).to_be_enabled()
    phone.reload()
    expect(phone.locator('[name="remarks"]')).to_have_value("满之前")
    expect(phone.locator('[data-photos="photos"] [data-sha]')).to_have_count(shown)


def test_deleting_by_hand_asks_twice_and_deletes_the_bytes(
    phone: Page, network: BadNetwork, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    phone.goto(f"{address}/field/outbox")
    said: list[str] = []
    phone.on("dialog", lambda asked: (said.append(asked.message), asked.accept()))
    phone.click('button:has-text("删除")')
    expect(phone.locator("[data-local-list]")).to_contain_text("没有草稿")
    assert "找不回来" in said[0]
    assert len(said) == 2
    assert (count_on_phone(phone, "outbox"), count_on_phone(phone, "blobs")) == (0, 0)


def test_on_plain_http_the_pages_work_and_say_what_is_missing(
    browser: Browser, network: BadNetwork, visit: Visit, tmp_path: Path
) -> None:
    office = browser.browser_type.launch(
        executable_path=str(CHROMIUM),
        args=[*QUIET, "--host-resolver-rules=MAP office.test 127.0.0.1"],
    )
    page = office.new_context(**PHONE).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    address = f"http://office.test:{network.port}"
    sign_in(page, address, visit.username)
    page.goto(f"{address}/field/")
    expect(page.locator("[data-download]")).to_contain_text("网址不是 https：离线打不开页面，也不能定位")
    open_form(page, address, visit)
    fill_visit(page, photo_file(tmp_path, size=(800, 600)))
    tap(page, "checkin-method", "manual")
    page.fill('input[name="checkin-reason"]', "码被撕了")
    expect(page.locator("[data-draft]")).to_contain_text("已存手机")
    network.become(DOWN)
    sign_all(page, visit)
    submit(page)
    expect(page.locator("[data-sealed-chip]")).to_have_text("待发送")
    network.become(OPEN)
    expect_received(page)
    assert len(records()) == 1
    office.close()


def test_a_bad_network_costs_patience_only(
    phone: Page, network: BadNetwork, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    network.become(CHAOS)
    phone.goto(f"{address}/field/outbox")
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=90_000)
    assert len(records()) == 1


def test_what_waits_can_be_carried_to_the_office_in_a_file(
    phone: Page,
    browser: Browser,
    network: BadNetwork,
    address: str,
    visit: Visit,
    clerk: str,
    tmp_path: Path,
) -> None:
    go_out(phone, address, visit)
    network.become(DOWN)
    make_short_visit(phone, address, visit, tmp_path)
    kept = kept_bytes(phone)
    phone.goto(f"{address}/field/outbox")
    said: list[str] = []
    phone.once("dialog", lambda asked: (said.append(asked.message), asked.accept()))
    with phone.expect_download() as carried:
        phone.click("[data-rescue]")
    assert "没有加密" in said[0]
    file = tmp_path / carried.value.suggested_filename
    carried.value.save_as(file)
    with zipfile.ZipFile(file) as made:
        assert made.testzip() is None
        assert "说明.txt" in made.namelist()
    phone.context.set_offline(True)  # this phone never comes home by itself
    network.become(OPEN)
    with another_phone(browser) as desk:
        sign_in(desk, address, clerk)
        desk.goto(f"{address}/inspections/from-phone")
        desk.set_input_files('input[name="file"]', file)
        desk.click('button:has-text("导入")')
        expect(desk.locator("main")).to_contain_text("已收进")
    [one] = records()
    assert (one.user, one.source, one.missing) == (visit.username, "import", ())
    assert {sha: stored_bytes(sha) for sha in kept} == kept
    phone.context.set_offline(False)  # and if it does, nothing is doubled
    expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=20_000)
    assert len(records()) == 1
