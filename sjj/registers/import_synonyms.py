"""Headings that somebody matched to a column, remembered for the agency's next workbook. Never commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from sjj.audit.services import Actor
from sjj.database import db
from sjj.registers.import_columns import COLUMNS
from sjj.registers.import_headers import KEPT
from sjj.registers.import_models import ImportBatch
from sjj.registers.upkeep_models import HeaderSynonym

OPEN_TO_A_PERSON = ("extra", "typo", "learned")  # how a heading was understood, where somebody may say better


def learned_by(agency_id: int, what: str) -> dict[str, str]:
    """What this agency's people have said of headings."""
    query = select(HeaderSynonym.title, HeaderSynonym.column)
    mine = query.where(HeaderSynonym.agency_id == agency_id, HeaderSynonym.what == what)
    return dict(db.session.execute(mine).all())


def learn(agency_id: int, what: str, said: Mapping[str, str], actor: Actor, now: datetime) -> int:
    """Remember what each heading means; returns how many are new or mean something else now."""
    query = select(HeaderSynonym).where(HeaderSynonym.agency_id == agency_id, HeaderSynonym.what == what)
    known = {row.title: row for row in db.session.scalars(query)}
    how_many = 0
    for title, column in said.items():
        row = known.get(title)
        if row is None:
            row = HeaderSynonym(agency_id=agency_id, what=what, title=title, column=column, learned_at=now)
            db.session.add(row)
        elif row.column == column:
            continue
        row.column, row.learned_at, row.by_id = column, now, actor.id
        how_many += 1
    return how_many


def open_headings(batch: ImportBatch) -> list[str]:
    """The headings of a file that were not understood for certain."""
    return [title for title, _label, how in batch.header.get("columns", []) if how in OPEN_TO_A_PERSON]


def meanings(what: str) -> list[tuple[str, str]]:
    """What a person may choose for a heading: key and words."""
    columns = [(column.field, column.label) for column in COLUMNS[what]]
    return [(KEPT, "原样保留"), ("", "不导入"), *columns]
