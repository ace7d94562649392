"""Makers of ratings and objections of a visit, and the addresses of its own page; committed."""

from datetime import UTC, datetime
from typing import Any

from sjj.database import db
from sjj.inspections.feedback_events import Enterprise
from sjj.inspections.feedback_models import Objection, VisitRating
from sjj.inspections.feedback_services import Said, raise_objection
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import VisitStep

RAISED_AT = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)


def page_of(inspection: Inspection, name: str = "") -> str:
    """An address of the enterprise's own page of a visit."""
    return f"/public/visits/{inspection.visit_token}" + (f"/{name}" if name else "")


def make_arrival(inspection: Inspection, at: datetime) -> VisitStep:
    """A phone told that the team is there."""
    officer = inspection.team[0].officer
    step = VisitStep(inspection_id=inspection.id, officer_id=officer.id, kind="arrived", at=at)
    db.session.add(step)
    db.session.commit()
    return step


def make_rating(inspection: Inspection, points: int = 5, words: str = "", at: datetime = RAISED_AT) -> None:
    """A rating as it stands in the table."""
    db.session.add(VisitRating(inspection_id=inspection.id, points=points, words=words, at=at))
    db.session.commit()


def make_objection(inspection: Inspection, text: str = "台账其实齐全", **more: Any) -> Objection:
    """An objection to a recorded visit."""
    said = Said(**{"by_name": "李四", "by_phone": "13800000000", "text": text, **more})
    made = raise_objection(inspection, said, Enterprise(), RAISED_AT)
    db.session.commit()
    return made
