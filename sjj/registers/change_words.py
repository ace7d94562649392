"""A change of a register in the office's words: what kind, which fields from what to what, where it came from.

Credit risk is internal (国市监信发〔2022〕6号): `said_of` leaves it out where the words go to somebody outside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sjj.registers.events import WORDS
from sjj.registers.upkeep_models import RegisterChange

REGISTERS = {"item": "抽查事项", "entity": "检查对象", "officer": "执法人员"}
KINDS = {
    "added": "新增",
    "changed": "变更",
    "left": "移出",
    "returned": "恢复",
    "merged": "合并",
    "claimed": "认领",
    "undone": "撤销导入",
}
TONES = {
    "added": "ok",
    "returned": "ok",
    "changed": "info",
    "claimed": "info",
    "left": "warn",
    "merged": "warn",
}
SOURCES = {
    "form": "逐个登记",
    "import": "导入表格",
    "rule": "按规则分类",
    "person": "人工判定",
    "visit": "检查中核实",
    "merge": "合并重复",
}
_MORE = {
    "certificate_until": "执法证有效期",
    "claimed_at": "认领时间",
    "claimed_by_id": "认领人",
    "claimed_on": "认领日期",
    "class_by": "分类方式",
    "class_reason": "分类理由",
    "class_since": "分类日期",
    "credit_risk_on": "信用风险分类日期",
    "credit_risk_source": "信用风险分类来源",
    "extra": "其他栏目",
    "frequency": "抽查频次",
    "merged_into_id": "并入",
    "published_at": "公布时间",
    "retired_at": "停用时间",
    "section": "内设机构",
}
# How the names of internal fields begin; the reason of a class may name the credit risk that it came from.
INTERNAL = ("credit_risk", "信用", "class_reason", "分类理由")
CREDIT = "信用"
EMPTY = "（空）"


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what stood there and what stands there now."""

    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """执法组：一组 → 二组."""
        return f"{self.label}：{self.before or EMPTY} → {self.after or EMPTY}"


@dataclass(frozen=True, slots=True)
class Said:
    """One change as people read it."""

    change: RegisterChange
    lines: tuple[Line, ...]
    reason: str = ""

    @property
    def kind(self) -> str:
        """新增, 变更, 移出 …"""
        return KINDS.get(self.change.kind, self.change.kind)

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        return TONES.get(self.change.kind, "")

    @property
    def source(self) -> str:
        """逐个登记, 导入表格 …"""
        return SOURCES.get(self.change.source, self.change.source)

    @property
    def register(self) -> str:
        """Which register."""
        return REGISTERS.get(self.change.register, self.change.register)

    @property
    def text(self) -> str:
        """Every field in one sentence."""
        return "；".join(line.words for line in self.lines)


def said_of(
    change: RegisterChange, sections: Mapping[int, str] | None = None, *, outside: bool = False
) -> Said:
    """One change in words; `sections`: names by id; `outside`: without what is internal."""
    lines = tuple(_lines(change.changes or {}, sections or {}, outside=outside))
    return Said(change, lines, "" if outside and CREDIT in change.reason else change.reason)


def is_internal(field: str) -> bool:
    """Whether a field never leaves the house."""
    return field.startswith(INTERNAL)


def _lines(changes: Mapping[str, Any], sections: Mapping[int, str], *, outside: bool) -> Iterator[Line]:
    for name, pair in changes.items():
        if outside and is_internal(name):
            continue
        before, after = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (None, pair)
        if outside:
            before, after = _told(before), _told(after)
        if before == after:
            continue
        label = _MORE.get(name) or WORDS.get(name, name)
        yield Line(label, _words(name, before, sections), _words(name, after, sections))


def _told(value: Any) -> Any:
    """What may be told outside of a value that holds several fields of its own."""
    if not isinstance(value, Mapping):
        return value
    return {key: one for key, one in value.items() if not is_internal(str(key))}


def _words(name: str, value: Any, sections: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "section_id" and isinstance(value, int):
        return sections.get(value, "")
    if isinstance(value, Mapping):
        return "、".join(f"{key} {_words('', one, sections)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_words("", one, sections) for one in value)
    return str(value)
