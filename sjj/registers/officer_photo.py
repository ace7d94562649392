"""The photo beside an officer's certificate: kept by the office, or by the officer. Never commits."""

from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.files.content import BadFile
from sjj.files.portrait import square
from sjj.files.store import keep
from sjj.registers import events
from sjj.registers.models import Officer

READ_AT_MOST = 20 * 1024 * 1024


def take_photo(officer: Officer, upload: Any, actor: User, now: datetime) -> None:
    """Show this picture with the certificate from now on. Raises BadFile."""
    if not getattr(upload, "filename", ""):
        raise BadFile("请选择照片")
    stored = keep(square(upload.stream.read(READ_AT_MOST + 1)))
    if officer.photo_sha256 == stored.sha256:
        return
    officer.photo_sha256, officer.updated_at = stored.sha256, now
    about = events.OfficerPhotoChanged(
        subject_id=officer.id, agency_id=officer.agency_id, name=officer.name, sha256=stored.sha256
    )
    record(about, actor, now)


def drop_photo(officer: Officer, actor: User, now: datetime) -> None:
    """Show no picture any more."""
    if not officer.photo_sha256:
        return
    about = events.OfficerPhotoRemoved(
        subject_id=officer.id, agency_id=officer.agency_id, name=officer.name, sha256=officer.photo_sha256
    )
    officer.photo_sha256, officer.updated_at = "", now
    record(about, actor, now)
