"""回避: which officer is barred from which entity, since when, and who decided so."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.database import UtcDateTime, db
from sjj.registers.models import Entity, Officer


class Recusal(db.Model):
    """回避: a relation that bars an officer from an entity once the approver has decided so."""

    __tablename__ = "recusal"
    __table_args__ = (
        UniqueConstraint("officer_id", "entity_id", "campaign_id"),
        Index(
            "uq_recusal_standing",
            "officer_id",
            "entity_id",
            unique=True,
            sqlite_where=text("campaign_id IS NULL"),
            postgresql_where=text("campaign_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))  # None: stands for every draw
    reason: Mapped[str] = mapped_column(String(200))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved: Mapped[bool | None]  # None: waits for the approver
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decision_note: Mapped[str] = mapped_column(String(200), default="")

    officer: Mapped[Officer] = relationship()
    entity: Mapped[Entity] = relationship()
