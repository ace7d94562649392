"""What the audit log says about records that came from a phone by way of a file."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class RecordCarriedIn(Event):
    """The office took a record in from a phone's export; its author stays the officer who made it."""

    action: ClassVar[str] = "inspection.record_carried_in"
    subject_type: ClassVar[str] = "inspection"
    entity: str
    submission: str
    author: str
    export_sha256: str

    def sentence(self) -> str:
        return f"从手机导出文件收进 {self.author} 对 {self.entity} 的检查记录"
