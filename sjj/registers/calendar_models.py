"""The working-day calendar that an office may edit over the library's own data."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from sjj.database import db


class CalendarDay(db.Model):
    """One day that differs from its weekday: a holiday, or a make-up working day (调休)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    note: Mapped[str] = mapped_column(String(60), default="")


class CalendarYear(db.Model):
    """A year whose holidays are announced and entered here in full; it replaces the library's year."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(120), default="")  # the State Council notice
