"""What became of one row of a register: its changes in words, the latest first. Reads only."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import Section
from sjj.database import db
from sjj.registers.change_words import Said, said_of
from sjj.registers.upkeep_models import RegisterChange


def changes_of(register: str, ids: Iterable[int], most: int) -> list[Said]:
    """The changes of a row, and of the doubles merged into it (their ids), in words."""
    query = (
        select(RegisterChange)
        .where(RegisterChange.register == register, RegisterChange.subject_id.in_(list(ids)))
        .options(joinedload(RegisterChange.by))
        .order_by(RegisterChange.id.desc())
        .limit(most)
    )
    rows = list(db.session.scalars(query))
    moved = any("section_id" in row.changes for row in rows)
    agencies = {row.agency_id for row in rows} if moved else set()
    wanted = select(Section.id, Section.name).where(Section.agency_id.in_(agencies))
    sections: dict[int, str] = dict(db.session.execute(wanted).all()) if moved else {}  # type: ignore[arg-type]
    return [said_of(row, sections) for row in rows]
