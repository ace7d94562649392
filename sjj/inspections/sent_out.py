"""For how many objects of a draw the teams were sent out already. Reads only; the draw's page asks."""

from sqlalchemy import func, select

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.models import Inspection


def visits_sent_out(draw: Draw) -> int:
    """The objects that are still in the draw and have their visit."""
    visit = (DrawnObject.draw_id == Inspection.draw_id) & (DrawnObject.entity_id == Inspection.entity_id)
    query = (
        select(func.count())
        .select_from(Inspection)
        .join(DrawnObject, visit)
        .where(Inspection.draw_id == draw.id, DrawnObject.left_by.is_(None))
    )
    return db.session.scalar(query) or 0
