"""What the audit log says about campaigns."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _CampaignEvent(Event):
    subject_type: ClassVar[str] = "campaign"
    number: str


@dataclass(frozen=True, kw_only=True)
class CampaignSaved(_CampaignEvent):
    """A part of a campaign was entered or changed while it was a draft."""

    action: ClassVar[str] = "campaign.saved"
    part: str

    def sentence(self) -> str:
        return f"{self.number}：保存{self.part}"


@dataclass(frozen=True, kw_only=True)
class CampaignFromLine(_CampaignEvent):
    """A campaign was made from a line of the plan."""

    action: ClassVar[str] = "campaign.from_line"
    line: int
    name: str

    def sentence(self) -> str:
        return f"{self.number}：按年度计划第{self.line}项“{self.name}”新建"


@dataclass(frozen=True, kw_only=True)
class PartnerAgreed(_CampaignEvent):
    """Another agency takes part in a joint campaign."""

    action: ClassVar[str] = "campaign.partner_agreed"
    partner: str
    items: int

    def sentence(self) -> str:
        return f"{self.number}：{self.partner}确认参加，检查本部门事项 {self.items} 项"


@dataclass(frozen=True, kw_only=True)
class PartnerDeclined(_CampaignEvent):
    """Another agency does not take part."""

    action: ClassVar[str] = "campaign.partner_declined"
    partner: str
    reason: str

    def sentence(self) -> str:
        return f"{self.number}：{self.partner}不参加，理由：{self.reason}"


class CampaignSubmitted(_CampaignEvent):
    """Handed to the approver."""

    action = "campaign.submitted"

    def sentence(self) -> str:
        return f"{self.number}：提交审批"


@dataclass(frozen=True, kw_only=True)
class CampaignSentBack(_CampaignEvent):
    """The approver wants it changed."""

    action: ClassVar[str] = "campaign.sent_back"
    reason: str

    def sentence(self) -> str:
        return f"{self.number}：退回修改，理由：{self.reason}"


class CampaignApproved(_CampaignEvent):
    """The responsible leader approved the scheme."""

    action = "campaign.approved"

    def sentence(self) -> str:
        return f"{self.number}：批准方案"


class SchemePublished(_CampaignEvent):
    """The scheme went public."""

    action = "campaign.published"

    def sentence(self) -> str:
        return f"{self.number}：公示方案"


@dataclass(frozen=True, kw_only=True)
class CampaignCancelled(_CampaignEvent):
    """The campaign will not be carried out."""

    action: ClassVar[str] = "campaign.cancelled"
    reason: str

    def sentence(self) -> str:
        return f"{self.number}：终止，理由：{self.reason}"
