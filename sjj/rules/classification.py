"""监管对象类别 by rule: 特殊, 重点 or 一般, with the rules that hit, and what a set of rules would change.

S3 二（三）: an object that meets 重点's conditions and also 特殊's or 一般's is 特殊 or 一般. One that meets both
特殊's and 一般's is shown to a person. Credit risk stays apart: it may be asked about, it is never the class.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sjj.rules.condition_fields import ENTITY_FIELDS, Field, FieldKind, day_of, is_blank, number_of
from sjj.rules.condition_problems import rule_problems
from sjj.rules.conditions import Compiled, Row, compile_condition

__all__ = [
    "Classifier",
    "Judgement",
    "ObjectClass",
    "Preview",
    "WrongRules",
    "compile_rules",
    "fields_in",
    "preview",
]


class ObjectClass(StrEnum):
    """The three classes, in the office's words."""

    SPECIAL = "特殊"
    KEY = "重点"
    GENERAL = "一般"


class WrongRules(ValueError):
    """Rules that cannot be used; ``problems`` are Chinese sentences that may be shown."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Judgement:
    """The class (None: a person must decide), the names of the rules that hit, and why in words.

    ``doubts``: values that a condition asks about and that cannot be read.
    """

    klass: ObjectClass | None
    rules: tuple[str, ...]
    reason: str
    doubts: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether a person must decide."""
        return self.klass is None


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    klass: ObjectClass
    condition: Compiled


class Classifier:
    """Rules compiled once, to be asked about many objects. Rows are flat mappings of field keys."""

    def __init__(self, rules: list[_Rule], default: ObjectClass | None, measured: list[Field]) -> None:
        self._rules = rules
        self._default = default
        self._measured = [
            (field, number_of if field.kind is FieldKind.NUMBER else day_of) for field in measured
        ]
        self._tests = [(1 << place, rule.condition.hits) for place, rule in enumerate(rules)]
        self._known: dict[int, Judgement] = {}

    def judge(self, row: Row) -> Judgement:
        """The class of one object."""
        hit = 0
        for bit, hits in self._tests:
            if hits(row):
                hit |= bit
        found = self._known.get(hit)
        if found is None:
            found = self._known[hit] = self._decide(hit)
        doubts = self._doubts(row) if self._measured else ()
        return Judgement(found.klass, found.rules, found.reason, doubts) if doubts else found

    def explain(self, row: Row) -> tuple[str, ...]:
        """Each rule that hits with the conditions that do, with the object's own values."""
        found = ((rule, rule.condition.found(row)) for rule in self._rules)
        return tuple(f"“{rule.name}”（{rule.klass}）：{'；'.join(said)}" for rule, said in found if said)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rules in words."""
        return tuple(f"{rule.name}：{rule.condition.words} → {rule.klass}" for rule in self._rules)

    def _decide(self, hit: int) -> Judgement:
        rules = [rule for place, rule in enumerate(self._rules) if hit >> place & 1]
        names = tuple(rule.name for rule in rules)
        klass, reason = _settle({rule.klass for rule in rules}, self._default)
        said = f"符合{'、'.join(f'“{name}”' for name in names)}" if names else ""
        return Judgement(klass, names, "，".join(part for part in (said, reason) if part))

    def _doubts(self, row: Row) -> tuple[str, ...]:
        said = []
        for field, read in self._measured:
            value = row.get(field.key)
            if value is not None and read(value) is None and not is_blank(value):
                what = "数字" if field.kind is FieldKind.NUMBER else "日期"
                said.append(f"{field.label}填的是“{str(value)[:40]}”，不是{what}")
        return tuple(said)


def _settle(found: set[ObjectClass], default: ObjectClass | None) -> tuple[ObjectClass | None, str]:
    """The class out of all that were met, and the conflict in words (S3 二（三）)."""
    if not found:
        return default, "没有符合的规则，按一般监管对象" if default else "没有符合的规则，由人工确定"
    if {ObjectClass.SPECIAL, ObjectClass.GENERAL} <= found:
        return None, "同时符合特殊和一般的条件，由人工确定"
    if len(found) == 1:
        return next(iter(found)), ""
    (klass,) = found - {ObjectClass.KEY}
    return klass, f"与重点的条件相冲突，以{klass}为准"


def compile_rules(
    stored: Mapping[str, Any], day: date, fields: Mapping[str, Field] = ENTITY_FIELDS
) -> Classifier:
    """Rules as they are kept, ready for use. Raises WrongRules with all problems at once."""
    problems = rule_problems(stored, fields)
    if problems:
        raise WrongRules(problems)
    rules = [
        _Rule(one["name"], ObjectClass(one["class"]), compile_condition(one["when"], fields, day))
        for one in stored["rules"]
    ]
    default = None if stored["default"] == "person" else ObjectClass.GENERAL
    asked = dict.fromkeys(name for one in stored["rules"] for name in _asked(one["when"], measured=True))
    measured = [fields[name] for name in asked if fields[name].kind in (FieldKind.NUMBER, FieldKind.DAY)]
    return Classifier(rules, default, measured)


def fields_in(stored: Mapping[str, Any]) -> frozenset[str]:
    """The keys of all fields that checked rules ask about: whoever reads the rows needs no others."""
    return frozenset(name for one in stored["rules"] for name in _asked(one["when"], measured=False))


def _asked(condition: Mapping[str, Any], *, measured: bool) -> Iterable[str]:
    parts = condition.get("all") or condition.get("any")
    if parts:
        for part in parts:
            yield from _asked(part, measured=measured)
    elif not measured or condition["is"] not in ("empty", "not_empty"):
        yield condition["field"]


@dataclass(frozen=True, slots=True)
class Change:
    """An object whose class would change, with the reasons."""

    entity: Hashable
    before: str
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What rules would change: nothing is applied. Objects for a person keep their class until then.

    ``contradicted``: settled by a person, and the rules say another class; the person's decision stands.
    """

    changes: tuple[Change, ...]
    persons: tuple[tuple[Hashable, str], ...]
    contradicted: tuple[tuple[Hashable, str], ...]
    doubts: tuple[tuple[Hashable, str], ...]
    before: Mapping[str, int]
    after: Mapping[str, int]


def preview(
    classifier: Classifier,
    rows: Iterable[tuple[Hashable, str, Row]],
    decided: Mapping[Hashable, str] | None = None,
) -> Preview:
    """What the rules make of (object, present class, row); ``decided`` are those that a person has settled."""
    settled = decided or {}
    changes, persons, contradicted, doubts = [], [], [], []
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for entity, present, row in rows:
        judged = classifier.judge(row)
        before[present] += 1
        if judged.doubts:
            doubts.append((entity, "；".join(judged.doubts)))
        by_hand = settled.get(entity)
        if judged.klass is None and by_hand is None:
            persons.append((entity, judged.reason))
        elif by_hand is not None and judged.klass is not None and judged.klass != by_hand:
            contradicted.append((entity, f"人工定为{by_hand}，按规则为{judged.klass}：{judged.reason}"))
        klass = str(by_hand or judged.klass or present)
        after[klass] += 1
        if klass != present:
            why = ("人工确定",) if by_hand else classifier.explain(row) or (judged.reason,)
            changes.append(Change(entity, present, klass, why))
    return Preview(
        tuple(changes), tuple(persons), tuple(contradicted), tuple(doubts), dict(before), dict(after)
    )
