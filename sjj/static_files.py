"""The files that browsers may keep for ever: under the fingerprint of their folder, pressed small, asked for at once.

Only what is the same for everybody passes through here; a page with somebody's data is never pressed (its length
would tell of what is in it).
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from sjj import paths

PRESSED = frozenset({".css", ".js", ".json", ".svg", ".wasm"})
CONDITIONAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
_IMPORT = re.compile(r"^(?:import|export)\b[^;'\"]*?from\s*['\"]([^'\"]+)['\"]", re.M)

Environ = dict[str, Any]
Wsgi = Callable[..., Iterable[bytes]]


def serve_static(app: Flask) -> None:
    """Let the app serve its static folder, and its templates name what is in it."""
    prefix = f"static/{fingerprint(paths.STATIC)}/"
    kept = WhiteNoise(app.wsgi_app, root=str(paths.STATIC), prefix=prefix, max_age=31536000, charset="utf-8")
    app.wsgi_app = Pressed(kept, f"/{prefix}")  # type: ignore[method-assign]
    app.jinja_env.globals["static_url"] = lambda path: f"/{prefix}{path}"
    app.jinja_env.globals["modules_of"] = lambda path: [f"/{prefix}{one}" for one in modules_of(path)]


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that change when any file of the folder changes."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def modules_of(path: str) -> tuple[str, ...]:
    """A script and every module that it imports, however far down: named in the page's head, all of them are
    fetched at once instead of each after the one that asks for it.
    """
    found, waiting = [], [path]
    while waiting:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        text = (paths.STATIC / one).read_text(encoding="utf-8")
        waiting += [normpath(join(dirname(one), name)) for name in _IMPORT.findall(text)]
    return tuple(found)


class Pressed:
    """Answers for static files with gzip where the browser takes it; each file is pressed at most once."""

    def __init__(self, inner: Wsgi, prefix: str) -> None:
        self._inner, self._prefix = inner, prefix
        self._kept: dict[str, tuple[list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request."""
        path = environ.get("PATH_INFO", "")
        if not self._may_press(environ, path):
            return self._inner(environ, start_response)
        if path not in self._kept:
            status, headers, body = self._whole(environ)
            if not status.startswith("200"):
                start_response(status, headers)
                return [body]
            self._kept[path] = _pressed(headers, body)
        headers, body = self._kept[path]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _may_press(self, environ: Environ, path: str) -> bool:
        return (
            path.startswith(self._prefix)
            and Path(path).suffix in PRESSED
            and environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
            and not any(environ.get(name) for name in CONDITIONAL)
        )

    def _whole(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> None:
            told.append((status, headers))

        parts = self._inner(environ | {"REQUEST_METHOD": "GET"}, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return *told[0], body


def _pressed(headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    small = gzip.compress(body, 9, mtime=0)
    own = {"content-length", "etag", "vary", "accept-ranges"}
    kept = [(name, value) for name, value in headers if name.lower() not in own]
    more = [("Content-Encoding", "gzip"), ("Content-Length", str(len(small))), ("Vary", "Accept-Encoding")]
    return kept + more, small
