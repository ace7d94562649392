"""补扫: making up the scan of a visit whose record is here already. Never commits; never refuses for being late."""

from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import submission_events as events
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.scan_models import ScanMadeUp
from sjj.registers.merge_queries import tokens_of
from sjj.registers.models import Officer
from sjj.rules.scan_in import made_up_flag
from sjj.web import today


def make_up(
    inspection: Inspection, officer: Officer, code: str, reason: str, actor: User, now: datetime
) -> ScanMadeUp:
    """Keep the scan, and tell whoever reviews the record that counts."""
    token = code.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    made = ScanMadeUp(
        inspection_id=inspection.id,
        officer_id=officer.id,
        code=code,
        matches=token in tokens_of(inspection.entity),
        reason=reason,
        at=now,
    )
    db.session.add(made)
    submission = db.session.get(Submission, inspection.revision) if inspection.revision else None
    if submission is not None:
        submission.flags = [*submission.flags, _flag(inspection, made)]
    about = events.ScanWasMadeUp(
        subject_id=inspection.id,
        agency_id=inspection.agency_id,
        entity=inspection.entity.name,
        matches=made.matches,
        reason=reason,
    )
    record(about, actor, now)
    return made


def scans_made_up(inspection: Inspection) -> list[ScanMadeUp]:
    """The scans of a visit that were made up, in their order."""
    query = select(ScanMadeUp).where(ScanMadeUp.inspection_id == inspection.id).order_by(ScanMadeUp.id)
    return list(db.session.scalars(query))


def flags_of_made_up(inspection: Inspection) -> list[dict[str, str]]:
    """What a reviewer of a later record reads of the scans that were made up before it."""
    return [_flag(inspection, made) for made in scans_made_up(inspection)]


def _flag(inspection: Inspection, made: ScanMadeUp) -> dict[str, str]:
    made_on = today(made.at)
    flag = made_up_flag(inspection.ended_on or made_on, made_on, made.reason, made.matches)
    return {"code": flag.code, "sentence": flag.sentence}
