"""What the audit log says of 抽查事项 and what stands around them: guides, laws, packs, 权责清单, 一业一查."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event
from sjj.registers.events import Added, Changed


@dataclass(frozen=True, kw_only=True)
class ItemAdded(Added):
    """An item entered the list."""

    action: ClassVar[str] = "item.added"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"


@dataclass(frozen=True, kw_only=True)
class ItemChanged(Changed):
    """An item's data or law basis changed."""

    action: ClassVar[str] = "item.changed"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"


@dataclass(frozen=True, kw_only=True)
class ItemPublished(Added):
    """An item stands on the published list from now on."""

    action: ClassVar[str] = "item.published"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"

    def sentence(self) -> str:
        return f"公布抽查事项 {self.name}"


@dataclass(frozen=True, kw_only=True)
class ItemClaimed(Added):
    """An item of a level above was claimed."""

    action: ClassVar[str] = "item.claimed"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"

    def sentence(self) -> str:
        return f"认领抽查事项 {self.name}"


@dataclass(frozen=True, kw_only=True)
class ItemReturned(Added):
    """A retired item was brought back."""

    action: ClassVar[str] = "item.returned"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"

    def sentence(self) -> str:
        return f"恢复抽查事项 {self.name}"


@dataclass(frozen=True, kw_only=True)
class ItemRetired(Added):
    """An item is no longer used."""

    action: ClassVar[str] = "item.retired"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "抽查事项"

    def sentence(self) -> str:
        return f"停用抽查事项 {self.name}"


@dataclass(frozen=True, kw_only=True)
class GuideSaved(Changed):
    """A guide's draft was written; a confirmed version never changes."""

    action: ClassVar[str] = "guide.saved"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "工作指引"
    version: int

    def sentence(self) -> str:
        return f"保存工作指引 {self.name} 第{self.version}版（草案）"


@dataclass(frozen=True, kw_only=True)
class GuideConfirmed(Added):
    """A guide passed the legal review and is in force."""

    action: ClassVar[str] = "guide.confirmed"
    subject_type: ClassVar[str] = "item"
    noun: ClassVar[str] = "工作指引"
    version: int
    reviewer: str

    def sentence(self) -> str:
        return f"启用工作指引 {self.name} 第{self.version}版（法制审核：{self.reviewer}）"


@dataclass(frozen=True, kw_only=True)
class LawAdded(Added):
    """A law was entered."""

    action: ClassVar[str] = "law.added"
    subject_type: ClassVar[str] = "law"
    noun: ClassVar[str] = "法律依据"


@dataclass(frozen=True, kw_only=True)
class LawChanged(Changed):
    """A law's dates or its check changed."""

    action: ClassVar[str] = "law.changed"
    subject_type: ClassVar[str] = "law"
    noun: ClassVar[str] = "法律依据"


@dataclass(frozen=True, kw_only=True)
class PackLoaded(Added):
    """A preset pack was loaded into an agency."""

    action: ClassVar[str] = "preset.loaded"
    subject_type: ClassVar[str] = "agency"
    noun: ClassVar[str] = "预置包"
    items: int
    skipped: int

    def sentence(self) -> str:
        return f"载入预置包 {self.name}：新增 {self.items} 项，已有 {self.skipped} 项未动"


@dataclass(frozen=True, kw_only=True)
class DutySettled(Event):
    """What was said of an entry of 权责清单 and the like: which item answers it, or why none is needed."""

    action: ClassVar[str] = "duty.settled"
    subject_type: ClassVar[str] = "duty"
    source: str
    name: str
    what: str

    def sentence(self) -> str:
        return f"{self.source}“{self.name}”{self.what}"


@dataclass(frozen=True, kw_only=True)
class ListTaken(Event):
    """A list that came from elsewhere was taken over: 权责清单, 一业一查 and the like."""

    action: ClassVar[str] = "list.taken"
    subject_type: ClassVar[str] = "agency"
    name: str
    added: int
    changed: int
    gone: int

    def sentence(self) -> str:
        return f"导入{self.name}：新增 {self.added} 条，有变 {self.changed} 条，不再列出 {self.gone} 条"


@dataclass(frozen=True, kw_only=True)
class TopicAdded(Added):
    """An entry of the 一业一查 list was entered."""

    action: ClassVar[str] = "topic.added"
    subject_type: ClassVar[str] = "topic"
    noun: ClassVar[str] = "一业一查"


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Changed):
    """An entry of the 一业一查 list changed."""

    action: ClassVar[str] = "topic.changed"
    subject_type: ClassVar[str] = "topic"
    noun: ClassVar[str] = "一业一查"


@dataclass(frozen=True, kw_only=True)
class TopicRemoved(Added):
    """An entry of the 一业一查 list was taken out."""

    action: ClassVar[str] = "topic.removed"
    subject_type: ClassVar[str] = "topic"
    noun: ClassVar[str] = "一业一查"

    def sentence(self) -> str:
        return f"删除一业一查 {self.name}"
