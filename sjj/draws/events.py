"""What the audit log says about draws. The commitment stands in it too, so that a draw cannot vanish."""

from dataclasses import dataclass
from typing import Any, ClassVar

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
    typed: tuple[Any, ...] = ()  # in vain: refused, or typed otherwise before

    def sentence(self) -> str:
        numbers = "、".join(self.values)
        return f"{self.draw_no}：抽取 {self.drawn} 户；外部数字 {numbers}；凭据 {self.receipt_sha256}"


@dataclass(frozen=True, kw_only=True)
class DrawVoided(_DrawEvent):
    """The draw does not count any more; everything of it is kept."""

    action: ClassVar[str] = "draw.voided"
    reason: str
    after_first_value: bool
    by: str = ""  # the names of the two, where two had to agree
    typed: tuple[Any, ...] = ()  # values typed in vain, public with the void

    def sentence(self) -> str:
        when = "录入外部数字之后" if self.after_first_value else "录入外部数字之前"
        who = f"由{self.by}共同" if self.by else ""
        return f"{self.draw_no}：{when}{who}作废，理由：{self.reason}"


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


@dataclass(frozen=True, kw_only=True)
class WitnessesNamed(_DrawEvent):
    """Who is in the room was written down, or corrected before the first value."""

    action: ClassVar[str] = "draw.witnesses_named"
    witnesses: tuple[str, ...]

    def sentence(self) -> str:
        return f"{self.draw_no}：见证人 {'、'.join(self.witnesses)}"


@dataclass(frozen=True, kw_only=True)
class ValueEntered(_DrawEvent):
    """A value was typed and kept. Which one is told with the draw: until then it is covered here too."""

    action: ClassVar[str] = "draw.value_entered"
    place: int
    source: str

    def sentence(self) -> str:
        return f"{self.draw_no}：录入第 {self.place} 个外部数字（{self.source}）"


@dataclass(frozen=True, kw_only=True)
class ValueRefused(_DrawEvent):
    """Something was typed as a value and refused."""

    action: ClassVar[str] = "draw.value_refused"
    place: int
    source: str

    def sentence(self) -> str:
        return f"{self.draw_no}：第 {self.place} 个外部数字（{self.source}）录入有误，没有采用"


class RevealStarted(_DrawEvent):
    """The room is shown the first of the drawn."""

    action = "draw.reveal_started"

    def sentence(self) -> str:
        return f"{self.draw_no}：开始在现场显示抽中对象"


@dataclass(frozen=True, kw_only=True)
class RevealEnded(_DrawEvent):
    """The room has been shown all of them."""

    action: ClassVar[str] = "draw.reveal_ended"
    objects: int

    def sentence(self) -> str:
        return f"{self.draw_no}：现场显示完毕，共 {self.objects} 户"


@dataclass(frozen=True, kw_only=True)
class VoidAsked(_DrawEvent):
    """One of the two who must agree asked for a void."""

    action: ClassVar[str] = "draw.void_asked"
    reason: str

    def sentence(self) -> str:
        return f"{self.draw_no}：申请作废，等另一方同意，理由：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class VoidTakenBack(_DrawEvent):
    """Whoever asked for a void took it back."""

    action: ClassVar[str] = "draw.void_taken_back"
    reason: str

    def sentence(self) -> str:
        return f"{self.draw_no}：撤回作废申请（原理由：{self.reason}）"


@dataclass(frozen=True, kw_only=True)
class OfficerDeclared(_ListEvent):
    """An officer gave their word that every relation to the objects of a coming draw is declared."""

    action: ClassVar[str] = "draw.officer_declared"
    officer: str

    def sentence(self) -> str:
        return f"{self.number}：{self.officer}声明没有其他需要回避的"


@dataclass(frozen=True, kw_only=True)
class SealedCopyTaken(_DrawEvent):
    """The supervisor took the sealed copy: whoever holds it can finish the draw elsewhere."""

    action: ClassVar[str] = "draw.sealed_copy_taken"
    again: bool

    def sentence(self) -> str:
        return f"{self.draw_no}：{'再次' if self.again else ''}领取封存件"
