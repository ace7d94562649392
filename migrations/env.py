"""Runs the numbered migrations of `versions/` on the app's own database, each in one transaction."""

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
        include_object=current_app.config.get("MIGRATION_FILTER"),
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=db.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        run(connection)
