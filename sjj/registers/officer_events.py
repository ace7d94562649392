"""What the audit log says about officers' leaves and about assistants."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event
from sjj.registers.changes import Changes, in_words
from sjj.registers.events import WORDS


@dataclass(frozen=True, kw_only=True)
class _Leave(Event):
    subject_type: ClassVar[str] = "officer"
    name: str
    reason: str
    from_on: date
    until_on: date


@dataclass(frozen=True, kw_only=True)
class LeaveNoted(_Leave):
    """An officer is away on some days."""

    action: ClassVar[str] = "officer.leave_noted"

    def sentence(self) -> str:
        return f"登记 {self.name} {self.reason}，{self.from_on} 至 {self.until_on}"


@dataclass(frozen=True, kw_only=True)
class LeaveEnded(_Leave):
    """An officer came back earlier, or did not go at all (`back_on` is the first day)."""

    action: ClassVar[str] = "officer.leave_ended"
    back_on: date | None

    def sentence(self) -> str:
        how = f"{self.back_on} 起销假" if self.back_on else "取消"
        return f"{self.name} {self.reason}（{self.from_on} 至 {self.until_on}）{how}"


@dataclass(frozen=True, kw_only=True)
class AssistantAdded(Event):
    """An assistant was entered."""

    action: ClassVar[str] = "assistant.added"
    subject_type: ClassVar[str] = "assistant"
    name: str

    def sentence(self) -> str:
        return f"登记协助人员 {self.name}"


@dataclass(frozen=True, kw_only=True)
class AssistantChanged(Event):
    """An assistant's data changed."""

    action: ClassVar[str] = "assistant.changed"
    subject_type: ClassVar[str] = "assistant"
    name: str
    changes: Changes = field(default_factory=dict)

    def sentence(self) -> str:
        return f"修改协助人员 {self.name}：{in_words(self.changes, WORDS)}"
