"""What the tests of imports share: taking rows in as an upload, and what became of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from sjj.accounts.models import Agency, Section
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers.import_models import ImportBatch, ImportRow
from sjj.registers.import_services import apply, preview, read_upload
from sjj.registers.models import Entity
from sjj.registers.scope import Place
from tests.makers.workbooks import make_xlsx

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def take(
    agency: Agency, rows: Sequence[Sequence[Any]], what: str = "entities", section: Section | None = None
) -> ImportBatch:
    """The preview of these rows, header first; committed."""
    batch = preview(read_upload(make_xlsx(rows), "名录.xlsx", what), Place(agency, section), System(), NOW)
    commit()
    return batch


def take_in(agency: Agency, rows: Sequence[Sequence[Any]], what: str = "entities") -> ImportBatch:
    """Preview and apply these rows."""
    batch = take(agency, rows, what)
    apply(batch, System(), NOW)
    commit()
    db.session.expire_all()
    return batch


def outcome(batch: ImportBatch) -> list[tuple[str, str]]:
    """Verdict and reason of every row, in the file's order."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    return [(row.verdict.value, row.reason) for row in db.session.scalars(query)]


def changes(batch: ImportBatch) -> list[dict[str, Any]]:
    """Old and new of every changed row."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    return [row.changes for row in db.session.scalars(query) if row.changes]


def how_many(model: Any = Entity) -> int:
    """How many rows of this kind there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0
