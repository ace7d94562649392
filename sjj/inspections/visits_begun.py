"""Visits of an entity that everybody who stands at its gate may know of. Reads only.

A visit is told once its team has arrived today or its record is here. One still to come is told to nobody, and one that was
taken back before it was made leaves nothing to tell.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.inspections.models import MADE_PUBLIC, Inspection
from sjj.inspections.visit_phase import Phase, arrivals_at, phase_of
from sjj.registers.models import Entity
from sjj.web import today

MOST = 5
_TOLD = {
    Phase.HERE: "正在检查",
    Phase.OVER: "已经检查",
    Phase.UNDONE: "检查已撤回",
}


@dataclass(frozen=True, slots=True)
class VisitBegun:
    """A visit as anybody may know it."""

    on: date
    agency: str
    words: str
    is_public: bool  # its result can be read


def visits_begun(entity: Entity, day: date) -> list[VisitBegun]:
    """The latest visits of an entity that have begun, the newest first."""
    query = (
        select(Inspection)
        .where(Inspection.entity_id == entity.id, Inspection.off_site.is_(False))
        .options(joinedload(Inspection.agency))
        .order_by(Inspection.id.desc())
    )
    rows = db.session.scalars(query).all()
    arrived = arrivals_at([row.id for row in rows])
    found = []
    for row in rows:
        came = arrived.get(row.id)
        phase = phase_of(row, came, day)
        on = row.ended_on or (today(came) if came else None)
        if phase in _TOLD and on is not None:
            found.append(VisitBegun(on, row.agency.name, _TOLD[phase], row.state in MADE_PUBLIC))
    return sorted(found, key=lambda one: one.on, reverse=True)[:MOST]
