"""The forms of class rules: rules as rows of field, comparison and value, all without JavaScript.

What was typed becomes what is kept; sjj.rules judges it, and each problem stands at its own row.
"""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import FieldList, Form, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from sjj.form import Form as OfficeForm
from sjj.registers.models import SupervisionClass
from sjj.registers.shared_forms import TextField, no_id_number, options
from sjj.rules.condition_fields import Field
from sjj.rules.condition_problems import rule_problems
from sjj.rules.conditions import OPERATORS, WITHOUT_VALUE
from sjj.rules.identity import normalise_text

JOINS = (("any", "符合任一条件"), ("all", "同时符合全部条件"))
CLASSES = [(each.value, each.value) for each in SupervisionClass]
SPARE_ROWS = 1
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2}
_LIST = re.compile(r"[、，,;；\n]+")
_ENDS = re.compile(r"\s*(?:至|到|~|～|、|，|,)\s*")
_PROBLEM = re.compile(r"第(\d+)条规则：(?:第(\d+)个条件：)?(.+)", re.DOTALL)


class ConditionForm(Form):
    """One row: a field, a comparison, a value."""

    field = SelectField("内容")
    compare = SelectField("比较", choices=options([("", "请选择"), *OPERATORS.items()]))
    value = StringField("数值或文字", [no_id_number])

    @property
    def is_blank(self) -> bool:
        """Whether the row is only there to be filled in."""
        return not (self.field.data or (self.value.data or "").strip())

    def stored(self) -> dict[str, Any]:
        """The condition as it is kept."""
        compare = self.compare.data or ""
        found: dict[str, Any] = {"field": self.field.data or "", "is": compare}
        if compare not in WITHOUT_VALUE:
            found["value"] = value_of(compare, self.value.data or "")
        return found


class RuleForm(Form):
    """One rule: its name, the class it gives, its conditions."""

    name = StringField("规则名称")
    klass = SelectField("定为", choices=options(CLASSES), default=CLASSES[0][0])
    join = SelectField("条件之间", choices=options(JOINS), default=JOINS[0][0])
    conditions = FieldList(FormField(ConditionForm), max_entries=40)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it at all."""
        return not (self.name.data or "").strip() and all(row.form.is_blank for row in self.conditions)

    def stored(self) -> dict[str, Any]:
        """The rule as it is kept."""
        filled = [row.form.stored() for row in self.conditions if not row.form.is_blank]
        when = {self.join.data or "any": filled} if filled else None
        return {"name": normalise_text(self.name.data or ""), "class": self.klass.data, "when": when}


class RulesForm(OfficeForm):
    """All rules of an agency."""

    rules = FieldList(FormField(RuleForm), max_entries=60)
    default = RadioField("都不符合的对象", choices=options([("一般", "定为一般"), ("person", "交人工确定")]))
    note = TextField("修改说明", 300)

    def stored(self) -> dict[str, Any]:
        """The rules as they are kept; blank rows and rules are left out."""
        rules = [rule.form.stored() for rule in self.rules if not rule.form.is_blank]
        return {"default": self.default.data, "rules": rules}

    def offer(self, fields: Mapping[str, Field]) -> None:
        """Offer the fields that a condition may ask about."""
        choices = options([("", "请选择"), *((one.key, one.label) for one in fields.values())])
        for rule in self.rules:
            for row in rule.form.conditions:
                row.form.field.choices = choices

    def judge(self, fields: Mapping[str, Field]) -> bool:
        """Put each problem at its own row; whether there is none."""
        fine = bool(self.validate())
        problems = rule_problems(self.stored(), fields)
        rules = [rule for rule in self.rules if not rule.form.is_blank]
        for problem in problems:
            place = _PROBLEM.fullmatch(problem)
            if place is None:
                _say(self.default, problem)
                continue
            rule = rules[int(place[1]) - 1].form
            rows = [row for row in rule.conditions if not row.form.is_blank]
            if place[2] and int(place[2]) <= len(rows):
                row = rows[int(place[2]) - 1].form
                _say(row.compare if row.field.data else row.field, place[3])
            else:
                _say(rule.klass if "类别" in place[3] else rule.name, place[3])
        return fine and not problems


class DecisionForm(OfficeForm):
    """A person's decision on the classes of the objects that are ticked."""

    what = RadioField(
        "确定为",
        [DataRequired("请选择确定为哪一类")],
        choices=options([*CLASSES, ("rules", "撤回人工确定，按规则办")]),
    )
    reason = TextAreaField(
        "理由",
        [DataRequired("请写明理由"), Length(max=300, message="不超过 300 字"), no_id_number],
    )


def value_of(compare: str, text: str) -> Any:
    """What was typed, as the comparison wants it; what cannot be read stays as it is and is refused by name."""
    clean = normalise_text(text)
    if compare == "one_of":
        return [word for word in map(normalise_text, _LIST.split(text)) if word]
    if compare == "between":
        return [part for part in _ENDS.split(clean) if part]
    if compare == "in_year":
        return _YEARS.get(clean, _whole(clean))
    if compare == "within_days":
        return _whole(clean.removesuffix("天"))
    return clean


def text_of(condition: Mapping[str, Any]) -> str:
    """A kept value as it is typed."""
    value = condition.get("value")
    if condition["is"] == "in_year":
        return {0: "今年", -1: "去年", -2: "前年"}.get(value, str(value))  # type: ignore[arg-type]
    if isinstance(value, list):
        return (" 至 " if condition["is"] == "between" else "、").join(map(str, value))
    return "" if value is None else str(value)


def shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """Kept rules as the form's data, each with a spare row."""
    return {"default": content["default"], "rules": [_rule_shown(rule) for rule in content["rules"]]}


def _rule_shown(rule: Mapping[str, Any]) -> dict[str, Any]:
    when = rule["when"]
    join = "all" if "all" in when else "any"
    rows = when.get(join, [when])
    conditions = [{"field": row["field"], "compare": row["is"], "value": text_of(row)} for row in rows]
    return {"name": rule["name"], "klass": rule["class"], "join": join, "conditions": [*conditions, {}]}


def _say(field: Any, problem: str) -> None:
    field.errors = [*field.errors, problem]


def _whole(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?[0-9]{1,5}", text) else text
