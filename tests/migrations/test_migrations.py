"""The numbered migrations lead to exactly the models, and back to nothing."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from sjj.database import db
from sjj.models import accounts
from sjj.paths import MIGRATIONS


def _differences(metadata: MetaData) -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_migrations_equal_the_models(app: Flask) -> None:
    assert accounts.User.__table__ in db.metadata.sorted_tables
    assert _differences(db.metadata) == []


def test_a_model_without_migration_is_seen(app: Flask) -> None:
    planted = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.sorted_tables:
        table.to_metadata(planted)
    Table("forgotten", planted, Column("id", Integer, primary_key=True))
    assert _differences(planted) != []


def test_all_the_way_down_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert _differences(db.metadata) == []


@pytest.mark.parametrize("path", sorted((MIGRATIONS / "versions").glob("*.py")), ids=lambda path: path.stem)
def test_migrations_are_numbered(path: Path) -> None:
    assert path.stem[:4].isdigit()
    assert f'revision = "{path.stem[:4]}"' in path.read_text(encoding="utf-8")
