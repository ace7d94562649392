"""What the audit log says about looking lists over and about reminders."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class ListReviewed(Event):
    """A section said that a list is complete and right as of a day."""

    action: ClassVar[str] = "upkeep.reviewed"
    subject_type: ClassVar[str] = "list_review"
    whose: str
    list_name: str
    reviewed_on: date
    note: str

    def sentence(self) -> str:
        return f"核对 {self.whose} {self.list_name}，截至 {self.reviewed_on}"


@dataclass(frozen=True, kw_only=True)
class UpkeepPressed(Event):
    """A section was reminded of a list."""

    action: ClassVar[str] = "upkeep.pressed"
    subject_type: ClassVar[str] = "upkeep_reminder"
    whose: str
    list_name: str
    text: str

    def sentence(self) -> str:
        return f"提醒 {self.whose} 维护{self.list_name}：{self.text}"
