"""What an adjustment changes against the published plan: lines added, dropped and changed, numbers and targets.

Two contents of versions in (`plan_version_content`), plain data out. `public` compares only what everybody may
read. A line is the same line by its key, whatever it is called now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sjj.plans.plan_table import COLUMNS

_FROM_THE_REGISTER = frozenset({"对象基数", "抽取户数", "所需人日"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads otherwise: its name, before and after ("" for nothing)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that stands in both, with what changed of it; `row` is how it reads now."""

    row: Mapping[str, str]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All that is different; empty in every part when nothing is."""

    added: tuple[Mapping[str, str], ...] = ()
    dropped: tuple[Mapping[str, str], ...] = ()
    changed: tuple[LineChange, ...] = ()
    drifted: tuple[LineChange, ...] = ()  # only the register's numbers are others
    targets: tuple[Change, ...] = ()  # promised otherwise
    figures: tuple[Change, ...] = ()  # promised the same with other numbers
    totals: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both say the same of every line."""
        return not (self.added or self.dropped or self.changed)

    @property
    def summary(self) -> str:
        """新增 1 项、取消 2 项、变更 1 项."""
        parts = (("新增", self.added), ("取消", self.dropped), ("变更", self.changed))
        said = [f"{name} {len(rows)} 项" for name, rows in parts if rows]
        return "、".join(said) or "各项任务没有变动"


def diff(before: Mapping[str, Any], after: Mapping[str, Any], *, public: bool = False) -> PlanDiff:
    """What `after` has otherwise than `before`; for the office with the figures and targets too."""
    part = "public" if public else "lines"
    old, new = _by_key(before.get(part, [])), _by_key(after.get(part, []))
    both = [key for key in new if key in old]
    changes = [LineChange(new[key]["row"], _line_changes(old[key], new[key])) for key in both]
    changed = [one for one in changes if any(c.label not in _FROM_THE_REGISTER for c in one.changes)]
    promises = () if public else _target_changes(before, after)
    return PlanDiff(
        added=tuple(new[key]["row"] for key in new if key not in old),
        dropped=tuple(old[key]["row"] for key in old if key not in new),
        changed=tuple(changed),
        drifted=tuple(one for one in changes if one.changes and one not in changed),
        targets=tuple(change for change, is_other in promises if is_other),
        figures=tuple(change for change, is_other in promises if not is_other),
        totals=() if public else _total_changes(before, after),
    )


def _by_key(lines: Iterable[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    return {one["key"]: one for one in lines}


def _line_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    pairs = [(name, old["row"].get(name, ""), new["row"].get(name, "")) for name in COLUMNS]
    if "wanted" in new and not (old.get("is_done") or new.get("is_done")):
        pairs += [
            ("抽取户数", f"{old['wanted']} 户", f"{new['wanted']} 户"),
            ("所需人日", f"{old['officer_days']} 人日", f"{new['officer_days']} 人日"),
        ]
    return tuple(Change(name, before, after) for name, before, after in pairs if before != after)


def _target_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[Change, bool], ...]:
    """Each target that reads otherwise, and whether the verdict itself is another one."""
    old = {one["key"]: one for one in before.get("targets", [])}
    new = {one["key"]: one for one in after.get("targets", [])}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        sides = [old.get(key), new.get(key)]
        said = [_target_words(side) for side in sides]
        if said[0] != said[1]:
            one = new.get(key) or old[key]
            verdicts = {side["verdict"] if side else "" for side in sides}
            change = Change(f"{one['period']}{one['label']}（{one['asked']}）", *said)
            found.append((change, len(verdicts) > 1))
    return tuple(found)


def _target_words(one: Mapping[str, Any] | None) -> str:
    return f"{one['verdict_words']}：{one['sentence']}" if one is not None else ""


def _total_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    old, new = before.get("totals", {}), after.get("totals", {})
    named = (("任务", "lines", "项"), ("应抽户次", "wanted", "户次"))
    pairs = [(label, f"{old.get(key, 0)} {unit}", f"{new.get(key, 0)} {unit}") for label, key, unit in named]
    days = [_quarter_days(side) for side in (before, after)]
    pairs += [
        (f"第{quarter}季度所需人日", f"{days[0].get(quarter, '0')} 人日", f"{days[1].get(quarter, '0')} 人日")
        for quarter in (1, 2, 3, 4)
    ]
    return tuple(Change(*one) for one in pairs if one[1] != one[2])


def _quarter_days(content: Mapping[str, Any]) -> dict[int, str]:
    return {one["quarter"]: one["officer_days"] for one in content.get("quarters", [])}
