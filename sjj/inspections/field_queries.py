"""What an officer's phone shows: own tasks, the form of a visit, what the server has received. Reads only.

Nothing here ever shows an inspection to somebody outside its team.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.senders import has_sent
from sjj.files.uploads import is_name
from sjj.inspections.direct_released import on_the_phone
from sjj.inspections.form_plan import FormItem, FormPlan, Point, Signer
from sjj.inspections.models import Inspection, Submission, SubmissionFile, TeamMember
from sjj.inspections.submission_queries import missing_files
from sjj.inspections.team_codes import codes_in_team
from sjj.registers.merge_queries import same_object
from sjj.registers.models import Entity, Officer
from sjj.rules.lifecycle import ResultState
from sjj.rules.results import Outcome

OPEN = (ResultState.NOT_ENTERED, ResultState.SENT_BACK)
SHOWN_DONE, SHOWN_SENT = 30, 50
KEPT = {
    "not_assigned": "提交时您已不在检查组",
    "closed": "这次检查已经结束",
    "already_submitted": "这家单位已有别人提交的记录",
    "outdated": "记录已被别人更正过",
}


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record that reached the server, as its sender may see it."""

    uid: UUID
    inspection: UUID
    entity: str
    received_at: datetime
    label: str
    tone: str
    kept_why: str
    missing: int
    outcome: str
    answers: int
    photos: int
    signatures: int
    signed_sha256: str


def officer_of(user: User) -> Officer | None:
    """The officer of the register that this account is, if any."""
    return db.session.get(Officer, user.officer_id) if user.officer_id else None


def own_inspection(user: User, uid: UUID) -> Inspection | None:
    """An inspection whose team this officer is in."""
    return db.session.scalar(_own(user).where(Inspection.uid == uid))


def own_tasks(user: User) -> tuple[list[Inspection], list[Inspection]]:
    """What is to be done, those sent back first, then by date; and the latest of what is done."""
    query = _own(user).options(joinedload(Inspection.entity), joinedload(Inspection.campaign))
    undone = db.session.scalars(query.where(Inspection.standing.in_(OPEN))).all()
    done = db.session.scalars(
        query.where(Inspection.standing.not_in(OPEN))
        .order_by(Inspection.ended_on.desc(), Inspection.id)
        .limit(SHOWN_DONE)
    ).all()
    return sorted(undone, key=_urgency), list(done)


def own_inspection_at(user: User, entity: Entity) -> Inspection | None:
    """This officer's inspection at an entity: the one to do, else the latest."""
    found = db.session.scalars(
        _own(user).where(Inspection.entity_id.in_(same_object(entity))).order_by(Inspection.id.desc())
    ).all()
    return next((one for one in found if one.standing in OPEN), found[0] if found else None)


def entity_of_token(token: str) -> Entity | None:
    """The entity whose code carries this token."""
    if "\x00" in token:  # PostgreSQL takes no such text
        return None
    return db.session.scalar(select(Entity).where(Entity.token == token))


def picture_for(user: User, sha256: str) -> StoredFile | None:
    """A stored picture that this person has sent, or that a record of an inspection of theirs names.

    Theirs: of whose team they are, or which they may enter from paper.
    """
    if not is_name(sha256):
        return None
    if has_sent(user.id, sha256) or _is_named(user, sha256):
        return db.session.get(StoredFile, sha256)
    return None


def _is_named(user: User, sha256: str) -> bool:
    theirs = within(Inspection.agency_id, user, "inspection.enter")
    if user.may("field.work"):
        theirs = or_(theirs, Inspection.id.in_(_own(user).with_only_columns(Inspection.id)))
    query = (
        select(SubmissionFile.sha256)
        .join(SubmissionFile.submission)
        .join(Submission.inspection)
        .where(SubmissionFile.sha256 == sha256, theirs)
    )
    return db.session.scalar(query.limit(1)) is not None


def _own(user: User) -> Select[tuple[Inspection]]:
    return (
        select(Inspection)
        .join(Inspection.team)
        .where(TeamMember.officer_id == (user.officer_id or 0), TeamMember.left_at.is_(None), on_the_phone())
    )


def _urgency(one: Inspection) -> tuple[bool, bool, Any, int]:
    return (one.state is not ResultState.SENT_BACK, one.due_on is None, one.due_on, one.id)


def plan_of(inspection: Inspection) -> FormPlan:
    """What the form of this inspection is made of: its form version, its team of today."""
    content, codes = json.loads(inspection.form.content), codes_in_team(inspection)
    back = inspection.sent_back_points if inspection.standing is ResultState.SENT_BACK else {}
    return FormPlan(
        form_version=inspection.form_sha256,
        items=tuple(
            FormItem(item["code"], item["name"], tuple(item["results"])) for item in content["items"]
        ),
        points=tuple(_point(point, back.get(point["id"], "")) for point in content["points"]),
        kinds=tuple(content["kinds"]),
        team=tuple(
            Signer(codes[member.officer_id], member.officer.name, member.officer.certificate_no)
            for member in inspection.team
            if member.left_at is None
        ),
    )


def _point(point: dict[str, Any], sent_back: str) -> Point:
    told = {name: point.get(name, "") for name in ("standard", "how", "basis")}
    return Point(point["id"], point["item"], point["text"], point["required"], **told, sent_back=sent_back)


def current_record(inspection: Inspection) -> dict[str, Any] | None:
    """The record of the current revision, if there is one."""
    found = db.session.get(Submission, inspection.revision) if inspection.revision else None
    return json.loads(found.content) if found else None


def sent_by(user: User) -> list[SentRecord]:
    """What the server has received from this person, latest first."""
    query = (
        select(Submission)
        .where(Submission.user_id == user.id)
        .order_by(Submission.received_at.desc())
        .limit(SHOWN_SENT)
        .options(
            joinedload(Submission.inspection).joinedload(Inspection.entity), selectinload(Submission.files)
        )
    )
    return [_sent(one) for one in db.session.scalars(query)]


def sent_record(user: User, uid: UUID) -> SentRecord | None:
    """One record that this person sent."""
    found = db.session.get(Submission, uid)
    return _sent(found) if found and found.user_id == user.id else None


def _sent(one: Submission) -> SentRecord:
    record = json.loads(one.content)
    missing = len(missing_files(one))
    label, tone = _state(one, missing)
    return SentRecord(
        uid=one.uid,
        inspection=one.inspection.uid,
        entity=one.inspection.entity.name,
        received_at=one.received_at,
        label=label,
        tone=tone,
        kept_why="" if one.adopted_at else KEPT.get(one.kept_code, one.kept_code),
        missing=missing,
        outcome=_outcome(record.get("outcome")),
        answers=_count(record, "answers"),
        photos=_count(record, "photos"),
        signatures=_count(record, "signatures"),
        signed_sha256=one.signed_sha256,
    )


def _state(one: Submission, missing: int) -> tuple[str, str]:
    if one.kept_code and one.adopted_at is None:
        return "另行保存", "warn"
    if missing:
        return "文件未齐", "warn"
    return ("已被更正", "") if one.superseded else ("服务器已收", "ok")


def _outcome(value: Any) -> str:
    return Outcome(value).label if isinstance(value, str) and value in set(Outcome) else ""


def _count(record: dict[str, Any], key: str) -> int:
    rows = record.get(key)
    return len(rows) if isinstance(rows, list) else 0
