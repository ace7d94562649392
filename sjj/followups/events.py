"""What the audit log says about following up problems."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _ProblemEvent(Event):
    subject_type: ClassVar[str] = "problem"
    entity: str


@dataclass(frozen=True, kw_only=True)
class ProblemOpened(_ProblemEvent):
    """A record that names a problem was accepted."""

    action: ClassVar[str] = "problem.opened"
    kind: str
    due_on: date | None

    def sentence(self) -> str:
        return f"{self.entity} 的问题开始后续处置（{self.kind}）"


@dataclass(frozen=True, kw_only=True)
class StepAdded(_ProblemEvent):
    """Something was done about a problem."""

    action: ClassVar[str] = "problem.step_added"
    kind: str
    on: date

    def sentence(self) -> str:
        return f"{self.entity} 的问题：{self.on.isoformat()} {self.kind}"


@dataclass(frozen=True, kw_only=True)
class ProblemClosed(_ProblemEvent):
    """A problem is done with."""

    action: ClassVar[str] = "problem.closed"
    reason: str

    def sentence(self) -> str:
        return f"{self.entity} 的问题已闭环：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class ProblemReopened(_ProblemEvent):
    """A closed problem is open again."""

    action: ClassVar[str] = "problem.reopened"
    reason: str

    def sentence(self) -> str:
        return f"{self.entity} 的问题重新处置：{self.reason}"
