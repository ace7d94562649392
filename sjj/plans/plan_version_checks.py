"""What stands in the way of a year's plan, all at once, and what only has to be seen.

An item that is not published may not be inspected (国办发〔2024〕54号), nor one without any law left to stand on.
A target that the plan misses does not stop it: whoever submits says why, target by target.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sjj.plans.models import PlanLine
from sjj.plans.plan_line_rules import layers_of
from sjj.plans.plan_table import items_of
from sjj.registers.models import Item, LawBasis
from sjj.rules.plan_lines import Joint


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing to be seen to, and the line where (None: the plan as a whole)."""

    line_id: int | None
    sentence: str


def problems(lines: Sequence[PlanLine], day: date) -> list[LineProblem]:
    """Everything for which submission is refused."""
    if not lines:
        return [LineProblem(None, "计划里还没有任务")]
    return [found for line in lines for found in _line_problems(line, day)]


def warnings(lines: Sequence[PlanLine], day: date) -> list[str]:
    """依据已失效 or not yet known for sure, each thing said once with the lines that it is about."""
    found: dict[str, list[int]] = {}
    for line in lines:
        for item in items_of(line):
            for said in _basis_warnings(item, day):
                found.setdefault(said, []).append(line.number)
    return [f"{said}（第{'、'.join(map(str, numbers))}项）" for said, numbers in found.items()]


def _line_problems(line: PlanLine, day: date) -> Iterator[LineProblem]:
    begin = f"第{line.number}项“{line.name}”"
    items = items_of(line)
    if not items:
        yield LineProblem(line.id, f"{begin}还没有选抽查事项")
    layers = layers_of(line)
    if not layers or any(one.quota is None for one in layers):
        yield LineProblem(line.id, f"{begin}还没有定抽取比例或户数")
    joint = Joint(line.joint or Joint.NONE)
    if joint is not Joint.NONE and not line.partners:
        whom = "其他部门" if joint.is_cross_agency else "科室"
        yield LineProblem(line.id, f"{begin}定为{joint.label}，还没有选参加的{whom}")
    for item in items:
        if item.retired_at is not None:
            yield LineProblem(line.id, f"{begin}：“{item.name}”已不在随机抽查事项清单中")
        elif item.published_at is None:
            yield LineProblem(
                line.id, f"{begin}：“{item.name}”还没有公布，未公布的事项不得检查（国办发〔2024〕54号）"
            )
        if _has_no_law_left(item, day):
            yield LineProblem(
                line.id, f"{begin}：“{item.name}”的依据已全部失效，没有依据不得检查，请先更新依据"
            )


def _has_no_law_left(item: Item, day: date) -> bool:
    """Whether every law of the item is known for sure to be repealed."""
    return bool(item.bases) and all(row.law.is_repealed_on(day) for row in item.bases)


def _basis_warnings(item: Item, day: date) -> Iterator[str]:
    if not item.bases:
        yield f"“{item.name}”没有写明依据"
    if _has_no_law_left(item, day):
        return
    repealed = [row.law.title for row in item.bases if row.law.is_repealed_on(day)]
    if repealed:
        yield f"“{item.name}”依据已失效：{_titles(repealed)}"
    unsure = [
        row.law.title for row in item.bases if row.law.title not in repealed and _may_be_gone(row.law, day)
    ]
    if unsure:
        yield f"“{item.name}”依据待核实：{_titles(unsure)}可能已经废止"


def _may_be_gone(law: LawBasis, day: date) -> bool:
    return law.repealed_on is not None and law.repealed_on <= day


def _titles(titles: Sequence[str]) -> str:
    return "".join(f"《{title}》" for title in dict.fromkeys(titles))
