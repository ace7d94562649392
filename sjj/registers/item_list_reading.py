"""抽查事项 from a workbook, held against the list: what would be added and changed, and every bad cell.

An item is known by its code. A blank cell leaves what stands, and so does a missing column; an item that the
file does not name stays. Nothing is published or retired this way: that is done with its basis before one's eyes. Writes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import Agency, Section, User
from sjj.accounts.queries import sections_of
from sjj.database import db
from sjj.registers.codes import hold
from sjj.registers.import_cells import Unreadable
from sjj.registers.import_cells import day as read_day
from sjj.registers.item_queries import ENTITY_KINDS, HOME_LEVEL, LEVELS
from sjj.registers.item_versions import Difference, content_of, differences, newest_number
from sjj.registers.law_names import laws_cited
from sjj.registers.law_queries import laws_of
from sjj.registers.models import Item, LawBasis
from sjj.registers.scope import may_edit, may_edit_row
from sjj.registers.sheet_columns import Col, Line, SheetTable, find_sheet
from sjj.registers.workbook import Sheet
from sjj.rules.results import CHECK_METHODS
from sjj.rules.verify import name_fault

COLUMNS = (
    Col("code", "事项编号", ("编号", "事项编码", "编码", "序号编码"), 30, needed=True),
    Col("name", "事项名称", ("抽查事项", "名称", "抽查事项名称", "检查事项"), 100, needed=True),
    Col("section", "归口科室", ("承办科室", "责任科室", "科室", "归口管理"), 60),
    Col("object_type", "检查对象", ("抽查对象",), 60),
    Col("entity_kind", "对象类别", (), 10),
    Col("method", "检查方式", ("抽查方式",), 30),
    Col("level", "实施层级", ("层级", "监管层级"), 20),
    Col("claimed_on", "认领日期", (), 20),
    Col("frequency", "抽查频次", ("频次", "检查频次"), 60),
    Col("joint_hint", "联合检查提示", (), 200),
    Col("bases", "法律依据", ("抽查依据", "依据", "检查依据"), 3000, keeps_lines=True),
)
AS_SAID = ("name", "object_type", "entity_kind", "method", "level", "frequency", "joint_hint")
_CHOICES = {"entity_kind": ENTITY_KINDS, "method": CHECK_METHODS, "level": LEVELS}
_CITED = re.compile(r"《(?P<title>[^》]+)》(?P<articles>.*?)(?:（\d{4}年\d{1,2}月\d{1,2}日废止）)?")
Bases = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the file has it: only what it says."""

    item: Item | None
    values: dict[str, Any]
    bases: Bases | None
    changes: tuple[Difference, ...] = ()


@dataclass(slots=True)
class ItemList:
    """What a file would do to the list of items."""

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def needs_reason(self) -> bool:
        """Whether an item that stands on the published list would change."""
        return any(entry.item and entry.item.published_at for entry in self.changed)

    def seen(self) -> list[object]:
        """What a preview showed, to be recognised again."""
        changed = [
            [entry.item.id, newest_number(entry.item), entry.changes] for entry in self.changed if entry.item
        ]
        return [[[entry.values, entry.bases] for entry in self.added], changed]


class _Reader:
    """The rows of one file held against one agency's items."""

    def __init__(self, table: SheetTable, agency: Agency, user: User, keep_still: bool) -> None:
        self.table, self.agency, self.user = table, agency, user
        self.sections: dict[str, Section] = {each.name: each for each in sections_of(agency.id)}
        self.laws: Sequence[LawBasis] = laws_of(agency.id)
        query = select(Item).where(Item.agency_id == agency.id).order_by(Item.id)
        query = query.options(selectinload(Item.bases))
        if keep_still:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        self.items = {item.code: item for item in db.session.scalars(query)}

    def entry(self, line: Line) -> Entry:
        """One row; what is wrong with it is noted in the table."""
        said = {key: text for key, text in line.texts.items() if text}
        item = self.items.get(said.get("code", ""))
        values: dict[str, Any] = {name: said[name] for name in AS_SAID if name in said}
        for key, offered in _CHOICES.items():
            if key in values and values[key] not in offered:
                self.table.tell(line.number, key, f"“{values[key]}”请改为{'、'.join(offered)}中的一个")
        values["code"] = said.get("code", "")
        if "claimed_on" in said:
            values["claimed_on"] = self._day(line.number, said["claimed_on"])
        if (values.get("level") or (item.level if item else HOME_LEVEL)) == HOME_LEVEL:
            values["claimed_on"] = None
        values |= self._section(line.number, said, item)
        self._allowed(line.number, item, values)
        bases = self._bases(line.number, said["bases"]) if "bases" in said else None
        return Entry(item, values, bases)

    def _day(self, number: int, text: str) -> date | None:
        try:
            return date.fromisoformat(read_day(text))
        except (Unreadable, ValueError):
            self.table.tell(number, "claimed_on", f"“{text}”请写成 2026-03-05 的样子")
            return None

    def _section(self, number: int, said: dict[str, str], item: Item | None) -> dict[str, int | None]:
        name = said.get("section", "")
        if name in self.sections:
            return {"section_id": self.sections[name].id}
        if name and name != "不分科室":
            self.table.tell(number, "section", f"本部门没有叫“{name}”的内设机构")
        return {"section_id": None} if name or item is None else {}

    def _allowed(self, number: int, item: Item | None, values: dict[str, Any]) -> None:
        section_id = values.get("section_id", item.section_id if item else None)
        if item is not None and item.retired_at is not None:
            return  # only a change of it is refused: an exported list names retired items too
        if (item and not may_edit_row(self.user, item)) or not may_edit(
            self.user, self.agency.id, section_id
        ):
            self.table.tell(number, "section", "这个科室的事项不归您管理")

    def _bases(self, number: int, text: str) -> Bases:
        titles = {name: law for law in self.laws for name in (law.title, law.key)}
        found: Bases = []
        for part in filter(None, (part.strip() for part in re.split(r"[；;\n]+", text))):
            match = _CITED.fullmatch(part)
            if match and match["title"] in titles:
                found.append((titles[match["title"]].id, match["articles"][:120]))
                continue
            cited = laws_cited(part, self.laws)
            if not cited:
                self.table.tell(number, "bases", f"“{part[:40]}”在法律依据目录里没有，请先登记")
            found += [(each.law.id, each.articles[:120]) for each in cited]
        return found


def read_list(sheets: Sequence[Sheet], agency: Agency, user: User, *, keep_still: bool = False) -> ItemList:
    """Hold a file against what stands. Raises BadWorkbook.

    `keep_still` keeps everybody else from changing these items until the transaction ends.
    """
    table = find_sheet(sheets, COLUMNS)
    if keep_still:
        hold(agency)
    reader = _Reader(table, agency, user, keep_still)
    found = ItemList()
    numbers: dict[str, int] = {}
    for line in table.lines():
        _check_names(table, line, numbers)
        entry = reader.entry(line)
        if entry.item is None:
            found.added.append(entry)
            continue
        changes = _changes(entry, reader)
        if changes and entry.item.retired_at is not None:
            table.tell(line.number, "code", f"“{entry.item.name}”已经停用，要改请先恢复")
        elif changes:
            found.changed.append(Entry(entry.item, entry.values, entry.bases, changes))
        else:
            found.same += 1
    found.problems = table.problems
    if not numbers and not table.problems:
        found.problems.append(f"工作表“{table.sheet.name}”表头下面没有数据")
    return found


def _check_names(table: SheetTable, line: Line, numbers: dict[str, int]) -> None:
    for key in ("code", "name"):
        if not line.texts.get(key):
            table.tell(line.number, key, "没有填写")
    code = line.texts.get("code", "")
    if fault := name_fault(code) if code else None:
        table.tell(line.number, "code", fault)
    if code in numbers:
        table.tell(line.number, "code", f"“{code}”和第 {numbers[code]} 行重复")
    numbers.setdefault(code, line.number)


def _changes(entry: Entry, reader: _Reader) -> tuple[Difference, ...]:
    """What would change of an item, in words."""
    item = entry.item
    if item is None:
        return ()
    before = content_of(item)
    after = before | {name: value for name, value in entry.values.items() if name in AS_SAID}
    if "claimed_on" in entry.values:
        after["claimed_on"] = entry.values["claimed_on"].isoformat() if entry.values["claimed_on"] else ""
    if "section_id" in entry.values:
        names = {section.id: section.name for section in reader.sections.values()}
        after["section_id"] = names.get(entry.values["section_id"], "")
    if entry.bases is not None and entry.bases != [(basis.law_id, basis.articles) for basis in item.bases]:
        titles = {law.id: law.title for law in reader.laws}
        after["bases"] = [f"《{titles[law_id]}》{articles}" for law_id, articles in entry.bases]
    return tuple(differences(before, after))
