"""Runs the numbered migrations of `versions/` on the app's own database, all of them in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from sjj.database import db


def run(connection: Connection) -> None:
    """Bring the database up or down over one connection."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # SQLite can, as long as the driver begins no transaction of its own
        include_object=current_app.config.get("MIGRATION_FILTER"),
    )
    with _tables_may_be_rebuilt(connection), context.begin_transaction():
        context.run_migrations()
        _refuse_orphans(connection)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one.

    With foreign keys enforced the drop would delete every row that points to it. The switch has no effect
    inside a transaction, so it is set on the driver's connection, before one begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"the migration would leave rows that point nowhere: {orphans[:5]}")


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=db.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        run(connection)
