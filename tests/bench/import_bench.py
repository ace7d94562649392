"""100,000 rows × 10 columns through the background work: time, memory, and how long a phone waits for the writer.

The work runs in a process of its own, so that its memory is measured alone; meanwhile another process writes one
row every few milliseconds, as phones do, and tells its longest wait.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from sqlite3 import connect
from typing import Any

import xlsxwriter
from flask_migrate import upgrade

from sjj.app import create_app
from sjj.audit.services import System
from sjj.config import load
from sjj.database import commit, db, let_go
from sjj.jobs.runner_cli import run_one
from sjj.registers import import_jobs as jobs
from sjj.registers.import_files import keep_file
from sjj.registers.import_models import ImportState
from sjj.registers.import_services import hold_batch, new_batch
from sjj.registers.scope import Place
from tests.bench.process_memory import measured
from tests.makers.accounts import make_agency
from tests.makers.registers import credit_code

ROWS = 100_000
MOST_SECONDS, MOST_MB, MOST_WAIT = 20.0, 600, 2.0
HEAD = (
    "企业名称", "统一社会信用代码", "成立日期", "企业类型", "法定代表人",
    "注册资本", "经营范围", "联系电话", "住所", "标签",
)  # fmt: skip
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def run() -> list[tuple[str, str, str, bool]]:
    """One pass in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "register.xlsx").write_bytes(make_workbook(ROWS))
        told = measured([sys.executable, "-m", "tests.bench.import_bench", folder])
    load_now = f"负载 {os.getloadavg()[0]:.1f}"
    return [
        _line(f"读取并预览 {ROWS} 行（{load_now}）", told["preview"], MOST_SECONDS, "秒"),
        _line(f"写入 {ROWS} 行", told["apply"], MOST_SECONDS, "秒"),
        _line("其中一次全部写入名录库", told["carry"], MOST_WAIT, "秒"),
        _line("其间手机写入最长等待", told["wait"], MOST_WAIT, "秒"),
        _line("内存峰值（含读表的子进程）", told["megabytes"], MOST_MB, "MB"),
    ]


def _line(name: str, value: float, most: float, unit: str) -> tuple[str, str, str, bool]:
    return name, f"{value:.2f} {unit}", f"不超过 {most:g} {unit}", value <= most


def make_workbook(rows: int) -> bytes:
    """A register of so many enterprises, as an office exports it."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("企业名录")
        sheet.write_row(0, 0, HEAD)
        for number in range(rows):
            row = (
                f"试点县第{number}号林业有限公司",
                credit_code(number + 1),
                "2020-01-05",
                "有限责任公司",
                "王某",
                "50万元人民币",
                f"苗木种植、销售；木材加工（第{number % 97}类）",
                f"1380000{number % 10000:04d}",
                f"试点县某镇某村{number}号",
                "苗圃、木材",
            )
            sheet.write_row(number + 1, 0, row)
    return target.getvalue()


class Phone(threading.Thread):
    """Writes one row again and again, each in a transaction of its own, and remembers the longest wait."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path, self.longest, self.ended = path, 0.0, threading.Event()

    def run(self) -> None:
        command = [sys.executable, "-c", _PHONE, str(self.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as phone:
            self.ended.wait()
            told, _ = phone.communicate("end\n")
        self.longest = float(told)


_PHONE = """
import sqlite3, sys, threading, time
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
longest = 0.0
while not ended.is_set():
    start = time.perf_counter()
    db.execute("BEGIN IMMEDIATE"); db.execute("INSERT INTO bench_phone VALUES (1)"); db.execute("COMMIT")
    longest = max(longest, time.perf_counter() - start)
    time.sleep(0.02)
print(longest)
"""


def pass_through(folder: Path) -> dict[str, float]:
    """Preview and apply in the background; the seconds of each, the longest wait and the memory."""
    app = create_app(load({"SJJ_INSTANCE": str(folder), "SJJ_SECRET_KEY": "only for benches"}))
    with app.app_context():
        upgrade()
        with closing(connect(folder / "sjj.db")) as other:
            other.execute("CREATE TABLE bench_phone (n INTEGER)")
        data = (folder / "register.xlsx").read_bytes()
        batch = new_batch("entities", "名录.xlsx", keep_file(data), Place(make_agency()), System(), NOW)
        del data
        number = batch.id
        jobs.ask_for(jobs.READ, batch, ImportState.READING, System(), NOW)  # type: ignore[arg-type]
        commit()
        phone = Phone(folder / "sjj.db")
        phone.start()
        preview = seconds_of_job()
        batch = db.session.get_one(type(batch), number)
        if sum(batch.counts.values()) != batch.counts.get("new"):
            raise AssertionError(f"previewed {batch.counts}, {batch.header}")
        hold_batch(batch)
        jobs.ask_for(jobs.APPLY, batch, ImportState.APPLYING, System(), NOW)  # type: ignore[arg-type]
        commit()
        told: dict[str, float] = {}
        carried = jobs.finish

        def timed(*about: Any) -> None:
            start = time.perf_counter()
            carried(*about)
            told["carry"] = time.perf_counter() - start

        jobs.finish = timed
        apply = seconds_of_job()
        batch = db.session.get_one(type(batch), number)
        if batch.state is not ImportState.APPLIED:
            raise AssertionError(f"applied: {batch.state} {batch.header}")
        let_go()  # this process may have begun a transaction only to look
        phone.ended.set()
        phone.join()
        db.session.remove()
        db.engine.dispose()
    return told | {"preview": preview, "apply": apply, "wait": phone.longest}


def seconds_of_job() -> float:
    """Let the runner do the next job."""
    start = time.perf_counter()
    run_one()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(pass_through(Path(sys.argv[1]))))
