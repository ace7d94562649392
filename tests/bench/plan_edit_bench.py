"""The form of a plan line after an edit, as a clerk's browser asks for it, with 100,000 objects and 64 lines.

A real server answers the whole request: form, register, forecast before and after, warnings, fragment. In the
same run the plan page is opened cold, when the register has to be read first. On SQLite and on PostgreSQL.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask_migrate import upgrade
from sqlalchemy import text

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.app import create_app
from sjj.config import load
from sjj.database import commit, db
from sjj.registers.models import Item
from tests.bench.search_bench import PLACES, TAGS, TRADES, fill
from tests.live import Caller, LiveServer
from tests.makers.accounts import make_agency, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_item
from tests.postgres import PostgresServer, find_binaries

LINES, EDITS, LIMIT_MS, COLD_S, YEAR = 64, 20, 300, 5.0, 2026
SKIPS = ("", "quarter", "half", "year")


def spread() -> None:
    """Industries and a positive list over the register; all objects in business."""
    for number, trade in enumerate(TRADES):
        db.session.execute(
            text("UPDATE entity SET industry = :trade WHERE id % :all = :n"),
            {"trade": trade, "all": len(TRADES), "n": number},
        )
    db.session.execute(text("UPDATE entity SET positive_from = '2026-01-01' WHERE id % 13 = 0"))
    db.session.execute(text("UPDATE entity SET state = '在业'"))
    commit()


def plan(agency: Agency, item: Item) -> list[int]:
    """Lines by class in each quarter, and by trade, township and tag."""
    scopes: list[dict[str, Any]] = [
        {"industries": [TRADES[n % len(TRADES)]]} for n in range(LINES // 4)
    ]  # fmt: skip
    scopes += [{"townships": [f"{PLACES[n % len(PLACES)]}镇"]} for n in range(LINES // 4)]
    scopes += [{"tags": [TAGS[n % len(TAGS)]], "classes": ["一般"]} for n in range(LINES // 4)]
    scopes += [{"kinds": ["enterprise"], "positive": "no"} for _ in range(LINES // 4)]
    made = []
    for n, scope in enumerate(scopes):
        layers = [{"by": "supervision_class", "value": value, "take": take, "minimum": 0}
                  for value, take in (("特殊", "5%"), ("重点", "3%"), ("一般", "1%"))]  # fmt: skip
        line = make_plan_line(
            agency, year=YEAR, number=n + 1, name=f"任务{n + 1}", scope=scope, layers=layers,
            quarter=n % 4 + 1, skip_inspected=SKIPS[n % 4], items=[item.id],
        )  # fmt: skip
        made.append(line.id)
    commit()
    return made


def edit(caller: Caller, page: dict[str, Any], path: str, number: int) -> float:
    """Seconds of one preview."""
    changed = {**page, "do": "preview", "take_supervision_class_1": f"{number + 4}%"}
    if number % 3 == 1:
        changed["quarter"] = str(number % 4 + 1)
    if number % 3 == 2:
        changed["industries"] = [TRADES[number % len(TRADES)]]
    began = time.perf_counter()
    body = urlencode(changed, doseq=True).encode()
    head = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    reply = caller.call("POST", path, body, head)
    taken = time.perf_counter() - began
    if reply.status != 200 or b'id="numbers"' not in reply.body or "人日".encode() not in reply.body:
        raise AssertionError(f"{path}: {reply.status} {caller.server.log()}")
    return taken


def measure(folder: Path, url: str) -> tuple[float, float, float, float]:
    """Cold page, warm page, and the median and the slowest edit, in seconds."""
    environ = {"SJJ_INSTANCE": str(folder), "SJJ_SECRET_KEY": "only for benches", "DATABASE_URL": url}
    app = create_app(load(environ))
    with app.app_context():
        upgrade()
        agency = make_agency(theme="生态", frequency_cap=4)
        username = make_user(Role.OFFICE, agency=agency).username
        commit()
        fill(agency)
        spread()
        lines = plan(agency, make_item(agency))
        db.session.remove()
        server = LiveServer(folder, url).start()
        try:
            caller = Caller(server).sign_in(username)
            pages = []
            for _ in range(3):
                began = time.perf_counter()
                reply = caller.get(f"/plan-lines/?year={YEAR}")
                pages.append(time.perf_counter() - began)
                if reply.status != 200:
                    raise AssertionError(server.log())
            path = f"/plan-lines/{lines[5]}"
            form = caller.form(path, path)
            edit(caller, form, path, 0)
            taken = [edit(caller, form, path, number) for number in range(EDITS)]
        finally:
            server.kill()
        db.engine.dispose()
    return pages[0], min(pages[1:]), median(taken), max(taken)


def run() -> list[tuple[str, str, str, bool]]:
    """The figures for the table."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(("SQLite", measure(Path(folder), f"sqlite:///{folder}/sjj.db")))
    if find_binaries() is not None:
        postgres = PostgresServer()
        postgres.start()
        try:
            with tempfile.TemporaryDirectory() as folder:
                found.append(("PostgreSQL", measure(Path(folder), postgres.create("bench"))))
        finally:
            postgres.stop()
    rows = []
    for name, (cold, warm, middle, worst) in found:
        said = (
            f"中位 {middle * 1000:.0f} 毫秒，最慢 {worst * 1000:.0f} 毫秒；"
            f"计划页首次 {cold:.1f} 秒，再开 {warm * 1000:.0f} 毫秒"
        )
        rows.append(
            (
                f"改一条计划后整个请求（{name}，十万户，{LINES} 条任务）",
                said,
                f"中位 {LIMIT_MS} 毫秒以内，首次 {COLD_S:.0f} 秒以内",
                middle * 1000 < LIMIT_MS and cold < COLD_S,
            )
        )
    return rows
