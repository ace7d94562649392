"""Sending the drawn teams out: one inspection for each drawn object, with its team and its form.

Refuses a draw that has not been held or was voided. Doing it twice makes nothing twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import Actor, Event, record
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.teams import Roster
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import FormVersion, Inspection, TeamMember
from sjj.rules.lifecycle import DrawState, ResultState


class DispatchRefused(Exception):
    """The teams cannot be sent out; the message may be shown."""


@dataclass(frozen=True, kw_only=True)
class Dispatched(Event):
    """Inspections were made from a draw."""

    action: ClassVar[str] = "inspection.dispatched"
    subject_type: ClassVar[str] = "draw"
    draw_no: str
    count: int
    due_on: date

    def sentence(self) -> str:
        return f"按抽取 {self.draw_no} 派发检查任务 {self.count} 户，{self.due_on} 前完成"


def draw_to_dispatch(user: User, draw_id: int) -> Draw | None:
    """A draw that this person may send teams out for."""
    draw = db.session.get(Draw, draw_id)
    return draw if draw and user.may("draw.run", draw.agency_id) else None


def dispatched(draw: Draw) -> list[Inspection]:
    """The inspections made from a draw so far, in its order."""
    query = (
        select(Inspection)
        .join(
            DrawnObject,
            (DrawnObject.draw_id == Inspection.draw_id) & (DrawnObject.entity_id == Inspection.entity_id),
        )
        .where(Inspection.draw_id == draw.id)
        .order_by(DrawnObject.place)
    )
    return list(db.session.scalars(query))


def dispatch(draw: Draw, due_on: date, actor: Actor, now: datetime) -> list[Inspection]:
    """Make the inspections that are not there yet. Raises DispatchRefused, NoGuide."""
    db.session.refresh(draw, with_for_update=True)  # two clerks pressing at once: the second finds all done
    if draw.state is not DrawState.DRAWN:
        raise DispatchRefused("只有已抽取、未作废的抽取结果才能派发检查任务。")
    if due_on < draw.campaign.starts_on:
        raise DispatchRefused("检查完成日期不能早于任务开始日期。")
    there = {one.entity_id for one in dispatched(draw)}
    form = form_for(draw.campaign, now)
    roster = Roster(draw)
    made = [
        make_visit(drawn, roster, form, due_on)
        for drawn in draw.objects
        if drawn.left_by is None and drawn.entity_id not in there
    ]
    if made:
        db.session.add_all(made)
        db.session.flush()
        event = Dispatched(
            subject_id=draw.id, agency_id=draw.agency_id, draw_no=draw.draw_no, count=len(made), due_on=due_on
        )
        record(event, actor, now)
    return dispatched(draw)


def make_visit(drawn: DrawnObject, roster: Roster, form: FormVersion, due_on: date | None) -> Inspection:
    """The visit of one object by the team that it has now, every member of it. Raises DispatchRefused."""
    draw = drawn.draw
    try:
        team = roster.officer_ids(drawn.team_now)
    except LookupError as stranger:
        raise DispatchRefused(f"{stranger}，不能派发。") from stranger
    return Inspection(
        uid=uuid4(),
        agency_id=draw.agency_id,
        campaign=draw.campaign,
        draw=draw,
        entity_id=drawn.entity_id,
        state=ResultState.NOT_ENTERED,
        form=form,
        due_on=due_on,
        team=[TeamMember(officer_id=one, place=place) for place, one in enumerate(team, start=1)],
    )
