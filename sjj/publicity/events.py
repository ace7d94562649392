"""What the audit log says about publishing."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _NoticeEvent(Event):
    subject_type: ClassVar[str] = "notice"
    entity: str


@dataclass(frozen=True, kw_only=True)
class Published(_NoticeEvent):
    """A result became public."""

    action: ClassVar[str] = "notice.published"
    result: str

    def sentence(self) -> str:
        return f"公示 {self.entity} 的检查结果：{self.result}"


@dataclass(frozen=True, kw_only=True)
class Withdrawn(_NoticeEvent):
    """A notice was taken back."""

    action: ClassVar[str] = "notice.withdrawn"
    reason: str

    def sentence(self) -> str:
        return f"撤回 {self.entity} 的公示：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class Corrected(_NoticeEvent):
    """A new notice took the place of an old one."""

    action: ClassVar[str] = "notice.corrected"
    reason: str
    before: str
    after: str

    def sentence(self) -> str:
        return f"更正 {self.entity} 的公示（{self.before}→{self.after}）：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(Event):
    """Every result of a campaign is public."""

    action: ClassVar[str] = "campaign.finished"
    subject_type: ClassVar[str] = "campaign"
    number: str

    def sentence(self) -> str:
        return f"{self.number} 的结果已全部公示，任务完成"
