"""Files that arrive in pieces (field.md §3): each officer's part of a file, appended whole or not at all.

The row says how much has been received; bytes on the disk beyond that were never acknowledged and are
overwritten. The row's lock keeps two pieces of one part from being written at once.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from sjj.database import db
from sjj.files.content import IMAGES_AND_PDF, MAX_BYTES, BadFile
from sjj.files.disk import write_part
from sjj.files.models import UploadPart
from sjj.files.senders import remember_sender
from sjj.files.store import is_stored, keep
from sjj.web import instance_folder

MAX_PIECE = 262_144
KEEP_PARTS = timedelta(days=30)
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it came: where it begins, and how long the whole file will be."""

    offset: int
    total: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a piece is answered with; `offset` is where the next one begins (None: there is no next)."""

    status: int
    code: str
    offset: int | None = None


def is_name(name: str) -> bool:
    """Whether this can be the name of a file: 64 lower-case hex digits."""
    return SHA256.fullmatch(name) is not None


def received_of(user_id: int, name: str) -> int | None:
    """How much of a file this person has sent; None for nothing yet."""
    part = db.session.get(UploadPart, (user_id, name))
    return _intact(part) or None if part else None


def take_piece(user_id: int, name: str, piece: Piece, now: datetime) -> Uploaded:
    """Append one piece. The caller commits, whatever the answer is."""
    if is_stored(name):
        return Uploaded(200, "already_stored")
    if piece.total > MAX_BYTES or len(piece.data) > MAX_PIECE:
        return Uploaded(413, "too_large")
    if not piece.data or piece.offset + len(piece.data) > piece.total:
        return Uploaded(422, "invalid")
    part = _locked(user_id, name)
    if is_stored(name):  # it was completed while this piece waited for the lock
        return Uploaded(200, "already_stored")
    if part is None and piece.offset == 0:
        part = _begun(user_id, name, piece.total, now)
    if part is None:
        return Uploaded(409, "wrong_offset", 0)
    return _append(part, piece, now)


def _append(part: UploadPart, piece: Piece, now: datetime) -> Uploaded:
    if part.total != piece.total:
        return Uploaded(422, "other_length", _intact(part))
    if _intact(part) != piece.offset:
        return Uploaded(409, "wrong_offset", _intact(part))
    write_part(_path(part), piece.offset, piece.data)
    part.received = piece.offset + len(piece.data)
    part.touched_at = now
    if part.received < part.total:
        return Uploaded(204, "", part.received)
    return _finish(part)


def _finish(part: UploadPart) -> Uploaded:
    """The last piece is here: keep the file if it is what it was said to be; the part goes either way."""
    data = _path(part).read_bytes()[: part.total]
    if sha256(data).hexdigest() != part.sha256:
        answer = Uploaded(422, "not_this_hash")
    else:
        try:
            keep(data, allowed=IMAGES_AND_PDF)
            remember_sender(part.user_id, part.sha256)
            answer = Uploaded(201, "stored")
        except BadFile as refusal:
            answer = Uploaded(422, refusal.code)
    _forget(part)
    return answer


def _locked(user_id: int, name: str) -> UploadPart | None:
    query = select(UploadPart).where(UploadPart.user_id == user_id, UploadPart.sha256 == name)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _begun(user_id: int, name: str, total: int, now: datetime) -> UploadPart | None:
    try:
        with db.session.begin_nested():
            db.session.add(UploadPart(user_id=user_id, sha256=name, total=total, received=0, touched_at=now))
    except IntegrityError:  # the same person's other tab began at the same instant
        return _locked(user_id, name)
    return _locked(user_id, name)


def _intact(part: UploadPart) -> int:
    """How much of the part counts: nothing if the disk has less than was received."""
    path = _path(part)
    return part.received if path.is_file() and path.stat().st_size >= part.received else 0


def _path(part: UploadPart) -> Path:
    return instance_folder() / "parts" / str(part.user_id) / part.sha256


def _forget(part: UploadPart) -> None:
    _path(part).unlink(missing_ok=True)
    db.session.delete(part)


def sweep(now: datetime) -> int:
    """Let parts go that nobody has touched for 30 days; how many there were."""
    old = db.session.scalars(select(UploadPart).where(UploadPart.touched_at < now - KEEP_PARTS)).all()
    for part in old:
        _forget(part)
    return len(old)
