"""What the audit log says about classes: rules kept, rules applied, a person's decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class ClassRulesKept(Event):
    """A new version of an agency's class rules."""

    action: ClassVar[str] = "class_rules.kept"
    subject_type: ClassVar[str] = "class_rules"
    version: int
    rules: int

    def sentence(self) -> str:
        return f"保存监管对象分类规则第 {self.version} 版，共 {self.rules} 条规则"


@dataclass(frozen=True, kw_only=True)
class ClassRulesApplied(Event):
    """A version of the rules was applied to the register."""

    action: ClassVar[str] = "class_rules.applied"
    subject_type: ClassVar[str] = "class_rules"
    version: int
    changed: int
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        return f"按监管对象分类规则第 {self.version} 版调整了 {self.changed} 个对象的类别"


@dataclass(frozen=True, kw_only=True)
class ClassDecided(Event):
    """A person decided on the class of an object."""

    action: ClassVar[str] = "entity.class_decided"
    subject_type: ClassVar[str] = "entity"
    name: str
    before: str
    after: str
    reason: str

    def sentence(self) -> str:
        return f"人工确定检查对象 {self.name} 的监管类别为“{self.after}”：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class ClassDecisionEnded(Event):
    """A person's decision was taken back; the rules decide again."""

    action: ClassVar[str] = "entity.class_decision_ended"
    subject_type: ClassVar[str] = "entity"
    name: str
    reason: str

    def sentence(self) -> str:
        return f"撤回对检查对象 {self.name} 监管类别的人工确定：{self.reason}"
