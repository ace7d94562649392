"""The demo, loaded once per database by its own command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sjj.app import create_app
from sjj.database import db
from sjj.demo.cli import demo
from tests.conftest import settings_for
from tests.postgres import PostgresServer
from tests.visitor import OutsideClient

DEMO_PASSWORD = "only-for-a-look-7"


def load_demo(instance: Path, database_url: str = "") -> Flask:
    """An app whose empty database was filled by `sjj demo`."""
    app = create_app(settings_for(instance, database_url, SJJ_DEMO_PASSWORD=DEMO_PASSWORD))
    app.test_client_class = OutsideClient
    done = app.test_cli_runner().invoke(demo)
    assert done.exit_code == 0, done.output
    return app


@pytest.fixture(scope="session")
def loaded() -> dict[str, Flask]:
    """The apps whose database has the demo, by kind of database: loaded once, in whatever order tests ask."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, loaded: dict[str, Flask]
) -> Flask:
    """An app with the demo in its database."""
    if request.param in loaded:
        return loaded[request.param]
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create("demo")
    loaded[request.param] = load_demo(tmp_path_factory.mktemp("demo"), url)
    return loaded[request.param]


@pytest.fixture
def demo_app(filled: Flask) -> Iterator[Flask]:
    """The app with the demo in it, its context pushed; tests only read it."""
    with filled.app_context():
        yield filled
        db.session.remove()
        db.engine.dispose()
