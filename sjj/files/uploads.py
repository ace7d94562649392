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
from sjj.files.content import IMAGES_AND_PDF, MAX_BYTES, BadFile, Content, examine
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


def look_ahead(user_id: int, name: str, piece: Piece) -> Content | None:
    """What the file is, if this piece makes it whole. Only looks, and takes its time: call it before anybody's
    lock is held, and hand the answer to `take_piece`. None: not whole, not this file, or not allowed.
    """
    if is_stored(name) or piece.offset + len(piece.data) != piece.total or piece.total > MAX_BYTES:
        return None
    begun = _bytes_of(user_id, name, piece.offset)
    data = piece.data if begun is None else begun + piece.data
    if sha256(data).hexdigest() != name:
        return None
    try:
        return examine(data, IMAGES_AND_PDF)
    except BadFile:  # judged once more, and told, when the piece is taken
        return None


def _bytes_of(user_id: int, name: str, length: int) -> bytes | None:
    path = _path(user_id, name)
    if not length or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(length)


def take_piece(
    user_id: int, name: str, piece: Piece, now: datetime, examined: Content | None = None
) -> Uploaded:
    """Append one piece. The caller commits, whatever the answer is. `examined`: what `look_ahead` said."""
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
        if len(piece.data) == piece.total:
            return _take_in(user_id, name, piece.data, examined)
        part = _begun(user_id, name, piece.total, now)
    if part is None:
        return Uploaded(409, "wrong_offset", 0)
    return _append(part, piece, now, examined)


def _append(part: UploadPart, piece: Piece, now: datetime, examined: Content | None) -> Uploaded:
    if part.total != piece.total:
        return Uploaded(422, "other_length", _intact(part))
    if _intact(part) != piece.offset:
        return Uploaded(409, "wrong_offset", _intact(part))
    path = _path(part.user_id, part.sha256)
    write_part(path, piece.offset, piece.data)
    part.received = piece.offset + len(piece.data)
    part.touched_at = now
    if part.received < part.total:
        return Uploaded(204, "", part.received)
    answer = _take_in(part.user_id, part.sha256, path.read_bytes()[: part.total], examined)
    _forget(part)  # it goes either way
    return answer


def _take_in(user_id: int, name: str, data: bytes, examined: Content | None) -> Uploaded:
    """All of it is here: keep the file if it is what it was said to be."""
    if sha256(data).hexdigest() != name:
        return Uploaded(422, "not_this_hash")
    try:
        keep(data, allowed=IMAGES_AND_PDF, examined=examined)
    except BadFile as refusal:
        return Uploaded(422, refusal.code)
    remember_sender(user_id, name)
    return Uploaded(201, "stored")


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
    path = _path(part.user_id, part.sha256)
    return part.received if path.is_file() and path.stat().st_size >= part.received else 0


def _path(user_id: int, name: str) -> Path:
    return instance_folder() / "parts" / str(user_id) / name


def _forget(part: UploadPart) -> None:
    _path(part.user_id, part.sha256).unlink(missing_ok=True)
    db.session.delete(part)


def sweep(now: datetime) -> int:
    """Let parts go that nobody has touched for 30 days; how many there were."""
    old = db.session.scalars(select(UploadPart).where(UploadPart.touched_at < now - KEEP_PARTS)).all()
    for part in old:
        _forget(part)
    return len(old)
