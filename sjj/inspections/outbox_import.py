"""A phone's export taken in at the office: each record through the same door, with its id and its author.

The office only carries: a record is judged as if its officer had sent it, and whoever carried it in stands in
the log beside it. Never commits.
"""

import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record as record_event
from sjj.database import db
from sjj.files.senders import remember_sender
from sjj.files.store import IMAGES_AND_PDF, BadFile, is_stored, keep
from sjj.inspections.models import Inspection, Submission, SubmissionFile
from sjj.inspections.outbox_archive import CarriedRecord, bytes_of, in_order, read_export
from sjj.inspections.outbox_events import RecordCarriedIn
from sjj.inspections.submission_queries import missing_files
from sjj.inspections.submissions import receive
from sjj.rules.submissions import has_too_many_photos, inspection_of

CARRIED = "import"
WORDS = {
    "received": ("已收进", "ok"),
    "already_received": ("服务器早已收到", "ok"),
    "not_assigned": ("已另行保存：提交人不在检查组", "warn"),
    "closed": ("已另行保存：这次检查已经结束", "warn"),
    "already_submitted": ("已另行保存：已有别人提交的记录", "warn"),
    "outdated": ("已另行保存：记录已被更正过", "warn"),
    "content_differs": ("没有收进：编号与另一份记录重复", "bad"),
    "unknown_inspection": ("没有收进：没有这项检查任务", "bad"),
    "invalid": ("没有收进：内容有误，请让执法人员在手机上改正", "bad"),
    "too_large": ("没有收进：照片超过 60 张", "bad"),
    "unknown_user": ("没有收进：没有这个账号", "bad"),
    "not_yours": ("没有收进：不是本单位的检查", "bad"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one record."""

    entity: str
    author: str
    label: str
    tone: str
    missing: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of an export."""

    lines: list[Line]
    files_kept: int
    files_refused: list[str]
    unread: list[str]
    drafts: int


def carry_in(opened: zipfile.ZipFile, export_sha256: str, clerk: User, now: datetime) -> Carried:
    """Take in every record of the clerk's agency, then the files that records of it name."""
    found = read_export(opened)
    taken = [(one, *_take(one, export_sha256, clerk, now)) for one in in_order(found.records)]
    kept, refused = 0, []
    for name, info in found.files.items():
        senders = _senders_of(name, clerk)
        data = bytes_of(opened, info) if senders and not is_stored(name) else None
        if data is None:
            continue
        if sha256(data).hexdigest() == name and _keep(data, senders):
            kept += 1
        else:
            refused.append(info.filename)
    lines = [_line(one, code, uid) for one, code, uid in taken]
    return Carried(lines, kept, refused, found.unread, found.drafts)


def _take(one: CarriedRecord, export: str, clerk: User, now: datetime) -> tuple[str, UUID]:
    uid = UUID(one.uid)
    author = db.session.scalar(select(User).where(User.username == one.user))
    if author is None:
        return "unknown_user", uid
    inspection = _inspection(one)
    if inspection is None:
        return "unknown_inspection", uid
    if not clerk.may("inspection.enter", inspection.agency_id):
        return "not_yours", uid
    if has_too_many_photos(one.record):
        return "too_large", uid
    answer = receive(uid, one.record, author, now, source=CARRIED)
    if answer.status == 201 or (answer.body.get("kept") and _is_new(uid, now)):
        event = RecordCarriedIn(
            subject_id=inspection.id,
            agency_id=inspection.agency_id,
            entity=inspection.entity.name,
            submission=one.uid,
            author=author.display_name,
            export_sha256=export,
        )
        record_event(event, clerk, now)
    return answer.code, uid


def _is_new(uid: UUID, now: datetime) -> bool:
    return db.session.get_one(Submission, uid).received_at == now


def _inspection(one: CarriedRecord) -> Inspection | None:
    named = inspection_of(one.record)
    return db.session.scalar(select(Inspection).where(Inspection.uid == UUID(named))) if named else None


def _senders_of(name: str, clerk: User) -> set[int]:
    """Who sent records that name this file, at agencies where the clerk may enter records."""
    query = (
        select(Submission.user_id, Inspection.agency_id)
        .join(Submission.inspection)
        .join(SubmissionFile, SubmissionFile.submission_uid == Submission.uid)
        .where(SubmissionFile.sha256 == name)
    )
    return {user for user, agency in db.session.execute(query) if clerk.may("inspection.enter", agency)}


def _keep(data: bytes, senders: set[int]) -> bool:
    try:
        stored = keep(data, allowed=IMAGES_AND_PDF)
    except BadFile:
        return False
    for user_id in senders:
        remember_sender(user_id, stored.sha256)
    return True


def _line(one: CarriedRecord, code: str, uid: UUID) -> Line:
    label, tone = WORDS.get(code, (f"没有收进：{code}", "bad"))
    stored = db.session.get(Submission, uid) if tone != "bad" else None
    return Line(one.entity, one.user, label, tone, len(missing_files(stored)) if stored else 0)
