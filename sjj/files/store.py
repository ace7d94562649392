"""The closed store: each file once, under its SHA-256, outside the database, unchanged for ever.

Originals are never public and never shown in a page; what is shown is a re-encoded copy (`copies.py`). A row
without bytes or a name chosen by a stranger cannot happen: the name is computed from the bytes.
"""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError

from sjj.database import db
from sjj.files.content import IMAGES, IMAGES_AND_PDF, MAX_BYTES, BadFile, Content, examine
from sjj.files.copies import SIZES, NoCopy, make_copies
from sjj.files.disk import write_whole
from sjj.files.models import StoredFile
from sjj.web import instance_folder

__all__ = [
    "IMAGES",
    "IMAGES_AND_PDF",
    "BadFile",
    "NoCopy",
    "copy_of",
    "keep",
    "make_copies_of",
    "open_original",
    "original_path",
]


def keep(
    data: bytes | BinaryIO, *, allowed: frozenset[str] = IMAGES_AND_PDF, examined: Content | None = None
) -> StoredFile:
    """Check the bytes, write them to the disk and add their row. Raises BadFile; then nothing is kept.

    `examined`: what these very bytes were found to be a moment ago.
    """
    given = data if isinstance(data, bytes) else data.read(MAX_BYTES + 1)
    content = examined or examine(given, allowed)
    digest = sha256(given).hexdigest()
    known = db.session.get(StoredFile, digest)
    path = original_path(digest)
    if known is not None and path.is_file() and path.stat().st_size == known.size:
        return known
    write_whole(path, given)
    return known or _add_row(digest, content, len(given))


def _add_row(digest: str, content: Content, size: int) -> StoredFile:
    row = StoredFile(
        sha256=digest, media_type=content.media_type, size=size, width=content.width, height=content.height
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody else stored the same bytes at the same instant
        return db.session.get_one(StoredFile, digest)
    return row


def is_stored(digest: str) -> bool:
    """Whether these bytes are here, complete."""
    return db.session.get(StoredFile, digest) is not None


def open_original(digest: str) -> BinaryIO:
    """The stored bytes. Raises FileNotFoundError if the disk has lost them."""
    return original_path(digest).open("rb")


def original_path(digest: str) -> Path:
    """Where the bytes of this SHA-256 lie."""
    return instance_folder() / "files" / digest[:2] / digest


def copy_of(digest: str, size: int) -> Path:
    """A JPEG copy whose long side is at most `size` pixels, without metadata; made once. Raises NoCopy."""
    path = _copy_path(digest, size)
    if not path.is_file():
        row = db.session.get(StoredFile, digest)
        make_copies_of(digest, row.media_type if row is not None else "", [size])
    return path


def make_copies_of(digest: str, media_type: str, sizes: Collection[int] = SIZES) -> bool:
    """Make those copies of a stored picture that are not there yet; whether there were any. Raises NoCopy."""
    if media_type not in IMAGES:
        raise NoCopy(digest)
    missing = [size for size in sizes if not _copy_path(digest, size).is_file()]
    if missing:
        for size, data in make_copies(original_path(digest), media_type, missing).items():
            write_whole(_copy_path(digest, size), data)
    return bool(missing)


def _copy_path(digest: str, size: int) -> Path:
    return instance_folder() / "copies" / str(size) / digest[:2] / f"{digest}.jpg"
