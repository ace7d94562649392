"""工作指引 as a workbook of check points, out and in again. Never commits; nothing half applied.

What comes in is held against the newest guide of each item named: the preview says what would be added,
changed and dropped. One bad cell refuses the whole file, with the sheet, the row and the column.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.database import db
from sjj.registers.guide_diff import PointChange, compare
from sjj.registers.guide_services import MOST_POINTS, PointValues, save_guide, values_of
from sjj.registers.item_queries import newest_guide
from sjj.registers.models import Guide, Item
from sjj.registers.scope import may_edit_row
from sjj.registers.sheet_columns import Col, Line, SheetTable, find_sheet
from sjj.registers.workbook import Sheet

SHEET = "检查要点"
COLUMNS = (
    Col("item", "事项编号", ("抽查事项编号", "编号"), 30, needed=True),
    Col("item_name", "事项名称", ("抽查事项", "事项"), 100),
    Col("code", "要点编号", ("检查要点编号",), 40),
    Col("text", "检查要点", ("要点", "检查内容", "抽查内容"), 300, needed=True),
    Col("standard", "判定标准", ("判定依据", "标准"), 1000, needed=True, keeps_lines=True),
    Col("how", "检查方法", ("方法", "检查方式"), 1000, keeps_lines=True),
    Col("basis", "依据条款", ("依据", "法律依据"), 200),
    Col("penalty", "罚则", ("处罚条款", "处罚依据"), 200),
    Col("required", "必查", ("是否必查",), 10),
)
HEADINGS = tuple(col.label for col in COLUMNS)
_YES, _NO = ("", "是", "必查", "√"), ("否", "选查", "×")


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What a file says of one item's guide, and what that would change."""

    item: Item
    version: int  # of the newest guide; 0 for none
    is_draft: bool
    points: list[PointValues]
    changes: list[PointChange]

    @property
    def becomes(self) -> int:
        """The version that would be written."""
        return self.version if self.is_draft else self.version + 1

    def count(self, kind: str) -> int:
        """How many points are added, changed, dropped or moved."""
        return sum(change.kind == kind for change in self.changes)


def rows_of(items: Iterable[Item]) -> Iterator[list[str]]:
    """The check points of the newest guide of each item, as HEADINGS name the cells."""
    for item in items:
        guide = newest_guide(item)
        for point in guide.points if guide else []:
            yield [
                item.code, item.name, point.code, point.text, point.standard, point.how,
                point.basis, point.penalty, "是" if point.required else "否",
            ]  # fmt: skip


def read_drafts(
    sheets: Sequence[Sheet], agency_id: int, user: User, *, hold: bool = False
) -> tuple[list[ItemDraft], list[str]]:
    """What a file says, item by item, and every sentence about a bad cell. Raises BadWorkbook.

    `hold` keeps everybody else from writing on these items until the transaction ends.
    """
    table = find_sheet(sheets, COLUMNS)
    lines: dict[str, list[Line]] = {}
    code = ""
    for line in table.lines():
        code = line.texts["item"] or code  # merged cells name the item only once
        if code:
            lines.setdefault(code, []).append(line)
        else:
            table.tell(line.number, "item", "没有填写")
    items = _items(agency_id, list(lines), hold)
    drafts = []
    for code, mine in lines.items():
        problem = _refused(code, items.get(code), user)
        if problem:
            table.tell(mine[0].number, "item", problem)
        else:
            drafts.append(_draft(items[code], mine, table))
    if not lines and not table.problems:
        table.problems.append(f"工作表“{table.sheet.name}”表头下面没有数据")
    return drafts, table.problems


def _items(agency_id: int, codes: list[str], hold: bool) -> dict[str, Item]:
    query = select(Item).where(Item.agency_id == agency_id, Item.code.in_(codes)).order_by(Item.id)
    query = query.options(selectinload(Item.guides).selectinload(Guide.points))
    if hold:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {item.code: item for item in db.session.scalars(query)}


def _refused(code: str, item: Item | None, user: User) -> str:
    if item is None:
        return f"本部门没有编号“{code}”的事项，请先新增事项"
    if item.retired_at is not None:
        return f"“{item.name}”已经停用，不能修改指引"
    return "" if may_edit_row(user, item) else f"“{item.name}”不归您管理"


def _draft(item: Item, lines: list[Line], table: SheetTable) -> ItemDraft:
    guide = newest_guide(item)
    before = [values_of(point) for point in guide.points] if guide else []
    known = {point.code for point in before}
    seen: dict[str, int] = {}
    points = [_point(line, known, seen, table) for line in lines]
    if len(points) > MOST_POINTS:
        table.tell(lines[MOST_POINTS].number, "text", f"一个事项最多 {MOST_POINTS} 条要点")
    version = guide.version if guide else 0
    return ItemDraft(item, version, bool(guide and guide.is_draft), points, compare(before, points))


def _point(line: Line, known: set[str], seen: dict[str, int], table: SheetTable) -> PointValues:
    texts = line.texts
    for key in ("text", "standard"):
        if not texts.get(key):
            table.tell(line.number, key, "没有填写")
    code = texts.get("code", "")
    if code and code not in known:
        table.tell(line.number, "code", f"“{code}”不是这个事项现有的要点；新增的要点请留空")
    elif code in seen:
        table.tell(line.number, "code", f"“{code}”和第 {seen[code]} 行重复")
    if code:
        seen[code] = line.number
    required = texts.get("required", "")
    if required not in (*_YES, *_NO):
        table.tell(line.number, "required", f"“{required[:10]}”请改为“是”或“否”")
    return PointValues(
        code=code,
        text=texts.get("text", ""),
        standard=texts.get("standard", ""),
        how=texts.get("how", ""),
        basis=texts.get("basis", ""),
        penalty=texts.get("penalty", ""),
        required=required in _YES,
    )


def seen_of(drafts: Sequence[ItemDraft]) -> list[object]:
    """What a preview of these drafts showed, to be recognised again."""
    return [[draft.item.id, draft.version, draft.is_draft, draft.changes] for draft in drafts]


def apply_drafts(drafts: Sequence[ItemDraft], actor: User, now: datetime) -> list[Guide]:
    """Write every draft that changes anything; returns the guides written."""
    changing = sorted((draft for draft in drafts if draft.changes), key=lambda draft: draft.item.id)
    return [save_guide(draft.item, draft.points, actor, now) for draft in changing]
