"""What the papers of an inspection say: 行政检查通知书 and 现场检查笔录. Reads only.

Papers are for the team and for the agency's office; nobody else finds them.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.field_queries import own_inspection
from sjj.inspections.models import FormVersion, Inspection, Submission, SubmissionFile
from sjj.inspections.parts import may_read
from sjj.inspections.reading import Record, read_record


@dataclass(frozen=True, slots=True)
class Basis:
    """One item with the articles it stands on; a law no longer in force is said to be so."""

    item: str
    laws: tuple[str, ...]


def paper_of(user: User, uid: UUID) -> Inspection | None:
    """An inspection whose papers this person may have: the team's, or the agency's office's."""
    own = own_inspection(user, uid) if user.may("field.work") else None
    if own is not None:
        return own
    found = db.session.scalar(select(Inspection).where(Inspection.uid == uid))
    if found is None:
        return None
    may = may_read(user, found, "inspection.read") or user.may("inspection.enter", found.agency_id)
    return found if may else None


def picture_of(user: User, uid: UUID, sha256: str) -> StoredFile | None:
    """A picture that a record of this inspection names."""
    inspection = paper_of(user, uid)
    if inspection is None:
        return None
    named = (
        select(SubmissionFile.sha256)
        .join(Submission)
        .where(Submission.inspection_id == inspection.id, SubmissionFile.sha256 == sha256)
    )
    return db.session.get(StoredFile, sha256) if db.session.scalar(named.limit(1)) else None


def notice_number(inspection: Inspection) -> str:
    """The campaign's number and the inspection's place in it."""
    before = select(func.count()).where(
        Inspection.campaign_id == inspection.campaign_id, Inspection.id <= inspection.id
    )
    return f"{inspection.campaign.number}-{db.session.scalar(before):03d}"


def bases_of(inspection: Inspection, day: date) -> list[Basis]:
    """The items of the campaign with their laws."""
    return [
        Basis(
            chosen.item.name,
            tuple(
                f"《{basis.law.title}》{basis.articles}{'（依据已失效）' if basis.law.is_repealed_on(day) else ''}"
                for basis in chosen.item.bases
            ),
        )
        for chosen in inspection.campaign.items
    ]


def record_of(inspection: Inspection) -> Record | None:
    """The current record, ready to be shown, if there is one."""
    submission = db.session.get(Submission, inspection.revision) if inspection.revision else None
    if submission is None:
        return None
    version = db.session.get(FormVersion, submission.form_sha256) or inspection.form
    named = [file.sha256 for file in submission.files]
    rows = db.session.scalars(select(StoredFile).where(StoredFile.sha256.in_(named)))
    stored = {row.sha256: row for row in rows}
    return read_record(submission, version.content, stored)
