"""Reading the words of an office's plan table (domain.md §7): when, how many, of whom, how often.

The same words that `plan_table` writes, and the usual other ways of writing them. What it cannot read it refuses
with a sentence (Unreadable); it never guesses.
"""

import re
from collections.abc import Mapping, Sequence

from sjj.plans.choices import LAYERS
from sjj.plans.plan_line_rules import LayerWish, layer_label
from sjj.plans.scope import CREDIT_LABELS, POSITIVE, Scope
from sjj.registers.models import EntityKind
from sjj.rules.identity import normalise_text
from sjj.rules.quota import WrongQuota, parse_quota

_MONTH, _QUARTER = re.compile(r"(\d{1,2})\s*月"), re.compile(r"(?:第\s*)?([一二三四1-4])\s*季")
_RANGE = re.compile(r"(\d{1,2})\s*(?:月)?\s*[-—~至到]\s*(\d{1,2})\s*月")
_YEARLY = re.compile(r"(20\d\d\s*年?\s*)?(全年|年内|上半年|下半年|全年度)?")
_DAY = re.compile(r"20\d\d-(\d{1,2})-\d{1,2}")
_CAP = re.compile(r"\D*?(\d{1,3})\s*次?(?:/?年)?")
_SHARE = re.compile(
    r"(?P<label>.*?)[:为]?(?:不低于|不少于|抽取|按)?(?P<take>\d+(?:\.\d+)?\s*[%户家]|0\.\d+|\d+)以?上?(?:\(不少于(?P<least>\d+)户\))?"
)
_MARKS = str.maketrans("：；％～", ":;%~")
_SEPARATORS = " ;；、,，\n"


class Unreadable(Exception):
    """The words cannot be read; the message says why."""


def _plain(text: str) -> str:
    """With one kind of mark for each: people write both."""
    return normalise_text(text).translate(_MARKS)


def when(text: str) -> tuple[int | None, int | None]:
    """(quarter, month) of 任务日期; the year in it is not read: the table may be last year's."""
    plain = _plain(text).replace(" ", "")
    months = [int(one) for one in (*_MONTH.findall(plain), *_DAY.findall(plain))]
    months += [int(one) for pair in _RANGE.findall(plain) for one in pair]
    if any(not 1 <= one <= 12 for one in months):
        raise Unreadable(f"“{text}”里的月份不对")
    quarters = {(one + 2) // 3 for one in months}
    quarters |= {"一二三四".find(one) + 1 or int(one) for one in _QUARTER.findall(plain)}
    if not quarters and not _YEARLY.fullmatch(plain):
        raise Unreadable(f"“{text}”请写成 3月、第一季度或全年")
    if len(quarters) != 1:
        return None, None  # over several quarters: some time in the year
    return quarters.pop(), months[0] if len(set(months)) == 1 else None


def cap(text: str, usual: int | None) -> int | None:
    """频次上限: how often a year; None where the line has none of its own."""
    plain = _plain(text).replace(" ", "")
    if plain in ("", "未规定", "不限", "无"):
        return None
    match = _CAP.fullmatch(plain)
    number = int(match[1]) if match else 0
    if not 1 <= number <= 366:
        raise Unreadable(f"“{text}”请写成 每户每年1次")
    return None if number == usual else number


def _labels() -> dict[str, tuple[str, str]]:
    found = {"": ("all", ""), "全部对象": ("all", ""), "企业": ("all", "")}
    for by, rows in LAYERS.items():
        for value, label in rows:
            wish = LayerWish(by, value, "")
            found |= {normalise_text(layer_label(wish, one)): (by, value) for one in POSITIVE}
            found[normalise_text(label)] = (by, value)
    return found


_LABELS = _labels()


def shares(text: str) -> list[LayerWish]:
    """检查比例, layer by layer."""
    layers = [_share(part) for part in re.split(r"[;\n]", _plain(text)) if part.strip()]
    if len({one.by for one in layers}) > 1 or len({one.value for one in layers}) < len(layers):
        raise Unreadable(f"“{text}”里的分层互相重复，请只按一种分层写")
    return layers


def _share(part: str) -> LayerWish:
    match = _SHARE.fullmatch(part.strip().rstrip("。"))
    if match is None or match["label"].strip() not in _LABELS:
        raise Unreadable(f"“{part}”请写成 3%、5户，或“重点监管对象不低于25%”")
    take = match["take"].replace(" ", "").replace("家", "户")
    if take.startswith("0.") and take[-1].isdigit():  # how a sheet keeps 3%
        take = f"{round(float(take) * 100, 4):g}%"
    elif take == "1":
        raise Unreadable("“1”看不出是 1户 还是 100%，请写明")
    try:
        parse_quota(take)
    except WrongQuota as wrong:
        raise Unreadable(str(wrong)) from wrong
    return LayerWish(*_LABELS[match["label"].strip()], take, int(match["least"] or 0))


_CREDIT = {label: letter for letter, label in CREDIT_LABELS.items()}
_KINDS = {kind.label: kind.value for kind in EntityKind}
_POSITIVE = {words: key for key, words in POSITIVE.items()}
_FILTERS = {
    "对象性质": "kinds", "监管对象类别": "classes", "乡镇(街道)": "townships", "行业": "industries",
    "主体类型": "entity_types", "分类标注(具有任一)": "tags", "主管内设机构": "sections",
    "信用风险分类(内部)": "credit", "正面清单": "positive",
}  # fmt: skip


def objects(text: str, known: Mapping[str, Mapping[str, object]]) -> tuple[Scope, list[str]]:
    """检查对象 as filters, and what of it is only a description; `known`: the values of each filter by name."""
    wanted: dict[str, object] = {}
    rest: list[str] = []
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", _plain(text)))):
        label, _, values = part.partition(":")
        name = _FILTERS.get(label.strip())
        if name is None:
            rest.append(part)
        elif name == "positive":
            wanted[name] = _one(label, values, _POSITIVE)
        else:
            named = {"kinds": _KINDS, "credit": _CREDIT}.get(name) or known[name]
            wanted[name] = tuple(_one(label, value, named) for value in values.split("、"))
    return Scope(**wanted), rest  # type: ignore[arg-type]


def _one(label: str, value: str, known: Mapping[str, object]) -> object:
    if value not in known:
        raise Unreadable(f"{label}没有“{value}”")
    return known[value]


def names_in(text: str, known: Sequence[str]) -> tuple[list[str], list[str]]:
    """The known names that a cell lists, and what else stands in it; a name may itself hold a separator."""
    longest = sorted(known, key=len, reverse=True)
    found: list[str] = []
    strange: list[str] = []
    rest = normalise_text(text).strip(_SEPARATORS)
    while rest:
        name = next((one for one in longest if _begins(rest, one)), "")
        if not name:
            strange.append(re.split(f"[{_SEPARATORS}]", rest)[0])
        elif name not in found:
            found.append(name)
        rest = rest[len(name or strange[-1]) :].strip(_SEPARATORS)
    return found, strange


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and (len(text) == len(name) or text[len(name)] in _SEPARATORS)
