"""Long work that goes on after the answer: one row a job, and the row is the truth.

A runner that was killed leaves a job whose heartbeat stands still; the next one takes it up again, so every kind
of job must be able to run twice.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sjj.accounts.models import Agency, User
from sjj.database import UtcDateTime, choice, db
from sjj.rules.lifecycle import JobState


class Job(db.Model):
    """A piece of long work: what it is, how far it has come, what became of it."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # what the work is done on: ids, never data
    key: Mapped[str | None] = mapped_column(String(80), unique=True)  # of work that must wait only once
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING)
    doing: Mapped[str] = mapped_column(String(120), default="")  # shown: what it is doing now
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    problem: Mapped[str] = mapped_column(Text, default="")  # shown: what failed
    tries: Mapped[int] = mapped_column(default=0)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Agency | None] = relationship()
    asked_by: Mapped[User | None] = relationship()
