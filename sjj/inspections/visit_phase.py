"""Where a visit stands for the enterprise: not begun, here now, over, taken back. Reads only.

An arrival is told by phones with signal and may be missing: then a visit has begun only when its record is here.
"""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import VisitStep
from sjj.rules.lifecycle import ResultState
from sjj.web import today

ARRIVED = "arrived"


class Phase(StrEnum):
    """Where a visit stands, seen from the enterprise."""

    NOT_YET = "not_yet"
    AT_DESK = "at_desk"  # 非现场: nobody comes
    HERE = "here"
    BEGUN = "begun"  # they were here on an earlier day, the record has not come in yet
    OVER = "over"
    TAKEN_BACK = "taken_back"  # withdrawn before anything was recorded
    UNDONE = "undone"  # recorded, and withdrawn afterwards

    @property
    def has_record(self) -> bool:
        """Whether there is something to pick up."""
        return self in (Phase.OVER, Phase.UNDONE)

    @property
    def may_be_rated(self) -> bool:
        """Whether there is something to rate."""
        return self.has_record or self in (Phase.HERE, Phase.BEGUN)


def phase_of(inspection: Inspection, arrived: datetime | None, day: date) -> Phase:
    """Where the visit stands on a day; `arrived`: when a phone told so last."""
    if inspection.standing is ResultState.WITHDRAWN:
        return Phase.TAKEN_BACK if inspection.revision is None else Phase.UNDONE
    if inspection.revision is not None:
        return Phase.OVER
    if inspection.off_site:
        return Phase.AT_DESK
    if arrived is None:
        return Phase.NOT_YET
    return Phase.HERE if today(arrived) == day else Phase.BEGUN


def phase_on(inspection: Inspection, day: date) -> Phase:
    """The same, looking the arrival up."""
    return phase_of(inspection, arrivals_at([inspection.id]).get(inspection.id), day)


def arrivals_at(inspection_ids: Collection[int]) -> dict[int, datetime]:
    """When the teams of these visits arrived last, as far as phones told."""
    query = (
        select(VisitStep.inspection_id, func.max(VisitStep.at))
        .where(VisitStep.inspection_id.in_(inspection_ids), VisitStep.kind == ARRIVED)
        .group_by(VisitStep.inspection_id)
    )
    return dict(db.session.execute(query).all())
