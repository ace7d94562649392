"""Classifying 100,000 objects by 12 conditions, against reading the same rules anew for every object; then the same
out of a database of 100,000 rows, with tags and own fields, to the preview that a clerk sees.

The naive way walks the stored dictionaries object by object, as a first program would. Both judge the same
objects in one run, and must find the same; the better of two rounds counts for each. Processor time, as all is
computing: other work on the machine distorts it less.
"""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from flask_migrate import upgrade

from sjj.app import create_app
from sjj.database import db
from sjj.registers.bulk import insert_rows
from sjj.registers.class_queries import look
from sjj.registers.models import EntityKind, SupervisionClass, entity_tag
from sjj.registers.upkeep_models import ClassRules, ExtraField
from sjj.rules.classification import compile_rules, preview
from sjj.rules.condition_fields import ENTITY_FIELDS, FieldKind, day_of, extra_field, number_of
from tests.conftest import settings_for
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import MADE_AT, make_entity, make_tag

OBJECTS, ROUNDS, LIMIT, TARGET = 100_000, 2, 5.0, 1.5
DAY = date(2026, 1, 10)
FIELDS = {
    **ENTITY_FIELDS,
    "extra.处罚次数": extra_field("处罚次数", FieldKind.NUMBER),
    "extra.处罚日期": extra_field("处罚日期", FieldKind.DAY),
    "extra.管理类别": extra_field("管理类别"),
}


def leaf(field: str, operator: str, value: Any) -> dict[str, Any]:
    """One condition."""
    return {"field": field, "is": operator, "value": value}


RULES: dict[str, Any] = {
    "default": "一般",
    "rules": [
        {
            "name": "上年受处罚",
            "class": "特殊",
            "when": {
                "any": [
                    leaf("extra.处罚次数", "at_least", 2),
                    {"all": [leaf("extra.处罚次数", "at_least", 1), leaf("extra.处罚日期", "in_year", -1)]},
                ]
            },
        },
        {"name": "挂牌督办", "class": "特殊", "when": leaf("tags", "has_tag", "挂牌督办")},
        {
            "name": "较大风险",
            "class": "重点",
            "when": {
                "any": [
                    leaf("tags", "one_of", ["重点排污单位", "较大环境风险"]),
                    leaf("extra.管理类别", "equals", "重点管理"),
                    {
                        "all": [
                            leaf("industry", "one_of", ["化工", "印染", "电镀"]),
                            leaf("business_scope", "contains", "生产"),
                            leaf("registered_on", "between", ["2000-01-01", "2020-12-31"]),
                        ]
                    },
                ]
            },
        },
        {
            "name": "登记管理",
            "class": "一般",
            "when": {
                "all": [
                    leaf("extra.管理类别", "equals", "登记管理"),
                    leaf("township", "not_equals", "开发区"),
                    leaf("credit_risk", "one_of", ["A", "B"]),
                ]
            },
        },
    ],
}


def rows() -> list[tuple[int, str, dict[str, Any]]]:
    """Objects as the register gives them: invented, every value taken in turn."""
    industries, kinds = ("化工", "苗木", "电镀", "零售", "餐饮"), ("重点管理", "简化管理", "登记管理", "")
    return [
        (
            number,
            "一般",
            {
                "industry": industries[number % 5],
                "business_scope": "生产、销售" if number % 3 else "零售",
                "township": "开发区" if number % 11 == 0 else "城关镇",
                "credit_risk": "ABCD"[number % 4],
                "registered_on": date(1995 + number % 30, 1 + number % 12, 1),
                "tags": ("挂牌督办",) if number % 97 == 0 else ("重点排污单位",) if number % 41 == 0 else (),
                "extra.处罚次数": str(number % 50 // 48),
                "extra.处罚日期": f"{2024 + number % 2}-05-0{1 + number % 9}",
                "extra.管理类别": kinds[number * 7 % 13 % 4],
            },
        )
        for number in range(OBJECTS)
    ]


def naive_hits(when: dict[str, Any], row: dict[str, Any]) -> bool:
    """The stored condition read anew for one object."""
    if "all" in when:
        return all(naive_hits(part, row) for part in when["all"])
    if "any" in when:
        return any(naive_hits(part, row) for part in when["any"])
    now, operator, value = row.get(when["field"]), when["is"], when["value"]
    if operator == "in_year":
        found = day_of(now)
        return found is not None and found.year == DAY.year + value
    if operator == "at_least":
        number = number_of(now)
        return number is not None and number >= value
    if operator == "between":
        found = day_of(now)
        ends = [day_of(end) for end in value]
        return found is not None and ends[0] <= found <= ends[1]
    if operator == "one_of":
        return bool(set(value) & set(now)) if when["field"] == "tags" else now in value
    plain = {
        "equals": lambda: now == value,
        "not_equals": lambda: now != value,
        "contains": lambda: value in (now or ""),
        "has_tag": lambda: value in (now or ()),
    }
    return plain[operator]()


def naive(objects: list[tuple[int, str, dict[str, Any]]]) -> list[str]:
    """The class of each object, "" for a person."""
    found = []
    for _, _, row in objects:
        met = {rule["class"] for rule in RULES["rules"] if naive_hits(rule["when"], row)}
        if {"特殊", "一般"} <= met:
            found.append("")
        else:
            found.append("特殊" if "特殊" in met else "重点" if met == {"重点"} else "一般")
    return found


def _register(agency: Any, tags: dict[str, int]) -> None:
    """The invented objects as rows of a register."""
    pattern = make_entity(agency, "样本")
    columns = [column.name for column in pattern.__table__.columns if column.name != "id"]
    like = {name: getattr(pattern, name) for name in columns}
    marked = []

    def each() -> Any:
        for number, (_, klass, row) in enumerate(rows()):
            plain = {name: value for name, value in row.items() if name in like}
            extra = {name[6:]: value for name, value in row.items() if name.startswith("extra.")}
            marked.extend((number + 2, tags[name]) for name in row["tags"])
            yield {
                **like, **plain, "extra": extra, "code": f"B{number}", "token": f"t{number}", "name": f"对象{number}",
                "kind": EntityKind.OTHER, "supervision_class": SupervisionClass(klass),
            }  # fmt: skip

    insert_rows(pattern.__table__, each())
    insert_rows(entity_tag, ({"entity_id": number, "tag_id": tag} for number, tag in marked))


def out_of_a_database() -> tuple[float, int, int]:
    """(seconds to read, judge and preview, objects, changes) of a register on SQLite."""
    with TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            upgrade()
            agency = make_agency()
            tags = {name: make_tag(agency, name).id for name in ("挂牌督办", "重点排污单位")}
            for label, kind in (("处罚次数", "number"), ("处罚日期", "day"), ("管理类别", "text")):
                db.session.add(
                    ExtraField(agency_id=agency.id, register="entity", label=label, kind=kind, choices=[])
                )
            _register(agency, tags)
            maker = make_user(agency=agency)
            kept = ClassRules(
                agency_id=agency.id, version=1, content=RULES, made_at=MADE_AT, made_by_id=maker.id, counts={}
            )
            db.session.add(kept)
            db.session.commit()
            times = []
            for _ in range(ROUNDS):
                started = perf_counter()
                found = look(kept, DAY).preview
                times.append(perf_counter() - started)
            db.session.remove()
            db.engine.dispose()
    return min(times), sum(found.before.values()), len(found.changes)


def run() -> list[tuple[str, str, str, bool]]:
    """The figures for the table."""
    objects = rows()
    ours, theirs, whole = [], [], []
    same = True
    for _ in range(ROUNDS):
        started = process_time()
        judge = compile_rules(RULES, DAY, FIELDS).judge
        mine = [str(judge(row).klass or "") for _, _, row in objects]
        middle = process_time()
        other = naive(objects)
        ended = process_time()
        preview(compile_rules(RULES, DAY, FIELDS), objects)
        ours.append(middle - started)
        theirs.append(ended - middle)
        whole.append(process_time() - ended)
        same &= mine == other
    ratio = min(theirs) / min(ours)
    seconds, read, changes = out_of_a_database()
    figure = (
        f"{ratio:.2f} 倍（{min(ours):.2f} 秒对 {min(theirs):.2f} 秒），{'结果一致' if same else '结果不一致'}"
    )
    return [
        (
            f"{OBJECTS:,} 户按 12 个条件分类，对逐户重读规则",
            figure,
            f"结果一致，至少 {TARGET} 倍",
            same and ratio >= TARGET,
        ),
        (
            "同上，含变更预览与理由",
            f"{min(whole):.2f} 秒",
            f"{LIMIT:.0f} 秒处理器时间以内",
            min(whole) < LIMIT,
        ),
        (
            f"从数据库读 {read:,} 户（标签、扩展栏目在内），按 12 个条件预览 {changes:,} 户变化",
            f"{seconds:.2f} 秒",
            f"{LIMIT:.0f} 秒以内",
            read > OBJECTS and seconds < LIMIT,
        ),
    ]
