"""The year's plan from a workbook: the 17 columns in use (domain.md §7), row by row as lines to be, every bad cell named.

Writes nothing. A line whose name the year has already is left as it stands. Conditions of 检查对象 are read as
`plan_table` writes them; other words there only describe, and the preview says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.queries import sections_of
from sjj.database import db
from sjj.plans import plan_import_words as read
from sjj.plans.forms import METHODS
from sjj.plans.models import PlanLine
from sjj.plans.plan_line_forms import LEVELS, PLAN_TYPES
from sjj.plans.plan_line_rules import LayerWish
from sjj.plans.queries import items_on_offer, other_agencies
from sjj.plans.scope import Scope, tags_in_use, values_in_use
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.sheet_columns import Col, Line, SheetTable, find_sheet
from sjj.registers.workbook import Sheet
from sjj.rules.identity import normalise_text
from sjj.rules.plan_lines import Joint
from sjj.rules.privacy import personal_number_problem
from sjj.rules.verify import text_fault

COLUMNS = (
    Col("number", "序号", ("编号",), 600),
    Col("name", "任务名称", ("抽查任务名称", "计划名称", "检查任务名称", "抽查任务"), 120, needed=True),
    Col("basis", "制定任务依据", ("任务依据", "依据", "检查依据"), 300, keeps_lines=True),
    Col("check_type", "检查类型", ("任务类型", "抽查类型"), 20),
    Col("body", "实施主体", ("牵头部门", "实施单位", "检查主体", "发起部门"), 80),
    Col("joint", "是否联合", ("联合方式", "是否联合抽查"), 20),
    Col("partners", "联合部门", ("配合部门", "参与部门", "联合单位"), 300, keeps_lines=True),
    Col("area", "检查地域", ("检查区域", "地域"), 60),
    Col("level", "实施层级", ("层级",), 20),
    Col("items", "检查事项", ("抽查事项", "抽查事项名称"), 1000, needed=True, keeps_lines=True),
    Col("method", "检查方式", ("抽查方式",), 30),
    Col("when", "任务日期", ("检查时间", "抽查时间", "任务时间", "计划时间", "检查日期"), 60),
    Col("enterprise", "是否涉企", (), 10),
    Col("objects", "检查对象", ("抽查对象", "检查对象范围"), 1000, keeps_lines=True),
    Col("size", "对象基数", ("对象数量", "基数"), 20),
    Col("shares", "检查比例", ("抽查比例", "抽取比例"), 200, keeps_lines=True),
    Col("cap", "频次上限", ("检查频次", "抽查频次", "频次"), 30),
)
NO_OBJECTS: tuple[Scope, list[str]] = (Scope(), [])
NO_LAYERS: list[LayerWish] = []
SOME_TIME: tuple[int | None, int | None] = (None, None)
T = TypeVar("T")
_METHODS = {one: one for one in METHODS} | {
    "现场检查": "实地检查",
    "实地核查": "实地检查",
    "书面核查": "书面检查",
}
_LEVELS = {one: one for one in LEVELS} | {"县区级": "县级", "区县级": "县级", "区级": "县级", "": "县级"}
_TYPES = {one: one for one in PLAN_TYPES} | {f"{one}检查": one for one in PLAN_TYPES} | {"": PLAN_TYPES[0]}
_JOINTS = {one.label: one for one in Joint} | {
    "否": Joint.NONE,
    "": Joint.NONE,
    "一业一查联合": Joint.INDUSTRY,
}


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as the file has it, and what of 检查对象 is only said and not asked for."""

    values: dict[str, Any]
    items: tuple[str, ...]
    described: tuple[str, ...]


@dataclass(slots=True)
class PlanImport:
    """What a file would add to a year's plan."""

    added: list[NewLine] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # names that the year has already
    problems: list[str] = field(default_factory=list)

    def seen(self) -> list[object]:
        """What a preview showed, to be recognised again."""
        return [[one.values for one in self.added], self.known]


class _Reader:
    """The rows of one file held against what the agency has."""

    def __init__(self, table: SheetTable, agency: Agency, day: date) -> None:
        self.table, self.agency = table, agency
        self.items: dict[str, tuple[int, str]] = {}
        for item, _ in items_on_offer(agency.id, day):
            self.items |= {normalise_text(one): (item.id, item.name) for one in (item.code, item.name)}
        self.sections = {normalise_text(one.name): one.id for one in sections_of(agency.id)}
        self.partners: dict[str, tuple[int, int | None]] = {}
        for other in other_agencies(agency.id):
            for name in (other.name, other.short_name):
                self.partners[normalise_text(name)] = (other.id, None)
                for section in sections_of(other.id):
                    self.partners[normalise_text(f"{name}{section.name}")] = (other.id, section.id)
        for name, number in self.sections.items():
            for begin in ("", agency.name, agency.short_name):
                self.partners[normalise_text(begin) + name] = (agency.id, number)
        self.filters = self._filters()

    def _filters(self) -> dict[str, Mapping[str, object]]:
        columns = {
            "townships": Entity.township, "industries": Entity.industry, "entity_types": Entity.entity_type
        }  # fmt: skip
        found = {name: values_in_use(self.agency.id, column) for name, column in columns.items()}
        found |= {"tags": tags_in_use(self.agency.id, "entity")}
        found |= {"classes": [each.value for each in SupervisionClass]}
        named: dict[str, Mapping[str, object]] = {
            name: {normalise_text(value): value for value in values} for name, values in found.items()
        }
        return named | {"sections": self.sections}

    def line(self, line: Line) -> NewLine:
        """One row; what is wrong with it is noted in the table."""
        said = {key: text.strip() for key, text in line.texts.items()}
        for key in ("name", "basis", "area"):
            problem = text_fault(said.get(key, "")) or personal_number_problem(said.get(key, ""))
            if problem:
                self.table.tell(line.number, key, problem)
        scope, described = self._read(
            line, "objects", lambda text: read.objects(text, self.filters), NO_OBJECTS
        )
        layers = self._read(line, "shares", read.shares, NO_LAYERS)
        quarter, month = self._read(line, "when", read.when, SOME_TIME)
        cap = self._read(line, "cap", lambda text: read.cap(text, self.agency.frequency_cap), None)
        items = self._items(line.number, said.get("items", ""))
        joint, partners = self._joint(line.number, said)
        area = "" if said.get("area", "") in ("全县", "、".join(scope.townships)) else said["area"]
        values: dict[str, Any] = {
            "name": said["name"], "basis": said.get("basis", ""), "area": area,
            "check_type": self._choice(line, "check_type", _TYPES),
            "method": self._choice(line, "method", _METHODS | {"": METHODS[0]}),
            "level": self._choice(line, "level", _LEVELS),
            "section_id": self._section(line.number, said.get("body", "")),
            "quarter": quarter, "month": month, "frequency_cap": cap,
            "items": [number for number, _ in items],
            "scope": scope.stored(), "layers": [one.stored() for one in layers],
            "ratio": layers[0].take if len(layers) == 1 else "",
            "by_credit": scope.uses_credit or any(one.by == "credit_risk" for one in layers),
            "joint": joint.value, "partners": partners,
        }  # fmt: skip
        return NewLine(values, tuple(name for _, name in items), tuple(described))

    def _read(self, line: Line, key: str, how: Callable[[str], T], otherwise: T) -> T:
        try:
            return how(line.texts[key]) if line.texts.get(key) else otherwise
        except read.Unreadable as problem:
            self.table.tell(line.number, key, str(problem))
            return otherwise

    def _choice(self, line: Line, key: str, offered: Mapping[str, str]) -> str:
        text = line.texts.get(key, "").split("(")[0].strip()
        if text not in offered:
            words = "、".join(dict.fromkeys(offered.values()))
            self.table.tell(line.number, key, f"“{text}”请改为{words}中的一个")
        return offered.get(text, "")

    def _items(self, number: int, text: str) -> list[tuple[int, str]]:
        names, strange = read.names_in(text, list(self.items))
        if strange:
            said = "、".join(f"“{one}”" for one in strange)
            self.table.tell(number, "items", f"{said}不在已公布的抽查事项中，请按事项清单写名称或编号")
        return list(dict.fromkeys(self.items[name] for name in names))

    def _section(self, number: int, text: str) -> int | None:
        plain = normalise_text(text)
        if plain in ("", normalise_text(self.agency.name), normalise_text(self.agency.short_name)):
            return None
        agency_id, section_id = self.partners.get(plain, (0, None))
        if agency_id != self.agency.id:
            self.table.tell(number, "body", f"“{text}”不是{self.agency.name}，也不是它的科室")
        return section_id

    def _joint(self, number: int, said: Mapping[str, str]) -> tuple[Joint, list[dict[str, Any]]]:
        names, strange = read.names_in(said.get("partners", ""), list(self.partners))
        for one in strange:
            if one not in ("无", "-", "—"):
                self.table.tell(number, "partners", f"没有叫“{one}”的部门或科室")
        pairs = list(dict.fromkeys(self.partners[name] for name in names))
        word = said.get("joint", "")
        if word == "是":
            others = any(agency_id != self.agency.id for agency_id, _ in pairs)
            joint = Joint.CROSS if others or not pairs else Joint.INTERNAL
        elif word in _JOINTS:
            joint = _JOINTS[word]
        else:
            joint = Joint.NONE
            self.table.tell(number, "joint", f"“{word}”请改为否、是或{'、'.join(one.label for one in Joint)}")
        if joint is Joint.NONE and pairs and word in _JOINTS:
            self.table.tell(number, "partners", "单独抽查不写联合部门；联合的请改“是否联合”")
        return joint, [{"agency": agency_id, "section": section_id} for agency_id, section_id in pairs]


def read_plan(sheets: Sequence[Sheet], agency: Agency, year: int, day: date) -> PlanImport:
    """Hold a file against the year's plan. Raises BadWorkbook."""
    table = find_sheet(sheets, COLUMNS)
    reader, found = _Reader(table, agency, day), PlanImport()
    query = select(PlanLine.name).where(
        PlanLine.agency_id == agency.id, PlanLine.year == year, PlanLine.dropped_at.is_(None)
    )
    standing = set(db.session.scalars(query))
    for line in table.lines():
        name = line.texts.get("name", "")
        if _is_no_line(line):
            continue
        if not name:
            table.tell(line.number, "name", "没有填写")
        elif name in standing:
            found.known.append(name)
            continue
        found.added.append(reader.line(line))
    found.problems = table.problems
    if not found.added and not found.known and not found.problems:
        found.problems.append(f"工作表“{table.sheet.name}”表头下面没有数据")
    return found


def _is_no_line(line: Line) -> bool:
    """A total or a remark under the table, or the sample of a form."""
    said = [text for text in line.texts.values() if text]
    is_total = any(text.rstrip(":") in ("合计", "总计", "小计") for text in said[:2])
    is_remark = len(said) == 1 and not line.texts.get("name")
    return is_remark or is_total or any("案例" in text and "删除" in text for text in said)
