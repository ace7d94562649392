"""A bad network between a browser and the server: a TCP proxy that drops, delays, cuts, or answers by itself.

Counts every byte that the browser sent on, so that a test can say what a bad network has cost.
"""

import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.postgres import free_port

OPEN, DOWN, PORTAL, CHAOS = "open", "down", "portal", "chaos"
CHUNK = 16_384
PAGE = "<!doctype html><title>WiFi</title><h1>请先登录无线网络</h1>".encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one connection: after how many bytes each way it is cut, and how long things take."""

    cut_up: int | None = None
    cut_down: int | None = None
    delay: float = 0.0


@dataclass
class BadNetwork:
    """Listens on a port of its own and passes connections on to `target`, as well as its `mode` lets it."""

    target: int
    mode: str = OPEN
    seed: int = 1
    seen: Callable[[bytes], None] | None = None  # told of each piece that goes up, before it goes
    bytes_up: int = 0
    connections: int = 0
    cuts: int = 0
    port: int = field(default_factory=free_port)
    _live: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> "BadNetwork":
        """Begin to listen."""
        self._dice = random.Random(self.seed)  # noqa: S311 - a drill that can be repeated
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    @property
    def address(self) -> str:
        """What the browser opens."""
        return f"http://127.0.0.1:{self.port}"

    def become(self, mode: str) -> None:
        """Change the weather; connections of the old one end."""
        self.mode = mode
        self._drop_all()

    def stop(self) -> None:
        """No more of this."""
        self._listener.close()
        self._drop_all()

    def _drop_all(self) -> None:
        with self._lock:
            live = list(self._live)
        for one in live:
            _cut(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        fate = self._fate()
        if self.mode == DOWN or fate is None:
            _cut(client)
            return
        if self.mode == PORTAL:
            with suppress(OSError):
                client.recv(CHUNK)
                client.sendall(ANSWER)
            client.close()
            return
        time.sleep(fate.delay)
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            server.settimeout(None)
        except OSError:
            _cut(client)
            return
        with self._lock:
            self._live |= {client, server}
        back = threading.Thread(target=self._pass, args=(server, client, fate.cut_down, False), daemon=True)
        back.start()
        self._pass(client, server, fate.cut_up, True)
        back.join()
        with self._lock:
            self._live -= {client, server}
        client.close()
        server.close()

    def _fate(self) -> Fate | None:
        """None: dropped before anything is said."""
        with self._lock:
            self.connections += 1
            if self.mode != CHAOS:
                return Fate()
            dice = self._dice.random()
            delay = self._dice.random() * 0.2
            if dice < 0.15:
                return None
            if dice < 0.45:  # in the head or the body of a request
                return Fate(cut_up=self._dice.randrange(200, 400_000), delay=delay)
            if dice < 0.65:  # the request arrived, its answer did not
                return Fate(cut_down=self._dice.randrange(0, 4_000), delay=delay)
            return Fate(cut_up=self._dice.randrange(100_000, 1_200_000), delay=delay)

    def _pass(self, source: socket.socket, sink: socket.socket, limit: int | None, is_up: bool) -> None:
        passed = 0
        try:
            while data := source.recv(CHUNK):
                if limit is not None and passed + len(data) > limit:
                    sink.sendall(data[: limit - passed])
                    lost = len(data) + _drained(source)
                    self._count(lost if is_up else 0, cut=True)
                    break
                if is_up and self.seen is not None:
                    self.seen(data)
                sink.sendall(data)
                passed += len(data)
                self._count(len(data) if is_up else 0)
        except OSError:
            pass
        _cut(source)
        _cut(sink)

    def _count(self, up: int, cut: bool = False) -> None:
        with self._lock:
            self.bytes_up += up
            self.cuts += cut


def _drained(source: socket.socket) -> int:
    """What was under way when the connection broke: sent, and lost."""
    found = 0
    source.settimeout(0.05)
    with suppress(OSError):
        while data := source.recv(CHUNK):
            found += len(data)
    return found


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
