"""What the audit log says about visits that a change of the draw takes back, makes or hands to others."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _VisitEvent(Event):
    subject_type: ClassVar[str] = "inspection"
    entity: str
    number: int
    draw_no: str


@dataclass(frozen=True, kw_only=True)
class VisitTakenBack(_VisitEvent):
    """A drawn object was replaced; its visit is not made, or does not count."""

    action: ClassVar[str] = "inspection.replaced"
    reason: str

    def sentence(self) -> str:
        return f"{self.draw_no} 第 {self.number} 项变更：撤回对 {self.entity} 的检查（{self.reason}）"


@dataclass(frozen=True, kw_only=True)
class VisitMade(_VisitEvent):
    """The reserve that came in is to be visited."""

    action: ClassVar[str] = "inspection.supplemented"

    def sentence(self) -> str:
        return f"{self.draw_no} 第 {self.number} 项变更：派发对递补对象 {self.entity} 的检查"


@dataclass(frozen=True, kw_only=True)
class TeamChanged(_VisitEvent):
    """Somebody left the team of a visit and somebody came."""

    action: ClassVar[str] = "inspection.team_changed"
    left: tuple[str, ...]
    came: tuple[str, ...]

    def sentence(self) -> str:
        left, came = "、".join(self.left), "、".join(self.came)
        return f"{self.draw_no} 第 {self.number} 项变更：{self.entity} 的检查组由{came}替下{left}"
