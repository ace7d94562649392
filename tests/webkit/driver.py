"""WebKit as Debian builds it, driven by the W3C WebDriver protocol in plain HTTP. Knows nothing of the app.

One screen of a phone's size in memory, one driver on it, one browser at a time; a new browser forgets
everything that the one before it kept. What its console says goes to a log that a test can read.
"""

import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.postgres import free_port

PHONE = (390, 844)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how the protocol marks an element
START_WITHIN = 20.0
SOON = 20.0
STEPS = 6
TO_THE_MIDDLE = """(arguments[0].closest('select') || arguments[0])
.scrollIntoView({block: 'center', behavior: 'instant'})"""
PICK = """const [field, day] = arguments; field.value = day;
for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));"""
Point = tuple[float, float]
T = TypeVar("T")


class DriverError(AssertionError):
    """The driver refused; the message is its own."""


def find_programs() -> tuple[str, str, str] | None:
    """The virtual screen, the driver and its browser, if all three are installed."""
    screen, driver = shutil.which("Xvfb"), shutil.which("WebKitWebDriver")
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    return (screen, driver, str(browsers[-1])) if screen and driver and browsers else None


class WebKit:
    """A screen and a driver; `browser()` opens a window on it."""

    def __init__(self, folder: Path) -> None:
        programs = find_programs()
        assert programs is not None
        self._screen_program, self._driver_program, self._browser_program = programs
        self.port = free_port()
        self.log_file = folder / "webkit.log"
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> Self:
        """Start both and wait for the driver to answer."""
        seen, told = os.pipe()
        size = f"{PHONE[0]}x{PHONE[1]}x24"
        screen = [self._screen_program, "-displayfd", str(told), "-screen", "0", size, "-nolisten", "tcp"]
        self._run(screen, os.environ, (told,))
        os.close(told)
        with os.fdopen(seen) as number:
            display = f":{number.readline().strip()}"
        here = os.environ | {"DISPLAY": display, "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
        self._run([self._driver_program, f"--port={self.port}"], here)
        until(self._answers, "the driver answers", START_WITHIN)
        return self

    def stop(self) -> None:
        """End everything that was started, the browser included."""
        for process in reversed(self._running):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _run(self, command: list[str], environ: Any, keep: Iterable[int] = ()) -> None:
        with self.log_file.open("ab") as log:
            self._running.append(
                subprocess.Popen(
                    command, env=environ, stdout=log, stderr=log, pass_fds=tuple(keep), start_new_session=True
                )
            )

    def _answers(self) -> bool:
        try:
            return bool(self.call("GET", "/status")["ready"])
        except OSError:
            return False

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One command of the protocol."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise DriverError(f"{method} {path}: {value['error']}: {value.get('message', '')}")
        return value

    def browser(self) -> "Browser":
        """A fresh browser that fills the screen."""
        shown = ["--automation", "--full-screen", "--enable-write-console-messages-to-stdout=true"]
        options = {"binary": self._browser_program, "args": shown}
        wanted = {
            "webkitgtk:browserOptions": options,
            "unhandledPromptBehavior": "accept",
            "timeouts": {"script": 20_000, "pageLoad": 60_000, "implicit": 0},
        }
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        browser = Browser(self, f"/session/{made['sessionId']}", self.log_file.stat().st_size)
        browser.tell("/window/rect", {"width": PHONE[0], "height": PHONE[1]})
        return browser


class Browser:
    """One window: pages are opened, elements named by CSS are tapped and typed into as by a person."""

    def __init__(self, webkit: WebKit, path: str, log_from: int) -> None:
        self._webkit, self._path, self._log_from = webkit, path, log_from

    def tell(self, command: str, body: dict[str, Any] | None = None) -> Any:
        """A command of this window."""
        return self._webkit.call("POST", self._path + command, body or {})

    def open(self, address: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.tell("/url", {"url": address})

    def close(self) -> None:
        """Close the window; what it kept is gone."""
        self._webkit.call("DELETE", self._path)

    def run(self, script: str, *arguments: object) -> Any:
        """The value of the body of a function that runs in the page; a promise is waited for."""
        return self.tell("/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector: str) -> str:
        """The first element of these, once there is one."""
        wanted = {"using": "css selector", "value": selector}
        try:
            return str(until(lambda: self.tell("/elements", wanted), selector)[0][ELEMENT])
        except AssertionError as never:
            shown = self.run("return location.href + ' ' + document.body.innerText.slice(0, 300)")
            raise AssertionError(f"no {selector} on {shown}") from never

    def click(self, selector: str) -> None:
        """Bring it to the middle of the screen, from under the bars, and tap it; or choose it, in a list."""
        found = self.find(selector)
        self.run(TO_THE_MIDDLE, {ELEMENT: found})
        self.tell(f"/element/{found}/click")

    def type(self, selector: str, text: str) -> None:
        """Put it into an empty field by the keyboard; a file's path is the choice of that file."""
        self.tell(f"/element/{self.find(selector)}/value", {"text": text})

    def pick_date(self, selector: str, day: str) -> None:
        """Choose a day as the phone's calendar does; by the keyboard its parts have the order of the country."""
        self.run(PICK, {ELEMENT: self.find(selector)}, day)

    def text(self, selector: str) -> str:
        """What is shown there."""
        return str(self._webkit.call("GET", f"{self._path}/element/{self.find(selector)}/text"))

    def sees(self, selector: str, said: str, within: float = SOON) -> None:
        """Wait until this is said there."""
        heard = ""

        def is_said() -> bool:
            nonlocal heard
            heard = self.text(selector)
            return said in heard

        try:
            until(is_said, "", within)
        except AssertionError as never:
            raise AssertionError(f"{selector} says “{heard}”, not “{said}”") from never

    def draw(self, selector: str, *lines: Iterable[Point]) -> None:
        """Draw with one finger; points are parts of the element's width and height."""
        box = self.run(
            "return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector
        )
        moves: list[dict[str, Any]] = []
        for line in lines:
            for number, (x, y) in enumerate(_steps(list(line))):
                at = {"x": round(box["x"] + box["width"] * x), "y": round(box["y"] + box["height"] * y)}
                moves.append({"type": "pointerMove", "duration": 20, "origin": "viewport", **at})
                moves += [{"type": "pointerDown", "button": 0}] if number == 0 else []
            moves.append({"type": "pointerUp", "button": 0})
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": moves}
        self.tell("/actions", {"actions": [finger]})

    def complaints(self) -> list[str]:
        """What the console called an error since this browser opened."""
        with self._webkit.log_file.open("rb") as log:
            log.seek(self._log_from)
            said = log.read().decode("utf-8", "replace").splitlines()
        return [line for line in said if line.startswith("CONSOLE") and " ERROR" in line]


def _steps(line: list[Point]) -> Iterator[Point]:
    """The places that a finger passes on this line; the driver itself would jump from end to end."""
    yield line[0]
    for (x0, y0), (x1, y1) in pairwise(line):
        for step in range(1, STEPS + 1):
            yield x0 + (x1 - x0) * step / STEPS, y0 + (y1 - y0) * step / STEPS


def until(ask: Callable[[], T], what: str, within: float = SOON) -> T:
    """Ask again until the answer is a good one; what is waited for is named when it never comes."""
    end, last = time.monotonic() + within, ""
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except DriverError as problem:  # the page was just leaving
            last = str(problem)
        time.sleep(0.1)
    raise AssertionError(f"not within {within:.0f} s: {what} {last}")
