"""Putting the lines of a year back as a version kept them. Never commits.

A line that campaigns carry out is never deleted: added by a dropped adjustment, it is only taken off the plan.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.plans.models import Campaign, PlanLine


def restore(agency_id: int, year: int, kept: Sequence[Mapping[str, Any]], now: datetime) -> tuple[int, int]:
    """Make the year's lines what a version's content says; how many were restored, how many taken away."""
    known = {line.id: line for line in _every_line(agency_id, year)}
    wanted = {one["key"]: one["fields"] for one in kept}
    added = [line for key, line in known.items() if key not in wanted and line.dropped_at is None]
    numbers = {fields["number"] for fields in wanted.values()}
    before = {key: line.number for key, line in known.items() if key not in wanted}
    _make_room(known.values(), numbers)
    for key, fields in wanted.items():
        line = known.get(key)
        if line is None:
            line = PlanLine(id=key, agency_id=agency_id, year=year)
            db.session.add(line)
        for name, value in fields.items():
            setattr(line, name, value)
        line.dropped_at = None
    db.session.flush()
    for key, number in before.items():
        known[key].number = known[key].number if number in numbers else number
    for line in added:
        _take_away(line, now)
    db.session.flush()
    return len(wanted), len(added)


def _every_line(agency_id: int, year: int) -> Sequence[PlanLine]:
    query = select(PlanLine).where(PlanLine.agency_id == agency_id, PlanLine.year == year)
    return db.session.scalars(query).all()


def _make_room(lines: Any, numbers: set[int]) -> None:
    """Give every line a number of its own that no restored line wants: two may have changed places."""
    free = max([0, *numbers, *(line.number for line in lines)]) + 1
    for place, line in enumerate(lines):
        line.number = free + place
    db.session.flush()


def _take_away(line: PlanLine, now: datetime) -> None:
    carried_out = db.session.scalar(select(Campaign.id).where(Campaign.plan_line_id == line.id).limit(1))
    if carried_out is None:
        db.session.delete(line)
    else:
        line.dropped_at = now
