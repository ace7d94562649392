"""改期: the day on which a team means to go, changed with a reason by the team or the office. Never commits.

Every day that was set stays in the list of days. A visit that is over or taken back has no other day; a day after
the last one is taken only when somebody says that it is meant.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections.approval_events import Rescheduled
from sjj.inspections.before import TO_VISIT
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import Reschedule
from sjj.presentation import day as day_words
from sjj.web import today

MAX_REASON = 300
FIRST = "首次安排"


@dataclass(frozen=True, slots=True)
class OtherDay:
    """What was asked: the day, why, and that a day after the last one is meant."""

    to_on: date
    reason: str = ""
    beyond: bool = False


class RescheduleRefused(Exception):
    """The day cannot be set; `problems` are (field, sentence), to be shown at the form."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("；".join(sentence for _, sentence in problems))
        self.problems = problems


def reschedule(inspection: Inspection, wanted: OtherDay, actor: User, now: datetime) -> None:
    """Set the day of a visit. Raises RescheduleRefused with everything that stands against it."""
    db.session.flush()
    db.session.refresh(inspection, with_for_update={"key_share": True, "of": Inspection})
    problems = _problems(inspection, wanted, today(now))
    if problems:
        raise RescheduleRefused(problems)
    was, reason = inspection.planned_on, wanted.reason.strip() or FIRST
    db.session.add(
        Reschedule(
            inspection_id=inspection.id,
            from_on=was,
            to_on=wanted.to_on,
            reason=reason,
            by_id=actor.id,
            at=now,
        )
    )
    inspection.planned_on = wanted.to_on
    event = Rescheduled(
        subject_id=inspection.id,
        agency_id=inspection.agency_id,
        entity=inspection.entity.name,
        from_on=was,
        to_on=wanted.to_on,
        reason=reason,
    )
    record(event, actor, now)


def _problems(inspection: Inspection, wanted: OtherDay, day: date) -> list[tuple[str, str]]:
    if inspection.standing not in TO_VISIT:
        return [("to_on", f"这次检查现在是“{inspection.standing.label}”，不能再改期")]
    found = []
    if wanted.to_on < day:
        found.append(("to_on", "不能改到过去的日子"))
    if wanted.to_on == inspection.planned_on:
        found.append(("to_on", "就是现在计划的日子"))
    if inspection.due_on is not None and wanted.to_on > inspection.due_on and not wanted.beyond:
        sentence = f"晚于检查完成日期 {day_words(inspection.due_on)}，确要改到这一天的，请勾选下面一项"
        found.append(("to_on", sentence))
    is_first = inspection.planned_on is None and not wanted.beyond
    if not wanted.reason.strip() and not is_first:
        found.append(("reason", "请写明改期的原因"))
    if len(wanted.reason.strip()) > MAX_REASON:
        found.append(("reason", f"不超过 {MAX_REASON} 字"))
    return found
