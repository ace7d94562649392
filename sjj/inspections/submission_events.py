"""What the audit log says about records that arrive."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _RecordEvent(Event):
    subject_type: ClassVar[str] = "inspection"
    entity: str
    submission: str
    source: str


class RecordReceived(_RecordEvent):
    """A record was received and counts now."""

    action = "inspection.record_received"

    def sentence(self) -> str:
        return f"收到 {self.entity} 的检查记录"


@dataclass(frozen=True, kw_only=True)
class RecordRevised(_RecordEvent):
    """A record took the place of an earlier one, which stays stored."""

    action: ClassVar[str] = "inspection.record_revised"
    revises: str

    def sentence(self) -> str:
        return f"收到 {self.entity} 的更正记录"


@dataclass(frozen=True, kw_only=True)
class RecordKeptAside(_RecordEvent):
    """A record could not count; it was kept for the office to compare."""

    action: ClassVar[str] = "inspection.record_kept_aside"
    code: str

    def sentence(self) -> str:
        return f"{self.entity} 的一份检查记录未计入，已另存待比对"


@dataclass(frozen=True, kw_only=True)
class RecusalAsked(Event):
    """Somebody asked on the spot that an officer stand aside."""

    action: ClassVar[str] = "recusal.asked_on_site"
    subject_type: ClassVar[str] = "inspection"
    entity: str
    officer: str

    def sentence(self) -> str:
        return f"{self.entity} 现场申请 {self.officer} 回避"


@dataclass(frozen=True, kw_only=True)
class ScanWasMadeUp(Event):
    """The enterprise's code was scanned after the record."""

    action: ClassVar[str] = "inspection.scan_made_up"
    subject_type: ClassVar[str] = "inspection"
    entity: str
    matches: bool
    reason: str

    def sentence(self) -> str:
        return f"{self.entity} 补扫企业二维码{'' if self.matches else '（码不对）'}：{self.reason}"
