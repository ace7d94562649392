"""The page that checks a receipt, as the server gives it: what it brings along, what it explains, the file to keep."""

import base64
import json
import re
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from consistent_sampler import sampler
from flask import Flask

from sjj.paths import STATIC
from sjj.publicity.verify_example import VALUES, worked_example
from sjj.rules import verify
from tests.makers.accounts import make_agency
from tests.makers.draws import make_draw
from tests.visitor import Visitor


def test_the_example_is_a_receipt_that_the_verifier_passes() -> None:
    receipt = worked_example().receipt
    checks = verify.verify_bytes(json.dumps(receipt).encode(), receipt["commitment_sha256"])
    assert {check.status for check in checks} == {verify.OK}
    assert receipt["seed"].endswith("|".join(("", *VALUES)))


def test_every_figure_of_the_example_is_what_the_outside_referee_says(visitor: Visitor) -> None:
    make_agency()
    example = worked_example()
    visitor.open("/public/verify")
    method = visitor.page.select_one("#method")
    assert method is not None
    lines = {
        row.th.get_text(): row.select_one("td.mono").get_text()
        for row in method.select("table.stack tbody tr")
    }  # type: ignore[union-attr]
    ids = [verify.object_id(code, salt) for code, salt in lines.items()]
    told = [
        (row.th.get_text(), row.select_one("td.mono").get_text(), "抽中" in row.get_text())  # type: ignore[union-attr]
        for row in method.select("table")[1].select("tbody tr")
    ]
    right = sampler(ids, seed=example.receipt["seed"], digits=100, output="tuple")
    assert told == [
        (one[1].split("|")[0], f"{one[0][:14]}…", place <= 2) for place, one in enumerate(right, 1)
    ]
    first = example.shops[0]
    said = method.get_text()
    for figure in (first.ticket, example.receipt["seed"], example.receipt["pool_sha256"], *VALUES):
        assert figure in said
    assert f"0.{example.first_number[::-1]}" == first.ticket
    assert sha256(example.receipt["seed"].encode()).hexdigest() == example.seed_sha256


def test_without_scripts_the_page_says_what_to_do(visitor: Visitor) -> None:
    make_agency()
    visitor.open("/public/verify")
    for part in visitor.page.select("[data-tool]"):
        assert part.has_attr("hidden")
    said = visitor.page.select_one("[data-no-script]")
    assert said is not None
    assert "Python" in said.get_text()
    assert "python verify.py receipt.json --commitment" in visitor.text()


def test_a_draw_brings_its_published_commitment(visitor: Visitor) -> None:
    draw = make_draw()
    draw_id, commitment = draw.id, draw.commitment_sha256
    visitor.open(f"/public/verify?draw={draw_id}")
    field = visitor.page.select_one("#commitment")
    assert field is not None
    assert field["value"] == commitment
    assert visitor.page.select_one("[data-fetch]") is None  # officers are still on their way
    assert "最后一户检查结束后公布" in visitor.text()
    assert f"--commitment {commitment}" in visitor.text()


def test_a_published_receipt_can_be_fetched(visitor: Visitor) -> None:
    draw = make_draw()
    draw.campaign.publishes_at_once = True
    draw_id = draw.id
    visitor.open(f"/public/verify?draw={draw_id}")
    button = visitor.page.select_one("[data-fetch]")
    assert button is not None
    assert button["data-fetch"] == f"/public/draws/{draw_id}/receipt.json"
    visitor.open(str(button["data-fetch"]))


@pytest.mark.parametrize("wanted", ["0", "999999", "9223372036854775808"])
def test_a_draw_that_does_not_exist_is_not_found(visitor: Visitor, wanted: str) -> None:
    make_agency()
    visitor.open(f"/public/verify?draw={wanted}", status=404)


def test_what_is_no_number_is_no_draw(visitor: Visitor) -> None:
    make_agency()
    visitor.open("/public/verify?draw=abc")


def test_the_file_to_keep_has_no_address_in_it(app: Flask, visitor: Visitor) -> None:
    answer = visitor.client.get("/public/verify.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="verify.html"'
    page = BeautifulSoup(answer.data, "html.parser")
    assert not page.select("[src], a[href]:not([href^='#']), link[rel=stylesheet], [data-fetch], img")
    assert [len(page.select(tag)) for tag in ("h1", "style")] == [1, 2]
    texts = [script.get_text() for script in page.select("script:not([type])")]
    assert texts == [
        (STATIC / "verify" / f"{name}.js").read_text(encoding="utf-8")
        for name in ("text", "tickets", "draw", "shape", "checks", "verify", "report", "page")
    ]
    assert not re.search(
        r"https?://", re.sub(r"http://www\.w3\.org/2000/svg", "", answer.get_data(as_text=True))
    )


def test_the_policy_of_the_file_allows_its_own_scripts_and_no_connection(
    app: Flask, visitor: Visitor
) -> None:
    page = BeautifulSoup(visitor.client.get("/public/verify.html").data, "html.parser")
    meta = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert meta is not None
    policy = dict(part.split(" ", 1) for part in str(meta["content"]).split("; "))
    assert policy["default-src"] == "'none'"
    assert "connect-src" not in policy
    for tag, rule in (("script:not([type])", "script-src"), ("style", "style-src")):
        digests = [sha256(one.get_text().encode()).digest() for one in page.select(tag)]
        assert policy[rule].split() == [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def test_the_page_tells_the_fingerprints_of_both_files(visitor: Visitor) -> None:
    make_agency()
    kept, program = (visitor.client.get(f"/public/verify.{kind}").data for kind in ("html", "py"))
    visitor.open("/public/verify")
    for data in (kept, program):
        assert sha256(data).hexdigest() in visitor.text()
