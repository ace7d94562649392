"""Uploaded workbooks while nothing is decided about them: one file each, under the hash of its bytes.

Gone when the import is decided; what is kept for good are the rows.
"""

from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from sqlalchemy import func, select

from sjj.database import db
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.web import instance_folder

OPEN = (ImportState.READING, ImportState.PREVIEWED, ImportState.APPLYING)


def keep_file(data: bytes) -> str:
    """Write the bytes to the disk; their name."""
    name = sha256(data).hexdigest()
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{name}.{token_hex(4)}")
    beside.write_bytes(data)
    beside.replace(path)
    return name


def kept_file(name: str) -> bytes | None:
    """The bytes, where they are still here."""
    try:
        return _path(name).read_bytes()
    except FileNotFoundError:
        return None


def forget_file(name: str) -> None:
    """Take the file away, unless another import waits with the same one."""
    waiting = select(func.count()).where(ImportBatch.file_sha256 == name, ImportBatch.state.in_(OPEN))
    if not db.session.scalar(waiting):
        _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    return instance_folder() / "imports" / name
