"""A real server of the app, in a process of its own, to be talked to over HTTP and killed.

The database is the test's: files are made under its instance folder before or while the server runs.
"""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.postgres import free_port
from tests.visitor import PASSWORD, controls
from tests.warm import Command, start_fresh, warm

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 30.0


class LiveServer:
    """`python -m sjj serve` on this database and instance folder."""

    def __init__(self, instance: Path, database_url: str) -> None:
        self.instance, self.database_url = instance, database_url
        self.code = ROOT  # a test may let a newer version of the app take over
        self.port = free_port()
        self.process: Command | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "LiveServer":
        """Start it and wait until it answers."""
        environ = os.environ | {
            "SJJ_INSTANCE": str(self.instance),
            "DATABASE_URL": self.database_url,
            "SJJ_SECRET_KEY": "only for tests",
            "PYTHONPATH": str(self.code),
        }
        log = self.instance / "server.log"
        serve = ["serve", "--port", str(self.port)]
        if self.code == ROOT:
            self.process = warm.start(serve, environ, log)
        else:
            self.process = start_fresh(serve, environ, log, self.code)
        self._wait()
        return self

    def _wait(self) -> None:
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                if Caller(self).get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not answer: {self.log()}")

    def kill(self) -> None:
        """kill -9, its worker included."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def log(self) -> str:
        """What it said."""
        return (self.instance / "server.log").read_text(encoding="utf-8", errors="replace")[-4000:]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Caller:
    """A program that talks to the server: cookies kept, redirects never followed. One thread each."""

    server: LiveServer
    cookies: dict[str, str] = field(default_factory=dict)
    user: str = ""
    csrf: str = ""

    def sign_in(self, username: str, password: str = PASSWORD) -> "Caller":
        """Sign in by the form, then ping."""
        values = {"username": username, "password": password}
        reply = self.post("/sign-in", values, self.token("/sign-in"))
        assert reply.status == 303, reply.body.decode()
        told = self.get("/field/ping").json
        self.user, self.csrf = told["user"], told["csrf"]
        return self

    def twin(self) -> "Caller":
        """Another connection of the same signed-in person, for another thread."""
        return Caller(self.server, dict(self.cookies), self.user, self.csrf)

    def get(self, path: str) -> Reply:
        """GET."""
        return self.call("GET", path)

    def token(self, path: str) -> str:
        """The token of the form on a page."""
        page = BeautifulSoup(self.get(path).body, "html.parser")
        token = page.select_one('input[name="csrf_token"]')
        assert token is not None, path
        return str(token["value"])

    def form(self, path: str, action: str) -> dict[str, object]:
        """What a browser would send of the page's form to this address, as it stands."""
        page = BeautifulSoup(self.get(path).body, "html.parser")
        [form] = page.select(f'form[action="{action}"]')
        return controls(form)

    def post(self, path: str, values: Mapping[str, object], token: str) -> Reply:
        """Send a form; a list of values is a field that is sent several times."""
        body = urlencode({**values, "csrf_token": token}, doseq=True).encode()
        return self.call("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def put(self, uid: object, record: object) -> Reply:
        """Send a record."""
        body = record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode()
        return self.call("PUT", f"/field/submissions/{uid}", body, {"Content-Type": "application/json"})

    def patch(self, sha256: str, offset: int, total: int, data: bytes) -> Reply:
        """Send a piece of a file."""
        headers = {"Upload-Offset": str(offset), "Upload-Length": str(total)}
        return self.call("PATCH", f"/field/files/{sha256}", data, headers)

    def head(self, method: str, path: str, length: int) -> bytes:
        """The head of a request whose body the caller sends as slowly as it likes."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = (
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: {cookies}",
            f"X-CSRFToken: {self.csrf}",
            f"X-Field-User: {self.user}",
            f"Content-Length: {length}",
            "Content-Type: multipart/form-data; boundary=xx",
            "Upload-Offset: 0",
            f"Upload-Length: {length}",
        )
        return "\r\n".join((*lines, "", "")).encode()

    def call(
        self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None
    ) -> Reply:
        """One request on a connection of its own."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.csrf:
            headers |= {"X-CSRFToken": self.csrf, "X-Field-User": self.user}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, headers | (more or {}))
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return Reply(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads that all start together; what each returned, in order."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def kill_during(server: LiveServer, delay: float | None, call: Callable[[], Any]) -> None:
    """Make the call and kill the server so many seconds later; without a delay, once it has answered."""

    def cut_off() -> None:
        with suppress(OSError, HTTPException):  # whatever becomes of the connection
            call()

    sender = threading.Thread(target=cut_off)
    sender.start()
    if delay is None:
        sender.join()
    else:
        time.sleep(delay)
    server.kill()
    sender.join()
