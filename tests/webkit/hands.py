"""An officer's hands on the form of a visit, in WebKit: taps, text, a photo, strokes."""

import base64
from pathlib import Path

from tests.e2e.phone_form import Visit
from tests.e2e.valley import READ_BLOBS
from tests.visitor import PASSWORD
from tests.webkit.driver import Browser, until

READ_DRAFTS = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open('sjj-field'); asked.onsuccess = () => resolve(asked.result); });
  const asked = base.transaction('drafts').objectStore('drafts').getAll();
  const found = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  base.close();
  return JSON.stringify(found);
}"""
STROKES = (((0.2, 0.3), (0.5, 0.25), (0.8, 0.35)), ((0.5, 0.2), (0.5, 0.5), (0.4, 0.8)))
NEXT = "[data-next]"


def sign_in(phone: Browser, address: str, visit: Visit) -> None:
    """Sign in through the form."""
    phone.open(f"{address}/sign-in")
    phone.type('input[name="username"]', visit.username)
    phone.type('input[name="password"]', PASSWORD)
    phone.click("main form button")
    until(lambda: "/sign-in" not in phone.run("return location.pathname"), "signed in")


def download(phone: Browser, address: str, visits: int = 1) -> None:
    """The task list, opened on line, brings the tasks onto the phone."""
    phone.open(f"{address}/field/")
    phone.sees("[data-download]", f"已下载到手机：{visits} 户", within=60)


def open_task(phone: Browser) -> None:
    """Tap the first task; the form is ready once its main button knows what comes next."""
    until(lambda: phone.text("[data-download]"), "the list has settled", within=60)
    phone.click("a.task")
    until(lambda: phone.text(NEXT).startswith("下一项："), "the form is ready")


def tap(phone: Browser, name: str, value: str) -> None:
    """Tap the button of a choice."""
    box = f'input[name="{name}"][value="{value}"]'
    phone.click(f'label[for="{phone.run("return document.querySelector(arguments[0]).id", box)}"]')


def fill_points(phone: Browser) -> None:
    """What was shown and told, and every point; the second with a problem."""
    for name in ("certificates", "rights", "policy_explained"):
        phone.click(f'input[name="{name}"]')
    for place in range(4):
        tap(phone, f"answers-{place}-value", "problem" if place == 1 else "ok")
    phone.type('textarea[name="answers-1-note"]', "缺一车检疫证书")
    phone.click('select[name="answers-1-kind"] option[value="责令改正"]')
    phone.pick_date('input[name="answers-1-due"]', "2026-12-20")
    phone.click('select[name="results-0-result"] option[value="发现问题已责令改正"]')


def take_photo(phone: Browser, photo: Path, box: str = "photos", field: str = "files") -> None:
    """Choose the photo; it is kept on the phone before anything else is done."""
    phone.type(f'input[name="{field}"]', str(photo))
    phone.sees(f'[data-photos="{box}"] [data-sha] .mark-sent', "已存")


def fill_scene(phone: Browser) -> None:
    """What was found, and who was there."""
    phone.type('textarea[name="narrative"]', "现场堆放松木三车。")
    phone.type('input[name="present-name"]', "李四")
    phone.type('input[name="present-post"]', "厂长")


def expect_kept(phone: Browser, text: str) -> None:
    """The draft on the phone has this by now."""
    until(lambda: text in phone.run(f"return ({READ_DRAFTS})()"), f"“{text}” in the draft")


def expect_draft(phone: Browser, place: int, value: str) -> None:
    """The form shows what was filled in before."""
    read = "const box = document.querySelector(arguments[0]); return Boolean(box && box.checked)"
    until(lambda: phone.run(read, f'input[name="answers-{place}-value"][value="{value}"]'), "the draft")


def sign_all(phone: Browser, visit: Visit) -> None:
    """Through the sheet to every signature, led by the main button."""
    phone.sees(NEXT, "核对并签名")
    phone.click(NEXT)
    for number, who in enumerate((*(f"执法人员{name}" for name in visit.team), "现场人员")):
        phone.sees(NEXT, f"{who}签名")
        phone.click(NEXT)
        phone.draw("[data-pad-canvas]", *STROKES, ((0.1, 0.9), (0.3 + number / 5, 0.9)))
        phone.click("[data-pad-done]")
        until(lambda: phone.run("return document.querySelector('[data-pad]').hidden"), "the pad closes")


def submit(phone: Browser) -> None:
    """Seal the record."""
    phone.sees(NEXT, "提交记录")
    phone.click(NEXT)
    until(lambda: phone.run("return !document.querySelector('[data-sealed]').hidden"), "sealed")


def submit_short(phone: Browser) -> None:
    """Through what this outcome does not need to the sheet, and seal."""

    def leads_on() -> bool:
        said = phone.text(NEXT)
        if said.startswith("下一项"):
            phone.click(NEXT)
        return said == "核对并签名"

    until(leads_on, "核对并签名")
    phone.click(NEXT)
    submit(phone)


def kept_bytes(phone: Browser) -> dict[str, bytes]:
    """The photos and signatures that the phone holds, by hash."""
    found = phone.run(f"return ({READ_BLOBS})()")
    return {key: base64.b64decode(text) for key, text in found}
