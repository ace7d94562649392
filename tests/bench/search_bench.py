"""The list of 检查对象 at 100,000 rows: 100 different searches, each with three filters, as a clerk's browser asks.

A real server renders whole pages, on SQLite and on PostgreSQL. In the same run a plain count of the table that
reads every row says what this machine can do at all. SJJ_BENCH_MILLION=1 tells what 1,000,000 rows cost.
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from flask_migrate import upgrade
from sqlalchemy import insert, text

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.app import create_app
from sjj.config import load
from sjj.database import commit, db
from sjj.registers.bulk import insert_rows
from sjj.registers.models import Entity, EntityKind, SupervisionClass, entity_tag
from sjj.registers.pinyin import initials
from tests.live import Caller, LiveServer
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import credit_code, make_tag
from tests.postgres import PostgresServer, find_binaries

ROWS, QUERIES, MOST_P95 = 100_000, 100, 0.2
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
PLACES = ["迁西", "兴城", "三屯", "洒河", "太平", "金厂", "罗家", "东荒", "新集", "渔户", "汉儿", "滦阳"]
MARKS = [
    "宏达",
    "兴旺",
    "鑫源",
    "栗香",
    "燕山",
    "景忠",
    "长城",
    "绿野",
    "丰泽",
    "瑞和",
    "三泉",
    "北岭",
    "百果",
    "金穗",
    "荣盛",
    "东升",
    "永固",
    "嘉禾",
]
TRADES = [
    "木材加工",
    "苗圃",
    "板栗种植",
    "果品购销",
    "林业开发",
    "家具",
    "矿业",
    "建材",
    "养殖",
    "运输",
    "商贸",
    "餐饮服务",
    "汽车修理",
]
FORMS = ["有限公司", "有限责任公司", "厂", "专业合作社", "经营部", "中心", "店"]
TAGS = ["木材", "苗圃", "果品", "矿山", "重点区域", "涉林", "涉水", "危废", "VOCs", "养殖"]
SCOPE = "苗木种植、销售；木材收购、加工、销售；林业技术服务；农产品购销；道路普通货物运输；建材、五金交电、日用百货零售；"


def entity_rows(agency_id: int, sections: list[int]) -> Iterator[dict[str, Any]]:
    """Believable rows, the same in every run."""
    chance = random.Random(7)  # noqa: S311 - names for a bench
    blank = {c.name: None for c in Entity.__table__.c if c.name != "id"}  # type: ignore[attr-defined]
    words = {
        "entity_type": "有限责任公司",
        "registration_authority": "试点县市场监督管理局",
        "phone": "0315-1",
    }
    for number in range(ROWS):
        place, form = chance.choice(PLACES), chance.choice(FORMS)
        name = f"{place}{chance.choice(MARKS)}{chance.choice(MARKS)}{chance.choice(TRADES)}{form}"
        yield blank | words | {
            "agency_id": agency_id, "section_id": chance.choice(sections), "kind": EntityKind.ENTERPRISE,
            "code": credit_code(number + 1), "name": name, "pinyin": initials(name),
            "state": chance.choice(["在业"] * 8 + ["注销", "停业"]), "legal_representative": "王某",
            "contact": "", "address": f"试点县{place}镇{chance.choice(MARKS)}村{number % 900}号",
            "township": f"{place}镇", "industry": "", "business_scope": SCOPE * 3, "capital": "50万元",
            "supervision_class": chance.choices(list(SupervisionClass), [1, 3, 16])[0], "credit_risk": "B",
            "credit_risk_source": "", "class_by": "", "class_reason": "", "extra": {},
            "token": f"{number:043d}", "updated_at": NOW,
        }  # fmt: skip


def fill(agency: Agency) -> None:
    """The register with its tags."""
    sections = [make_section(agency, name).id for name in ("种苗站", "资源科", "执法大队")]
    tags = [make_tag(agency, name).id for name in TAGS]
    insert_rows(Entity.__table__, entity_rows(agency.id, sections))  # type: ignore[arg-type]
    for offset in (0, 3):
        links = text(
            "INSERT INTO entity_tag (entity_id, tag_id) "
            f"SELECT id, {tags[0]} + (id * 7 + {offset}) % {len(tags)} FROM entity"
        )
        db.session.execute(links)
    commit()
    db.session.execute(text("ANALYZE"))
    commit()


def multiply(times: int) -> None:
    """The same rows again under other codes, made by the database itself."""
    names = [c.name for c in Entity.__table__.c if c.name != "id"]  # type: ignore[attr-defined]
    other = {"code": "code || '-' || n", "token": "n || substr(token, 3)", "name": "name || n"}
    said = ", ".join(other.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    db.session.execute(
        text(f"INSERT INTO entity ({quoted}) SELECT {said} FROM entity, generate_series(1, {times - 1}) n")
    )
    db.session.execute(insert(entity_tag).from_select(["entity_id", "tag_id"], text(
        "SELECT e.id, t.id FROM entity e JOIN tag t ON t.id % 10 = e.id % 10 "
        "WHERE NOT EXISTS (SELECT 1 FROM entity_tag x WHERE x.entity_id = e.id)"
    ).columns(Entity.id, Entity.section_id)))  # fmt: skip
    commit()
    connection = db.engine.raw_connection()
    connection.driver_connection.autocommit = True  # type: ignore[union-attr]
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()


def searches(sections: list[int]) -> list[str]:
    """100 addresses: names and places of two characters, ends of codes, pinyin initials; three filters each."""
    chance = random.Random(11)  # noqa: S311 - searches for a bench
    two = [*MARKS, *PLACES, "公司", "木材", "种植", "加工", "合作", "北岭村"]
    spelt = [initials(f"{mark}{trade}")[:5] for mark, trade in product(MARKS[:6], TRADES[:4])]
    codes = [credit_code(number)[8:] for number in range(1000, 22000, 1000)]
    words = [*two, *spelt, *codes, *(f"{a}{b}" for a, b in zip(MARKS, reversed(MARKS), strict=True))]
    words = [*words, *(f"{place}镇" for place in PLACES)][:QUERIES]
    filters = {
        "class": ["一般", "重点", "特殊"], "township": [f"{place}镇" for place in PLACES],
        "state": ["在业", "注销", "active"], "section": sections, "tag": TAGS, "kind": ["enterprise"],
    }  # fmt: skip
    asked = []
    for word in words:
        chosen = {key: chance.choice(filters[key]) for key in chance.sample(sorted(filters), 3)}
        asked.append("/registers/entities/?" + urlencode({"q": word} | chosen))
    return asked


def timed(caller: Caller, paths: list[str]) -> list[float]:
    """Seconds of each page, read to its end."""
    taken = []
    for path in paths:
        began = time.perf_counter()
        reply = caller.get(path)
        taken.append(time.perf_counter() - began)
        if reply.status != 200 or b'id="entities"' not in reply.body:
            raise AssertionError(f"{path}: {reply.status} {caller.server.log()}")
    return taken


def plain_count() -> float:
    """The best of five counts that look into every row."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        db.session.execute(text("SELECT count(*) FROM entity WHERE business_scope <> 'x'")).scalar()
        taken.append(time.perf_counter() - began)
    db.session.rollback()
    return min(taken)


def measure(folder: Path, url: str, times: int = 1) -> dict[str, float]:
    """Fill, serve, ask; the register `times` as large where the database can multiply it."""
    environ = {"SJJ_INSTANCE": str(folder), "SJJ_SECRET_KEY": "only for benches", "DATABASE_URL": url}
    app = create_app(load(environ))
    with app.app_context():
        upgrade()
        agency = make_agency()
        username = make_user(Role.OFFICE, agency=agency).username
        commit()
        fill(agency)
        if times > 1:
            multiply(times)
        sections = [section.id for section in agency.sections]
        db.session.rollback()
        server = LiveServer(folder, url).start()
        try:
            caller = Caller(server).sign_in(username)
            bare = min(timed(caller, ["/registers/entities/"] * 5))
            taken = timed(caller, searches(sections))
            scan = plain_count()
        finally:
            server.kill()
            db.session.remove()
            db.engine.dispose()
    slowest = searches(sections)[taken.index(max(taken))]
    return {
        "p95": quantiles(taken, n=20)[18],
        "median": median(taken),
        "max": max(taken),
        "scan": scan,
        "bare": bare,
    } | ({"slowest": slowest} if os.environ.get("SJJ_BENCH_TELL") else {})  # type: ignore[return-value]


def _lines(name: str, told: dict[str, float], most: float | None) -> tuple[str, str, str, bool]:
    figure = (
        f"p95 {told['p95'] * 1000:.0f} 毫秒，中位 {told['median'] * 1000:.0f}，最慢 {told['max'] * 1000:.0f}，"
        f"不带条件 {told['bare'] * 1000:.0f}；整表数一遍 {told['scan'] * 1000:.0f} 毫秒，p95 是它的 {told['p95'] / told['scan']:.1f} 倍"
        f"（负载 {os.getloadavg()[0]:.1f}）{told.get('slowest', '')}"
    )
    if most is None:
        return name, figure, "只报告", True
    return name, figure, f"p95 不超过 {most * 1000:.0f} 毫秒", told["p95"] <= most


def run() -> list[tuple[str, str, str, bool]]:
    """Both databases, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        told = measure(Path(folder), f"sqlite:///{folder}/sjj.db")
        table = [_lines(f"SQLite {ROWS:,} 户，搜索加三个条件的整页", told, MOST_P95)]
    if find_binaries() is None:
        return table
    sizes = [1, 10] if os.environ.get("SJJ_BENCH_MILLION") else [1]
    server = PostgresServer()
    server.start()
    try:
        for times in sizes:
            with tempfile.TemporaryDirectory() as folder:
                told = measure(Path(folder), server.create(f"search{times}"), times)
            name = f"PostgreSQL {ROWS * times:,} 户，搜索加三个条件的整页"
            table.append(_lines(name, told, MOST_P95 if times == 1 else None))
    finally:
        server.stop()
    return table
