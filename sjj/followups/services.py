"""Opening, following and closing problems until nothing is left open (监管闭环). Never commits.

A step once entered is never changed or removed; a mistake is put right by the next step.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.followups import events
from sjj.followups.models import FollowUp, Problem
from sjj.inspections.models import Inspection
from sjj.inspections.parts import Holder, item_ids_of, visit_of
from sjj.inspections.reading import named_problems
from sjj.inspections.review import current_submission
from sjj.plans.item_codes import form_codes
from sjj.rules.lifecycle import PROBLEM_MOVES, ProblemState, RefusedMove, move
from sjj.rules.results import FOLLOW_UP_KINDS, NO_FOLLOW_UP
from sjj.web import today

MAX_TEXT = 2000
NO_LONGER_NAMED = "更正后的记录不再列为问题"
NOTHING_TO_DO = "检查时已定：无需后续处置"


class FollowUpRefused(Exception):
    """A step cannot be entered as asked; the message may be shown. `about` is "on", or "text"."""

    def __init__(self, sentence: str, about: str = "text") -> None:
        super().__init__(sentence)
        self.about = about


def open_problems(holder: Holder, actor: Actor, now: datetime) -> list[Problem]:
    """Open what the accepted record names of this agency's items; a problem of no item is the leading agency's.

    After a correction: what it still names stays, the rest closes.
    """
    inspection = visit_of(holder)
    submission = current_submission(inspection)
    named = [row for row in named_problems(submission) if _is_of(holder, row)] if submission else []
    own = select(Problem).where(Problem.inspection_id == inspection.id, Problem.agency_id == holder.agency_id)
    before = list(db.session.scalars(own))
    kept = []
    for row in named:
        same = next((p for p in before if p not in kept and _is_same(p, row, inspection)), None)
        kept.append(same or _open(holder, row, actor, now))
    for gone in before:
        if gone not in kept and gone.state is ProblemState.OPEN:
            _close(gone, NO_LONGER_NAMED, today(now), actor, now)
    return kept


def _is_of(holder: Holder, row: dict[str, Any]) -> bool:
    item_id = _item_id(visit_of(holder), _text(row, "item"))
    return item_id in item_ids_of(holder) if item_id else isinstance(holder, Inspection)


def _is_same(problem: Problem, row: dict[str, Any], inspection: Inspection) -> bool:
    return (
        problem.text == _text(row, "text")
        and problem.point == _text(row, "point")
        and problem.kind == (_text(row, "kind") or FOLLOW_UP_KINDS[1])
        and problem.item_id == _item_id(inspection, _text(row, "item"))
    )


def _open(holder: Holder, row: dict[str, Any], actor: Actor, now: datetime) -> Problem:
    due, inspection = _text(row, "due"), visit_of(holder)
    problem = Problem(
        inspection=inspection,
        agency_id=holder.agency_id,
        item_id=_item_id(inspection, _text(row, "item")),
        point=_text(row, "point")[:40],
        kind=_text(row, "kind") or FOLLOW_UP_KINDS[1],
        clause=_text(row, "clause")[:200],
        text=_text(row, "text"),
        due_on=date.fromisoformat(due) if due else None,
        state=ProblemState.OPEN,
        opened_at=now,
    )
    db.session.add(problem)
    db.session.flush()
    record(events.ProblemOpened(**_about(problem), kind=problem.kind, due_on=problem.due_on), actor, now)
    if problem.kind == NO_FOLLOW_UP:
        _close(problem, NOTHING_TO_DO, today(now), actor, now)
    return problem


def _item_id(inspection: Inspection, code: str) -> int | None:
    codes = form_codes(inspection.campaign)
    return next((number for number, one in codes.items() if one == code), None)


def add_step(
    problem: Problem, kind: str, on: date, text: str, actor: User, now: datetime, *, file_sha256: str = ""
) -> FollowUp:
    """Enter what was done. Raises FollowUpRefused."""
    _hold(problem)
    _refuse_closed(problem)
    _refuse_words(text, on, now)
    if kind not in FOLLOW_UP_KINDS:
        raise FollowUpRefused("请选择处置方式")
    step = _step(problem, kind, on, text, actor, now)
    step.file_sha256 = file_sha256
    record(events.StepAdded(**_about(problem), kind=kind, on=on), actor, now)
    return step


def close(
    problem: Problem, reason: str, on: date, actor: User, now: datetime, *, file_sha256: str = ""
) -> None:
    """The problem is done with. Raises FollowUpRefused."""
    _hold(problem)
    _refuse_closed(problem)
    _refuse_words(reason, on, now)
    _close(problem, reason, on, actor, now, file_sha256)


def reopen(problem: Problem, reason: str, actor: User, now: datetime) -> None:
    """A closed problem was not done with after all. Raises FollowUpRefused."""
    _hold(problem)
    _refuse_words(reason, today(now), now)
    _go_to(problem, ProblemState.OPEN)
    problem.closed_at = None
    _step(problem, FOLLOW_UP_KINDS[-1], today(now), reason, actor, now)
    record(events.ProblemReopened(**_about(problem), reason=reason), actor, now)


def change_due(problem: Problem, due_on: date, reason: str, actor: User, now: datetime) -> None:
    """Give the entity until another day, with the reason as a step. Raises FollowUpRefused."""
    _hold(problem)
    _refuse_closed(problem)
    _refuse_words(reason, today(now), now)
    before = problem.due_on.isoformat() if problem.due_on else "未定"
    problem.due_on = due_on
    text = f"整改期限由{before}改为{due_on.isoformat()}：{reason}"
    _step(problem, problem.kind, today(now), text, actor, now)
    record(events.StepAdded(**_about(problem), kind="调整期限", on=today(now)), actor, now)


def _close(
    problem: Problem, reason: str, on: date, actor: Actor, now: datetime, file_sha256: str = ""
) -> None:
    _go_to(problem, ProblemState.CLOSED)
    problem.closed_at = now
    step = _step(problem, problem.kind, on, reason, actor, now)
    step.closes, step.file_sha256 = True, file_sha256
    record(events.ProblemClosed(**_about(problem), reason=reason), actor, now)


def _step(problem: Problem, kind: str, on: date, text: str, actor: Actor, now: datetime) -> FollowUp:
    step = FollowUp(problem=problem, kind=kind, on=on, text=text.strip(), by_id=actor.id, at=now)
    db.session.add(step)
    return step


def _refuse_words(text: str, on: date, now: datetime) -> None:
    if not 1 <= len(text.strip()) <= MAX_TEXT:
        raise FollowUpRefused(f"请写明处置情况（不超过 {MAX_TEXT} 字）")
    if on > today(now):
        raise FollowUpRefused("处置日期不能晚于今天", about="on")


def _hold(problem: Problem) -> None:
    """Read the row again and keep others off it: of two who close it at once the second is told."""
    db.session.flush()  # reading again would throw away what is not written yet
    db.session.refresh(problem, with_for_update={"of": Problem})


def _refuse_closed(problem: Problem) -> None:
    if problem.state is ProblemState.CLOSED:
        raise FollowUpRefused("这个问题已经闭环；确需再处置的，请先重新打开")


def _go_to(problem: Problem, state: ProblemState) -> None:
    try:
        problem.state = move(PROBLEM_MOVES, problem.state, state)
    except RefusedMove as refusal:
        raise FollowUpRefused(str(refusal)) from refusal


def _about(problem: Problem) -> dict[str, Any]:
    entity = problem.inspection.entity
    return {"subject_id": problem.id, "agency_id": problem.agency_id, "entity": entity.name}


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""
