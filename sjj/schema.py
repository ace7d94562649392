"""Whether the database has the structure that this version of the program expects."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sjj import paths
from sjj.database import db


def is_current() -> bool:
    """Whether every migration has been applied."""
    with db.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()
