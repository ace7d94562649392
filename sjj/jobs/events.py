"""What the audit log says about long work: only what a person decided. The rest stands at the job."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _JobEvent(Event):
    subject_type: ClassVar[str] = "job"
    what: str


class JobCancelled(_JobEvent):
    """Somebody stopped it."""

    action: ClassVar[str] = "job.cancelled"

    def sentence(self) -> str:
        return f"取消后台任务：{self.what}"


class JobTriedAgain(_JobEvent):
    """Somebody had it tried again."""

    action: ClassVar[str] = "job.tried_again"

    def sentence(self) -> str:
        return f"重试后台任务：{self.what}"
