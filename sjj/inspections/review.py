"""Reviewing a record: accept it, or send it back with a reason. Never commits, never changes the record.

One who inspected, or who entered the record, does not review. A record whose photos or signatures have not all arrived is not accepted
until they have, or until the office has declared them lost with a reason.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections import review_events as events
from sjj.inspections.carried_in import has_carried_in
from sjj.inspections.models import Inspection, Submission, SubmissionFile
from sjj.inspections.parts import (
    Holder,
    hold_parts,
    holders_of,
    parts_of,
    somebody_published,
    visit_of,
)
from sjj.inspections.review_points import points_of_holder
from sjj.inspections.visit_models import Evidence
from sjj.rules.lifecycle import RESULT_MOVES, RefusedMove, ResultState, move

MAX_REASON = 500
MAX_NOTE = 300
MAX_POINT = 200


class ReviewRefused(Exception):
    """The record cannot be reviewed as asked; the message may be shown."""


def accept(holder: Holder, actor: User, now: datetime) -> None:
    """待审核 → 待公示, for one agency. Raises ReviewRefused with everything that stands against it."""
    hold(holder)
    problems = obstacles(holder, actor)
    if problems:
        raise ReviewRefused("；".join(problems))
    _go_to(holder, ResultState.AWAITING_PUBLICATION)
    _mark_reviewed(holder, actor, now)
    holder.sent_back_reason, holder.sent_back_points = "", {}
    event = events.Accepted(**_about(holder), result=holder.result)
    record(event, actor, now)


def send_back(
    holder: Holder,
    reason: str,
    actor: User,
    now: datetime,
    points: Mapping[str, str] | None = None,
) -> None:
    """→ 审核退回; the reasons stand at the officers' task and at the points they are about. Raises ReviewRefused.

    `points`: what is to be put right at a check point, by its id; with some of them the general reason may be empty.
    The record of a joint visit is one: sent back by one agency, it is corrected once and reviewed anew by all.
    """
    hold(holder)
    known = points_of_holder(holder)
    reason = reason.strip()
    at_points = {point: said.strip() for point, said in (points or {}).items() if said.strip()}
    if not (reason or at_points):
        raise ReviewRefused("请写明退回的原因，执法人员要照此更正")
    if len(reason) > MAX_REASON or any(len(said) > MAX_POINT for said in at_points.values()):
        raise ReviewRefused(f"退回原因不超过 {MAX_REASON} 字，每个要点不超过 {MAX_POINT} 字")
    if not at_points.keys() <= known.keys():
        raise ReviewRefused("退回的要点不在这次检查的检查表中，请刷新页面")
    against = against_sending_back(holder, actor)
    if against:
        raise ReviewRefused(against)
    visit = visit_of(holder)
    by_whom = "" if holder is visit else f"{holder.agency.name}退回："
    for one in holders_of(visit):
        if one.state in (ResultState.AWAITING_REVIEW, ResultState.AWAITING_PUBLICATION):
            _go_to(one, ResultState.SENT_BACK)
    _mark_reviewed(holder, actor, now)
    holder.sent_back_reason = reason or f"有 {len(at_points)} 个要点要更正，见检查表"
    holder.sent_back_points = at_points
    if holder is not visit:  # what the officers' task shows
        visit.sent_back_reason = f"{by_whom}{holder.sent_back_reason}"[:MAX_REASON]
        visit.sent_back_points = at_points
    texts = [reason, *(f"{known[point]}：{said}" for point, said in at_points.items())]
    said = "；".join(text for text in texts if text)
    record(events.SentBack(**_about(holder), reason=by_whom + said), actor, now)


def against_sending_back(holder: Holder, actor: User) -> str:
    """Why this person cannot send the record back now; empty if nothing stands against it."""
    visit = visit_of(holder)
    if own_hand(visit, actor):
        return own_hand(visit, actor)
    if holder.standing is ResultState.WITHDRAWN:
        return f"这次检查已撤回，不能退回。{visit.why_withdrawn}"
    public = somebody_published(holder)
    if public:
        return f"{public}已经公示了这次检查的结果，记录不能再退回；请更正本部门事项的结果后审核通过"
    try:
        move(RESULT_MOVES, holder.state, ResultState.SENT_BACK)
    except RefusedMove as refusal:
        return str(refusal)
    return ""


def hold(holder: Holder) -> None:
    """Read the rows again and keep others off until the end: two who press at once come one by one."""
    db.session.flush()  # reading again would throw away what is not written yet
    visit = visit_of(holder)
    db.session.refresh(visit, with_for_update={"of": Inspection})
    hold_parts(parts_of(visit))


def obstacles(holder: Holder, actor: User) -> list[str]:
    """Why this person cannot accept the record now; empty if nothing stands against it."""
    found = []
    inspection = visit_of(holder)
    if holder.standing is not ResultState.AWAITING_REVIEW:
        found.append(f"这次检查现在是“{holder.standing.label}”，只有“待审核”的可以审核")
    if own_hand(inspection, actor):
        found.append(own_hand(inspection, actor))
    missing = missing_files(inspection)
    if missing:
        found.append(f"还有 {len(missing)} 个文件没有收到，收齐或确认丢失后才能通过")
    if not holder.result:
        found.append("记录里没有检查结果，请退回补充")
    return found


def own_hand(inspection: Inspection, user: User) -> str:
    """Why this person does not review: went along, sent, entered or carried in the record, gave evidence; or empty."""
    if is_of_team(inspection, user):
        return "您参加了这次检查，应由他人审核"
    current = current_submission(inspection)
    if current is not None and current.user_id == user.id:
        return "本人录入的记录须由他人审核"
    if current is not None and has_carried_in(current, user):
        return "这份记录由您从手机导出文件收进，应由他人审核"
    return "这次检查的证据有您加入的，应由他人审核" if _gave_evidence(inspection, user) else ""


def _gave_evidence(inspection: Inspection, user: User) -> bool:
    """Whether this person chose any of what an off-site check was made on."""
    if not inspection.off_site:
        return False
    query = select(Evidence.id).where(
        Evidence.inspection_id == inspection.id,
        Evidence.added_by_id == user.id,
        Evidence.removed_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def is_of_team(inspection: Inspection, user: User) -> bool:
    """Whether this person went along (also one who left the team later)."""
    return user.officer_id is not None and any(m.officer_id == user.officer_id for m in inspection.team)


def current_submission(inspection: Inspection) -> Submission | None:
    """The record that counts."""
    return next((s for s in inspection.submissions if s.uid == inspection.revision), None)


def missing_files(inspection: Inspection) -> list[SubmissionFile]:
    """Files of the record that counts which have neither arrived nor been declared lost."""
    current = current_submission(inspection)
    named = [file for file in current.files if not file.lost_reason] if current else []
    here = set(
        db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_([f.sha256 for f in named])))
    )
    return [file for file in named if file.sha256 not in here]


def declare_lost(inspection: Inspection, sha256: str, reason: str, actor: User, now: datetime) -> None:
    """A missing file will never come: say why. Raises ReviewRefused."""
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_NOTE:
        raise ReviewRefused(f"请写明文件丢失的原因（不超过 {MAX_NOTE} 字）")
    file = next((file for file in missing_files(inspection) if file.sha256 == sha256), None)
    if file is None:
        raise ReviewRefused("这个文件已经收到，或者已经确认丢失")
    file.lost_reason = reason
    record(events.FileDeclaredLost(**_about(inspection), sha256=sha256, reason=reason), actor, now)


def _go_to(holder: Holder, state: ResultState) -> None:
    try:
        holder.state = move(RESULT_MOVES, holder.state, state)
    except RefusedMove as refusal:
        raise ReviewRefused(str(refusal)) from refusal


def _mark_reviewed(holder: Holder, actor: User, now: datetime) -> None:
    holder.reviewed_at = now
    holder.reviewed_by_id = actor.id


def _about(holder: Holder) -> dict[str, object]:
    visit = visit_of(holder)
    return {
        "subject_id": visit.id,
        "agency_id": holder.agency_id,
        "entity": visit.entity.name,
    }
