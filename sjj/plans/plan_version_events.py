"""What the audit log says about the versions of a year's plan."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _PlanEvent(Event):
    subject_type: ClassVar[str] = "plan"
    title: str


@dataclass(frozen=True, kw_only=True)
class PlanSubmitted(_PlanEvent):
    """Handed to the approver with its lines fixed; `missed`: targets that it misses, each with its reason."""

    action: ClassVar[str] = "plan.submitted"
    lines: int
    missed: tuple[str, ...] = ()

    def sentence(self) -> str:
        more = f"，{len(self.missed)}项指标达不到，已逐项说明理由" if self.missed else ""
        return f"{self.title}：提交审批，共{self.lines}项{more}"


class PlanApproved(_PlanEvent):
    """The responsible leader approved it."""

    action = "plan.approved"

    def sentence(self) -> str:
        return f"{self.title}：批准"


@dataclass(frozen=True, kw_only=True)
class PlanSentBack(_PlanEvent):
    """The approver wants it changed."""

    action: ClassVar[str] = "plan.sent_back"
    reason: str

    def sentence(self) -> str:
        return f"{self.title}：退回修改，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class PlanReported(_PlanEvent):
    """It went to the office above."""

    action: ClassVar[str] = "plan.reported"
    to: str

    def sentence(self) -> str:
        return f"{self.title}：上报{self.to}"


class PlanPublished(_PlanEvent):
    """It stands on the public pages."""

    action = "plan.published"

    def sentence(self) -> str:
        return f"{self.title}：公示"


@dataclass(frozen=True, kw_only=True)
class AdjustmentOpened(_PlanEvent):
    """The lines may be changed again, for a reason."""

    action: ClassVar[str] = "plan.adjustment_opened"
    reason: str

    def sentence(self) -> str:
        return f"{self.title}：开启，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class AdjustmentDropped(_PlanEvent):
    """The lines stand again as they were published."""

    action: ClassVar[str] = "plan.adjustment_dropped"
    restored: int
    removed: int

    def sentence(self) -> str:
        return f"{self.title}：放弃，恢复为已公示的{self.restored}项" + (
            f"，去掉新增的{self.removed}项" if self.removed else ""
        )


@dataclass(frozen=True, kw_only=True)
class DocumentKept(_PlanEvent):
    """文号 or stamped scan were entered; a scan that was replaced stays in the store under its hash."""

    action: ClassVar[str] = "plan.document_kept"
    document_no: str
    scan: str = ""
    replaced: str = ""

    def sentence(self) -> str:
        said = [f"文号{self.document_no}"] if self.document_no else []
        if self.scan:
            said.append(f"{'替换' if self.replaced else '上传'}盖章扫描件（SHA-256 {self.scan[:12]}…）")
        if self.replaced:
            said.append(f"原扫描件 SHA-256 {self.replaced[:12]}… 留存")
        return f"{self.title}：{'，'.join(said) or '去掉文号'}"
