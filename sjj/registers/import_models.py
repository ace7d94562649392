"""A workbook on its way into the registers: read, previewed, then applied all or nothing, or discarded."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from sjj.accounts.models import Agency, Section, User
from sjj.database import UtcDateTime, choice, db
from sjj.jobs.models import Job


class CompactJson(TypeDecorator[dict[str, Any]]):
    """A mapping as JSON text with Chinese as itself: smaller and faster; empty is nothing at all."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:  # noqa: ARG002
        return json.loads(value) if value else {}


class ImportState(StrEnum):
    """Where a workbook stands."""

    PREVIEWED = "previewed"
    APPLIED = "applied"
    DISCARDED = "discarded"
    READING = "reading"
    APPLYING = "applying"
    UNDONE = "undone"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state in the office's words."""
        return {
            "previewed": "待确认",
            "applied": "已导入",
            "discarded": "已放弃",
            "reading": "读取中",
            "applying": "导入中",
            "undone": "已撤销",
            "failed": "没有读成",
        }[self.value]

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        tones = {"previewed": "warn", "applied": "ok", "reading": "info", "applying": "info", "failed": "bad"}
        return tones.get(self.value, "")


class Verdict(StrEnum):
    """What will happen to a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The verdict in the office's words."""
        return {
            "new": "新增",
            "changed": "有变化",
            "unchanged": "无变化",
            "rejected": "不能导入",
            "skipped": "已跳过",
        }[self.value]

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return {"new": "ok", "changed": "info", "rejected": "bad"}.get(self.value, "")


class ImportBatch(db.Model):
    """One workbook. With a section, new rows belong to it and rows of other sections are refused."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    what: Mapped[str] = mapped_column(String(10))  # entities or officers
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    header: Mapped[dict[str, Any]] = mapped_column(JSON)  # sheet, row, columns: [[title, label, how]]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)  # by verdict
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.PREVIEWED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # applied or discarded
    settle: Mapped[str] = mapped_column(String(10), default="")  # how conflicts are settled: file, kept, each
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the long work that reads or writes it
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agency: Mapped[Agency] = relationship()
    section: Mapped[Section | None] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    job: Mapped[Job | None] = relationship()

    @property
    def noun(self) -> str:
        """What is imported."""
        return "检查对象" if self.what == "entities" else "执法人员"

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return int(self.counts.get(verdict.value, 0))

    @property
    def conflicts(self) -> int:
        """How many rows would undo what people have changed since the last import."""
        return int(self.header.get("conflicts", 0))

    @property
    def good(self) -> int:
        """How many rows an apply will write."""
        return self.count(Verdict.NEW) + self.count(Verdict.CHANGED)


class ImportRow(db.Model):
    """One row with what will happen to it and why. No `values` for a row that the file itself spoils."""

    __tablename__ = "import_row"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # its number in the sheet, from 1
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    name: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    values: Mapped[dict[str, Any] | None] = mapped_column(CompactJson)
    changes: Mapped[dict[str, Any] | None] = mapped_column(CompactJson)  # label -> [old, new]
    subject_id: Mapped[int | None]  # the row of the register that it made or changed
    before: Mapped[dict[str, Any] | None] = mapped_column(CompactJson)  # what an undo puts back
    conflicts: Mapped[dict[str, Any] | None] = mapped_column(
        CompactJson
    )  # label -> [last import's, who set it]
    decision: Mapped[str] = mapped_column(String(10), default="")  # of a conflict: file or kept
    cells: Mapped[Any | None] = mapped_column(CompactJson)  # of a refused row, as they stand in the file
