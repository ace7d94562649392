"""Adding evidence to an off-site check, and taking it out again before the record. Never commits.

A file is told by its bytes; once a record names it, it stays stored whatever happens to the list.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Any, BinaryIO

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.files.content import EVIDENCE
from sjj.files.store import IMAGES, BadFile, keep
from sjj.inspections import direct_events as events
from sjj.inspections.evidence_kinds import EvidenceKind
from sjj.inspections.evidence_queries import evidence_of
from sjj.inspections.models import Inspection
from sjj.inspections.review import hold
from sjj.inspections.submission_queries import CLOSED
from sjj.inspections.visit_models import Evidence
from sjj.rules.submissions import MAX_PHOTOS
from sjj.web import today

MAX_TITLE, MAX_NOTE, MAX_SPAN, MAX_NAME = 120, 1000, 40, 200
DEFAULT_TITLE = "（未命名）"


class EvidenceRefused(Exception):
    """The evidence is not taken; the message may be shown at `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A piece of evidence as it was entered; `stream` None: there is no file."""

    kind: str
    title: str = ""
    note: str = ""
    made_on: date | None = None
    span: str = ""
    filename: str = ""
    stream: BinaryIO | None = None


def add(inspection: Inspection, given: NewEvidence, actor: User, now: datetime) -> Evidence:
    """Keep the file and the row. Raises EvidenceRefused; then nothing is kept."""
    hold(inspection)
    if inspection.standing in CLOSED:
        raise EvidenceRefused("kind", f"这次检查现在是“{inspection.standing.label}”，不能再加证据")
    kind = _kind(given)
    title = " ".join((given.title.strip() or PureWindowsPath(given.filename).stem).split())
    _check_words(given, title, kind, now)
    sha256 = _kept(inspection, given, kind)
    row = Evidence(
        inspection_id=inspection.id,
        kind=kind.value,
        title=title[:MAX_TITLE],
        note=given.note.strip(),
        made_on=given.made_on,
        span=given.span.strip() if kind is EvidenceKind.VIDEO else "",
        sha256=sha256,
        filename=file_name(given.filename) if sha256 else "",
        added_by_id=actor.id,
        added_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(events.EvidenceAdded(**_about(inspection), title=row.title, sha256=sha256), actor, now)
    return row


def remove(row: Evidence, actor: User, now: datetime) -> None:
    """Take it out of what the next record names. Raises EvidenceRefused."""
    hold(row.inspection)
    if row.inspection.standing in CLOSED:
        raise EvidenceRefused("kind", f"这次检查现在是“{row.inspection.standing.label}”，证据不能再变动")
    if row.removed_at is not None:
        return
    row.removed_at = now
    event = events.EvidenceRemoved(**_about(row.inspection), title=row.title, sha256=row.sha256)
    record(event, actor, now)


def file_name(given: str) -> str:
    """The last part of a name as a browser sent it, without what no file system takes."""
    plain = "".join(c for c in PureWindowsPath(given).name if c.isprintable() and c not in '<>:"/\\|?*')
    return plain.strip(" .")[-MAX_NAME:] or DEFAULT_TITLE


def _kind(given: NewEvidence) -> EvidenceKind:
    try:
        return EvidenceKind(given.kind)
    except ValueError:
        raise EvidenceRefused("kind", "请选择证据种类") from None


def _check_words(given: NewEvidence, title: str, kind: EvidenceKind, now: datetime) -> None:
    if not title:
        raise EvidenceRefused("title", "请写明是什么证据")
    if len(given.note) > MAX_NOTE:
        raise EvidenceRefused("note", f"不超过 {MAX_NOTE} 字")
    if given.made_on is not None and given.made_on > today(now):
        raise EvidenceRefused("made_on", "日期不能晚于今天")
    if kind is EvidenceKind.VIDEO:
        if not given.span.strip():
            raise EvidenceRefused("span", "请写明看的是哪一段，如 09:00–09:20")
        if len(given.span.strip()) > MAX_SPAN:
            raise EvidenceRefused("span", f"不超过 {MAX_SPAN} 字")
        if not given.note.strip():
            raise EvidenceRefused("note", "请写明在视频里看到了什么")
    elif given.stream is None:
        raise EvidenceRefused("file", "请选择文件")


def _kept(inspection: Inspection, given: NewEvidence, kind: EvidenceKind) -> str:
    """The SHA-256 of the file, "" for none."""
    if given.stream is None or kind is EvidenceKind.VIDEO:
        return ""
    here = [row.sha256 for row in evidence_of(inspection) if row.sha256]
    if len(here) >= MAX_PHOTOS:
        raise EvidenceRefused("file", f"一次检查最多 {MAX_PHOTOS} 个证据文件")
    try:
        stored = keep(given.stream, allowed=IMAGES if kind is EvidenceKind.PICTURE else EVIDENCE)
    except BadFile as refusal:
        raise EvidenceRefused("file", f"{given.filename}：{refusal}") from refusal
    if stored.sha256 in here:
        raise EvidenceRefused("file", f"{given.filename}：这个文件已经在证据里")
    return stored.sha256


def _about(inspection: Inspection) -> dict[str, Any]:
    return {
        "subject_id": inspection.id,
        "agency_id": inspection.agency_id,
        "entity": inspection.entity.name,
    }
