"""The paper of a visit with six photos: how long its making takes once the photos' copies are there.

Baseline, named in the same run: reading the same six photos with Pillow and writing them again at the size that
a paper shows. The whole way is measured: database, data, layout, fonts, pictures, bytes.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image
from pypdf import PdfReader

from sjj.app import create_app
from sjj.files.copies import QUALITY
from sjj.files.store import keep, original_path
from sjj.inspections.field_queries import plan_of
from sjj.inspections.models import Inspection
from sjj.inspections.paper_data import Paper, paper
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_pictures import PRINTED
from sjj.inspections.paper_print import as_docx, as_pdf
from tests.conftest import settings_for
from tests.makers.inspections import VISITED_AT, make_inspection, make_record, make_submission

PHOTOS, TIMES, MOST_SECONDS, MOST_RATIO = 6, 9, 1.0, 1.0
SIZE = (1920, 1440)  # what the phone sends


def run() -> list[tuple[str, str, str, bool]]:
    """Make a record with six photos and measure its papers."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context(), app.test_request_context():
            upgrade()
            photos = [keep(_photo(number)).sha256 for number in range(PHOTOS)]
            inspection = _visit(photos)
            pages = len(PdfReader(io.BytesIO(_pdf(inspection))).pages)
            pdf = _median(lambda: _pdf(inspection))
            docx = _median(lambda: _docx(inspection))
            pillow = _median(lambda: [_again(original_path(one)) for one in photos])
    told = f"Pillow 读出并重存同样 {PHOTOS} 张照片 {pillow * 1000:.0f} 毫秒"
    return [
        (
            f"{pages} 页笔录、{PHOTOS} 张照片，PDF",
            f"{pdf * 1000:.0f} 毫秒，为基准的 {pdf / pillow:.2f} 倍（{told}）",
            f"< {MOST_SECONDS:.0f} 秒，≤ 基准的 {MOST_RATIO:.1f} 倍",
            pdf < MOST_SECONDS and pdf <= MOST_RATIO * pillow,
        ),
        (
            f"同一份笔录、{PHOTOS} 张照片，Word",
            f"{docx * 1000:.0f} 毫秒，为基准的 {docx / pillow:.2f} 倍",
            f"< {MOST_SECONDS:.0f} 秒",
            docx < MOST_SECONDS,
        ),
    ]


def _visit(photos: list[str]) -> Inspection:
    inspection = make_inspection(points=4)
    answers = [row | {"photos": []} for row in make_record(inspection)["answers"]]
    named = [
        {"sha256": one, "caption": f"现场 {number}", "taken_at": "2026-03-05T09:20:00+08:00"}
        for number, one in enumerate(photos, 1)
    ]
    narrative = "查看原料堆场、车间和成品库，抽查出入库台账，未见异常。" * 4
    answer = make_submission(inspection, photos=named, answers=answers, narrative=narrative)
    assert answer.status == 201, answer.body
    return inspection


def _made(inspection: Inspection) -> Paper:
    return paper(inspection, PaperKind.RECORD, plan_of(inspection), "https://example.org/r?q=1", VISITED_AT)


def _pdf(inspection: Inspection) -> bytes:
    made = _made(inspection)
    return as_pdf(made.kind, made.data, made.pictures, made.at)


def _docx(inspection: Inspection) -> bytes:
    made = _made(inspection)
    return as_docx(made.kind, made.data, made.pictures, made.at, inspection.agency_id)


def _photo(number: int) -> bytes:
    """A picture with as much detail as a photo: noise under soft shapes."""
    image = (
        Image.effect_noise(SIZE, 40 + number).convert("RGB").resize((SIZE[0] // 2, SIZE[1] // 2)).resize(SIZE)
    )
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def _again(path: Path) -> bytes:
    with Image.open(path) as image:
        image.thumbnail((PRINTED, PRINTED))
        written = io.BytesIO()
        image.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _median(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
