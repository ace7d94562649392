"""The contract under load: a real `sjj serve` on SQLite, 250-answer records at 50 a second, photos at 3 a second.

Baseline, in the same run, under the same load: a Flask app on the same server that only puts the same bodies
into SQLite as durably (`bare_server.py`). The load comes from another process (`field_load.py`); both share the
machine's cores. A record counts as received when it was answered 201 and is in the database.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask_migrate import upgrade
from PIL import Image
from sqlalchemy import func, select

from sjj.app import create_app
from sjj.database import db
from sjj.inspections.form_versions import served
from sjj.inspections.models import Submission
from sjj.inspections.submission_queries import missing_files, state_of
from tests.bench.field_load import Sent
from tests.conftest import settings_for
from tests.live import ROOT, Caller, LiveServer
from tests.makers.inspections import make_inspection, make_officer_user, record_of, sign
from tests.makers.plans import make_campaign
from tests.makers.registers import make_item, make_officer
from tests.postgres import free_port

SECONDS, RATE, ANSWERS = 30, 50.0, 250
PHOTO_RATE, PHOTOS, PHOTO_BYTES = 3.0, 3, 200_000
TEAMS, FLAT_OUT = 20, 600
MOST_TIMES, MOST_GROWTH = 20.0, 1.5
MEDIAN, LATE, LATEST = 50, 95, 99


@dataclass(frozen=True, slots=True)
class Load:
    """What the phones of one round saw."""

    seconds: float
    phones: list[list[Sent]]

    def first(self) -> list[float]:
        """How long each first request took, in seconds, in the order they were due."""
        return [sent[0][1] for sent in self.phones]

    def statuses(self) -> list[int]:
        """Every status."""
        return [status for sent in self.phones for _, _, status in sent]

    def part(self, percent: int) -> float:
        """So many percent of the first requests took at most this long, in milliseconds."""
        return 1000 * statistics.quantiles(self.first(), n=100)[percent - 1]


def run() -> list[tuple[str, str, str, bool]]:
    """Both servers under the same load, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name in ("soak", "flat", "photos", "app", "bare"):
            (here / name).mkdir()
        app = create_app(settings_for(here / "app"))
        with app.app_context():
            upgrade()
            crews = _make_crews()
            url = app.config["SQLALCHEMY_DATABASE_URI"]
            db.session.remove()
            server = LiveServer(here / "app", url).start()
            try:
                _build(here, server, crews)
                soak = _send(here / "soak", server.port, RATE)
                flat = _send(here / "flat", server.port, 0)
                photos = _send(here / "photos", server.port, PHOTO_RATE)
            finally:
                server.kill()
            stored, whole = _stored()
        with _bare(here / "bare") as port:
            bare_soak = _send(here / "soak", port, RATE)
            bare_flat = _send(here / "flat", port, 0)
        size = statistics.median(path.stat().st_size for path in (here / "soak").glob("*.http"))
    return [
        *_told(soak, bare_soak, stored, size),
        *_told_flat(flat, bare_flat),
        *_told_photos(photos, whole),
    ]


def _told(soak: Load, bare: Load, stored: int, size: float) -> list[tuple[str, str, str, bool]]:
    sent, received = len(soak.phones), soak.statuses().count(201)
    third = len(soak.phones) // 3
    begin, end = statistics.median(soak.first()[:third]), statistics.median(soak.first()[-third:])
    times, growth = soak.part(MEDIAN) / bare.part(MEDIAN), end / begin
    return [
        (
            f"{ANSWERS} 项检查表每秒 {RATE:g} 份，{SECONDS} 秒",
            f"收到 {received}/{sent}（每份 {size / 1000:.0f} KB），库中共 {stored}",
            "100 %",
            received == sent and stored >= sent,
        ),
        (
            "　收到一份要多久（中位、95 %、99 %、最长）",
            "、".join(f"{soak.part(p):.0f}" for p in (MEDIAN, LATE, LATEST))
            + f"、{1000 * max(soak.first()):.0f} 毫秒；中位数为只存不查的 {times:.1f} 倍（{bare.part(MEDIAN):.1f} 毫秒）",
            f"95 % < 1 秒，中位数 ≤ {MOST_TIMES:g} 倍",
            soak.part(LATE) < 1000 and times <= MOST_TIMES,
        ),
        (
            "　最后 10 秒与最初 10 秒之比",
            f"{growth:.2f}（{1000 * begin:.0f} → {1000 * end:.0f} 毫秒）",
            f"≤ {MOST_GROWTH:g}",
            growth <= MOST_GROWTH,
        ),
    ]


def _told_flat(flat: Load, bare: Load) -> list[tuple[str, str, str, bool]]:
    ours, theirs = len(flat.phones) / flat.seconds, len(bare.phones) / bare.seconds
    good = set(flat.statuses()) == {201}
    return [
        (
            "　不停地发，每秒收到",
            f"{ours:.0f} 份，只存不查 {theirs:.0f} 份（{ours / theirs:.2f} 倍）",
            f"≥ {RATE:g}，全部收到",
            good and ours >= RATE,
        )
    ]


def _told_photos(photos: Load, whole: int) -> list[tuple[str, str, str, bool]]:
    pieces = [took for sent in photos.phones for order, took, _ in sent if order]
    middle, late = statistics.median(pieces), statistics.quantiles(pieces, n=100)[LATE - 1]
    good = set(photos.statuses()) <= {200, 201}
    return [
        (
            f"每秒 {PHOTO_RATE:g} 份，各 {PHOTOS} 张 {PHOTO_BYTES // 1000} KB 照片，{SECONDS} 秒",
            f"收齐 {whole}/{len(photos.phones)}；记录中位 {photos.part(MEDIAN):.0f}、95 % {photos.part(LATE):.0f} 毫秒；"
            f"每张照片中位 {1000 * middle:.0f}、95 % {1000 * late:.0f} 毫秒",
            "100 %，95 % < 1 秒",
            good and whole == len(photos.phones) and late < 1 and photos.part(LATE) < 1000,
        )
    ]


# --- What is sent ------------------------------------------------------------------------------------

Crew = tuple[str, list[dict[str, Any]], list[UUID]]  # account, what its form says, its visits


def _make_crews() -> list[Crew]:
    """Teams of two, and so many visits as are sent in all."""
    wanted = int(SECONDS * RATE) + FLAT_OUT + int(SECONDS * PHOTO_RATE)
    campaign = make_campaign(register=False)
    campaign.items[0].item = make_item(campaign.agency, points=ANSWERS)
    campaign.items[0].guide = campaign.items[0].item.guides[-1]
    crews = []
    for _ in range(TEAMS):
        team = [make_officer(campaign.agency) for _ in range(2)]
        visits = [make_inspection(campaign=campaign, officers=team) for _ in range(-(-wanted // TEAMS))]
        crews.append((make_officer_user(team[0]).username, [served(visits[0])], [one.uid for one in visits]))
    return crews


def _build(here: Path, server: LiveServer, crews: list[Crew]) -> None:
    callers = [Caller(server).sign_in(name) for name, _, _ in crews]
    turns = (
        (caller, form, visits[number])
        for number in range(len(crews[0][2]))
        for caller, (_, (form,), visits) in zip(callers, crews, strict=True)
    )
    for number in range(int(SECONDS * RATE)):
        caller, form, visit = next(turns)
        _write(here / "soak", number, [_put(caller, _record(form, visit, []))])
    for number in range(FLAT_OUT):
        caller, form, visit = next(turns)
        _write(here / "flat", number, [_put(caller, _record(form, visit, []))])
    for number in range(int(SECONDS * PHOTO_RATE)):
        caller, form, visit = next(turns)
        photos = [_photo(number * PHOTOS + n) for n in range(PHOTOS)]
        marks = [_mark(f"{visit}{n}") for n in range(3)]
        put = _put(caller, _record(form, visit, photos, marks))
        _write(here / "photos", number, [put, *(_patch(caller, data) for data in (*photos, *marks))])


def _record(
    form: dict[str, Any], visit: UUID, photos: list[bytes], marks: list[bytes] | None = None
) -> dict[str, Any]:
    """A record whose every answer is given, every fifth with words and a photo."""
    record = record_of(form, visit)
    names = [sha256(data).hexdigest() for data in photos] or [
        sha256(f"{visit}{n}".encode()).hexdigest() for n in range(3)
    ]
    record["photos"] = [row | {"sha256": name} for row in record["photos"] for name in names]
    for place, row in enumerate(record["answers"]):
        row["photos"] = [names[place % len(names)]] if place % 5 == 0 else []
        row["note"] = f"第{place + 1}项现场查看台账，与申报一致" if place % 5 == 0 else ""
    for row, data in zip(record["signatures"], marks or [], strict=False):
        row["image"] = sha256(data).hexdigest()
    return sign(record)


def _photo(number: int) -> bytes:
    """A JPEG of about 200 KB, 1920 × 1440 as the phone sends."""
    noise = Image.effect_noise((160, 120), 25)
    photo = noise.resize((1920, 1440), Image.Resampling.BICUBIC).convert("RGB")
    written = BytesIO()
    photo.save(written, "JPEG", quality=55, comment=f"photo {number}".encode())
    data = written.getvalue()
    assert len(data) < PHOTO_BYTES, len(data)
    return data + b"\0" * max(0, PHOTO_BYTES - len(data))


def _mark(words: str) -> bytes:
    digest = sha256(words.encode()).digest()
    written = BytesIO()
    Image.frombytes("L", (8, 4), digest).resize((300, 100)).save(written, "PNG")
    return written.getvalue()


def _put(caller: Caller, record: dict[str, Any]) -> bytes:
    body = json.dumps(record, ensure_ascii=False).encode()
    return _request(caller, "PUT", f"/field/submissions/{uuid4()}", body, "Content-Type: application/json")


def _patch(caller: Caller, data: bytes) -> bytes:
    path = f"/field/files/{sha256(data).hexdigest()}"
    return _request(caller, "PATCH", path, data, "Upload-Offset: 0", f"Upload-Length: {len(data)}")


def _request(caller: Caller, method: str, path: str, body: bytes, *more: str) -> bytes:
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in caller.cookies.items()),
        f"X-CSRFToken: {caller.csrf}",
        f"X-Field-User: {caller.user}",
        f"Content-Length: {len(body)}",
        *more,
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def _write(folder: Path, number: int, requests: list[bytes]) -> None:
    for order, request in enumerate(requests):
        (folder / f"{number:05}-{order}.http").write_bytes(request)


# --- Sending it, and what came of it -----------------------------------------------------------------


def _send(folder: Path, port: int, rate: float) -> Load:
    command = [sys.executable, "-m", "tests.bench.field_load", str(folder), str(port), str(rate)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return Load(**json.loads(done.stdout))


def _stored() -> tuple[int, int]:
    """How many records are in the database, and how many of those with photos are complete."""
    count = db.session.scalar(select(func.count()).select_from(Submission)) or 0
    late = db.session.scalars(
        select(Submission).order_by(Submission.received_at.desc()).limit(int(SECONDS * PHOTO_RATE))
    ).all()
    return count, sum(state_of(one, missing_files(one)) == "complete" for one in late)


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.bare_server", str(folder / "bare.db"), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        _until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).status == 200)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _until(answers: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if answers():
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the bare server did not answer")
