"""Static files: pressed where the browser takes it, the same bytes everywhere, every module named in advance."""

import gzip
import re

import pytest
from flask import Flask

from sjj import paths
from sjj.static_files import modules_of


@pytest.fixture
def url(app: Flask) -> str:
    """The address of the phone form's script."""
    return str(app.jinja_env.globals["static_url"]("field/form.js"))  # type: ignore[operator]


def test_a_script_comes_pressed_to_who_takes_it_and_plain_to_who_does_not(app: Flask, url: str) -> None:
    text = (paths.STATIC / "field/form.js").read_bytes()
    client = app.test_client()
    plain = client.get(url, buffered=True)
    assert (plain.data, plain.content_encoding) == (text, None)
    for _ in range(2):
        small = client.get(url, headers={"Accept-Encoding": "gzip, br"})
        assert small.content_encoding == "gzip"
        assert gzip.decompress(small.data) == text
        assert (small.mimetype, small.headers["Cache-Control"]) == (
            plain.mimetype,
            plain.headers["Cache-Control"],
        )
        assert "Accept-Encoding" in small.headers["Vary"]
        assert int(small.headers["Content-Length"]) == len(small.data) < len(text)
    assert client.head(url, headers={"Accept-Encoding": "gzip"}).data == b""
    known = {"If-None-Match": plain.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get(url, headers=known).status_code == 304
    assert client.get(f"{url}x.js", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_pages_are_never_pressed(app: Flask) -> None:
    answer = app.test_client().get("/public/", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content_encoding) == (200, None)


def test_every_module_that_a_page_will_ask_for_is_named() -> None:
    named = modules_of("field/form.js")
    assert "field/store.js" in named
    for one in named:
        text = (paths.STATIC / one).read_text(encoding="utf-8")
        asked = re.findall(r"from '\.{1,2}/(?:\w+/)*(\w+\.js)'", text)
        assert {name.rsplit("/", 1)[-1] for name in named} >= set(asked), one
