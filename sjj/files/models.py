"""The register of stored files. The bytes lie outside the database, under their SHA-256."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from sjj.database import UtcDateTime, db


class StoredFile(db.Model):
    """One file whose bytes are on the disk, complete and unchanged."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
