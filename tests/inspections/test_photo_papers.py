"""What stands beside a photo reaches its papers; the photo itself stays, byte for byte, as it was taken."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from sjj.database import db
from sjj.files.store import keep, original_path
from sjj.inspections.models import Inspection, Submission
from tests.inspections.papers import docx_text, fetch, file, folded, office, pdf_text
from tests.inspections.visits import send_form
from tests.makers.inspections import make_inspection, make_officer_user, make_submission
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AT, LAT, LON = "2026-03-05T09:20:00+08:00", 40.140278, 118.309722


def from_camera(shade: int, *, kind: str = "JPEG", taken: str = "2026:03:05 09:20:00") -> bytes:
    """A picture whose camera knew when and where."""
    exif = Image.Exif()
    exif[0x8769] = {0x9003: taken}
    exif[0x8825] = {1: "N", 2: (40.0, 8.0, 25.0), 3: "E", 4: (118.0, 18.0, 35.0)}
    written = BytesIO()
    Image.new("RGB", (1200, 900), (shade, 90, 40)).save(written, kind, exif=exif)
    return written.getvalue()


def photos_of(inspection: Inspection) -> list[dict[str, Any]]:
    """What the current record says of its photos."""
    db.session.refresh(inspection)
    said = json.loads(db.session.get_one(Submission, inspection.revision).content)
    rows: list[dict[str, Any]] = said["photos"]
    return rows


def test_an_ordinary_form_keeps_words_and_the_cameras_time_and_place(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    page = visitor.open(f"/field/inspections/{inspection.uid}")
    assert not page.select_one('input[name="files"]').has_attr("capture")  # type: ignore[union-attr]
    files = [
        (BytesIO(from_camera(10)), "a.jpg"),
        (BytesIO(from_camera(200, kind="HEIF")), "b.heic"),
        (BytesIO(from_camera(90, taken="0000:00:00 00:00:00")), "c.jpg"),
    ]
    page = send_form(visitor, 200, keep="1", files=files).page
    first, second, third = [str(box["value"]) for box in page.select('input[name="photos"]')]
    for box in page.select(".photos img"):
        assert visitor.client.get(str(box["src"]), buffered=True).mimetype == "image/jpeg"
    words = {f"caption-{second}": "  大门 \n 上锁 ", f"caption-{third}": "字" * 80}
    send_form(visitor, outcome="moved", narrative="机器已搬走", **words)
    place = {"lat": LAT, "lon": LON}
    assert photos_of(inspection) == [
        {"sha256": first, "taken_at": AT, **place},
        {"sha256": second, "taken_at": AT, **place, "caption": "大门 上锁"},
        {"sha256": third, **place, "caption": "字" * 60},
    ]
    page = visitor.open(f"/field/inspections/{inspection.uid}?revise=1")
    assert page.select_one(f'input[name="caption-{second}"]')["value"] == "大门 上锁"  # type: ignore[index]
    send_form(visitor, narrative="机器已搬走，邻居证实", **{f"caption-{second}": ""})
    assert photos_of(inspection)[1] == {"sha256": second, "taken_at": AT, **place}


@pytest.mark.slow
def test_papers_print_time_place_officer_and_task_below_the_photo_never_into_it(
    app: Flask, visitor: Visitor
) -> None:
    inspection = make_inspection(items=1)
    given = {keep(data).sha256: data for data in (from_camera(10), from_camera(200, kind="HEIF"))}
    mine, other = given
    point = json.loads(inspection.form.content)["points"][1]["id"]
    rows = [
        {"sha256": mine, "taken_at": AT, "lat": LAT, "lon": LON, "caption": "原料堆场"},
        {"sha256": other},
    ]
    answers = [
        {"point": one["id"], "value": "ok", "photos": [mine] if one["id"] == point else []}
        for one in json.loads(inspection.form.content)["points"]
    ]
    user = make_officer_user(inspection.team[0].officer)
    assert make_submission(inspection, user, photos=rows, answers=answers).status == 201
    db.session.commit()
    beneath = ("原料堆场", "2026年3月5日 09:20", "北纬 40.14028，东经 118.30972", user.display_name)
    visitor.sign_in(office(inspection))
    for said in (
        pdf_text(fetch(visitor, file(inspection, "record.pdf"))),
        docx_text(fetch(visitor, file(inspection, "record.docx"))),
        folded(visitor.open(f"/papers/inspections/{inspection.uid}/record").get_text()),
    ):
        for words in (*beneath, f"{inspection.campaign.number}-001"):
            assert folded(words) in said
        assert said.index("照片1") < said.index("照片2")
    assert "要点2" in pdf_text(fetch(visitor, file(inspection, "record.pdf")))
    shown = fetch(visitor, f"/papers/inspections/{inspection.uid}/pictures/{mine}")
    with Image.open(BytesIO(shown)) as copy:
        assert (copy.size, dict(copy.getexif())) == ((640, 480), {})
    for sha256, data in given.items():
        assert original_path(sha256).read_bytes() == data
