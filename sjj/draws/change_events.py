"""What the audit log says about changes after a draw. It keeps what a change rests on and its receipt's hash."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event

KINDS = {"replace": "递补", "substitute": "换人"}


@dataclass(frozen=True, kw_only=True)
class _ChangeEvent(Event):
    subject_type: ClassVar[str] = "draw_change"
    draw_no: str
    kind: str
    code: str
    out: str
    reason: str

    @property
    def what(self) -> str:
        """递补 of whom, or who leaves which team."""
        who = f"{self.code}的检查组换下{self.out}" if self.out else self.code
        return f"{self.draw_no}：{KINDS[self.kind]}（{self.reason}）{who}"


@dataclass(frozen=True, kw_only=True)
class ChangeAsked(_ChangeEvent):
    """The office asks for a change, with its evidence."""

    action: ClassVar[str] = "draw.change_asked"
    evidence_sha256: str
    evidence_on: date
    note: str

    def sentence(self) -> str:
        return f"申请变更 {self.what}"


@dataclass(frozen=True, kw_only=True)
class ChangeMade(_ChangeEvent):
    """The approver allowed it; the rule said who comes."""

    action: ClassVar[str] = "draw.change_made"
    number: int
    came: str
    receipt_sha256: str

    def sentence(self) -> str:
        return f"批准第 {self.number} 项变更 {self.what}，换入 {self.came}；凭据 {self.receipt_sha256}"


@dataclass(frozen=True, kw_only=True)
class ChangeRefused(_ChangeEvent):
    """The approver did not allow it; nothing of the draw changes."""

    action: ClassVar[str] = "draw.change_refused"
    why: str

    def sentence(self) -> str:
        return f"不予变更 {self.what}，理由：{self.why}"
