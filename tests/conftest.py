"""What every test stands on: the app on a real SQLite file and on a real PostgreSQL server.

A database is made by the migrations once per run and copied for each test, so that every test begins with
the same empty tables and none can see another's rows.
"""

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from sjj.app import create_app
from sjj.config import Settings, load
from sjj.database import db
from tests.live import LiveServer
from tests.postgres import PostgresServer, find_binaries
from tests.visitor import OutsideClient, Visitor


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `one_database` runs on SQLite only: papers, pictures and words are the same on both, and the
    walk through the demo opens every kind of page on PostgreSQL too.
    """
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("one_database"):
        metafunc.definition.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests begin first, so that no process is left alone with one at the end.

    Each process of the run is handed an equal stretch of the list: every stretch begins with its share of the
    long modules, kept whole because they share servers and browsers, and goes on with short tests. What stands on
    the demo stays together too: loading it takes longer than most of its tests.
    """
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long: dict[str, list[pytest.Item]] = {}
    short: list[pytest.Item] = []
    for item in items:
        is_long = item.get_closest_marker("e2e") or item.get_closest_marker("slow")
        together = "demo" if "filled" in getattr(item, "fixturenames", ()) else item.nodeid.split("::")[0]
        (long.setdefault(together, []) if is_long else short).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for module in sorted(long.values(), key=len, reverse=True):
        min(shares, key=len).extend(module)
    for number, share in enumerate(shares):
        room = len(items) * (number + 1) // workers - len(items) * number // workers - len(share)
        share += short[: max(0, room)]
        del short[: max(0, room)]
    items[:] = [item for share in shares for item in share] + short


def pytest_collection_finish() -> None:
    """What has been loaded by now stays: the collector of cycles need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def settings_for(instance: Path, database_url: str = "", **more: str) -> Settings:
    """Settings of a test installation."""
    environ = {
        "SJJ_INSTANCE": str(instance),
        "DATABASE_URL": database_url,
        "SJJ_SECRET_KEY": "only for tests",
        "SJJ_TESTING": "1",
        **more,
    }
    return load(environ)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test run."""
    if find_binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: run deploy/setup.sh test-system")
        pytest.skip("本机没有 PostgreSQL")
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_for(folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return folder / "sjj.db"


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a migrated PostgreSQL database that tests of this process empty for one another."""
    url = postgres.create("sjj_test")
    app = create_app(settings_for(tmp_path_factory.mktemp("migrated"), url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "sjj.db")
        yield f"sqlite:///{tmp_path / 'sjj.db'}"
        return
    url: str = request.getfixturevalue("postgres_url")
    server: PostgresServer = request.getfixturevalue("postgres")
    server.empty("sjj_test", [table.name for table in db.metadata.sorted_tables])
    yield url


@pytest.fixture(scope="session")
def app_on(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Flask]:
    """The app on a test's database and folder. Made once for each kind of database: its addresses and pages
    are the same for all tests; only where the SQLite file lies changes, behind a link.
    """
    here = tmp_path_factory.mktemp("app") / "here"
    made: dict[str, Flask] = {}

    def place(database_url: str, folder: Path) -> Flask:
        here.unlink(missing_ok=True)
        here.symlink_to(folder, target_is_directory=True)
        kind = database_url.split(":")[0]
        if kind not in made:
            url = f"sqlite:///{here / 'sjj.db'}" if kind == "sqlite" else database_url
            made[kind] = create_app(settings_for(folder, url))
            made[kind].test_client_class = OutsideClient
            if kind == "sqlite":
                with made[kind].app_context():
                    event.listen(db.engine, "connect", _hurry)
        made[kind].extensions["sjj"] = settings_for(folder, database_url)
        return made[kind]

    return place


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    """Wait for no disk: these files outlive no crash of the machine. Servers in processes of their own do wait."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(database_url: str, tmp_path: Path, app_on: Callable[[str, Path], Flask]) -> Iterator[Flask]:
    """The app with an empty database, its context pushed."""
    made = app_on(database_url, tmp_path)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a browser who has not signed in; every page it opens is held to the house rules."""
    return Visitor(app)


@pytest.fixture
def live_server(database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """The app as a real server on this test's database; not started yet.

    A test that asks for `app` too makes its rows first, commits them, then starts the server.
    """
    server = LiveServer(tmp_path, database_url)
    yield server
    server.kill()
