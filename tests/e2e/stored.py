"""What the server has by now, as plain values: asking leaves no lock of the database behind."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import original_path
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.submission_queries import missing_files


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that the server has."""

    uid: str
    inspection: str
    user: str
    content: str
    source: str
    signed_sha256: str
    flags: tuple[str, ...]
    kept_code: str
    missing: tuple[str, ...]

    @property
    def record(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.content)
        return said

    @property
    def files(self) -> set[str]:
        """The hashes of its photos and signatures."""
        said = self.record
        photos = {row["sha256"] for row in said.get("photos", [])}
        return photos | {row["image"] for row in said.get("signatures", []) if row.get("image")}


@dataclass
class _Before:
    """What the office had when the test began."""

    inspection: int = 0
    files: frozenset[str] = frozenset()


_before = _Before()


def begin() -> None:
    """From here on only visits made later, and files that come later, are told of."""
    _before.inspection = db.session.scalar(select(func.max(Inspection.id))) or 0
    _before.files = frozenset(db.session.scalars(select(StoredFile.sha256)))
    db.session.rollback()


def forget() -> None:
    """The test is over: the next one may have another office, of which everything is told."""
    _before.inspection, _before.files = 0, frozenset()


def records() -> list[Stored]:
    """Every record of this test's visits, in the order of arrival."""
    query = (
        select(Submission)
        .join(Submission.inspection)
        .where(Inspection.id > _before.inspection)
        .order_by(Submission.received_at)
    )
    found = [
        Stored(
            str(one.uid),
            str(one.inspection.uid),
            one.user.username,
            one.content,
            one.source,
            one.signed_sha256,
            tuple(flag["code"] for flag in one.flags),
            one.kept_code,
            tuple(missing_files(one)),
        )
        for one in db.session.scalars(query)
    ]
    db.session.rollback()
    return found


def stored_files() -> set[str]:
    """The files that the server has, complete, and did not have before this test."""
    found = set(db.session.scalars(select(StoredFile.sha256))) - _before.files
    db.session.rollback()
    return found


def stored_bytes(sha256: str) -> bytes:
    """One of them, as it lies on the disk."""
    return original_path(sha256).read_bytes()
