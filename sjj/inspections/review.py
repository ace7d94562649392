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
from sjj.inspections.review_points import points_of
from sjj.inspections.visit_models import Evidence
from sjj.rules.lifecycle import RESULT_MOVES, RefusedMove, ResultState, move

MAX_REASON = 500
MAX_NOTE = 300
MAX_POINT = 200


class ReviewRefused(Exception):
    """The record cannot be reviewed as asked; the message may be shown."""


def accept(inspection: Inspection, actor: User, now: datetime) -> None:
    """待审核 → 待公示. Raises ReviewRefused with everything that stands against it."""
    hold(inspection)
    problems = obstacles(inspection, actor)
    if problems:
        raise ReviewRefused("；".join(problems))
    _go_to(inspection, ResultState.AWAITING_PUBLICATION)
    _mark_reviewed(inspection, actor, now)
    inspection.sent_back_reason, inspection.sent_back_points = "", {}
    event = events.Accepted(**_about(inspection), result=inspection.result)
    record(event, actor, now)


def send_back(
    inspection: Inspection,
    reason: str,
    actor: User,
    now: datetime,
    points: Mapping[str, str] | None = None,
) -> None:
    """→ 审核退回; the reasons stand at the officers' task and at the points they are about. Raises ReviewRefused.

    `points`: what is to be put right at a check point, by its id; with some of them the general reason may be empty.
    """
    hold(inspection)
    reason = reason.strip()
    at_points = {point: said.strip() for point, said in (points or {}).items() if said.strip()}
    if not (reason or at_points):
        raise ReviewRefused("请写明退回的原因，执法人员要照此更正")
    if len(reason) > MAX_REASON or any(len(said) > MAX_POINT for said in at_points.values()):
        raise ReviewRefused(f"退回原因不超过 {MAX_REASON} 字，每个要点不超过 {MAX_POINT} 字")
    if not at_points.keys() <= points_of(inspection).keys():
        raise ReviewRefused("退回的要点不在这次检查的检查表中，请刷新页面")
    against = against_sending_back(inspection, actor)
    if against:
        raise ReviewRefused(against)
    _go_to(inspection, ResultState.SENT_BACK)
    _mark_reviewed(inspection, actor, now)
    inspection.sent_back_reason = reason or f"有 {len(at_points)} 个要点要更正，见检查表"
    inspection.sent_back_points = at_points
    texts = [reason, *(f"{points_of(inspection)[point]}：{said}" for point, said in at_points.items())]
    said = "；".join(text for text in texts if text)
    record(events.SentBack(**_about(inspection), reason=said), actor, now)


def against_sending_back(inspection: Inspection, actor: User) -> str:
    """Why this person cannot send the record back now; empty if nothing stands against it."""
    if own_hand(inspection, actor):
        return own_hand(inspection, actor)
    if inspection.standing is ResultState.WITHDRAWN:
        return f"这次检查已撤回，不能退回。{inspection.why_withdrawn}"
    try:
        move(RESULT_MOVES, inspection.state, ResultState.SENT_BACK)
    except RefusedMove as refusal:
        return str(refusal)
    return ""


def hold(inspection: Inspection) -> None:
    """Read the row again and keep others off it until the end: two who press at once come one by one."""
    db.session.flush()  # reading again would throw away what is not written yet
    db.session.refresh(inspection, with_for_update={"of": Inspection})


def obstacles(inspection: Inspection, actor: User) -> list[str]:
    """Why this person cannot accept the record now; empty if nothing stands against it."""
    found = []
    if inspection.standing is not ResultState.AWAITING_REVIEW:
        found.append(f"这次检查现在是“{inspection.standing.label}”，只有“待审核”的可以审核")
    if own_hand(inspection, actor):
        found.append(own_hand(inspection, actor))
    missing = missing_files(inspection)
    if missing:
        found.append(f"还有 {len(missing)} 个文件没有收到，收齐或确认丢失后才能通过")
    if not inspection.result:
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


def _go_to(inspection: Inspection, state: ResultState) -> None:
    try:
        inspection.state = move(RESULT_MOVES, inspection.state, state)
    except RefusedMove as refusal:
        raise ReviewRefused(str(refusal)) from refusal


def _mark_reviewed(inspection: Inspection, actor: User, now: datetime) -> None:
    inspection.reviewed_at = now
    inspection.reviewed_by_id = actor.id


def _about(inspection: Inspection) -> dict[str, object]:
    return {
        "subject_id": inspection.id,
        "agency_id": inspection.agency_id,
        "entity": inspection.entity.name,
    }
