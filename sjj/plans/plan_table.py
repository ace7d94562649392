"""The lines of a year's plan as the office's table: the 17 columns in use (domain.md §7), in words.

Credit risk stands in the office's row only; `public_row_of` names no layer that is not public.
"""

from fractions import Fraction
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency, Section
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_line_rules import LayerWish, layer_label, layers_of
from sjj.plans.pool import quota_words
from sjj.plans.scope import Scope
from sjj.plans.services import must_close
from sjj.registers.models import EntityKind, Item
from sjj.rules.plan_lines import Joint

COLUMNS = (
    "序号",
    "任务名称",
    "制定任务依据",
    "检查类型",
    "实施主体",
    "是否联合",
    "联合部门",
    "检查地域",
    "实施层级",
    "检查事项",
    "检查方式",
    "任务日期",
    "是否涉企",
    "检查对象",
    "对象基数",
    "检查比例",
    "频次上限",
)
_QUARTERS = "一二三四"


def row_of(line: PlanLine, objects: int | None = None) -> dict[str, str]:
    """A line as the office reads it; `objects`: how many there are, where that is known."""
    return _row(line, objects, internal=True)


def public_row_of(line: PlanLine, objects: int | None = None) -> dict[str, str]:
    """A line as everybody may read it: nothing of credit risk, closed layers under neutral names."""
    return _row(line, objects, internal=False)


def _row(line: PlanLine, objects: int | None, *, internal: bool) -> dict[str, str]:
    items = items_of(line)
    scope = Scope.read(line.scope or {})
    joint = Joint(line.joint or Joint.NONE)
    return {
        "序号": str(line.number),
        "任务名称": line.name,
        "制定任务依据": line.basis,
        "检查类型": line.check_type,
        "实施主体": _body(line),
        "是否联合": "否" if joint is Joint.NONE else joint.label,
        "联合部门": "、".join(partner_names(line.partners)),
        "检查地域": line.area or "、".join(scope.townships) or "全县",
        "实施层级": line.level,
        "检查事项": "、".join(item.name for item in items),
        "检查方式": line.method,
        "任务日期": when_words(line),
        "是否涉企": "是" if not scope.kinds or EntityKind.ENTERPRISE in scope.kinds else "否",
        "检查对象": _objects(line, scope, items, internal=internal),
        "对象基数": "" if objects is None else str(objects),
        "检查比例": shares(line, internal=internal),
        "频次上限": cap_words(line),
    }


def items_of(line: PlanLine) -> list[Item]:
    """The items of a line, in its order; one that is gone is left out."""
    known = {one.id: one for one in db.session.scalars(select(Item).where(Item.id.in_(line.items or [])))}
    return [known[number] for number in line.items or [] if number in known]


def partner_names(partners: list[dict[str, Any]]) -> list[str]:
    """The agencies and sections that take part, by name."""
    names = []
    for one in partners or []:
        agency = db.session.get(Agency, one["agency"]) if one.get("agency") else None
        section = db.session.get(Section, one["section"]) if one.get("section") else None
        said = "".join(part.name for part in (agency, section) if part is not None)
        if said and said not in names:
            names.append(said)
    return names


def when_words(line: PlanLine) -> str:
    """2026年3月, 2026年第一季度, 2026年."""
    if line.month:
        return f"{line.year}年{line.month}月"
    return f"{line.year}年第{_QUARTERS[line.quarter - 1]}季度" if line.quarter else f"{line.year}年"


def cap_words(line: PlanLine) -> str:
    """每户每年 2 次; the agency's cap where the line has none of its own."""
    cap = line.frequency_cap or line.agency.frequency_cap
    return f"每户每年{cap}次" if cap else "未规定"


def is_closed(line: PlanLine) -> bool:
    """Whether no layer of the line may be public (draw.md §3)."""
    scope = Scope.read(line.scope or {})
    return any(must_close(one.by, scope) for one in layers_of(line))


def _body(line: PlanLine) -> str:
    return f"{line.agency.name}{line.section.name}" if line.section else line.agency.name


def _objects(line: PlanLine, scope: Scope, items: list[Item], *, internal: bool) -> str:
    types = list(dict.fromkeys(item.object_type for item in items if item.object_type))
    names = {section.id: section.name for section in line.agency.sections}
    said = [f"{label}：{text}" for label, text in scope.sentences(names, internal=internal)]
    return "；".join([*(["、".join(types)] if types else []), *said]) or "名录库内全部检查对象"


def shares(line: PlanLine, *, internal: bool) -> str:
    """How many are drawn, by layer: 特殊监管对象不低于50%；….  Closed layers: G1不低于3%, without what G1 is."""
    layers = layers_of(line)
    if not internal and is_closed(line):
        takes = [
            _take_words(one) for one in sorted(layers, key=_size)
        ]  # their order tells nothing of the class
        named = [f"G{number} {take}" for number, take in enumerate(takes, 1)]
        return "；".join(named) if len(named) > 1 else "".join(takes)
    positive = Scope.read(line.scope or {}).positive
    named = [f"{'' if one.by == 'all' else layer_label(one, positive)}{_take_words(one)}" for one in layers]
    return "；".join(named)


def _size(layer: LayerWish) -> tuple[Fraction, int]:
    quota = layer.quota
    return (quota.ratio or Fraction(0), quota.number or 0) if quota is not None else (Fraction(0), 0)


def _take_words(layer: LayerWish) -> str:
    said = layer.take if layer.quota is None else quota_words(layer.quota)
    return f"{said}（不少于{layer.minimum}户）" if layer.minimum else said
