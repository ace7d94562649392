"""The evidence of an off-site check: what the next record will name, one piece for its file. Reads only."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.evidence_kinds import EvidenceKind
from sjj.inspections.models import Inspection
from sjj.inspections.submission_queries import is_in_team
from sjj.inspections.visit_models import Evidence
from sjj.presentation import day as day_words


def offsite_check(user: User, uid: UUID) -> Inspection | None:
    """An off-site check that this person may see: its officers, or the office of its agency."""
    found = db.session.scalar(select(Inspection).where(Inspection.uid == uid, Inspection.off_site))
    if found is None:
        return None
    office = any(user.may(one, found.agency_id) for one in ("inspection.enter", "inspection.read"))
    return found if office or is_in_team(found, user) else None


def evidence_of(inspection: Inspection) -> list[Evidence]:
    """What stands in the list, in the order in which it came."""
    query = select(Evidence).where(Evidence.inspection_id == inspection.id, Evidence.removed_at.is_(None))
    return list(db.session.scalars(query.options(joinedload(Evidence.added_by)).order_by(Evidence.id)))


def one_piece(user: User, uid: UUID, number: int) -> Evidence | None:
    """A piece of evidence of a check that this person may see, also one taken out of the list."""
    check = offsite_check(user, uid)
    row = db.session.get(Evidence, number)
    return row if check is not None and row is not None and row.inspection_id == check.id else None


def pieces_by_hash(inspection: Inspection) -> dict[str, Evidence]:
    """Every file that was ever evidence of this check, by its hash; the newest entry of each counts."""
    query = select(Evidence).where(Evidence.inspection_id == inspection.id, Evidence.sha256 != "")
    return {row.sha256: row for row in db.session.scalars(query.order_by(Evidence.id))}


def media_of(rows: list[Evidence]) -> dict[str, str]:
    """{SHA-256: media type} of the files."""
    query = select(StoredFile.sha256, StoredFile.media_type)
    found = db.session.execute(query.where(StoredFile.sha256.in_([row.sha256 for row in rows if row.sha256])))
    return {row.sha256: row.media_type for row in found}


def caption_of(row: Evidence) -> str:
    """One line that says what it is: 监测数据：在线监测日均值（2026年3月1日），2月数据.xlsx；说明."""
    when = f"（{day_words(row.made_on)}）" if row.made_on else ""
    named = f"，{row.filename}" if row.filename else ""
    note = f"；{row.note}" if row.note else ""
    return f"{EvidenceKind(row.kind).label}：{row.title}{when}{named}{note}"


def video_line(row: Evidence) -> str:
    """What a note on a video says in the record: 视频说明（东门摄像头，2026年3月1日 09:00–09:20）：…."""
    when = " ".join(part for part in (day_words(row.made_on) if row.made_on else "", row.span) if part)
    return " ".join(f"视频说明（{row.title}，{when}）：{row.note}".split())  # one line, whatever was typed
