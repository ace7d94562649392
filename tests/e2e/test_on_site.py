"""On site without a network: certificates, the enterprise's page, phrases, a proposed text, the short ways."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from sjj.accounts.roles import Role
from sjj.inspections.phrase_services import take_presets
from sjj.rules.narrative import narrative
from tests.e2e.phone_form import Visit, fill_visit, photo_file, sign_all, submit, tap, visit_of
from tests.e2e.valley import go_out, open_form, without_network
from tests.makers.accounts import make_user
from tests.makers.inspections import MADE_AT, make_inspection
from tests.rules.test_narrative import CASES

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.usefixtures("forgive_the_lost_network"),
]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """One inspection to be made, its agency with phrases."""
    inspection = make_inspection()
    take_presets(inspection.agency, make_user(Role.OFFICE, agency=inspection.agency), MADE_AT)
    return visit_of(inspection)


def test_the_phone_proposes_the_very_words_of_the_server(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit
) -> None:
    go_out(phone, address, visit)
    module = str(phone.locator("body").get_attribute("data-static")) + "field/narrative.js"
    found = phone.evaluate(
        "async ([module, cases]) => { const made = await import(module); return cases.map(made.narrative); }",
        [module, [asdict(facts) for facts in CASES.values()]],
    )
    assert dict(zip(CASES, found, strict=True)) == {name: narrative(facts) for name, facts in CASES.items()}


def test_what_is_shown_and_written_on_site_needs_no_network(
    phone: Page, phone_context: BrowserContext, address: str, visit: Visit, tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    with without_network(phone_context):
        phone.goto(f"{address}/field/inspections/{visit.uid}/certificates")
        expect(phone.locator(".cert h2")).to_have_text(list(visit.team))
        expect(phone.locator("img.code")).to_be_visible()
        open_form(phone, address, visit)
        fill_visit(phone, photo_file(tmp_path, size=(800, 600)))
        phone.locator('[data-photos="answers-1-photos"] [data-sha]').wait_for()
        _phrases_are_inserted_at_the_cursor(phone)
        _the_text_is_proposed_and_asks_before_it_replaces(phone)
        _lead_to_the_sheet(phone)
        sign_all(phone, visit)
        phone.goto(f"{address}/field/inspections/{visit.uid}/for-enterprise")
        signed = phone.locator("[data-signed-here]")
        expect(signed).to_contain_text("缺一车检疫证书")
        expect(phone.locator(".pickup")).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
        expect(phone.locator(".tabs")).to_have_count(0)
        way_back = phone.locator("main a:visible")
        expect(way_back).to_have_count(0)
        phone.click("text=返回（执法人员用）")
        phone.click("text=返回检查表")
        expect(phone.locator("[data-next]")).to_have_text("提交记录")
        submit(phone)
        phone.goto(f"{address}/field/inspections/{visit.uid}/for-enterprise")
        expect(signed).to_contain_text("缺一车检疫证书")


def _phrases_are_inserted_at_the_cursor(phone: Page) -> None:
    box = phone.locator('textarea[name="narrative"]')
    box.fill("前面，后面")
    box.evaluate("(one) => { one.focus(); one.setSelectionRange(3, 3); }")
    offered = phone.locator('.field:has([name="narrative"]) details.phrases')
    offered.locator("summary").click()
    offered.locator("button", has_text="现场负责人全程陪同，配合检查。").click()
    expect(box).to_have_value("前面，现场负责人全程陪同，配合检查。后面")


def _the_text_is_proposed_and_asks_before_it_replaces(phone: Page) -> None:
    box, button = phone.locator('textarea[name="narrative"]'), phone.locator("[data-propose]")
    said: list[str] = []
    phone.once("dialog", lambda asked: (said.append(asked.message), asked.dismiss()))
    button.click()
    assert "您写的文字" in said[0]
    expect(box).to_have_value("前面，现场负责人全程陪同，配合检查。后面")
    phone.once("dialog", lambda asked: asked.accept())
    button.click()
    expect(box).to_have_value(re.compile("要点2.*缺一车检疫证书，责令改正，2026年12月20日前改正"))
    button.click()  # nothing of one's own in it: no question
    expect(box).to_have_value(re.compile("厂长李四在场"))


def _lead_to_the_sheet(phone: Page) -> None:
    main = phone.locator("[data-next]")
    while main.inner_text() != "核对并签名":
        said = main.inner_text()
        main.click()
        expect(main).not_to_have_text(said)


@pytest.mark.parametrize(
    ("outcome", "steps"),
    [
        ("closed", ["签到", "现场拍照", "现场情况", "核对提交"]),
        ("refused", ["签到", "亮证告知", "现场情况", "见证人签名"]),
    ],
)
def test_a_visit_that_cannot_be_made_has_a_short_way(
    phone: Page, address: str, visit: Visit, outcome: str, steps: list[str], tmp_path: Path
) -> None:
    go_out(phone, address, visit)
    open_form(phone, address, visit)
    expect(phone.locator("[data-steps] li")).to_have_count(6)
    tap(phone, "outcome", outcome)
    now = phone.locator("[data-step-now]")
    expect(phone.locator("[data-steps] li")).to_have_count(4)
    expect(now).to_have_text(f"第 1 步，共 4 步：{steps[0]}")
    for hidden in ("#item-0", "#others", "details:has(#sampling-name)"):
        expect(phone.locator(hidden)).to_be_hidden()
    expect(phone.locator("#told")).to_be_visible(visible=outcome == "refused")
    tap(phone, "checkin-method", "manual")
    expect(now).to_have_text(f"第 2 步，共 4 步：{steps[1]}")
    if outcome == "refused":
        for name in ("certificates", "rights"):
            phone.locator(f'input[name="{name}"]').check()
    else:
        phone.set_input_files('input[name="files"]', photo_file(tmp_path, size=(800, 600)))
    expect(now).to_have_text(f"第 3 步，共 4 步：{steps[2]}")
    phone.click("[data-propose]")
    expect(now).to_have_text(f"第 4 步，共 4 步：{steps[3]}")
    expect(phone.locator("[data-next]")).to_have_text("核对并签名")
