"""What is wrong with classification rules as they are kept: all of it at once, in Chinese, with the place.

Only the shape is judged; whether a rule is wise is seen in the preview of what it changes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sjj.rules.condition_fields import Field, FieldKind, day_of, number_of
from sjj.rules.conditions import ALLOWED, OPERATORS, WITHOUT_VALUE

MAX_RULES, MAX_CONDITIONS, MAX_DEPTH, MAX_TEXT = 60, 40, 4, 100
CLASSES = ("特殊", "重点", "一般")
DEFAULTS = ("一般", "person")

__all__ = ["CLASSES", "DEFAULTS", "rule_problems"]


def rule_problems(stored: Any, fields: Mapping[str, Field]) -> list[str]:
    """All problems of a set of rules; an empty list means it may be compiled."""
    if not isinstance(stored, Mapping) or not isinstance(stored.get("rules"), list):
        return ["分类规则的格式不对"]
    said = []
    if stored.get("default") not in DEFAULTS:
        said.append("请选择都不符合时怎么办：定为一般，或交人工确定")
    rules = stored["rules"]
    if len(rules) > MAX_RULES:
        said.append(f"规则最多{MAX_RULES}条，现有{len(rules)}条")
        rules = rules[:MAX_RULES]
    names: set[str] = set()
    for number, rule in enumerate(rules, start=1):
        place = f"第{number}条规则"
        if not isinstance(rule, Mapping):
            said.append(f"{place}：格式不对")
            continue
        said += [f"{place}：{problem}" for problem in _of_rule(rule, names, fields)]
    return said


def _of_rule(rule: Mapping[str, Any], names: set[str], fields: Mapping[str, Field]) -> Iterator[str]:
    name = rule.get("name")
    if not isinstance(name, str) or not name.strip():
        yield "请填写规则名称"
    elif len(name) > MAX_TEXT:
        yield f"规则名称最多{MAX_TEXT}字"
    elif name in names:
        yield f"规则名称“{name}”重复"
    else:
        names.add(name)
    if rule.get("class") not in CLASSES:
        yield "类别只能是特殊、重点或一般"
    counter = iter(range(1, MAX_CONDITIONS + 2))
    yield from _of_condition(rule.get("when"), fields, counter, 1)
    if next(counter, None) is None:
        yield f"条件最多{MAX_CONDITIONS}个"


def _of_condition(
    stored: Any, fields: Mapping[str, Field], counter: Iterator[int], depth: int
) -> Iterator[str]:
    if not isinstance(stored, Mapping):
        yield "请至少写一个条件"
        return
    keys = [key for key in ("all", "any") if key in stored]
    if keys:
        parts = stored[keys[0]]
        if len(stored) > 1 or not isinstance(parts, list):
            yield "条件组的格式不对"
        elif not parts:
            yield "条件组里没有条件"
        elif depth > MAX_DEPTH:
            yield f"条件组最多套{MAX_DEPTH}层"
        else:
            for part in parts:
                yield from _of_condition(part, fields, counter, depth + 1)
        return
    number = next(counter, None)
    if number is not None:
        yield from (f"第{number}个条件：{said}" for said in _of_leaf(stored, fields))


def _of_leaf(stored: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    if set(stored) - {"field", "is", "value"}:
        yield "条件的格式不对"
        return
    name, operator = stored.get("field"), stored.get("is")
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        yield f"没有“{name}”这个字段" if isinstance(name, str) and name else "请选择字段"
        return
    if not isinstance(operator, str) or operator not in ALLOWED[field.kind]:
        allowed = "、".join(OPERATORS[one] for one in ALLOWED[field.kind])
        yield f"“{field.label}”只能用：{allowed}"
        return
    if operator not in WITHOUT_VALUE:
        yield from _of_value(field, operator, stored.get("value"))


def _of_value(field: Field, operator: str, value: Any) -> Iterator[str]:
    if operator == "one_of":
        if not isinstance(value, list) or not value or not all(_is_text(one) for one in value):
            yield f"“{field.label}”请至少列出一个值"
        return
    if operator in ("in_year", "within_days"):
        low, high = (-10, 10) if operator == "in_year" else (0, 3660)
        if type(value) is not int or not low <= value <= high:
            yield f"“{field.label}”应填{low}至{high}之间的整数"
        return
    if field.kind in (FieldKind.TEXT, FieldKind.TAGS):
        if not _is_text(value):
            yield f"“{field.label}”请填写要比较的文字（最多{MAX_TEXT}字）"
        return
    read = number_of if field.kind is FieldKind.NUMBER else day_of
    what = "数字" if field.kind is FieldKind.NUMBER else "日期"
    if operator != "between":
        if read(value) is None:
            yield f"“{field.label}”应填{what}"
        return
    ends = [read(one) for one in value] if isinstance(value, list) and len(value) == 2 else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        yield f"“{field.label}”应填起止两个{what}"
    elif ends[0] > ends[1]:  # type: ignore[operator]
        yield f"“{field.label}”的起点大于终点"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= MAX_TEXT
