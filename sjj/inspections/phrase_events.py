"""What the audit log says about an agency's 常用语."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _PhraseEvent(Event):
    subject_type: ClassVar[str] = "agency"
    text: str


class PhraseAdded(_PhraseEvent):
    """A phrase was added."""

    action = "phrase.added"

    def sentence(self) -> str:
        return f"新增常用语“{self.text}”"


@dataclass(frozen=True, kw_only=True)
class PhraseChanged(_PhraseEvent):
    """A phrase was worded or placed anew."""

    action: ClassVar[str] = "phrase.changed"
    before: str

    def sentence(self) -> str:
        return f"修改常用语“{self.before}”为“{self.text}”"


class PhraseRemoved(_PhraseEvent):
    """A phrase is offered no more."""

    action = "phrase.removed"

    def sentence(self) -> str:
        return f"删除常用语“{self.text}”"


@dataclass(frozen=True, kw_only=True)
class PresetPhrasesTaken(Event):
    """The phrases that ship with the product were taken over."""

    action: ClassVar[str] = "phrase.presets_taken"
    subject_type: ClassVar[str] = "agency"
    number: int

    def sentence(self) -> str:
        return f"取用预置常用语 {self.number} 条"
