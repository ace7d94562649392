"""The phone away from the office: pages downloaded before, what it keeps, what it says."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.phone_form import Visit, fill_short, photo_file, sign_in, submit_short

READ_BLOBS = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open('sjj-field'); asked.onsuccess = () => resolve(asked.result); });
  const store = base.transaction('blobs').objectStore('blobs'), read = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const keys = await read(store.getAllKeys()), values = await read(store.getAll());
  base.close();
  const text = (bytes) => { let made = ''; new Uint8Array(bytes).forEach((one) => { made += String.fromCharCode(one); }); return btoa(made); };
  return keys.map((key, at) => [key, text(values[at].bytes)]);
}"""
COUNT = """async (name) => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open('sjj-field'); asked.onsuccess = () => resolve(asked.result); });
  const asked = base.transaction(name).objectStore(name).count();
  const found = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  base.close();
  return found;
}"""
CACHED = """async () => {
  const out = [];
  for (const name of await caches.keys()) if (name.startsWith('sjj-pages')) for (const kept of await (await caches.open(name)).keys()) out.push(new URL(kept.url).pathname);
  return out;
}"""


def kept_bytes(page: Page) -> dict[str, bytes]:
    """The photos and signatures that the phone holds, by hash."""
    return {key: base64.b64decode(text) for key, text in page.evaluate(READ_BLOBS)}


def count_on_phone(page: Page, store: str) -> int:
    """How many drafts, blobs or records the phone holds, of anybody."""
    found: int = page.evaluate(COUNT, store)
    return found


def cached_pages(page: Page) -> set[str]:
    """The pages that were downloaded."""
    return set(page.evaluate(CACHED))


def download(page: Page, address: str, visits: int = 1) -> None:
    """The task list, opened on line, brings the tasks onto the phone."""
    page.goto(f"{address}/field/")
    expect(page.locator("[data-download]")).to_contain_text(f"已下载到手机：{visits} 户", timeout=40_000)


def go_out(page: Page, address: str, visit: Visit, visits: int = 1) -> None:
    """Sign in at the office and take the tasks along."""
    sign_in(page, address, visit.username)
    download(page, address, visits)


def open_form(page: Page, address: str, visit: Visit) -> None:
    """The form of the visit, ready to be filled in."""
    page.goto(f"{address}/field/inspections/{visit.uid}")
    expect(page.locator("[data-next]")).to_be_enabled(timeout=20_000)


def make_short_visit(page: Page, address: str, visit: Visit, folder: Path, name: str = "a.jpg") -> None:
    """Open the form, find nobody, take a photo, submit."""
    open_form(page, address, visit)
    fill_short(page, photo_file(folder, name, (800, 600)))
    submit_short(page)


def chip_of(page: Page, number: int = 0) -> str:
    """What 待发送 says of a record."""
    return page.locator("[data-local-list] .chip").nth(number).inner_text()


@contextmanager
def without_network(context: BrowserContext) -> Iterator[None]:
    """A valley."""
    context.set_offline(True)
    try:
        yield
    finally:
        context.set_offline(False)


@contextmanager
def another_phone(browser: Browser, **more: object) -> Iterator[Page]:
    """A second phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()
