"""Entering, changing, copying, moving and taking out lines of a year's plan. Never commits.

Only while the plan's version lets them be changed (`plan_versions`). A line that stood in a published plan, or
that a campaign carries out, is struck and stays readable; any other is deleted.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.plan_line_events import (
    PlanLineChanged,
    PlanLineCopied,
    PlanLineDropped,
    PlanLineMoved,
)
from sjj.plans.plan_versions import published, why_not_editable
from sjj.registers.models import Item

KEPT = (
    "name", "basis", "check_type", "quarter", "ratio", "skip_inspected", "frequency_cap", "month", "items", "scope",
    "layers", "method", "joint", "partners", "by_credit", "directed", "counts_inspected", "area", "level",
    "section_id", "merged_from",
)  # fmt: skip
_ASIDE = 1_000_000  # where a number waits while two lines change places


class PlanLineRefused(Exception):
    """The line cannot be changed so; the message may be shown, `field` says at which field."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def hold_year(agency_id: int, year: int) -> None:
    """Let one person at a time change a year's lines. Raises PlanLineRefused when they may not be changed."""
    why = why_not_editable(agency_id, year, hold=True)
    if why:
        raise PlanLineRefused(why)


def stand_of(line: PlanLine) -> str:
    """A line's mark: another one means that somebody has changed it."""
    if line.id is None:
        return ""
    names = (*KEPT, "number")
    kept = {name: getattr(line, name) for name in names} | {"dropped": line.dropped_at is not None}
    return sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()[:16]


def save_line(line: PlanLine, values: dict[str, Any], seen: str, actor: User, now: datetime) -> PlanLine:
    """Enter or change a line; `seen` is the mark of the line that the person had before them."""
    hold_year(line.agency_id, line.year)
    is_new = line.id is None
    if not is_new:
        _hold(line)
        if stand_of(line) != seen:
            raise PlanLineRefused(f"“{line.name}”刚被别人改过，请打开最新的再改")
    number = values.get("number") or (None if is_new else line.number)
    number = number or next_number(line.agency_id, line.year)
    _check_number(line, number)
    changes = {} if is_new else _changes(line, {**values, "number": number})
    for name in KEPT:
        if name in values:
            setattr(line, name, values[name])
    line.number = number
    db.session.add(line)
    db.session.flush()
    record(PlanLineChanged(**_who(line), changes=changes), actor, now)
    return line


def _hold(line: PlanLine) -> None:
    db.session.refresh(line, with_for_update={"key_share": True})
    if line.dropped_at is not None:
        raise PlanLineRefused(f"“{line.name}”已取消，不能再改")


def _check_number(line: PlanLine, number: int) -> None:
    query = select(PlanLine).where(
        PlanLine.agency_id == line.agency_id, PlanLine.year == line.year, PlanLine.number == number
    )
    with db.session.no_autoflush:
        twin = db.session.scalar(query)
    if twin is not None and twin is not line:
        gone = "（已取消）" if twin.dropped_at is not None else ""
        raise PlanLineRefused(f"{line.year}年计划已有第{number}项“{twin.name}”{gone}", "number")


def _changes(line: PlanLine, values: dict[str, Any]) -> dict[str, list[object]]:
    return {
        name: [getattr(line, name), value]
        for name, value in values.items()
        if hasattr(line, name) and (getattr(line, name) or None) != (value or None)
    }


def _who(line: PlanLine) -> dict[str, Any]:
    return {
        "subject_id": line.id, "agency_id": line.agency_id, "year": line.year,
        "number": line.number, "name": line.name,
    }  # fmt: skip


def next_number(agency_id: int, year: int) -> int:
    """The number after the last one of a year, struck lines counted."""
    query = select(func.max(PlanLine.number)).where(PlanLine.agency_id == agency_id, PlanLine.year == year)
    return (db.session.scalar(query) or 0) + 1


def add_lines(agency_id: int, year: int, rows: Sequence[dict[str, Any]]) -> list[PlanLine]:
    """Add lines at the end of a year that is held; whoever calls records it."""
    start = next_number(agency_id, year)
    made = []
    for place, values in enumerate(rows):
        line = PlanLine(agency_id=agency_id, year=year, number=start + place, **values)
        db.session.add(line)
        made.append(line)
    db.session.flush()
    return made


def copy_line(line: PlanLine, year: int, actor: User, now: datetime) -> tuple[PlanLine, list[str]]:
    """A new line like another one, at the end of a year; returns it and the items that were left out."""
    hold_year(line.agency_id, year)
    values = {name: getattr(line, name) for name in KEPT if name != "merged_from"}
    values["items"], gone = _standing_items(line)
    if year == line.year:
        values["name"] = _copied_name(line.name)
    [made] = add_lines(line.agency_id, year, [values])
    origin = f"{line.year}年计划第{line.number}项"
    record(PlanLineCopied(**_who(made), origin=origin), actor, now)
    return made, gone


def _copied_name(name: str) -> str:
    return f"{name[:114]}（副本）"


def _standing_items(line: PlanLine) -> tuple[list[int], list[str]]:
    """The items of a line that may still be planned, and the names of the others."""
    query = select(Item).where(Item.id.in_(line.items or []))
    known = {item.id: item for item in db.session.scalars(query)}
    stand = [n for n in line.items or [] if n in known and _stands(known[n])]
    return stand, [known[n].name for n in line.items or [] if n in known and not _stands(known[n])]


def _stands(item: Item) -> bool:
    return item.published_at is not None and item.retired_at is None


def copy_lines(
    lines: Sequence[PlanLine], year: int, actor: User, now: datetime
) -> tuple[list[PlanLine], list[str]]:
    """Lines of another year taken over, but for those whose name the year has already."""
    made: list[PlanLine] = []
    gone: list[str] = []
    for line in lines:
        query = select(PlanLine.id).where(
            PlanLine.agency_id == line.agency_id,
            PlanLine.year == year,
            PlanLine.name == line.name,
            PlanLine.dropped_at.is_(None),
        )
        hold_year(line.agency_id, year)
        if db.session.scalar(query.limit(1)) is None:
            one, items = copy_line(line, year, actor, now)
            made.append(one)
            gone += items
    return made, list(dict.fromkeys(gone))


def move_line(line: PlanLine, way: str, actor: User, now: datetime) -> None:
    """Change places with the line above (up) or below (down); at the end nothing happens."""
    hold_year(line.agency_id, line.year)
    _hold(line)
    same = (
        PlanLine.agency_id == line.agency_id,
        PlanLine.year == line.year,
        PlanLine.dropped_at.is_(None),
    )
    query = select(PlanLine).where(*same)
    if way == "up":
        query = query.where(PlanLine.number < line.number).order_by(PlanLine.number.desc())
    else:
        query = query.where(PlanLine.number > line.number).order_by(PlanLine.number)
    other = db.session.scalar(query.limit(1))
    if other is None:
        return
    change_places(line, other, actor, now)


def change_places(line: PlanLine, other: PlanLine, actor: User, now: datetime) -> None:
    """Each takes the number of the other; recorded of the first. The year is held already."""
    before, after = line.number, other.number
    line.number = _ASIDE + before
    db.session.flush()
    other.number = before
    db.session.flush()
    line.number = after
    db.session.flush()
    record(PlanLineMoved(**_who(line), before=before), actor, now)


def drop_line(line: PlanLine, actor: User, now: datetime) -> bool:
    """Take a line out of the plan; returns whether it stays readable."""
    hold_year(line.agency_id, line.year)
    _hold(line)
    return take_out(line, actor, now)


def take_out(line: PlanLine, actor: User, now: datetime) -> bool:
    """Strike a line of a published plan, delete another one. The year is held already."""
    kept = is_kept(line)
    event = PlanLineDropped(**_who(line), kept=kept)
    if kept:
        line.dropped_at = now
    else:
        db.session.delete(line)
    record(event, actor, now)
    db.session.flush()
    return kept


def is_kept(line: PlanLine) -> bool:
    """Whether a line that is taken out stays readable: it was published, or a campaign carries it out."""
    if published(line.agency_id, line.year) is not None:
        return True
    carried = select(Campaign.id).where(Campaign.plan_line_id == line.id).limit(1)
    return db.session.scalar(carried) is not None


def restore_line(line: PlanLine, actor: User, now: datetime) -> None:
    """Put a struck line back."""
    hold_year(line.agency_id, line.year)
    db.session.refresh(line, with_for_update={"key_share": True})
    if line.dropped_at is not None:
        line.dropped_at = None
        record(PlanLineChanged(**_who(line), changes={"dropped_at": ["已取消", "恢复"]}), actor, now)
        db.session.flush()
