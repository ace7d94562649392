"""What the audit log says about reviewing records."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _ReviewEvent(Event):
    subject_type: ClassVar[str] = "inspection"
    entity: str


@dataclass(frozen=True, kw_only=True)
class Accepted(_ReviewEvent):
    """A record was accepted; its result waits for publication."""

    action: ClassVar[str] = "inspection.accepted"
    result: str

    def sentence(self) -> str:
        return f"审核通过 {self.entity} 的检查记录（{self.result}）"


@dataclass(frozen=True, kw_only=True)
class SentBack(_ReviewEvent):
    """A record went back to its officers with a reason."""

    action: ClassVar[str] = "inspection.sent_back"
    reason: str

    def sentence(self) -> str:
        return f"退回 {self.entity} 的检查记录：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class OwnResultsCorrected(_ReviewEvent):
    """One agency of a joint visit put the results of its own items right before publication."""

    action: ClassVar[str] = "inspection.results_corrected"
    before: str
    after: str
    reason: str

    def sentence(self) -> str:
        return f"更正 {self.entity} 本部门事项的结果（{self.before} → {self.after}），理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class FileDeclaredLost(_ReviewEvent):
    """A photo or signature that a record names will never come."""

    action: ClassVar[str] = "inspection.file_lost"
    sha256: str
    reason: str

    def sentence(self) -> str:
        return f"{self.entity} 的检查记录有 1 个文件确认丢失：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class KeptRecordSettled(_ReviewEvent):
    """A record kept aside was compared with the one that counts."""

    action: ClassVar[str] = "inspection.kept_settled"
    submission: str
    choice: str
    note: str

    def sentence(self) -> str:
        return f"比对 {self.entity} 另行保存的记录，{self.choice}：{self.note}"
