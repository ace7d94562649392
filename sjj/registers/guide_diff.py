"""What differs between two lists of check points: added, changed, dropped, moved. Points are matched by code."""

from collections.abc import Sequence
from dataclasses import dataclass

from sjj.registers.guide_services import PointValues
from sjj.registers.item_versions import Difference

LABELS = {
    "text": "检查要点",
    "standard": "判定标准",
    "how": "检查方法",
    "basis": "依据条款",
    "penalty": "罚则",
    "required": "必查",
}
KINDS = {"added": "新增", "changed": "修改", "dropped": "删去", "moved": "移动"}


@dataclass(frozen=True, slots=True)
class PointChange:
    """What became of one check point."""

    kind: str  # a key of KINDS
    text: str
    place: int
    changes: tuple[Difference, ...] = ()

    @property
    def label(self) -> str:
        """What became of it, in a word."""
        return KINDS[self.kind]


def compare(before: Sequence[PointValues], after: Sequence[PointValues]) -> list[PointChange]:
    """Every point that is not the same in both, in the order of the later list; the dropped ones last."""
    old = {point.code: point for point in before}
    kept = [point.code for point in after if point.code in old]
    order = {code: place for place, code in enumerate(code for code in old if code in kept)}
    found = []
    for place, point in enumerate(after, start=1):
        was = old.get(point.code) if point.code else None
        if was is None:
            found.append(PointChange("added", point.text, place, _differences(None, point)))
        elif changes := _differences(was, point):
            found.append(PointChange("changed", was.text, place, changes))
        elif kept.index(point.code) != order[point.code]:
            found.append(PointChange("moved", point.text, place))
    codes = {point.code for point in after}
    dropped = [(place, point) for place, point in enumerate(before, start=1) if point.code not in codes]
    return found + [PointChange("dropped", point.text, place) for place, point in dropped]


def _differences(before: PointValues | None, after: PointValues) -> tuple[Difference, ...]:
    found = []
    for name, label in LABELS.items():
        old, new = _words(getattr(before, name, "")), _words(getattr(after, name))
        if old != new and not (before is None and name in ("text", "required")):
            found.append(Difference(label, [old] if old else [], [new] if new else []))
    return tuple(found)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
