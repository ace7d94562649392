"""What the audit log says about imports and exports. The rows themselves stay with the batch."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _ImportEvent(Event):
    subject_type: ClassVar[str] = "import_batch"
    noun: str
    file_name: str
    counts: dict[str, int]


class ImportApplied(_ImportEvent):
    """The good rows of a workbook went into the register."""

    action: ClassVar[str] = "import.applied"

    def sentence(self) -> str:
        new, changed = self.counts.get("new", 0), self.counts.get("changed", 0)
        return f"导入{self.noun}：{self.file_name}，新增 {new} 条，更新 {changed} 条"


class ImportDiscarded(_ImportEvent):
    """A workbook was looked at and put away; the register is untouched."""

    action: ClassVar[str] = "import.discarded"

    def sentence(self) -> str:
        return f"放弃导入{self.noun}：{self.file_name}"


class ImportUndone(_ImportEvent):
    """An import was taken back, as far as nothing had happened since."""

    action: ClassVar[str] = "import.undone"

    def sentence(self) -> str:
        undone, left = self.counts.get("undone", 0), self.counts.get("left", 0)
        tail = f"，{left} 条因导入后有变动而保留" if left else ""
        return f"撤销导入{self.noun}：{self.file_name}，撤回 {undone} 条{tail}"


@dataclass(frozen=True, kw_only=True)
class RegisterExported(Event):
    """Somebody took a list of the register away as a file."""

    action: ClassVar[str] = "register.exported"
    subject_type: ClassVar[str] = "register"
    noun: str
    rows: int

    def sentence(self) -> str:
        return f"导出{self.noun} {self.rows} 条"
