"""Classes by rule: what hits, what conflicts, what goes to a person, what a set of rules would change."""

from datetime import date
from typing import Any

import pytest

from sjj.rules.classification import ObjectClass, WrongRules, compile_rules, fields_in, preview
from sjj.rules.condition_fields import ENTITY_FIELDS, FieldKind, extra_field
from sjj.rules.condition_problems import rule_problems
from sjj.rules.conditions import ALLOWED, OPERATORS

DAY = date(2026, 1, 10)
FIELDS = {
    **ENTITY_FIELDS,
    **{
        field.key: field
        for field in (
            extra_field("上年处罚次数", FieldKind.NUMBER),
            extra_field("处罚日期", FieldKind.DAY),
            extra_field("排污许可管理类别"),
        )
    },
}
FINED = {"field": "extra.上年处罚次数", "is": "at_least", "value": 1}
KEY_UNIT = {"field": "tags", "is": "has_tag", "value": "重点排污单位"}
REGISTERED = {"field": "extra.排污许可管理类别", "is": "equals", "value": "登记管理"}


def rules(*pairs: tuple[str, dict[str, Any]], default: str = "一般") -> dict[str, Any]:
    named = [{"name": f"规则{n}", "class": klass, "when": when} for n, (klass, when) in enumerate(pairs, 1)]
    return {"default": default, "rules": named}


def hits(condition: dict[str, Any], row: dict[str, Any]) -> bool:
    return bool(compile_rules(rules(("特殊", condition)), DAY, FIELDS).judge(row).rules)


S3 = rules(("特殊", FINED), ("重点", KEY_UNIT), ("一般", REGISTERED))


@pytest.mark.parametrize(
    ("fined", "key", "registered", "klass", "reason"),
    [
        (0, 0, 0, "一般", "没有符合的规则，按一般监管对象"),
        (1, 0, 0, "特殊", "符合“规则1”"),
        (0, 1, 0, "重点", "符合“规则2”"),
        (0, 0, 1, "一般", "符合“规则3”"),
        (1, 1, 0, "特殊", "符合“规则1”、“规则2”，与重点的条件相冲突，以特殊为准"),
        (0, 1, 1, "一般", "符合“规则2”、“规则3”，与重点的条件相冲突，以一般为准"),
        (1, 0, 1, None, "符合“规则1”、“规则3”，同时符合特殊和一般的条件，由人工确定"),
        (1, 1, 1, None, "符合“规则1”、“规则2”、“规则3”，同时符合特殊和一般的条件，由人工确定"),
    ],
)
def test_conflicts_are_settled_as_the_paper_says(fined, key, registered, klass, reason):
    row = {
        "extra.上年处罚次数": fined,
        "tags": ("重点排污单位",) if key else (),
        "extra.排污许可管理类别": "登记管理" if registered else "",
    }
    found = compile_rules(S3, DAY, FIELDS).judge(row)
    assert (found.klass, found.reason) == (klass, reason)
    assert found.needs_person is (klass is None)


def test_nothing_matched_may_go_to_a_person():
    found = compile_rules(rules(default="person"), DAY).judge({})
    assert (found.needs_person, found.reason) == (True, "没有符合的规则，由人工确定")
    assert compile_rules(rules(), DAY).judge({}).klass is ObjectClass.GENERAL


@pytest.mark.parametrize(
    ("field", "operator", "value", "yes", "no"),
    [
        ("industry", "equals", "化工", ["化工"], ["化工厂", "", None]),
        ("industry", "not_equals", "化工", ["苗木", "", None], ["化工"]),
        ("industry", "one_of", ["化工", "印染"], ["印染"], ["苗木", "", None]),
        ("business_scope", "contains", "危险废物", ["收集危险废物"], ["收集废物", "", None]),
        ("business_scope", "not_contains", "危险废物", ["收集废物", "", None], ["收集危险废物"]),
        ("township", "empty", None, ["", " ", None, "N/A"], ["城关镇"]),
        ("township", "not_empty", None, ["城关镇"], ["", None, "N/A"]),
        ("extra.上年处罚次数", "equals", 2, [2, "2", 2.0, " 2 "], [1, "", None, "两次"]),
        ("extra.上年处罚次数", "not_equals", 2, [1, "3"], [2, "2", "", None, "两次"]),
        ("extra.上年处罚次数", "at_least", "1.5", [1.5, 2, "1,000"], [1, "", None, "约3次"]),
        ("extra.上年处罚次数", "at_most", 3, [3, 0, "-1"], [4, "", None]),
        ("extra.上年处罚次数", "between", [1, 3], [1, 3, "2"], [0, 4, None]),
        ("extra.上年处罚次数", "empty", None, ["", None], [0, "0", 2]),
        ("registered_on", "equals", "2025-03-01", [date(2025, 3, 1), "2025年3月1日"], ["2025-03-02", None]),
        ("registered_on", "at_least", "2025-03-01", ["20250301", "2025/3/2"], ["2025-02-28", "三月"]),
        ("registered_on", "at_most", "2025-03-01", ["2025-03-01"], ["2025-03-02", "2025-02-30", None]),
        (
            "registered_on",
            "between",
            ["2025-03-01", "2025-03-31"],
            ["2025-03-01", "2025.3.31"],
            ["2025-04-01", None],
        ),
        ("registered_on", "in_year", -1, ["2025-01-01", "2025-12-31"], ["2026-01-01", "2024-12-31", None]),
        ("registered_on", "within_days", 10, [DAY, "2025-12-31"], ["2025-12-30", "2026-01-11", None]),
        ("positive", "yes", None, [True], [False, None]),
        ("positive", "no", None, [False, None], [True]),
        ("tags", "has_tag", "苗圃", [("苗圃", "涉木")], [("涉木",), (), None]),
        ("tags", "lacks_tag", "苗圃", [("涉木",), (), None], [("苗圃",)]),
        ("tags", "one_of", ["苗圃", "湿地"], [["湿地"]], [["涉木"], None]),
        ("tags", "empty", None, [(), None], [("苗圃",)]),
        ("tags", "not_empty", None, [("苗圃",)], [(), None]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_condition_hits_what_it_says(field, operator, value, yes, no):
    condition = {"field": field, "is": operator, **({"value": value} if value is not None else {})}
    assert [now for now in yes if not hits(condition, {field: now})] == []
    assert [now for now in no if hits(condition, {field: now})] == []


def test_every_operator_is_named():
    assert {one for allowed in ALLOWED.values() for one in allowed} == set(OPERATORS)


def test_groups_join_conditions():
    both = {"all": [FINED, {"any": [KEY_UNIT, REGISTERED]}]}
    fined = {"extra.上年处罚次数": 3}
    assert hits(both, {**fined, "tags": ["重点排污单位"]})
    assert hits(both, {**fined, "extra.排污许可管理类别": "登记管理"})
    assert not hits(both, fined)
    assert not hits(both, {"tags": ["重点排污单位"]})


def test_the_conditions_that_hit_are_said_with_the_objects_own_values():
    either = {"any": [FINED, {"field": "extra.处罚日期", "is": "in_year", "value": -1}, KEY_UNIT]}
    found = compile_rules(rules(("特殊", either)), DAY, FIELDS)
    assert found.sentences == (
        "规则1：（上年处罚次数不小于1 或 处罚日期在2025年 或 分类标注有标注“重点排污单位”） → 特殊",
    )
    assert found.explain({"extra.上年处罚次数": 3, "tags": ("重点排污单位",), "extra.处罚日期": "去年"}) == (
        "“规则1”（特殊）：上年处罚次数不小于1（现为3）；分类标注有标注“重点排污单位”",
    )
    assert found.explain({}) == ()


def test_what_cannot_be_read_is_reported_and_never_taken_for_nothing():
    judge = compile_rules(S3, DAY, FIELDS).judge
    found = judge({"extra.上年处罚次数": "约3次"})
    assert found.doubts == ("上年处罚次数填的是“约3次”，不是数字",)
    assert judge({"extra.上年处罚次数": "N/A"}).doubts == ()
    assert judge({"extra.上年处罚次数": "3"}).doubts == ()


def test_a_preview_says_what_changes_and_applies_nothing():
    both = {"extra.上年处罚次数": 1, "extra.排污许可管理类别": "登记管理"}
    rows = [
        (1, "一般", {"extra.上年处罚次数": 2}),
        (2, "特殊", {"extra.上年处罚次数": 2}),
        (3, "重点", {"extra.上年处罚次数": "若干"}),
        (4, "重点", both),
        (5, "重点", both),
        (6, "重点", {"extra.上年处罚次数": 2}),
    ]
    found = preview(compile_rules(S3, DAY, FIELDS), iter(rows), decided={5: "特殊", 6: "重点"})
    assert [(one.entity, one.before, one.after, one.reasons) for one in found.changes] == [
        (1, "一般", "特殊", ("“规则1”（特殊）：上年处罚次数不小于1（现为2）",)),
        (3, "重点", "一般", ("没有符合的规则，按一般监管对象",)),
        (5, "重点", "特殊", ("人工确定",)),
    ]
    assert found.persons == ((4, "符合“规则1”、“规则3”，同时符合特殊和一般的条件，由人工确定"),)
    assert found.contradicted == ((6, "人工定为重点，按规则为特殊：符合“规则1”"),)
    assert found.doubts == ((3, "上年处罚次数填的是“若干”，不是数字"),)
    assert found.before == {"一般": 1, "特殊": 1, "重点": 4}
    assert found.after == {"特殊": 3, "一般": 1, "重点": 2}


def test_the_fields_that_rules_ask_about_are_known_before_rows_are_read():
    asked = rules(("特殊", {"any": [FINED, KEY_UNIT]}), ("一般", {"field": "township", "is": "empty"}))
    assert fields_in(asked) == {"extra.上年处罚次数", "tags", "township"}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (None, "请至少写一个条件"),
        ({"all": []}, "条件组里没有条件"),
        ({"all": [FINED], "any": [FINED]}, "条件组的格式不对"),
        ({"all": {}}, "条件组的格式不对"),
        ({"all": [{"any": [{"all": [{"any": [{"all": [FINED]}]}]}]}]}, "条件组最多套4层"),
        ({"field": "年龄", "is": "equals", "value": "1"}, "第1个条件：没有“年龄”这个字段"),
        ({"is": "equals"}, "第1个条件：请选择字段"),
        ({"field": ["name"], "is": "equals"}, "第1个条件：请选择字段"),
        ({"field": "positive", "is": "equals", "value": 1}, "第1个条件：“监督执法正面清单”只能用：是、否"),
        ({"field": "positive", "is": ["yes"]}, "第1个条件：“监督执法正面清单”只能用：是、否"),
        (
            {"field": "name", "is": "contains", "value": " "},
            "第1个条件：“名称”请填写要比较的文字（最多100字）",
        ),
        ({"field": "name", "is": "one_of", "value": []}, "第1个条件：“名称”请至少列出一个值"),
        ({"field": "name", "is": "one_of", "value": "甲"}, "第1个条件：“名称”请至少列出一个值"),
        (
            {"field": "registered_on", "is": "in_year", "value": "去年"},
            "第1个条件：“成立日期”应填-10至10之间的整数",
        ),
        (
            {"field": "registered_on", "is": "within_days", "value": -1},
            "第1个条件：“成立日期”应填0至3660之间的整数",
        ),
        (
            {"field": "registered_on", "is": "at_least", "value": "2026-02-30"},
            "第1个条件：“成立日期”应填日期",
        ),
        (
            {"field": "registered_on", "is": "between", "value": ["2026-02-01"]},
            "第1个条件：“成立日期”应填起止两个日期",
        ),
        (
            {"field": "extra.上年处罚次数", "is": "between", "value": [3, 1]},
            "第1个条件：“上年处罚次数”的起点大于终点",
        ),
        (
            {"field": "extra.上年处罚次数", "is": "at_least", "value": "很多"},
            "第1个条件：“上年处罚次数”应填数字",
        ),
        ({"field": "name", "is": "equals", "value": "甲", "or": 1}, "第1个条件：条件的格式不对"),
        ({"any": [FINED] * 41}, "条件最多40个"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_condition_is_named_with_its_place(when: Any, said: str):
    assert rule_problems(rules(("特殊", when)), FIELDS) == [f"第1条规则：{said}"]


def test_all_problems_come_at_once():
    stored = {
        "default": "随便",
        "rules": [
            {"name": "", "class": "严重", "when": FINED},
            "规则",
            {"name": "甲", "class": "特殊", "when": {"all": [FINED, {"field": "x", "is": "y"}]}},
            {"name": "甲", "class": "特殊", "when": FINED},
        ],
    }
    problems = rule_problems(stored, FIELDS)
    assert problems == [
        "请选择都不符合时怎么办：定为一般，或交人工确定",
        "第1条规则：请填写规则名称",
        "第1条规则：类别只能是特殊、重点或一般",
        "第2条规则：格式不对",
        "第3条规则：第2个条件：没有“x”这个字段",
        "第4条规则：规则名称“甲”重复",
    ]
    with pytest.raises(WrongRules) as caught:
        compile_rules(stored, DAY, FIELDS)
    assert caught.value.problems == problems
    assert rule_problems([], FIELDS) == ["分类规则的格式不对"]
    assert "规则最多60条，现有61条" in rule_problems(rules(*[("特殊", FINED)] * 61), FIELDS)
    assert rule_problems(rules(("特殊", {"any": [FINED] * 40})), FIELDS) == []
