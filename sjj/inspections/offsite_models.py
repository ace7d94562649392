"""What is kept while an off-site check is worked on at the desk: the form as it was typed.

A draft is no record: nothing reads it but the page that shows it again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import User
from sjj.database import UtcDateTime, db
from sjj.inspections.models import Inspection


class OffsiteDraft(db.Model):
    """The fields of one desk form by name, as last saved; `version` tells a page that it is no longer the newest."""

    __tablename__ = "offsite_draft"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship()
    saved_by: Mapped[User] = relationship()
