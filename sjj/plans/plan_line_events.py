"""What the audit log says about the lines of a year's plan and about the year's settings."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _LineEvent(Event):
    subject_type: ClassVar[str] = "plan_line"
    year: int
    number: int
    name: str

    @property
    def which(self) -> str:
        return f"{self.year}年计划第{self.number}项“{self.name}”"


@dataclass(frozen=True, kw_only=True)
class PlanLineChanged(_LineEvent):
    """A line was entered or changed; `changes`: field -> [before, after]."""

    action: ClassVar[str] = "plan_line.saved"
    changes: dict[str, list[object]]

    def sentence(self) -> str:
        return f"保存{self.which}"


@dataclass(frozen=True, kw_only=True)
class PlanLineCopied(_LineEvent):
    """A line was made after another one."""

    action: ClassVar[str] = "plan_line.copied"
    origin: str

    def sentence(self) -> str:
        return f"复制{self.origin}为{self.which}"


@dataclass(frozen=True, kw_only=True)
class PlanLineMoved(_LineEvent):
    """A line changed its place in the list."""

    action: ClassVar[str] = "plan_line.moved"
    before: int

    def sentence(self) -> str:
        return f"{self.year}年计划“{self.name}”由第{self.before}项移为第{self.number}项"


@dataclass(frozen=True, kw_only=True)
class PlanLineDropped(_LineEvent):
    """A line was taken out: struck from a published plan by an adjustment, or deleted from a draft."""

    action: ClassVar[str] = "plan_line.dropped"
    kept: bool  # it stood in a published plan and stays readable

    def sentence(self) -> str:
        return f"{'取消' if self.kept else '删除'}{self.which}"


@dataclass(frozen=True, kw_only=True)
class PlanLinesGenerated(Event):
    """Lines that the targets require were added."""

    action: ClassVar[str] = "plan_line.generated"
    subject_type: ClassVar[str] = "plan_line"
    year: int
    names: list[str]

    def sentence(self) -> str:
        return f"按指标生成{self.year}年计划 {len(self.names)} 项：{'、'.join(self.names)}"


@dataclass(frozen=True, kw_only=True)
class PlanLinesMerged(_LineEvent):
    """Two lines became one joint line."""

    action: ClassVar[str] = "plan_line.merged"
    origins: list[str]

    def sentence(self) -> str:
        return f"合并{'、'.join(self.origins)}为{self.which}"


@dataclass(frozen=True, kw_only=True)
class PlanSettingsSaved(Event):
    """Targets, officer-days or what counts of a year were changed."""

    action: ClassVar[str] = "plan_settings.saved"
    subject_type: ClassVar[str] = "plan_settings"
    year: int
    targets: str

    def sentence(self) -> str:
        return f"保存{self.year}年计划设置：{self.targets}"
