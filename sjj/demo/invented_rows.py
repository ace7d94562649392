"""The invented rows of the two registers, as a workbook of the office would hold them.

Codes are valid in form and of a sequence that no authority gave out; phone numbers are nobody's. Nothing here
touches a database.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sjj.demo.words import Table, chooser, names, person_name, weighted
from sjj.rules.identity import credit_code_with_check

ENTERPRISES, PLOTS, PEOPLE = 268, 20, 12
OFFICERS = 24
ENTITY_HEADER = (
    "企业名称",
    "统一社会信用代码",
    "对象类别",
    "企业类型",
    "登记机关",
    "成立日期",
    "登记状态",
    "住所",
    "乡镇",
    "经度",
    "纬度",
    "法定代表人",
    "联系电话",
    "行业",
    "经营范围",
    "监管对象类别",
    "信用风险分类",
    "正面清单起",
    "正面清单止",
    "内设机构",
    "标签",
    "排污许可管理类别",
)
OFFICER_HEADER = (
    "姓名",
    "性别",
    "手机号",
    "学历",
    "职务",
    "内设机构",
    "执法组",
    "执法证号",
    "执法证有效期至",
    "发证机关",
    "专长",
    "在岗状态",
)
_CLASS_OF_FORM = {"个体工商户": "92", "农民专业合作社": "93"}  # GB 32100: who registered it and what it is
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_STATES = {"在业": 70, "存续": 22, "注销": 3, "停业": 2, "迁出": 2, "吊销": 1}
_CREDIT = {"A": 24, "B": 44, "C": 20, "D": 6, "": 6}
_CLASSES = {"一般": 74, "重点": 20, "特殊": 6}
_JITTER = 0.018  # degrees, some two kilometres around the township's centre
_PEOPLES_WORK = {
    "forestry": ("采伐个人", "森林经营", "LY-04"),
    "ecology": ("养殖户", "畜禽养殖", "HJ-14"),
}


def credit_code(form: str, division: str, number: int) -> str:
    """A 统一社会信用代码 with both check characters right (GB 32100, GB 11714), of an invented sequence."""
    body = f"9{number:07d}"
    pairs = zip(body, _ORGANISATION_WEIGHTS, strict=True)
    check = 11 - sum(int(digit) * weight for digit, weight in pairs) % 11
    letter = {10: "X", 11: "0"}.get(check, str(check))
    return credit_code_with_check(f"{_CLASS_OF_FORM.get(form, '91')}{division}{body}{letter}")


def entity_rows(bureau: Table, today: date) -> list[list[Any]]:
    """Enterprises, objects that are none, and natural persons."""
    rng = chooser(bureau["key"], "entities")
    made = [*_enterprises(bureau, rng, today), *_plots(bureau, rng), *_people(bureau, rng)]
    return [[row.get(title, "") for title in ENTITY_HEADER] for row in made]


def _enterprises(bureau: Table, rng: Random, today: date) -> Iterator[Table]:
    taken: set[str] = set()
    while len(taken) < ENTERPRISES:
        ending, town = weighted(rng, bureau["endings"]), rng.choice(bureau["townships"])
        name = rng.choice(bureau["name_patterns"]).format(
            division=bureau["division_name"],
            town=town["short"],
            word=rng.choice(names()["words"]),
            ending=ending["text"],
        )
        if name in taken:
            continue
        taken.add(name)
        supervision = ending.get("supervision") or _weighed(rng, _CLASSES)
        yield {
            **_place(town, rng, f"{bureau['division_name']}{town['name']}"),
            **_positive(rng, supervision, today),
            "企业名称": name,
            "统一社会信用代码": credit_code(ending["form"], bureau["division_code"], len(taken)),
            "对象类别": "主体类",
            "企业类型": ending["form"],
            "登记机关": f"{bureau['division_name']}市场监督管理局",
            "成立日期": str(today - timedelta(days=rng.randint(400, 7000))),
            "登记状态": _weighed(rng, _STATES),
            "法定代表人": person_name(rng, rng.choice("男男女")),
            "联系电话": _phone(rng),
            "行业": ending["tag"],
            "经营范围": f"{ending['tag']}（演示数据）",
            "监管对象类别": supervision,
            "信用风险分类": _weighed(rng, _CREDIT),
            "内设机构": section_for(bureau, ending["items"][0]),
            "标签": "、".join(_tags(bureau, ending, rng)),
            "排污许可管理类别": ending.get("permit", ""),
        }


def _plots(bureau: Table, rng: Random) -> Iterator[Table]:
    for number in range(1, PLOTS + 1):
        kind, town = weighted(rng, bureau["objects"]), rng.choice(bureau["townships"])
        place = rng.choice(bureau["places"])
        yield {
            **_place(town, rng, f"{town['name']}{place}"),
            "企业名称": kind["pattern"].format(township=town["name"], place=place, n=number),
            "对象类别": "非主体类",
            "登记状态": "存续",
            "法定代表人": person_name(rng),
            "联系电话": _phone(rng),
            "行业": kind["tag"],
            "监管对象类别": "一般",
            "内设机构": section_for(bureau, kind["items"][0]),
            "标签": "、".join(_tags(bureau, kind, rng)),
        }


def _people(bureau: Table, rng: Random) -> Iterator[Table]:
    work, tag, item = _PEOPLES_WORK[bureau["pack"]]
    for _ in range(PEOPLE):
        town = rng.choice(bureau["townships"])
        name = person_name(rng, rng.choice("男女"))
        yield {
            **_place(town, rng, f"{town['name']}{rng.choice(bureau['places'])}"),
            "企业名称": name,
            "对象类别": "自然人",
            "企业类型": work,
            "登记状态": "存续",
            "联系电话": _phone(rng),
            "行业": tag,
            "监管对象类别": "一般",
            "内设机构": section_for(bureau, item),
            "标签": tag,
        }


def officer_rows(bureau: Table, today: date) -> list[list[Any]]:
    """Officers; one certificate has expired, two expire soon, one officer is away."""
    rng = chooser(bureau["key"], "officers")
    return [[row[title] for title in OFFICER_HEADER] for row in _officers(bureau, rng, today)]


def _officers(bureau: Table, rng: Random, today: date) -> Iterator[Table]:
    words, taken = names(), set()
    days_left = {21: 12, 22: 24, 23: -18}
    for number in range(OFFICERS):
        gender = rng.choice("男男女")
        name = next(one for one in iter(lambda g=gender: person_name(rng, g), "") if one not in taken)
        taken.add(name)
        expertise = bureau["expertise"]
        tags = {expertise[number % len(expertise)]["name"], rng.choice(expertise)["name"]}
        left = days_left.get(number, rng.randint(300, 1500))
        yield {
            "姓名": name,
            "性别": gender,
            "手机号": _phone(rng),
            "学历": rng.choice(words["education"]),
            "职务": rng.choice(words["posts_officer"]),
            "内设机构": bureau["leading_group_office"],
            "执法组": f"执法{'一二三四'[number % 4]}组",
            "执法证号": f"03{bureau['division_code'][2:4]}9{number + 1:06d}",
            "执法证有效期至": str(today + timedelta(days=left)),
            "发证机关": f"{bureau['province_name']}人民政府",
            "专长": "、".join(sorted(tags)),
            "在岗状态": "离岗" if number == 20 else "在岗",
        }


def section_for(bureau: Table, item: str) -> str:
    """The section that keeps an item."""
    return next((one["name"] for one in bureau["sections"] if item in one["items"]), "")


def _place(town: Table, rng: Random, address: str) -> Table:
    return {
        "住所": f"{address}{rng.randint(1, 199)}号",
        "乡镇": town["name"],
        "经度": f"{town['lon'] + rng.uniform(-_JITTER, _JITTER):.5f}",
        "纬度": f"{town['lat'] + rng.uniform(-_JITTER, _JITTER):.5f}",
    }


def _positive(rng: Random, supervision: str, today: date) -> Table:
    if supervision != "一般" or rng.random() > 0.1:
        return {}
    begun = today - timedelta(days=rng.randint(30, 300))
    return {"正面清单起": str(begun), "正面清单止": str(begun + timedelta(days=365))}


def _tags(bureau: Table, kind: Table, rng: Random) -> list[str]:
    areas = [rng.choice(bureau["key_area_tags"])] if rng.random() < 0.3 else []
    return [kind["tag"], *areas]


def _weighed(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _phone(rng: Random) -> str:
    return f"1300000{rng.randint(0, 9999):04d}"
