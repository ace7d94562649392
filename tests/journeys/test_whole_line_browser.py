"""The whole line in a real Chromium, by clicking: workbook, campaign, draw, visit on a phone, the public page."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.models import Officer
from sjj.rules import verify
from tests.e2e.phone_form import expect_received, photo_file, stroke, submit, tap
from tests.journeys.conftest import People
from tests.journeys.paperwork import (
    CAMPAIGN,
    FIRMS,
    ITEM,
    OFFICERS,
    TAG,
    campaign_dates,
    firms_workbook,
    officers_workbook,
    save,
)
from tests.live import LiveServer
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_officer_user
from tests.visitor import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
FOUND = "松木一车没有检疫证书"


@pytest.fixture
def accounts(app: Flask) -> dict[str, str]:
    """The usernames of a bureau's first day."""
    agency = make_agency("试点县林业局", short_name="试点林")
    roles = {"clerk": Role.OFFICE, "approver": Role.APPROVER}
    for name, role in roles.items():
        make_user(role, agency=agency, username=name)
    db.session.rollback()  # holds no lock while the server works
    return {name: name for name in roles}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_workbook_to_the_public_page_by_clicking(
    people: People, accounts: dict[str, str], live_server: LiveServer, tmp_path: Path
) -> None:
    home = live_server.start().address
    clerk = signed_in(people.at_a_desk(), home, accounts["clerk"])
    import_registers(clerk, tmp_path)
    put_item_into_use(clerk)
    draft_campaign(clerk)
    approver = signed_in(people.at_a_desk(), home, accounts["approver"])
    approve(approver)
    public = people.at_a_desk()
    freeze(clerk, approver, public, home)
    firm, team = hold_the_draw(clerk, public, tmp_path)
    address = send_out(clerk, firm)
    visit(people.with_a_phone(), address, firm, team, tmp_path)
    review(clerk, firm)
    publish(clerk, firm)
    read_as_the_public(people.at_a_desk(), home, firm)


def signed_in(page: Page, home: str, username: str) -> Page:
    """Through the front door, by the form."""
    page.goto(f"{home}/")
    give_password(page, username)
    expect(page.locator("h1")).to_have_text("今天要办")
    return page


def give_password(page: Page, username: str) -> None:
    """The sign-in form."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def menu(page: Page, entry: str) -> None:
    """Go somewhere by the menu."""
    page.get_by_role("navigation").get_by_role("link", name=entry, exact=True).first.click()


def import_registers(clerk: Page, folder: Path) -> None:
    """Upload, look at the preview, confirm; firms first, then officers."""
    papers = (
        ("检查对象", save(folder, "企业名录.xlsx", firms_workbook()), f"新增 {FIRMS + 1} 条"),
        ("执法人员", save(folder, "执法人员.xlsx", officers_workbook()), f"新增 {len(OFFICERS)} 条"),
    )
    for what, paper, said in papers:
        menu(clerk, "导入表格")
        clerk.get_by_role("link", name="导入表格").last.click()
        clerk.get_by_role("radio", name=re.compile(f"^{what}")).check()
        clerk.get_by_label("表格文件").set_input_files(paper)
        clerk.get_by_role("button", name="上传并预览").click()
        expect(clerk.locator("h1")).to_have_text("导入预览")
        clerk.get_by_role("button", name="确认导入").click()
        expect(clerk.locator("h1")).to_have_text("导入结果")
        expect(clerk.locator("main")).to_contain_text(said)


def put_item_into_use(clerk: Page) -> None:
    """The preset pack; then the guide's legal review and the publication of one item."""
    menu(clerk, "抽查事项")
    clerk.get_by_role("link", name="预置包").first.click()
    clerk.get_by_role("button", name="载入林业预置包").click()
    clerk.get_by_role("link", name=ITEM).click()
    expect(clerk.locator("h1")).to_contain_text(ITEM)
    clerk.get_by_role("link", name="启用这一版").click()
    clerk.get_by_label("法制审核人").fill("法规科")
    clerk.get_by_role("checkbox", name="检查要点").check()
    clerk.get_by_role("button", name="启用").click()
    clerk.get_by_role("button", name="公布", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("可以列入抽查任务")


def draft_campaign(clerk: Page) -> None:
    """Basics, scope, layers; the counts follow what is typed; submit."""
    menu(clerk, "抽查任务")
    clerk.get_by_role("link", name="新建").first.click()
    clerk.get_by_label("任务名称").fill(CAMPAIGN)
    dates = campaign_dates()
    clerk.get_by_label("检查开始日期").fill(dates["starts_on"])
    clerk.get_by_label("检查结束日期").fill(dates["ends_on"])
    clerk.get_by_role("checkbox", name=re.compile(ITEM)).check()
    clerk.get_by_role("button", name="保存").click()
    clerk.get_by_role("checkbox", name=TAG).check()
    clerk.get_by_role("button", name="保存").click()
    clerk.get_by_label(re.compile("抽取数量")).fill("1")
    clerk.get_by_role("button", name="保存").click()
    expect(clerk.locator("h1")).to_have_text("检查人员")
    clerk.get_by_role("button", name="保存").click()
    clerk.get_by_role("button", name="提交审批").click()
    expect(clerk.locator("main")).to_contain_text("等负责人审批")


def approve(approver: Page) -> None:
    """Another person approves."""
    menu(approver, "抽查任务")
    approver.get_by_role("link", name=CAMPAIGN).click()
    approver.get_by_role("link", name="审阅方案").click()
    approver.get_by_role("button", name="批准方案").click()
    expect(approver.locator("main")).to_contain_text("已批准")


def freeze(clerk: Page, approver: Page, public: Page, home: str) -> None:
    """The scheme goes public, then the list is frozen and its commitment stands on the public page."""
    menu(clerk, "抽查任务")
    clerk.get_by_role("link", name=CAMPAIGN).click()
    clerk.get_by_role("link", name="公示方案").click()
    clerk.get_by_role("button", name="公示方案").click()
    clerk.get_by_role("link", name="冻结名单").click()
    clerk.get_by_role("button", name="提交名单，请另一人确认").click()
    menu(approver, "抽查任务")
    approver.get_by_role("link", name=CAMPAIGN).click()
    approver.get_by_role("link", name="冻结名单").click()
    approver.get_by_role("button", name="确认冻结，公布承诺").click()
    expect(approver.locator("h1")).to_contain_text("抽取 ")
    clerk.goto(approver.url)
    public.goto(f"{home}/public/")
    menu(public, "抽取公告")
    expect(public.locator("h1")).to_have_text("抽取公告")
    public.get_by_role("link", name=re.compile(r"试点林抽查.*-1")).first.click()
    expect(public.locator("main")).to_contain_text(re.compile("[0-9a-f]{64}"))


def hold_the_draw(clerk: Page, public: Page, folder: Path) -> tuple[str, list[str]]:
    """Dice typed twice in the hall; the receipt taken along holds against the published commitment."""
    committed = re.search("[0-9a-f]{64}", public.locator("main").inner_text())
    assert committed
    clerk.get_by_role("link", name="进入抽取现场").click()
    for number, (name, of) in enumerate((("赵清", "纪检监察组"), ("钱明", "企业代表"))):
        clerk.locator(f"#rows-{number}-name").fill(name)
        clerk.locator(f"#rows-{number}-of").fill(of)
    clerk.get_by_role("button", name="记下见证人").click()
    for number, digits in enumerate(("314159", "2718")):
        expect(clerk.locator("#hall")).to_contain_text(f"第 {number + 1} 个，共 2 个")
        clerk.locator("#value").fill(digits)
        clerk.locator("#again").fill(digits)
        clerk.get_by_role("button", name="存下这个数字").click()
    clerk.get_by_role("button", name="抽取", exact=True).click()
    clerk.get_by_role("button", name="显示下一户").click()
    expect(clerk.locator("#hall")).to_contain_text("共抽中 1 户")
    clerk.get_by_role("link", name="退出抽取现场").click()
    expect(clerk.locator("main")).to_contain_text("全部相符")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载完整凭据").click()
    receipt = folder / "receipt.json"
    download.value.save_as(receipt)
    checks = verify.verify_bytes(receipt.read_bytes(), committed.group())
    assert checks
    assert not [one for one in checks if one.status == verify.FAIL]
    row = clerk.locator("table tbody tr").first
    firm = row.locator("td").nth(1).inner_text().splitlines()[0].strip()
    team = row.locator("td").nth(3).inner_text().split("、")
    assert set(team) < set(OFFICERS)
    return firm, team


def send_out(clerk: Page, firm: str) -> str:
    """Dispatch, then read the address of the firm's code."""
    clerk.get_by_role("link", name="派发检查任务").click()
    clerk.get_by_role("button", name="派发").click()
    expect(clerk.locator("main")).to_contain_text("已派发检查任务 1 户")
    menu(clerk, "检查对象")
    clerk.get_by_label("名称、代码、地址或拼音首字母").fill(firm)
    clerk.get_by_role("link", name=firm).click()
    expect(clerk.get_by_role("img", name=re.compile("二维码"))).to_be_visible()
    return clerk.locator(".mono", has_text="/field/scan/").inner_text().strip()


def visit(phone: Page, address: str, firm: str, team: list[str], folder: Path) -> None:
    """The code's address signed out, sign in and back, the form, a photo, the signatures, received."""
    phone.goto(address)
    expect(phone.locator("main")).to_contain_text(firm)
    phone.get_by_role("link", name="执法人员登录").click()
    give_password(phone, account_of(team[0]))
    expect(phone.locator("h1")).to_have_text(firm)
    expect(phone.locator("[data-checkin-state]")).to_contain_text("已扫码")
    fill_form(phone, photo_file(folder))
    sign(phone, team)
    submit(phone)
    expect_received(phone)


def account_of(officer: str) -> str:
    """The account that the security administrator gives to an officer of the imported list."""
    found = db.session.scalars(select(Officer).where(Officer.name == officer)).one()
    user: User = make_officer_user(found)
    username = user.username
    db.session.rollback()
    return username


def fill_form(phone: Page, photo: Path) -> None:
    """Certificates and rights, every point, one problem with its photo, who was there."""
    for name in ("certificates", "rights", "policy_explained"):
        phone.locator(f'input[name="{name}"]').check()
    for place in range(phone.locator('input[name^="answers-"][name$="-value"][value="ok"]').count()):
        tap(phone, f"answers-{place}-value", "problem" if place == 3 else "ok")
    phone.locator('textarea[name="answers-3-note"]').fill(FOUND)
    phone.locator('select[name="answers-3-kind"]').select_option("责令改正")
    phone.locator('input[name="answers-3-due"]').fill(campaign_dates()["ends_on"])
    with phone.expect_file_chooser() as chooser:
        phone.locator('label.btn[for="answers-3-files"]').click()
    chooser.value.set_files(photo)
    expect(phone.locator('[data-photos="answers-3-photos"] [data-sha] .mark-sent')).to_have_text("已存")
    phone.locator('select[name="results-0-result"]').select_option("发现问题已责令改正")
    phone.locator('textarea[name="narrative"]').fill("现场堆放松木一车，已责令补办检疫证书。")
    phone.locator('input[name="present-name"]').fill("李四")
    phone.locator('input[name="present-post"]').fill("厂长")


def sign(phone: Page, team: list[str]) -> None:
    """The sheet, then every signature by strokes of the finger."""
    main = phone.locator("[data-next]")
    expect(main).to_have_text("核对并签名")
    main.click()
    expect(phone.locator("[data-sheet]")).to_be_visible()
    for said in (*(f"执法人员{name}签名" for name in team), "现场人员签名"):
        expect(main).to_have_text(said)
        main.click()
        stroke(phone)
    expect(main).to_have_text("提交记录")


def review(clerk: Page, firm: str) -> None:
    """The office sees the whole record and accepts it; the problem is followed up."""
    menu(clerk, "检查")
    clerk.get_by_role("link", name=firm).click()
    expect(clerk.locator("main")).to_contain_text(FOUND)
    expect(clerk.locator("main img").first).to_be_visible()
    clerk.get_by_role("button", name=re.compile("通过")).click()
    expect(clerk.locator("main")).to_contain_text("已审核通过")
    menu(clerk, "后续处置")
    expect(clerk.locator("main")).to_contain_text(firm)


def publish(clerk: Page, firm: str) -> None:
    """Choose, preview what the public will read, publish."""
    menu(clerk, "公示")
    clerk.get_by_role("checkbox", name=firm).check()
    clerk.get_by_role("button", name="预览所选").click()
    expect(clerk.locator("h1")).to_have_text("预览公示内容")
    clerk.get_by_role("button", name=re.compile("^公示这")).click()
    expect(clerk.locator("main")).to_contain_text("没有待公示的结果")


def read_as_the_public(public: Page, home: str, firm: str) -> None:
    """Somebody without an account searches and reads; the receipt is there to be checked."""
    public.goto(f"{home}/public/")
    menu(public, "检查结果")
    public.get_by_label(re.compile("名称")).first.fill(firm)
    public.get_by_role("button", name=re.compile("查询|搜索|查找")).first.click()
    public.get_by_role("link", name=firm).first.click()
    expect(public.locator("h1")).to_contain_text(firm)
    expect(public.locator("main")).to_contain_text("发现问题已责令改正")
    expect(public.locator("main")).not_to_contain_text("李四")
    menu(public, "抽取公告")
    expect(public.locator("h1")).to_have_text("抽取公告")
    public.get_by_role("link", name=re.compile(r"试点林抽查.*-1")).first.click()
    expect(public.get_by_role("link", name="下载公开凭据")).to_be_visible()
