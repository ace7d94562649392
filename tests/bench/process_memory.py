"""The most memory that a program and everything it started held at one moment, as Linux counts it.

Proportional shares (PSS) are added up over the whole family of processes, so that shared pages count once and a
child that has ended no longer counts. `ru_maxrss` would say more of a child than it ever used: it carries over
what its parent held when it was forked. Looked at 20 times a second; a peak shorter than that is missed.
"""

import contextlib
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

STEP = 0.05  # seconds between two looks


def measured(command: list[str]) -> dict[str, Any]:
    """What a program says on its last line (JSON), and its peak in MB as “megabytes”."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        watch = _Watch(started.pid)
        watch.start()
        said, _ = started.communicate()
        watch.ended.set()
        watch.join()
    if started.returncode != 0:
        raise subprocess.CalledProcessError(started.returncode, command)
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found | {"megabytes": watch.peak / 1024}


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(STEP):
            self.peak = max(self.peak, sum(map(_share, family(self.pid))))


def family(pid: int) -> list[int]:
    """A process and all that it started, as far as they live."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
