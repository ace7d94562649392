"""Conditions over the fields and tags of an object, kept as plain dictionaries (JSON) and compiled once.

A condition is {"field", "is", "value"} or a group {"all": […]} / {"any": […]}. What is compiled here was
checked by ``condition_problems`` first. Texts are compared as the register stores them (normalised).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sjj.rules.condition_fields import Field, FieldKind, day_of, is_blank, number_of

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

OPERATORS: Mapping[str, str] = {
    "equals": "等于",
    "not_equals": "不等于",
    "one_of": "为下列之一",
    "contains": "含有",
    "not_contains": "不含",
    "at_least": "不小于",
    "at_most": "不大于",
    "between": "介于",
    "in_year": "在年度",
    "within_days": "在最近天数内",
    "yes": "是",
    "no": "否",
    "has_tag": "有标注",
    "lacks_tag": "没有标注",
    "empty": "为空",
    "not_empty": "不为空",
}
WITHOUT_VALUE = frozenset({"yes", "no", "empty", "not_empty"})
_ALWAYS = ("empty", "not_empty")
ALLOWED: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("equals", "not_equals", "one_of", "contains", "not_contains", *_ALWAYS),
    FieldKind.NUMBER: ("equals", "not_equals", "at_least", "at_most", "between", *_ALWAYS),
    FieldKind.DAY: ("equals", "at_least", "at_most", "between", "in_year", "within_days", *_ALWAYS),
    FieldKind.FLAG: ("yes", "no"),
    FieldKind.TAGS: ("has_tag", "lacks_tag", "one_of", *_ALWAYS),
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition ready to be asked: ``hits(row)``, and ``found(row)``: in words, those parts that hit."""

    hits: Test
    found: Callable[[Row], tuple[str, ...]]
    words: str


def compile_condition(stored: Mapping[str, Any], fields: Mapping[str, Field], day: date) -> Compiled:
    """A checked condition as functions; “last year” and “the last n days” are counted from ``day``."""
    for key, joined in (("all", " 且 "), ("any", " 或 ")):
        if key in stored:
            parts = [compile_condition(part, fields, day) for part in stored[key]]
            return parts[0] if len(parts) == 1 else _group(parts, joined, every=key == "all")
    field, operator, value = fields[stored["field"]], stored["is"], stored.get("value")
    said = f"{field.label}{_words(operator, value, field.kind, day)}"

    def found(row: Row) -> tuple[str, ...]:
        if not hits(row):
            return ()
        now = row.get(field.key)
        shown = "" if operator in ("equals", "has_tag", *WITHOUT_VALUE) else _shown(now)
        return (f"{said}（现为{shown}）" if shown else said,)

    hits = _test(field, operator, value, day)
    return Compiled(hits, found, said)


def _group(parts: list[Compiled], joined: str, *, every: bool) -> Compiled:
    tests = tuple(part.hits for part in parts)

    def all_hit(row: Row) -> bool:
        for test in tests:  # noqa: SIM110 - a plain loop is the fastest over 100,000 rows
            if not test(row):
                return False
        return True

    def any_hits(row: Row) -> bool:
        for test in tests:  # noqa: SIM110
            if test(row):
                return True
        return False

    hits = all_hit if every else any_hits

    def found(row: Row) -> tuple[str, ...]:
        return tuple(said for part in parts for said in part.found(row)) if hits(row) else ()

    return Compiled(hits, found, f"（{joined.join(part.words for part in parts)}）")


def _test(field: Field, operator: str, value: Any, day: date) -> Test:
    key = field.key
    if operator == "empty":
        return lambda row: is_blank(row.get(key))
    if operator == "not_empty":
        return lambda row: not is_blank(row.get(key))
    if field.kind is FieldKind.FLAG:
        wanted = operator == "yes"
        return lambda row: bool(row.get(key)) is wanted
    if field.kind is FieldKind.TAGS:
        return _tag_test(key, operator, value)
    if field.kind is FieldKind.TEXT:
        return _text_test(key, operator, value)
    read: Callable[[Any], Any] = number_of if field.kind is FieldKind.NUMBER else day_of
    if operator == "not_equals":
        return lambda row: read(row.get(key)) not in (None, read(value))
    low, high = limits(field.kind, operator, value, day)

    def within(row: Row) -> bool:
        now = read(row.get(key))
        return now is not None and (low is None or low <= now) and (high is None or now <= high)

    return within


def _tag_test(key: str, operator: str, value: Any) -> Test:
    if operator == "has_tag":
        return lambda row: value in (row.get(key) or ())
    if operator == "lacks_tag":
        return lambda row: value not in (row.get(key) or ())
    wanted = frozenset(value)
    return lambda row: not wanted.isdisjoint(row.get(key) or ())


def _text_test(key: str, operator: str, value: Any) -> Test:
    if operator == "equals":
        return lambda row: row.get(key) == value
    if operator == "not_equals":
        return lambda row: row.get(key) != value
    if operator == "one_of":
        wanted = frozenset(value)
        return lambda row: row.get(key) in wanted
    if operator == "contains":
        return lambda row: value in (row.get(key) or "")
    return lambda row: value not in (row.get(key) or "")


def limits(kind: FieldKind, operator: str, value: Any, day: date) -> tuple[Any, Any]:
    """The lowest and the highest value that hit (None: no limit). The value was checked."""
    read: Callable[[Any], Any] = number_of if kind is FieldKind.NUMBER else day_of
    if operator == "in_year":
        year = day.year + int(value)
        return date(year, 1, 1), date(year, 12, 31)
    if operator == "within_days":
        return day - timedelta(days=int(value)), day
    if operator == "between":
        return read(value[0]), read(value[1])
    single = read(value)
    return (None if operator == "at_most" else single), (None if operator == "at_least" else single)


def _words(operator: str, value: Any, kind: FieldKind, day: date) -> str:
    said = OPERATORS[operator]
    if operator in WITHOUT_VALUE:
        return said
    if operator == "in_year":
        return f"在{day.year + int(value)}年"
    if operator == "within_days":
        return f"在最近{value}天内"
    if operator == "one_of":
        return f"{'有任一标注' if kind is FieldKind.TAGS else said}“{'、'.join(value)}”"
    if operator == "between":
        return f"在{_shown(value[0])}至{_shown(value[1])}之间"
    return f"{said}“{value}”" if kind in (FieldKind.TEXT, FieldKind.TAGS) else f"{said}{_shown(value)}"


def _shown(value: Any) -> str:
    """A value as people read it, cut where it is long."""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = "、".join(str(one) for one in value)
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
