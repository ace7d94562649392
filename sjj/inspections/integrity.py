"""Do the visits go to whom the draws sent them, by the teams the draws chose? Reads and reports; repairs nothing.

For each draw that was handed out: an object still to be inspected has a visit by exactly its team of now, one
that was replaced has its visit taken back, and nobody else is visited in the name of the draw.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.teams import Roster
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.rules.verify import Refused


def visit_faults() -> list[str]:
    """One sentence for every visit that the draws do not account for, and every one that is missing."""
    query = select(Draw).where(Draw.receipt_sha256 != "", Draw.id.in_(select(Inspection.draw_id)))
    return [
        f"{draw.draw_no}：{fault}"
        for draw in db.session.scalars(query.order_by(Draw.id))
        for fault in _faults_of(draw)
    ]


def _faults_of(draw: Draw) -> Iterator[str]:
    query = select(Inspection).where(Inspection.draw_id == draw.id).options(selectinload(Inspection.team))
    visits = {one.entity_id: one for one in db.session.scalars(query)}
    try:
        roster = Roster(draw)
    except (Refused, KeyError, TypeError):
        yield "规则读不出来，检查组无法核对"
        return
    for row in draw.objects:
        visit = visits.pop(row.entity_id, None)
        if row.left_by is None:
            yield from _going_faults(draw, row, visit, roster)
        elif visit is not None and visit.state is not ResultState.WITHDRAWN:
            yield f"“{row.name}”已由别的对象递补，检查却没有撤回"
    for visit in visits.values():
        yield f"对“{visit.entity.name}”的检查不是抽取产生的"


def _going_faults(draw: Draw, row: DrawnObject, visit: Inspection | None, roster: Roster) -> Iterator[str]:
    if visit is None:
        if draw.state is DrawState.DRAWN:
            yield f"“{row.name}”抽中了，却没有检查"
        return
    if (visit.agency_id, visit.campaign_id) != (draw.agency_id, draw.campaign_id):
        yield f"对“{row.name}”的检查不在这次抽查任务中"
    if visit.state is ResultState.WITHDRAWN and not _was_public(visit):
        yield f"“{row.name}”没有被递补，检查却撤回了"
    try:
        right = roster.officer_ids(row.team_now)
    except LookupError as stranger:
        yield str(stranger)
        return
    team = sorted((one for one in visit.team if one.left_at is None), key=lambda one: one.place)
    if [one.officer_id for one in team] != right:
        yield f"“{row.name}”的检查组与抽取结果不符"


def _was_public(visit: Inspection) -> bool:
    """A published result may be withdrawn; a visit may not be without the draw."""
    return visit.reviewed_at is not None
