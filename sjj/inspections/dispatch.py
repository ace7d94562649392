"""Sending the drawn teams out: one inspection for each drawn object, with its team, its form and its approval asked.

Refuses a draw that has not been held or was voided, and visits above the yearly cap without a reason. Doing it
twice makes nothing twice.
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
from sjj.inspections.approval_services import ask_for
from sjj.inspections.form_versions import form_for
from sjj.inspections.gates_frequency import OneTooMany, one_too_many
from sjj.inspections.models import FormVersion, Inspection, TeamMember
from sjj.inspections.parts import add_parts
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.web import today


class DispatchRefused(Exception):
    """The teams cannot be sent out; the message may be shown."""


class AboveCap(DispatchRefused):
    """Some visits would exceed the yearly cap and nobody said why; the message names them."""


@dataclass(frozen=True, kw_only=True)
class Dispatched(Event):
    """Inspections were made from a draw; `over_cap`: those above the yearly cap, with the reason."""

    action: ClassVar[str] = "inspection.dispatched"
    subject_type: ClassVar[str] = "draw"
    draw_no: str
    count: int
    due_on: date
    over_cap: tuple[str, ...] = ()
    over_cap_reason: str = ""

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


def above_cap(draw: Draw, day: date) -> list[OneTooMany]:
    """The objects still to be sent out whose visit would exceed the yearly cap (国办发〔2024〕54号)."""
    there = {one.entity_id for one in dispatched(draw)}
    wanted = [one.entity_id for one in draw.objects if one.left_by is None and one.entity_id not in there]
    return one_too_many(draw.campaign, wanted, day)


def dispatch(
    draw: Draw, due_on: date, actor: Actor, now: datetime, over_cap_reason: str = ""
) -> list[Inspection]:
    """Make the inspections that are not there yet, and ask for their approval. Raises DispatchRefused, NoGuide."""
    db.session.refresh(draw, with_for_update=True)  # two clerks pressing at once: the second finds all done
    if draw.state is not DrawState.DRAWN:
        raise DispatchRefused("只有已抽取、未作废的抽取结果才能派发检查任务。")
    if due_on < draw.campaign.starts_on:
        raise DispatchRefused("检查完成日期不能早于任务开始日期。")
    above = above_cap(draw, today(now))
    reason = over_cap_reason.strip() if above else ""
    if above and not reason:
        raise AboveCap(f"{'、'.join(one.name for one in above)}超过年度频次上限，请写明仍要检查的理由。")
    there = {one.entity_id for one in dispatched(draw)}
    form, roster = form_for(draw.campaign, now), Roster(draw)
    made = [
        make_visit(drawn, roster, form, due_on)
        for drawn in draw.objects
        if drawn.left_by is None and drawn.entity_id not in there
    ]
    for one in made:
        one.over_cap_reason = reason if one.entity_id in {over.entity_id for over in above} else ""
    if made:
        db.session.add_all(made)
        ask_for(made, actor, now)
        _tell(draw, made, [one.name for one in above], reason, actor, now)
    return dispatched(draw)


def _tell(
    draw: Draw, made: list[Inspection], above: list[str], reason: str, actor: Actor, now: datetime
) -> None:
    event = Dispatched(
        subject_id=draw.id,
        agency_id=draw.agency_id,
        draw_no=draw.draw_no,
        count=len(made),
        due_on=made[0].due_on or draw.campaign.ends_on,
        over_cap=tuple(above),
        over_cap_reason=reason,
    )
    record(event, actor, now)


def make_visit(drawn: DrawnObject, roster: Roster, form: FormVersion, due_on: date | None) -> Inspection:
    """The visit of one object by the team that it has now, every member of it. Raises DispatchRefused."""
    draw = drawn.draw
    try:
        team = roster.officer_ids(drawn.team_now)
    except LookupError as stranger:
        raise DispatchRefused(f"{stranger}，不能派发。") from stranger
    visit = Inspection(
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
    add_parts(visit, draw.campaign)
    return visit
