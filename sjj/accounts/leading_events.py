"""What the audit log says about a 领导小组: each field with what stood before, so that its history can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sjj.audit.services import Event

SUBJECT = "leading_group"
WORDS = {
    "name": "名称",
    "document_no": "文号",
    "since_on": "起始日期",
    "office": "办公室",
    "office_phone": "办公室电话",
    "duties": "职责",
    "members": "成员",
}


@dataclass(frozen=True, kw_only=True)
class LeadingGroupSaved(Event):
    """A 领导小组 was set up or changed."""

    action: ClassVar[str] = "leading.saved"
    subject_type: ClassVar[str] = SUBJECT
    name: str
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    is_new: bool = False

    def sentence(self) -> str:
        if self.is_new:
            return f"设立{self.name}"
        return f"调整{self.name}：{'、'.join(WORDS.get(one, one) for one in self.changes)}"
