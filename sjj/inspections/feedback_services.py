"""What an enterprise says of a visit: rating it, objecting, and the office's answer. Never commits.

How often somebody may speak is bounded, so that nobody can drown an office; what was said is never changed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.inspections import feedback_events as events
from sjj.inspections.feedback_models import Objection, VisitRating
from sjj.inspections.models import Inspection
from sjj.inspections.review import is_of_team
from sjj.inspections.visit_phase import phase_on
from sjj.rules.feedback import POINTS
from sjj.rules.lifecycle import OBJECTION_MOVES, ObjectionState, RefusedMove, move
from sjj.web import today

MOST_RATINGS, MAX_WORDS = 5, 500
MOST_OBJECTIONS, MAX_TEXT = 5, 2000


class FeedbackRefused(Exception):
    """It cannot be rated, raised or answered as asked; the message may be shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """An objection as it is raised."""

    by_name: str
    by_phone: str
    text: str
    sha256: str = ""


def rate(inspection: Inspection, points: int, words: str, now: datetime) -> None:
    """Rate a visit; a later rating stands for the earlier, the same once more changes nothing."""
    _hold(inspection)
    words = words.strip()
    if points not in POINTS or len(words) > MAX_WORDS:
        raise FeedbackRefused(f"请选择 1 到 5 分，意见不超过 {MAX_WORDS} 字")
    if not phase_on(inspection, today(now)).may_be_rated:
        raise FeedbackRefused("检查开始以后才能评价")
    query = select(VisitRating).where(VisitRating.inspection_id == inspection.id).order_by(VisitRating.id)
    given = db.session.scalars(query).all()
    if given and (given[-1].points, given[-1].words) == (points, words):
        return
    if len(given) >= MOST_RATINGS:
        raise FeedbackRefused(f"这次检查已评价 {MOST_RATINGS} 次，不能再改；还有意见的，请拨打监督电话")
    db.session.add(VisitRating(inspection_id=inspection.id, points=points, words=words, at=now))
    record(events.RatingGiven(**_about(inspection)), events.Enterprise(), now)


def raise_objection(inspection: Inspection, said: Said, actor: Actor, now: datetime) -> Objection:
    """Object to the record or its result; the same text once more is the same objection."""
    _hold(inspection)
    if not phase_on(inspection, today(now)).has_record:
        raise FeedbackRefused("检查记录还没有收到，收到以后才能提出异议")
    raised = objections_of(inspection)
    again = next((one for one in raised if (one.text, one.by_name) == (said.text, said.by_name)), None)
    if again is not None:
        return again
    if len(raised) >= MOST_OBJECTIONS:
        raise FeedbackRefused(f"这次检查已提出 {MOST_OBJECTIONS} 次异议；还有意见的，请拨打机关电话")
    made = Objection(
        inspection_id=inspection.id,
        by_name=said.by_name,
        by_phone=said.by_phone,
        text=said.text,
        sha256=said.sha256,
        at=now,
    )
    db.session.add(made)
    db.session.flush()
    event = events.ObjectionRaised(**_about(inspection), objection=made.id, has_file=bool(said.sha256))
    record(event, actor, now)
    return made


def answer(objection: Objection, text: str, actor: User, now: datetime) -> None:
    """Answer an objection, once. Whoever was of the team does not answer."""
    db.session.flush()
    db.session.refresh(objection, with_for_update={"of": Objection, "key_share": True})
    text = text.strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise FeedbackRefused(f"请写明答复（不超过 {MAX_TEXT} 字）")
    if is_of_team(objection.inspection, actor):
        raise FeedbackRefused("您参加了这次检查，应由他人答复")
    try:
        objection.state = move(OBJECTION_MOVES, objection.state, ObjectionState.ANSWERED)
    except RefusedMove as refusal:
        raise FeedbackRefused("这条异议已经答复") from refusal
    objection.answer, objection.answered_at, objection.answered_by_id = text, now, actor.id
    record(events.ObjectionAnswered(**_about(objection.inspection), objection=objection.id), actor, now)


def objections_of(inspection: Inspection) -> list[Objection]:
    """What was objected to a visit, in its order."""
    query = select(Objection).where(Objection.inspection_id == inspection.id).order_by(Objection.id)
    return list(db.session.scalars(query))


def may_object(inspection: Inspection) -> bool:
    """Whether one more objection is taken."""
    return len(objections_of(inspection)) < MOST_OBJECTIONS


def _hold(inspection: Inspection) -> None:
    """Whoever speaks at once comes one by one, so that the bounds hold."""
    db.session.flush()
    db.session.refresh(inspection, with_for_update={"of": Inspection, "key_share": True})


def _about(inspection: Inspection) -> dict[str, object]:
    return {
        "subject_id": inspection.id,
        "agency_id": inspection.agency_id,
        "entity": inspection.entity.name,
    }
