"""The register of stored files, and of files still on their way in. The bytes lie outside the database."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from sjj.database import UtcDateTime, db


class StoredFile(db.Model):
    """One file whose bytes are on the disk, complete and unchanged."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=func.now())


class FileSender(db.Model):
    """That a person has sent these bytes: such a file may be shown to them before any record names it."""

    __tablename__ = "file_sender"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)


class UploadPart(db.Model):
    """A file on its way in from one person. `received` says how much of it counts, not the size on disk."""

    __tablename__ = "upload_part"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    total: Mapped[int]
    received: Mapped[int]
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
