"""The pictures of docs/january.md: a clerk's January, from the registers that are put right to the plan in public.

The year that is planned is the next one, so that the pictures can be taken on any day. Everything is done by hand on
the pages; nothing is written behind their back.
"""

import re

from playwright.sync_api import Browser, Page, expect

from sjj.web import now, today
from tests.makers.registers import credit_code
from tests.makers.workbooks import make_xlsx
from tests.shots_camera import DESK, PHONE, keep, shot, shot_from, side_by_side, visit

HEAD = ("企业名称", "统一社会信用代码", "住所", "乡镇", "标签")
FIRST, SECOND, THIRD, WRONG = (credit_code(number) for number in range(8801, 8805))
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COPIED = ("林木种子生产经营监督检查", "森林防火专项检查", "建设项目使用林地监督检查")


def a_clerks_january(browser: Browser, address: str) -> None:
    """Registers, classes, plan, approval, publication; then an adjustment and a campaign of this year's plan."""
    clerk = visit(browser, address, "clerk-lin", DESK)
    approver = visit(browser, address, "approver-lin", DESK)
    the_lists(clerk)
    the_workbook(clerk)
    doubles_and_classes(clerk)
    people_and_items(clerk)
    year = today(now()).year + 1
    the_lines(clerk, year)
    handed_in(clerk, approver, year)
    in_public(browser, address, year)
    in_the_year(clerk, year - 1)


def the_lists(clerk: Page) -> None:
    """What has not been looked at for long, and who is asked to."""
    keep("jan-upkeep", shot(clerk, "/registers/upkeep/"))
    clerk.get_by_role("link", name=re.compile("提醒.*森防站抽查工作指引")).click()
    keep("jan-press", shot(clerk))
    clerk.get_by_role("main").get_by_role("button").first.click()
    clerk.wait_for_url(re.compile(r"/registers/upkeep/"))


def the_workbook(clerk: Page) -> None:
    """Last year's rows, an address put right by hand, and this year's workbook that says otherwise."""
    old = (
        ("迁西县滦水湾木业有限公司", FIRST, "旧城乡沙河桥村 12 号", "旧城乡", "木材经营加工"),
        ("迁西县青山坳苗圃", SECOND, "上营镇石门村", "上营镇", "种苗生产经营"),
    )
    send(clerk, "2025年企业名录.xlsx", old)
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("link", name="去看").click()
    clerk.get_by_role("link", name=old[0][0]).or_(clerk.locator("#q")).first.wait_for()
    clerk.goto(f"/registers/entities/?q={FIRST}")
    clerk.get_by_role("link", name=old[0][0]).click()
    clerk.get_by_role("link", name="修改", exact=True).click()
    clerk.fill("[name=address]", "旧城乡沙河桥村 21 号")
    clerk.get_by_role("main").get_by_role("button", name="保存").click()
    send(
        clerk,
        "2026年企业名录.xlsx",
        (
            (old[0][0], FIRST, "旧城乡沙河桥村 15 号", "旧城乡", "木材经营加工"),
            old[1],
            ("迁西县云岭果木专业合作社", THIRD, "白庙子镇东沟村", "白庙子镇", "种苗生产经营"),
            ("迁西县河东家具厂", WRONG[:-1], "兴城镇河东街", "兴城镇", "木材经营加工"),
        ),
    )
    keep("jan-import", shot(clerk))
    clerk.get_by_label("逐行决定").check()
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("button", name="记下决定").wait_for()
    keep("jan-import-each", shot(clerk))
    clerk.get_by_role("button", name="记下决定").click()
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_text("已导入：").wait_for()


def send(clerk: Page, name: str, rows: tuple[tuple[str, ...], ...]) -> None:
    """Upload a workbook of enterprises and wait for its preview."""
    clerk.goto("/registers/imports/new")
    data = make_xlsx([HEAD, *rows])
    clerk.set_input_files("[name=file]", {"name": name, "mimeType": SHEET, "buffer": data})
    clerk.get_by_role("button", name="上传并预览").click()
    clerk.get_by_role("heading", name="导入预览", level=1).wait_for()


def doubles_and_classes(clerk: Page) -> None:
    """Whose is it, twice in the register, which class by rule and which by a person."""
    keep("jan-claims", shot(clerk, "/registers/entities/claims"))
    clerk.goto("/registers/doubles/")
    clerk.get_by_role("link", name="比较").click()
    keep("jan-double", shot(clerk))
    clerk.goto("/registers/classes/")
    clerk.get_by_role("link", name="修改规则").click()
    clerk.fill("[name=rules-0-conditions-1-value]", "挂牌督办、上年度受处罚、森林高火险区")
    clerk.get_by_role("button", name="保存并看变化").click()
    clerk.wait_for_url(re.compile("/preview"))
    keep("jan-classes", shot(clerk))
    clerk.goto("/registers/classes/")
    clerk.get_by_role("link", name="需人工确定的").click()
    keep("jan-persons", shot(clerk))


def people_and_items(clerk: Page) -> None:
    """A leave, tasks without their power, laws that lapsed."""
    clerk.goto("/registers/officers/?q=朱艳秋")
    clerk.locator("tbody a").first.click()
    keep("jan-officer", shot(clerk))
    keep("jan-duties", shot(clerk, "/registers/duties/"))
    keep("jan-lapsed", shot(clerk, "/registers/laws/lapsed"))


def the_lines(clerk: Page, year: int) -> None:
    """Targets and people, lines by targets and of the year before, one line's numbers, what could be joined."""
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("link", name="指标和人力设置").click()
    clerk.get_by_role("button", name="按在岗人数和工作日填入").click()
    clerk.wait_for_load_state()
    clerk.fill("[name=value_internal_joint_share]", "20")
    clerk.fill("[name=source_internal_joint_share]", f"{year}年县双随机工作要点")
    for number, days in enumerate(("120", "160", "160", "120")):
        clerk.fill(f"[name=capacity_{number + 1}]", days)
    keep("jan-settings", shot_from(clerk, "[for=value_internal_joint_share]"))
    clerk.get_by_role("button", name="保存").click()
    clerk.wait_for_url(re.compile("/plan-lines/"))
    clerk.get_by_role("link", name="按指标生成").click()
    keep("jan-generate", shot(clerk))
    for box in clerk.locator("[name=keys]:not([value$=inspected_share])").all():
        box.uncheck()
    for name in ("林木种子生产经营监督检查", "林政科", "种苗站"):
        clerk.get_by_label(name).check()
    clerk.get_by_role("button", name="加入计划").click()
    clerk.wait_for_url(re.compile("/plan-lines/"))
    clerk.get_by_role("link", name="从其他年度复制").click()
    for box in clerk.locator("[name=line]").all():
        box.uncheck()
    for name in COPIED:
        clerk.get_by_label(name).check()
    clerk.get_by_role("button", name="复制所选").click()
    clerk.wait_for_url(re.compile("/plan-lines/\\?"))
    keep("jan-lines", shot(clerk))
    clerk.get_by_role("link", name="第4季度企业抽查", exact=True).click()
    one_line(clerk)
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("link", name="合并建议").click()
    keep("jan-merge", shot(clerk))


def one_line(clerk: Page) -> None:
    """Type another share: the numbers move before anything is saved."""
    box = clerk.locator("[name^=take_]:visible").first
    box.fill("12%")
    with clerk.expect_response(lambda answer: answer.request.method == "POST"):
        box.press("Tab")
    keep("jan-line", shot_from(clerk, ".card:has([name=layer_by]), fieldset:has([name=layer_by])"))
    clerk.get_by_role("button", name="保存").click()
    clerk.wait_for_url(re.compile("/plan-lines/\\?"))


def handed_in(clerk: Page, approver: Page, year: int) -> None:
    """A missed target with its reason, another person's approval, 文号 and scan, reported, published."""
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("link", name="检查并提交审批").click()
    clerk.get_by_role("button", name="提交审批").click()
    expect(clerk.get_by_text("达不到的理由").first).to_be_visible()
    keep("jan-submit", shot(clerk))
    for box in clerk.locator("textarea[name^=why-]").all():
        box.fill("第四季度再与森防站联合一次，名单未定，年中调整时列入")
    clerk.get_by_role("button", name="提交审批").click()
    clerk.wait_for_url(re.compile("/plan-versions/[^s]*$"))
    approver.goto(f"/plan-lines/?year={year}")
    approver.get_by_role("link", name="审批计划").click()
    keep("jan-approve", shot_from(approver, ":text('年中调整时列入')"))
    approver.get_by_role("main").get_by_role("button").first.click()
    approver.wait_for_load_state()
    the_paper(clerk, year)
    for step, button in (("上报计划", "上报"), ("公示计划", "公示")):
        clerk.goto(f"/plan-lines/?year={year}")
        clerk.get_by_role("link", name=step).click()
        if step == "上报计划":
            clerk.fill("[name=reported_to]", "市林业局、县双随机办")
        else:
            keep("jan-publish", shot(clerk))
        clerk.get_by_role("main").get_by_role("button", name=button).first.click()
        clerk.wait_for_load_state()


def the_paper(clerk: Page, year: int) -> None:
    """The number of the paper and its stamped scan; here the notice itself stands for the scan."""
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("link", name=f"{year}年度抽查计划").first.click()
    notice = clerk.request.get(clerk.url.rstrip("/") + "/1/notice.pdf")
    assert notice.ok, notice.url
    clerk.get_by_role("link", name=re.compile("文号")).first.click()
    clerk.fill("[name=document_no]", f"迁林字〔{year}〕3号")
    paper = notice.body()
    clerk.set_input_files(
        "[name=file]", {"name": "盖章扫描件.pdf", "mimeType": "application/pdf", "buffer": paper}
    )
    keep("jan-paper", shot(clerk))
    clerk.get_by_role("button", name="保存").click()
    clerk.wait_for_url(lambda url: "document" not in url)


def in_public(browser: Browser, address: str, year: int) -> None:
    """What everybody reads, at the desk and on a phone."""
    desk = visit(browser, address, "", DESK)
    desk.goto("/public/plans")
    desk.get_by_role("link", name=re.compile(f"{year}年")).first.click()
    keep("jan-public", shot(desk))
    phone = visit(browser, address, "", PHONE)
    screens = [shot(phone, desk.url), shot_from(phone, "table")]
    keep("jan-public-phone", side_by_side(screens))


def in_the_year(clerk: Page, year: int) -> None:
    """The diff of an adjustment that is published, and a campaign of a line."""
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("link", name=f"{year}年度抽查计划").first.click()
    keep("jan-diff", shot(clerk))
    clerk.goto(f"/plan-lines/?year={year}")
    clerk.get_by_role("button", name=re.compile("建任务.*林业有害生物防治监督检查")).click()
    clerk.wait_for_url(re.compile(r"/campaigns/\d+"))
    keep("jan-campaign", shot(clerk))
