"""Import of 20,000 × 10 rows, preview and apply, against openpyxl that only reads the same workbook."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from flask_migrate import upgrade

from sjj.app import create_app
from sjj.audit.services import System
from sjj.config import load
from sjj.database import commit, db
from sjj.registers.import_services import apply, preview, read_upload
from sjj.registers.scope import Place
from tests.makers.accounts import make_agency
from tests.makers.registers import credit_code

ROWS = 20_000
MOST_TIMES = 1.5
ROUNDS = 5
HEAD = (
    "企业名称", "统一社会信用代码", "成立日期", "企业类型", "法定代表人",
    "注册资本", "经营范围", "联系电话", "住所", "标签",
)  # fmt: skip
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def run() -> list[tuple[str, str, str, bool]]:
    """The ratio of the best of five rounds each, measured by turns."""
    data = _workbook()
    peer, ours = [], []
    for _ in range(ROUNDS):
        peer.append(_seconds(lambda: _read_with_openpyxl(data)))
        ours.append(_import(data))
    ratio = min(ours) / min(peer)
    figure = f"{ratio:.2f} 倍（导入 {min(ours):.2f} 秒，openpyxl 只读 {min(peer):.2f} 秒）"
    return [(f"导入 {ROWS} 行 × {len(HEAD)} 列", figure, f"不超过 {MOST_TIMES} 倍", ratio <= MOST_TIMES)]


def _workbook() -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("企业名录")
        sheet.write_row(0, 0, HEAD)
        for number in range(ROWS):
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


def _read_with_openpyxl(data: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    read = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    if read != ROWS + 1:
        raise AssertionError(f"openpyxl read {read} rows")


def _import(data: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load({"SJJ_INSTANCE": str(Path(folder)), "SJJ_SECRET_KEY": "only for benches"}))
        with app.app_context():
            upgrade()
            place = Place(make_agency())
            commit()
            seconds = _seconds(lambda: _preview_and_apply(data, place))
            db.session.remove()
            db.engine.dispose()
    return seconds


def _preview_and_apply(data: bytes, place: Place) -> None:
    batch = preview(read_upload(data, "名录.xlsx", "entities"), place, System(), NOW)
    commit()
    apply(batch, System(), NOW)
    commit()
    if batch.counts != {"new": ROWS}:
        raise AssertionError(f"imported {batch.counts}")


def _seconds(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
