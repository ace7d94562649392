"""The drill of field.md §5: many records made in a valley, then sent home over a network that does its worst."""

import contextlib
import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as BrowserError

from tests.e2e.phone_form import (
    Visit,
    fill_short,
    fill_visit,
    photo_file,
    sign_all,
    submit,
    submit_short,
    tap,
)
from tests.e2e.stored import records, stored_bytes
from tests.e2e.valley import go_out, kept_bytes, open_form
from tests.live import LiveServer
from tests.proxy import CHAOS, DOWN, OPEN, BadNetwork

RECORDS = """async () => {
  const base = await new Promise((resolve) => { const asked = indexedDB.open('sjj-field'); asked.onsuccess = () => resolve(asked.result); });
  const asked = base.transaction('outbox').objectStore('outbox').getAll();
  const found = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  base.close();
  return found.map((one) => [one.uid, one.inspection, one.state, one.record ? JSON.stringify(one.record) : '']);
}"""
MOST_OVERHEAD = 1.3


@dataclass
class Drill:
    """One phone, its way to the server, and what it was given to carry."""

    network: BadNetwork
    server: LiveServer
    context: BrowserContext
    folder: Path
    page: Page
    made: dict[str, tuple[str, str]] = field(default_factory=dict)  # record id → inspection, text
    files: dict[str, bytes] = field(default_factory=dict)

    def make_records(self, visits: list[Visit], signed_every: int) -> None:
        """Fill in every visit without a network; each n-th with all its points and signatures."""
        go_out(self.page, self.network.address, visits[0], len(visits))
        self.network.become(DOWN)
        for number, visit in enumerate(visits):
            open_form(self.page, self.network.address, visit)
            photo = photo_file(self.folder, f"{number}.jpg", (2000 + number * 8, 1500))
            if number % signed_every == 0:
                fill_visit(self.page, photo)
                tap(self.page, "checkin-method", "manual")
                self.page.fill('input[name="checkin-reason"]', "码被撕了")
                sign_all(self.page, visit)
                submit(self.page)
            else:
                fill_short(self.page, photo)
                submit_short(self.page)
        self.files = kept_bytes(self.page)
        for uid, inspection, state, text in self.page.evaluate(RECORDS):
            assert state == "waiting"
            self.made[uid] = (inspection, text)
        assert len(self.made) == len(visits)

    @property
    def payload(self) -> int:
        """The bytes that have to arrive at least once."""
        texts = sum(len(text.encode()) for _, text in self.made.values())
        return texts + sum(len(data) for data in self.files.values())

    def send_home(self, kills: int, within: float) -> None:
        """Let go: cuts and delays, the server killed and the tab closed and opened again, until all is said to be there."""
        self.network.bytes_up = 0
        self.network.become(CHAOS)
        self._open_again()
        end = time.monotonic() + within
        kill_at = [len(self.made) * one // (kills + 1) for one in range(1, kills + 1)]
        for turn in itertools.count(1):
            states = self._states()
            done = sum(state == "received" for state in states)
            if states and done == len(self.made):
                break
            assert time.monotonic() < end, f"{done} of {len(self.made)} after {within} s"
            if kill_at and done >= kill_at[0]:
                kill_at.pop(0)
                self.server.kill()
                time.sleep(0.5)
                self.server.start()
                self._open_again()
            elif turn % 20 == 0:
                self._open_again()
            time.sleep(0.5)
        assert not kill_at
        self.network.become(OPEN)

    def _states(self) -> list[str]:
        try:
            return [state for _, _, state, _ in self.page.evaluate(RECORDS)]
        except BrowserError:  # between two pages
            return []

    def _open_again(self) -> None:
        """The tab is closed in the middle of whatever it does; a new one opens."""
        self.page.close()
        self.page = self.context.new_page()
        with contextlib.suppress(BrowserError):  # even the page may come from the phone only
            self.page.goto(f"{self.network.address}/field/outbox", timeout=20_000)

    def check(self) -> None:
        """Each record there once and whole, every byte the same, and not much more sent than there was."""
        found = records()
        assert {one.uid: one.inspection for one in found} == {
            uid: kept for uid, (kept, _) in self.made.items()
        }
        assert len(found) == len(self.made)
        assert all((one.kept_code, one.missing) == ("", ()) for one in found)
        for one in found:
            assert one.files <= self.files.keys()
        assert {sha: stored_bytes(sha) for sha in self.files} == self.files
        assert self.network.cuts > 0
        ratio = self.network.bytes_up / self.payload
        print(f"{len(found)} records, {self.payload} bytes, sent {ratio:.3f} times, {self.network.cuts} cuts")
        assert ratio <= MOST_OVERHEAD
        self.page.goto(f"{self.network.address}/field/outbox")
        expect(self.page.locator("[data-send-now]")).to_be_hidden()
