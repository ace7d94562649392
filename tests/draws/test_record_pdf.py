"""The record as a PDF: what it says in each of its forms, and that equal data give equal bytes."""

import io
import json
import re
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from sjj import pdf
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.record import last_moment, record_of
from sjj.registers.labels import qr_svg
from sjj.rules.lifecycle import DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import VALUES, make_draw, void_by_two
from tests.makers.plans import by_class, by_credit, make_campaign, make_register
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


DESCRIBED, EMBEDDED = re.compile(rb"/Type/FontDescriptor"), re.compile(rb"/FontFile[23]? \d")
DAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def record(draw: Draw, *, covered: bool = False) -> dict[str, Any]:
    """The record's data."""
    return record_of(draw, covered=covered, url="http://sjj.test/public/draws/1", qr="")


def words(value: Any) -> str:
    """Every text of the data, one after another."""
    return json.dumps(value, ensure_ascii=False)


def pages(made: bytes) -> int:
    """How many pages a PDF has."""
    counts = [int(found) for found in re.findall(rb"/Type/Pages/Count (\d+)", made)]
    return max(counts)


def printed(made: bytes) -> str:
    """What a PDF reader reads, white space and places to break left out."""
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return re.sub(r"[\s\u200b]", "", read)


@pytest.mark.slow
def test_a_pdf_with_its_own_fonts_twice_the_same(app: Flask) -> None:
    draw = make_draw()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    first, second = (clerk.client.get(f"/draws/{draw.id}/record.pdf") for _ in range(2))
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF-1.7")
    assert first.data == second.data
    assert pages(first.data) >= 1
    assert b"NotoSerifSC" in first.data
    assert b"pdfaid" in first.data, "PDF/A says that it is one"
    assert len(EMBEDDED.findall(first.data)) == len(DESCRIBED.findall(first.data)) >= 2
    covered = clerk.client.get(f"/draws/{draw.id}/record.pdf?names=covered").data
    for one in draw.objects:
        assert one.name in printed(first.data)
        assert one.name not in printed(covered)
        assert one.ticket in printed(covered)
    assert "第1页共" in printed(covered)


def test_who_when_hashes_seed_and_drawn(app: Flask) -> None:
    draw = make_draw()
    said = words(record(draw))
    receipt = json.loads(draw.receipt)
    for text in (
        draw.commitment_sha256,
        draw.secret,
        receipt["seed"],
        draw.receipt_sha256,
        *VALUES,
        draw.proposed_by.display_name,
        draw.frozen_by.display_name,
        draw.drawn_by.display_name,
        "赵清（纪检监察组）",
        "2026年3月2日 09:10",
        "2026年3月2日 09:31",
        "不低于50%",
    ):
        assert text in said, text
    for one in draw.objects:
        assert one.name in said
        assert one.ticket in said
    assert record(draw)["signers"] == ["主持人", "监督人员", "见证人 赵清", "见证人 钱明"]
    assert "2026年3月2日 09:20" in words(record(draw)["sources"]), "when each value was typed"


def test_the_witnesses_form_names_nobody_that_was_drawn(app: Flask) -> None:
    draw = make_draw()
    said = words(record(draw, covered=True))
    for one in draw.objects:
        assert one.ticket in said
        assert one.name not in said
        assert one.code not in said
        assert not [code for code in one.team if f'"{code}"' in said]
    assert "见证人用" in said


def test_where_the_scheme_publishes_at_once_nothing_is_covered(app: Flask) -> None:
    draw = make_draw(make_campaign(publishes_at_once=True))
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    asked = [clerk.client.get(f"/draws/{draw.id}/record.pdf{query}").data for query in ("", "?names=covered")]
    assert asked[0] == asked[1]


def test_closed_layers_stay_closed_on_the_witnesses_form(app: Flask) -> None:
    agency = make_agency()
    make_register(agency, entities=12)
    draw = make_draw(make_campaign(agency, register=False, strata=by_credit("50%")))
    said = words(record(draw, covered=True))
    assert "信用" not in said
    assert not re.search(r'"G[1-9]"', said)
    assert re.search(r'"G[1-9]"', words(record(draw)))


def test_a_void_draw_says_so_on_its_record(app: Flask) -> None:
    draw = void_by_two(make_draw(), "骰子有破损")
    notice = record(draw)["notices"][0]
    assert "骰子有破损" in notice
    assert draw.voided_by.display_name in notice
    assert draw.voided_with.display_name in notice
    assert last_moment(draw) == draw.voided_at
    assert pdf.render("draw_record.typ", record(draw), last_moment(draw)).startswith(b"%PDF")


def test_no_record_before_the_draw(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    clerk.open(f"/draws/{draw.id}/record.pdf", 404)


class Listening:
    """The compiler, and what it was last given."""

    def __init__(self, compiler: Any) -> None:
        self.compiler, self.data = compiler, None

    def __call__(self, source: bytes, data: Any, *more: Any) -> bytes:
        self.data = data
        return self.compiler(source, data, *more)


def test_a_rare_character_is_written_as_its_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = make_draw()
    draw.objects[0].name = '\U00020bb7记木业\u200b#panic("x") $x$ *粗* @a 堃喆祎珺玥\U0001f600\x01'
    db.session.commit()
    monkeypatch.setattr(pdf, "_compile", Listening(pdf._compile))
    made = pdf.render("draw_record.typ", record(draw), DAY)
    assert made.startswith(b"%PDF")
    printed = pdf._compile.data
    assert printed["missing"] == ["U+0001", "U+1F600", "U+20BB7"]
    assert "〔U+20BB7〕记木业" in printed["drawn"][0][1]
    assert "#panic" in printed["drawn"][0][1], "text stays text"
    assert "堃喆祎珺玥" in printed["drawn"][0][1]


def test_what_cannot_be_printed_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pdf.CannotPrint, match="生成 PDF 时出错"):
        pdf.render("draw_record.typ", {"title": "缺少其余内容"}, DAY)
    draw = make_draw()
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    monkeypatch.setattr("sjj.draws.record_views.record_of", lambda *_, **__: {"title": "缺"})
    clerk.open(f"/draws/{draw.id}/record.pdf", 500)
    assert "抽取本身不受影响" in clerk.text()


@pytest.mark.slow
def test_three_thousand_rows_on_many_pages(app: Flask) -> None:
    draw = make_draw(make_campaign(strata=by_class("100%", "100%", "100%")))
    data = record(draw)
    row = data["drawn"][0]
    data["drawn"] = [[str(place), *row[1:]] for place in range(1, 3001)]
    data["qr"] = qr_svg(data["url"]).decode()
    made = pdf.render("draw_record.typ", data, DAY)
    assert pages(made) > 60
    assert zlib.crc32(made) == zlib.crc32(pdf.render("draw_record.typ", data, DAY))
