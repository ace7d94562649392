"""What the audit log says about draws. The commitment stands in it too, so that a draw cannot vanish."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _DrawEvent(Event):
    subject_type: ClassVar[str] = "draw"
    draw_no: str


@dataclass(frozen=True, kw_only=True)
class DrawFrozen(_DrawEvent):
    """Pool and rule are fixed, the commitment is public."""

    action: ClassVar[str] = "draw.frozen"
    serial: int
    commitment_sha256: str
    objects: int
    take: int

    def sentence(self) -> str:
        what = f"冻结名单 {self.objects} 户，将抽取 {self.take} 户"
        return f"{self.draw_no}：{what}；承诺 {self.commitment_sha256}"


class OutsideValueSeen(_DrawEvent):
    """The first outside value was typed in: from now on the office alone cannot void the draw."""

    action = "draw.value_seen"

    def sentence(self) -> str:
        return f"{self.draw_no}：开始录入外部数字"


@dataclass(frozen=True, kw_only=True)
class DrawRun(_DrawEvent):
    """The draw was held."""

    action: ClassVar[str] = "draw.drawn"
    values: tuple[str, ...]
    receipt_sha256: str
    drawn: int

    def sentence(self) -> str:
        numbers = "、".join(self.values)
        return f"{self.draw_no}：抽取 {self.drawn} 户；外部数字 {numbers}；凭据 {self.receipt_sha256}"


@dataclass(frozen=True, kw_only=True)
class DrawVoided(_DrawEvent):
    """The draw does not count any more; everything of it is kept."""

    action: ClassVar[str] = "draw.voided"
    reason: str
    after_first_value: bool

    def sentence(self) -> str:
        when = "录入外部数字之后" if self.after_first_value else "录入外部数字之前"
        return f"{self.draw_no}：{when}作废，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class _ListEvent(Event):
    subject_type: ClassVar[str] = "campaign"
    number: str


@dataclass(frozen=True, kw_only=True)
class FreezeProposed(_ListEvent):
    """A list was put up for the second person."""

    action: ClassVar[str] = "draw.proposed"
    objects: int
    take: int
    seen: str

    def sentence(self) -> str:
        return f"{self.number}：提交名单 {self.objects} 户，将抽取 {self.take} 户，等另一人确认冻结"


@dataclass(frozen=True, kw_only=True)
class FreezeWithdrawn(_ListEvent):
    """A list that was put up is not to be frozen as it is."""

    action: ClassVar[str] = "draw.proposal_withdrawn"
    own: bool

    def sentence(self) -> str:
        return f"{self.number}：{'撤回' if self.own else '退回'}等待确认的名单"
