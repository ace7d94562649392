"""What a draw costs from 10,000 to 1,000,000 objects: time for each object and the memory of its process.

Each size is drawn in a process of its own (3 %, `verify.Replay`), so that the peak belongs to that draw
alone; the same process builds the pool first, and its size is told apart. Linear means: ten times the objects
take at most 13 times as long.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from sjj.rules import verify
from tests.bench.draw_bench import SEED, SHARE, rows

SIZES, ROUNDS, LIMIT = (10_000, 100_000, 1_000_000), 3, 13.0


def peak_mib() -> float:
    """The most memory this program has had, in MiB. ``ru_maxrss`` would count the parent's in."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kib,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kib) / 1024


def measure(size: int) -> dict[str, float]:
    """Seconds of the best round, and the peak before and after the draw. Runs in the child."""
    pool = rows(size)
    strata = {"一般": {"take": int(size * SHARE)}}
    before, times = peak_mib(), []
    for _ in range(ROUNDS):
        started = perf_counter()
        drawn = verify.Replay(SEED, pool, strata).drawn
        times.append(perf_counter() - started)
        if len(drawn) != strata["一般"]["take"]:
            raise ValueError(f"{len(drawn)}")
        del drawn
    return {"seconds": min(times), "before": before, "after": peak_mib()}


def in_child(size: int) -> dict[str, float]:
    """`measure` in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.growth_bench", str(size)]
    done = subprocess.run(command, capture_output=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def run() -> list[tuple[str, str, str, bool]]:
    """The figures for the table."""
    found = {size: in_child(size) for size in SIZES}
    table = []
    for size, one in found.items():
        figure = (
            f"{one['seconds']:.3f} 秒，每户 {one['seconds'] / size * 1e6:.2f} 微秒，"
            f"内存峰值 {one['after']:.0f} MiB（其中名单 {one['before']:.0f} MiB）"
        )
        table.append((f"{size:,} 户抽 {size * SHARE:,.0f} 户", figure, "只报告", True))
    _, middle, largest = SIZES
    times = found[largest]["seconds"] / found[middle]["seconds"]
    name = f"从 {middle:,} 户到 {largest:,} 户，用时增长"
    return [*table, (name, f"{times:.1f} 倍", f"至多 {LIMIT:g} 倍", times <= LIMIT)]


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
