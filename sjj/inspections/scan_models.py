"""补扫: a scan of the enterprise's code that was made up after the record; rows are only added."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.database import UtcDateTime, db
from sjj.inspections.models import Inspection
from sjj.registers.models import Officer


class ScanMadeUp(db.Model):
    """One scan that was made up, by whom and why; `matches`: it was this enterprise's own code."""

    __tablename__ = "scan_made_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    code: Mapped[str] = mapped_column(String(400))  # text as read
    matches: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # by the server's clock

    inspection: Mapped[Inspection] = relationship()
    officer: Mapped[Officer] = relationship()
