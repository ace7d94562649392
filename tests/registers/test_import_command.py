"""`sjj import`: counts and reasons, nothing without --apply, all or nothing when the program is killed."""

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade

from sjj.accounts.models import Agency
from sjj.app import create_app
from sjj.database import commit, db
from sjj.registers.cli import import_group
from sjj.registers.models import Officer
from tests.conftest import settings_for
from tests.makers.accounts import make_agency
from tests.makers.registers import credit_code
from tests.makers.workbooks import ENTITY_HEAD, make_xlsx
from tests.registers.imported import how_many
from tests.warm import Command, warm

MANY = 20_000
KILLS = 4


@pytest.fixture
def agency(app: Flask) -> Agency:
    made = make_agency("试点县林业局")
    commit()
    return made


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(import_group, [str(argument) for argument in arguments])


def test_without_apply_it_only_tells(app: Flask, agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "名录.xlsx"
    file.write_bytes(make_xlsx([ENTITY_HEAD, ("甲厂", credit_code(1)), ("乙厂", "12")]))
    told = run(app, "entities", file, "--agency", agency.short_name)
    assert told.exit_code == 0
    assert "新增 1，有变化 0，无变化 0，不能导入 1" in told.output
    assert "第 3 行 乙厂：统一社会信用代码应为18位" in told.output
    assert "没有改动" in told.output
    db.session.rollback()
    assert how_many() == 0


def test_with_apply_it_imports_and_again_changes_nothing(app: Flask, agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "名录.xlsx"
    file.write_bytes(make_xlsx([["姓名", "执法证号"], ["甲某", "0001"]]))
    assert "已导入：新增 1 条" in run(app, "officers", file, "--agency", agency.name, "--apply").output
    assert (
        "新增 0，有变化 0，无变化 1" in run(app, "officers", file, "--agency", agency.name, "--apply").output
    )
    assert how_many(Officer) == 1


def test_what_cannot_be_done_is_said_in_a_sentence(app: Flask, agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "名录.xlsx"
    file.write_bytes(b"not a table")
    refused = run(app, "entities", file, "--agency", agency.name)
    assert refused.exit_code == 1
    assert "这不是表格文件" in refused.output
    file.write_bytes(make_xlsx([ENTITY_HEAD, ("甲厂", credit_code(1))]))
    assert "没有部门“别处”" in run(app, "entities", file, "--agency", "别处").output


@pytest.mark.slow
def test_a_program_killed_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
        make_agency("试点县林业局")
        commit()
        db.session.remove()
        db.engine.dispose()
    rows = [
        ("企业名称", "统一社会信用代码"),
        *((f"第{number}厂", credit_code(number + 1)) for number in range(MANY)),
    ]
    file = tmp_path / "名录.csv"
    file.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    command = ["import", "entities", str(file), "--agency", "试点县林业局", "--apply"]
    environ = {**os.environ, "SJJ_INSTANCE": str(tmp_path), "SJJ_SECRET_KEY": "only for tests"}
    environ.pop("DATABASE_URL", None)
    chance = random.Random(20260305)  # noqa: S311 - when to kill, not what to draw

    def counts() -> tuple[int, int]:
        with sqlite3.connect(tmp_path / "sjj.db") as database:
            return tuple(  # type: ignore[return-value]
                database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("entity", "audit_entry WHERE action = 'import.applied'")
            )

    def start() -> Command:
        return warm.start(command, environ, tmp_path / "import.log")

    # Kill while the database is being written: from the first sign of its log until some time later.
    log = tmp_path / "sjj.db-wal"
    killed_while_writing = 0
    for _ in range(KILLS):
        before = log.stat().st_size if log.exists() else 0
        program = start()
        while program.poll() is None and (log.stat().st_size if log.exists() else 0) <= before:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.6))
        killed_while_writing += program.poll() is None
        program.send_signal(signal.SIGKILL)
        program.wait()
        found = counts()
        assert found in ((0, 0), (MANY, 1))
        if found != (0, 0):
            break
    assert killed_while_writing
    start().wait()
    assert counts()[0] == MANY
