"""What a change of the draw does to the visits: one is taken back, another is made, a team hands over (§2.4).

A change is possible only while the visit has not ended. A visit that found nobody (停业关闭、迁出、查无下落) has
ended with a result; the office may still ask for a 递补, with that very record as evidence, until the record is
accepted. Then the visit is taken back, its record kept. Once it is accepted the result stands.
Never commits. Works the same before the teams were sent out: then there is no visit to change yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import changes_services as draws
from sjj.draws.changes_queries import drawn_object
from sjj.draws.changes_services import REPLACE, Wanted
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.draws.teams import Roster
from sjj.inspections import change_events as events
from sjj.inspections.approval_services import ask_for
from sjj.inspections.change_queries import visit_obstacles
from sjj.inspections.dispatch import make_visit
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.parts import take_back_parts
from sjj.registers.models import Officer
from sjj.rules.lifecycle import RESULT_MOVES, ResultState, move


def ask(draw: Draw, wanted: Wanted, actor: User, now: datetime) -> DrawChange:
    """Ask for a change. Raises draws.ChangeRefused with every reason at once."""
    draws.hold(draw)
    row = drawn_object(draw, wanted.code)
    visit = held_visit(row) if row else None
    return draws.ask(draw, wanted, actor, now, visit_obstacles(visit, wanted.kind))


def approve(change: DrawChange, actor: User, now: datetime) -> DrawChange:
    """Make a change and carry it out, both or neither. Raises draws.ChangeRefused, DispatchRefused."""
    draws.hold(change.draw)
    row = drawn_object(change.draw, change.code)
    visit = held_visit(row) if row else None
    draws.approve(change, actor, now, visit_obstacles(visit, change.kind))
    carry_out(change, actor, now)
    return change


def held_visit(row: DrawnObject) -> Inspection | None:
    """The visit of a drawn object as it is now, kept from phones and desks until the end of the transaction."""
    query = select(Inspection).where(Inspection.draw_id == row.draw_id, Inspection.entity_id == row.entity_id)
    query = query.with_for_update(of=Inspection).execution_options(populate_existing=True)
    return db.session.scalar(query)


def carry_out(change: DrawChange, actor: User, now: datetime) -> None:
    """Let an approved change reach the visits. Nothing to do before the teams were sent out."""
    row = drawn_object(change.draw, change.code)
    visit = held_visit(row) if row else None
    if row is None or visit is None:
        return
    if change.kind == REPLACE:
        _take_back(visit, change, actor, now)
        _make_for_reserve(visit, change, actor, now)
    else:
        _hand_over(visit, row, change, actor, now)


def _take_back(visit: Inspection, change: DrawChange, actor: User, now: datetime) -> None:
    visit.state = move(RESULT_MOVES, visit.state, ResultState.WITHDRAWN)
    visit.withdrawn_reason = (
        f"{change.reason}，已按规则递补（{change.draw.draw_no} 第 {change.number} 项变更）"
    )
    take_back_parts(visit, visit.withdrawn_reason)
    record(events.VisitTakenBack(**_about(visit, change), reason=change.reason), actor, now)


def _make_for_reserve(replaced: Inspection, change: DrawChange, actor: User, now: datetime) -> None:
    """The reserve's visit: same form, same last day."""
    query = select(DrawnObject).where(
        DrawnObject.draw_id == change.draw_id, DrawnObject.came_by == change.number
    )
    drawn = db.session.scalars(query).one()
    made = make_visit(drawn, Roster(change.draw), replaced.form, replaced.due_on)
    db.session.add(made)
    ask_for([made], actor, now)
    record(events.VisitMade(**_about(made, change)), actor, now)


def _hand_over(visit: Inspection, row: DrawnObject, change: DrawChange, actor: User, now: datetime) -> None:
    """Who left keeps the row in the team with the time; who came stands at the place in the team."""
    wanted = Roster(change.draw).officer_ids(row.team_now)
    members = {one.officer_id: one for one in visit.team}
    left = [one for one in members.values() if one.left_at is None and one.officer_id not in wanted]
    for one in left:
        one.left_at = now
    came = [number for number in wanted if number not in members]
    for place, number in enumerate(wanted, start=1):
        if number in members:
            members[number].place = place
        else:
            visit.team.append(TeamMember(officer_id=number, place=place))
    db.session.flush()
    db.session.expire(visit, ["team"])
    who = {"left": _names([one.officer_id for one in left]), "came": _names(came)}
    record(events.TeamChanged(**_about(visit, change), **who), actor, now)


def _names(ids: Sequence[int]) -> tuple[str, ...]:
    known: dict[int, str] = dict(
        db.session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(ids))).all()
    )
    return tuple(known[number] for number in ids)


def _about(visit: Inspection, change: DrawChange) -> dict[str, Any]:
    return {
        "subject_id": visit.id,
        "agency_id": visit.agency_id,
        "entity": visit.entity.name,
        "number": change.number,
        "draw_no": change.draw.draw_no,
    }
