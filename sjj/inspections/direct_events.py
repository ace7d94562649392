"""What the audit log says about off-site batches and checks without a draw."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _OfCampaign(Event):
    subject_type: ClassVar[str] = "campaign"
    number: str


@dataclass(frozen=True, kw_only=True)
class BatchSaved(_OfCampaign):
    """An off-site batch was made or changed while it was a draft."""

    action: ClassVar[str] = "offsite.saved"
    part: str
    count: int

    def sentence(self) -> str:
        return f"{self.number}：保存非现场检查批次的{self.part}，共 {self.count} 户"


@dataclass(frozen=True, kw_only=True)
class BatchSubmitted(_OfCampaign):
    """An off-site batch was handed to the approver."""

    action: ClassVar[str] = "offsite.submitted"
    count: int

    def sentence(self) -> str:
        return f"{self.number}：提交非现场检查批次，共 {self.count} 户"


@dataclass(frozen=True, kw_only=True)
class BatchApproved(_OfCampaign):
    """An off-site batch was approved; its checks can be made."""

    action: ClassVar[str] = "offsite.approved"
    count: int
    due_on: date

    def sentence(self) -> str:
        return f"{self.number}：批准非现场检查 {self.count} 户，{self.due_on} 前完成"


@dataclass(frozen=True, kw_only=True)
class DirectAsked(_OfCampaign):
    """Checks of named objects were asked for, without a draw."""

    action: ClassVar[str] = "direct.asked"
    source: str
    reason: str
    entities: tuple[str, ...]
    urgent: bool

    def sentence(self) -> str:
        urgent = "，紧急，先行检查" if self.urgent else ""
        return f"{self.number}：不经抽取检查 {len(self.entities)} 户，来源：{self.source}{urgent}"


@dataclass(frozen=True, kw_only=True)
class PlatformListTaken(_OfCampaign):
    """A list drawn on the provincial platform was taken over."""

    action: ClassVar[str] = "platform.taken"
    where: str
    count: int
    left_out: int
    sha256: str

    def sentence(self) -> str:
        left = f"，{self.left_out} 户没有导入" if self.left_out else ""
        return f"{self.number}：导入{self.where}抽取的名单 {self.count} 户{left}"


@dataclass(frozen=True, kw_only=True)
class CheckTakenBack(_OfCampaign):
    """One check without a draw will not be made; the others stand."""

    action: ClassVar[str] = "direct.taken_back"
    entity: str
    reason: str

    def sentence(self) -> str:
        return f"{self.number}：撤回对 {self.entity} 的检查，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class DirectCancelled(_OfCampaign):
    """Checks of named objects will not be made."""

    action: ClassVar[str] = "direct.cancelled"
    reason: str
    count: int

    def sentence(self) -> str:
        return f"{self.number}：终止，撤回检查 {self.count} 户，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(Event):
    """A piece of evidence was added to an off-site check."""

    action: ClassVar[str] = "evidence.added"
    subject_type: ClassVar[str] = "inspection"
    entity: str
    title: str
    sha256: str

    def sentence(self) -> str:
        return f"{self.entity}：加入证据“{self.title}”"


@dataclass(frozen=True, kw_only=True)
class EvidenceRemoved(Event):
    """A piece of evidence was taken out again before the record."""

    action: ClassVar[str] = "evidence.removed"
    subject_type: ClassVar[str] = "inspection"
    entity: str
    title: str
    sha256: str

    def sentence(self) -> str:
        return f"{self.entity}：撤下证据“{self.title}”"
