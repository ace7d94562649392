"""What the audit log says about the approval of checks, urgent ones, the yearly cap and other days."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalsAsked(Event):
    """The checks of a campaign were put before the approver."""

    action: ClassVar[str] = "check_approval.asked"
    subject_type: ClassVar[str] = "campaign"
    number: str
    inspections: tuple[int, ...]

    def sentence(self) -> str:
        return f"{self.number}：呈报 {len(self.inspections)} 户检查，等待批准"


@dataclass(frozen=True, kw_only=True)
class _OfOneCheck(Event):
    subject_type: ClassVar[str] = "inspection"
    entity: str


@dataclass(frozen=True, kw_only=True)
class CheckApproved(_OfOneCheck):
    """A check was approved; `urgent`: after the team had gone first."""

    action: ClassVar[str] = "check_approval.approved"
    urgent: bool

    def sentence(self) -> str:
        return f"{'补办批准' if self.urgent else '批准'}对 {self.entity} 的检查"


@dataclass(frozen=True, kw_only=True)
class CheckRefused(_OfOneCheck):
    """A check was not approved."""

    action: ClassVar[str] = "check_approval.refused"
    reason: str

    def sentence(self) -> str:
        return f"不予批准对 {self.entity} 的检查：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class CheckAskedAgain(_OfOneCheck):
    """A check that was refused is put before the approver once more."""

    action: ClassVar[str] = "check_approval.asked_again"
    reason: str

    def sentence(self) -> str:
        return f"再次呈报对 {self.entity} 的检查：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class DeclaredUrgent(_OfOneCheck):
    """The team goes first, the approval is made up afterwards; `by_record`: the record itself said so."""

    action: ClassVar[str] = "check_approval.urgent"
    reason: str
    by_record: bool = False

    def sentence(self) -> str:
        return f"对 {self.entity} 紧急检查，先行检查后补办审批：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class OverCapExplained(_OfOneCheck):
    """Why a visit is made although the yearly cap is reached."""

    action: ClassVar[str] = "inspection.over_cap"
    reason: str

    def sentence(self) -> str:
        return f"对 {self.entity} 的检查超过年度频次上限，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class Rescheduled(_OfOneCheck):
    """Another day for a visit."""

    action: ClassVar[str] = "inspection.rescheduled"
    from_on: date | None
    to_on: date
    reason: str

    def sentence(self) -> str:
        was = f"由 {self.from_on} " if self.from_on else ""
        return f"对 {self.entity} 的检查{was}改到 {self.to_on}：{self.reason}"
