"""What goes wrong between the office and the valley: each time the record arrives, and the phone says what happened."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from sjj.accounts.models import User
from sjj.accounts.services import reset_password
from sjj.database import db
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import TeamMember
from sjj.registers.models import CheckPoint
from tests.e2e.office import Office, inspection_of
from tests.e2e.phone_form import (
    Visit,
    expect_received,
    fill_visit,
    photo_file,
    sign_all,
    submit,
    submit_short,
    tap,
)
from tests.e2e.valley import cached_pages, download, go_out, make_short_visit, open_form, without_network

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

A_DAY_AHEAD = """(() => {
  const Real = Date, shift = 86400e3;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})()"""
TEMPORARY, OWN = "for-the-moment-3", "of-my-own-choice-9"


def by_hand(page: Page, reason: str) -> None:
    """Check in without a code, saying why."""
    tap(page, "checkin-method", "manual")
    page.fill('input[name="checkin-reason"]', reason)


def visit_signed(page: Page, office: Office, visit: Visit, photo: Path) -> None:
    """The whole form with a photo and every signature, sealed on the phone."""
    open_form(page, office.address, visit)
    fill_visit(page, photo)
    by_hand(page, "码被撕了")
    sign_all(page, visit)
    submit(page)


def test_a_password_reset_meanwhile_keeps_everything_until_the_officer_has_chosen_one(
    office: Office, tmp_path: Path
) -> None:
    [visit] = office.visits()
    with office.phone() as phone:
        go_out(phone, office.address, visit)
        with without_network(phone.context):
            make_short_visit(phone, office.address, visit, tmp_path)
            user = db.session.query(User).filter_by(username=visit.username).one()
            reset_password(user, TEMPORARY, user, datetime.now(UTC))
            db.session.commit()
        expect(phone.locator("[data-net]")).to_contain_text("登录已过期")
        phone.click("[data-net] a")
        phone.fill('input[name="username"]', visit.username)
        phone.fill('input[name="password"]', TEMPORARY)
        phone.click('button:has-text("登录")')
        phone.wait_for_url("**/account/password*")
        assert office.records_of(visit) == []
        for name, value in (("old", TEMPORARY), ("new", OWN), ("again", OWN)):
            phone.fill(f'input[name="{name}"]', value)
        phone.click('main button[type="submit"]')
        phone.wait_for_url(lambda url: "/account/password" not in url)
        phone.goto(f"{office.address}/field/outbox")
        expect(phone.locator("[data-local-list] .chip")).to_have_text("服务器已收", timeout=30_000)
    [one] = office.records_of(visit)
    assert (one.user, one.missing) == (visit.username, ())


def test_a_guide_that_changed_meanwhile_takes_the_record_on_the_form_downloaded(
    office: Office, tmp_path: Path
) -> None:
    [visit] = office.visits()
    with office.phone() as phone:
        go_out(phone, office.address, visit)
        with without_network(phone.context):
            visit_signed(phone, office, visit, photo_file(tmp_path, size=(800, 600)))
            found = inspection_of(visit)
            before = found.form_sha256
            for chosen in found.campaign.items:
                points = chosen.item.guides[-1].points
                points[0].text = "换了说法的要点"
                points.append(CheckPoint(code="新-1", position=9, text="新增的要点", required=True))
            db.session.flush()
            assert (
                form_for(found.campaign, datetime.now(UTC)).sha256 != before
            )  # what is sent out from now on
            db.session.commit()
        expect_received(phone)
    [one] = office.records_of(visit)
    assert (one.kept_code, one.missing, one.record["form_version"]) == ("", (), before)


def test_two_of_one_team_submit_the_same_visit_and_neither_record_is_lost(
    office: Office, tmp_path: Path
) -> None:
    [visit] = office.visits()
    colleague = office.colleague_of(visit)
    with office.phone() as first, office.phone() as second:
        for phone, own in ((first, visit), (second, colleague)):
            go_out(phone, office.address, own)
            phone.context.set_offline(True)
            make_short_visit(phone, office.address, own, tmp_path, f"{own.username}.jpg")
        first.context.set_offline(False)
        expect_received(first)
        second.context.set_offline(False)
        expect(second.locator("[data-sealed-title]")).to_have_text("已由办公室另存", timeout=30_000)
        expect(second.locator("[data-sealed-text]")).to_contain_text("这家单位已有别人提交的记录")
    one, other = office.records_of(visit)
    assert (one.user, one.kept_code) == (visit.username, "")
    assert (other.user, other.kept_code, other.missing) == (colleague.username, "already_submitted", ())


def test_a_clock_that_is_a_day_ahead_is_told_and_explained_never_refused(
    office: Office, tmp_path: Path
) -> None:
    [visit] = office.visits()
    with office.phone() as phone:
        phone.context.add_init_script(A_DAY_AHEAD)
        go_out(phone, office.address, visit)
        # A window without a past: nobody has promised to keep what it holds.
        expect(phone.locator("[data-download]")).to_contain_text("浏览器没有答应长期保存")
        with without_network(phone.context):
            phone.goto(f"{office.address}/field/scan/{visit.token}")
            expect(phone.locator("[data-place]")).to_contain_text(
                "手机时钟比服务器快 1 天，请校准，并写明原因"
            )
            phone.fill('input[name="checkin-reason"]', "手机日期不对")
            fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
            sign_all(phone, visit)
            submit(phone)
        expect_received(phone)
    [one] = office.records_of(visit)
    assert one.missing == ()
    assert "clock_skew" in one.flags
    assert one.record["checkin"]["reason"] == "手机日期不对"


def pages_show_without_signal(phone: Page, address: str, visit: Visit) -> None:
    """Certificates, what the enterprise is shown, both papers; a PDF says that it is not there."""
    form = f"/field/inspections/{visit.uid}"
    papers = [f"/papers/inspections/{visit.uid}/{name}" for name in ("notice", "record")]
    with without_network(phone.context):
        shown = (
            (f"{form}/certificates", visit.team[0]),
            (f"{form}/for-enterprise", "监督电话"),
            (papers[0], "五个严禁"),
            (papers[1], "以上记录已阅读"),
        )
        for path, words in shown:
            phone.goto(f"{address}{path}")
            expect(phone.locator("body")).to_contain_text(words)
            assert (
                phone.locator("body").evaluate("one => getComputedStyle(one).margin") == "0px"
            )  # with its style
        phone.goto(f"{address}{papers[0]}.pdf")
        expect(phone.locator("h1")).to_have_text("这一页不在手机里")


def correct_without_signal(phone: Page, address: str) -> None:
    """Change the text of a record that has arrived; its photos are on the server."""
    with without_network(phone.context):
        phone.goto(address)
        expect(phone.locator("[data-next]")).to_be_enabled()
        phone.locator("[data-sealed-correct]:visible, #scene .photos [data-sha]:visible").first.wait_for()
        if phone.locator("[data-sealed-correct]").is_visible():
            phone.once("dialog", lambda asked: asked.accept())
            phone.click("[data-sealed-correct]")
        # Shown itself while the phone still has its bytes, and as “照片在服务器上” after that.
        expect(phone.locator("#scene .photos [data-sha]")).to_have_count(1)
        phone.fill('textarea[name="narrative"]', "原址已无人经营，邻居证实。")
        phone.locator('textarea[name="narrative"]').blur()
        submit_short(phone)
        expect(phone.locator("[data-sealed-chip]")).to_have_text("待发送")


def test_what_is_wanted_on_site_is_there_without_signal_a_correction_too(
    office: Office, tmp_path: Path
) -> None:
    visit, other = office.visits(2)
    form = f"/field/inspections/{visit.uid}"
    with office.phone() as phone:
        go_out(phone, office.address, visit, 2)
        papers = [f"/papers/inspections/{visit.uid}/{name}" for name in ("notice", "record")]
        assert {form, f"{form}/certificates", f"{form}/for-enterprise", *papers} <= cached_pages(phone)
        phone.wait_for_function(
            "async () => (await navigator.serviceWorker.getRegistrations()).every((one) => one.active)"
        )
        pages_show_without_signal(phone, office.address, visit)
        make_short_visit(phone, office.address, visit, tmp_path)
        expect_received(phone)
        correct_without_signal(phone, f"{office.address}{form}?revise=1")
        expect_received(phone)
        gone = inspection_of(other).id
        db.session.execute(delete(TeamMember).where(TeamMember.inspection_id == gone))
        db.session.commit()
        download(phone, office.address)
        assert not [path for path in cached_pages(phone) if other.uid in path]
    first, second = office.records_of(visit)
    assert second.record["revises"] == first.uid
    assert (second.kept_code, second.missing) == ("", ())
    assert second.record["narrative"].endswith("邻居证实。")
    assert re.fullmatch("[0-9a-f]{64}", second.record["photos"][0]["sha256"])
