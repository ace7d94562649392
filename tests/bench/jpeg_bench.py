"""A 12-megapixel JPEG taken in: judged, stored durably, and its two copies made; and the memory of 500 of them.

Baseline, in turns with it in the same process: Pillow decoding the same file (scaled while decoding, as its
`thumbnail` does) and making the same two sizes, nothing judged and nothing stored. SJJ_BENCH_PHOTOS changes 500.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image

from sjj.app import create_app
from sjj.database import db
from sjj.files.copies import QUALITY
from sjj.files.store import keep, make_copies_of
from tests.conftest import settings_for
from tests.live import ROOT

SIZE, SIZES = (4000, 3000), (1600, 320)
ROUNDS, MOST_TIMES, MOST_GROWTH = 15, 1.3, 1.1
PHOTOS = int(os.environ.get("SJJ_BENCH_PHOTOS", "500"))
EARLY = PHOTOS // 10


def run() -> list[tuple[str, str, str, bool]]:
    """Measure in a fresh process: its memory is nobody else's."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.jpeg_bench"], capture_output=True, check=True, cwd=ROOT
    )
    told = json.loads(done.stdout)
    times, growth = told["ours"] / told["pillow"], told["last"] / told["early"]
    return [
        (
            f"1200 万像素照片（{told['bytes'] / 1e6:.1f} MB）收下并做 {SIZES[0]} 和 {SIZES[1]} 两种小图",
            f"{told['ours'] * 1000:.0f} 毫秒，为基准的 {times:.2f} 倍"
            f"（其中收下 {told['kept'] * 1000:.0f} 毫秒；Pillow 只解码和缩小 {told['pillow'] * 1000:.0f} 毫秒）",
            f"≤ {MOST_TIMES:g} 倍",
            times <= MOST_TIMES,
        ),
        (
            f"连收 {PHOTOS} 张的内存",
            f"第 {EARLY} 张后 {told['early']:.0f} MiB，最后 {told['last']:.0f} MiB，"
            f"最高 {told['early_peak']:.0f} → {told['peak']:.0f} MiB",
            f"增长 ≤ {MOST_GROWTH:g} 倍",
            growth <= MOST_GROWTH and told["peak"] <= told["early_peak"] * MOST_GROWTH,
        ),
    ]


def measure(folder: Path) -> dict[str, float]:
    """Take in photos that differ only in their last bytes."""
    app = create_app(settings_for(folder))
    photo = _photo()
    kept, ours, pillow = [], [], []
    with app.app_context():
        upgrade()
        for number in range(ROUNDS):
            data = photo + number.to_bytes(4, "big")
            name, took = _timed(lambda data=data: _keep(data))
            _, copied = _timed(lambda name=name: make_copies_of(name, "image/jpeg", SIZES))
            kept.append(took)
            ours.append(took + copied)
            pillow.append(_timed(lambda data=data: _pillow(data))[1])
        found = {"ours": ours, "pillow": pillow, "kept": kept}
        told = {name: statistics.median(times[2:]) for name, times in found.items()}
        for number in range(ROUNDS, ROUNDS + PHOTOS):
            if number == ROUNDS + EARLY:
                told |= {"early": _memory("VmRSS"), "early_peak": _memory("VmHWM")}
            make_copies_of(_keep(photo + number.to_bytes(4, "big")), "image/jpeg", SIZES)
    return told | {"last": _memory("VmRSS"), "peak": _memory("VmHWM"), "bytes": len(photo)}


def _keep(data: bytes) -> str:
    name = keep(data).sha256
    db.session.commit()
    return name


def _pillow(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        for size in SIZES:
            image.thumbnail((size, size))
            image.save(io.BytesIO(), "JPEG", quality=QUALITY, optimize=True)


def _timed(act: Callable[[], str | bool | None]) -> tuple[str, float]:
    began = time.perf_counter()
    answer = act()
    return str(answer), time.perf_counter() - began


def _photo() -> bytes:
    """As much detail as a photo of a phone has: about three megabytes."""
    soft = [Image.effect_noise((500, 375), 90).resize(SIZE, Image.Resampling.BICUBIC) for _ in range(3)]
    grain = Image.effect_noise((2000, 1500), 40).resize(SIZE).convert("RGB")
    written = io.BytesIO()
    Image.blend(Image.merge("RGB", soft), grain, 0.4).save(written, "JPEG", quality=88)
    return written.getvalue()


def _memory(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kib,) = (line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(kib) / 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder))))
