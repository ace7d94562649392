"""The plan table as a workbook to print and as CSV: the 17 columns in use, in their order (domain.md §7).

Rows in, bytes out; every text is written as text, so that nothing typed can become a formula.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from sjj.csv_files import table as csv_table
from sjj.plans.plan_table import COLUMNS

Row = Mapping[str, str]
_NUMBERS = frozenset({"序号", "对象基数"})
_CENTRED = frozenset(
    {"序号", "检查类型", "是否联合", "实施层级", "检查方式", "任务日期", "是否涉企", "对象基数"}
)
# Widths in characters: together they fill an A3 sheet across, and shrink to A4 legibly.
_WIDTHS = {
    "序号": 5,
    "任务名称": 26,
    "制定任务依据": 22,
    "检查类型": 7,
    "实施主体": 16,
    "是否联合": 8,
    "联合部门": 14,
    "检查地域": 12,
    "实施层级": 7,
    "检查事项": 24,
    "检查方式": 9,
    "任务日期": 14,
    "是否涉企": 6,
    "检查对象": 26,
    "对象基数": 8,
    "检查比例": 20,
    "频次上限": 10,
}
_LAST = len(COLUMNS) - 1
_A3 = 8  # as Excel counts paper


@dataclass(frozen=True, slots=True)
class PlanTable:
    """What stands on the sheet: title, whose it is, 文号, and the rows."""

    title: str
    agency: str
    document_no: str
    rows: Sequence[Row]

    @property
    def totals(self) -> str:
        """The line under the table: tasks, those with enterprises, objects that the tasks are about."""
        about = sum(int(row["对象基数"]) for row in self.rows if row["对象基数"].isdigit())
        firms = sum(row["是否涉企"] == "是" for row in self.rows)
        joint = sum(row["是否联合"] != "否" for row in self.rows)
        return (
            f"合计 {len(self.rows)} 项任务，其中涉企 {firms} 项、联合 {joint} 项；对象基数合计 {about} 户次"
        )


def as_workbook(plan: PlanTable) -> bytes:
    """The sheet: title, agency and 文号, a head that stays in sight and on every printed page, totals."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("年度抽查计划")
        _set_up(sheet)
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"font_size": 11, "valign": "vcenter"})
        head = book.add_format(_cell(bold=True, align="center", bg_color="#E9EEF0"))
        text, centred = book.add_format(_cell()), book.add_format(_cell(align="center"))
        sheet.merge_range(0, 0, 0, _LAST, plan.title, title)
        sheet.set_row(0, 34)
        sheet.merge_range(1, 0, 1, 8, f"编制单位：{plan.agency}", plain)
        sheet.merge_range(1, 9, 1, _LAST, f"文号：{plan.document_no or '　'}", plain)
        for place, name in enumerate(COLUMNS):
            sheet.write_string(2, place, name, head)
        for number, row in enumerate(plan.rows, start=3):
            for place, name in enumerate(COLUMNS):
                _write(sheet, number, place, name, row[name], centred if name in _CENTRED else text)
        sheet.merge_range(len(plan.rows) + 3, 0, len(plan.rows) + 3, _LAST, plan.totals, plain)
    return target.getvalue()


def as_csv(plan: PlanTable) -> bytes:
    """The rows as open data."""
    return csv_table(COLUMNS, [[row[name] for name in COLUMNS] for row in plan.rows])


def _set_up(sheet: Any) -> None:
    """Landscape, one page across, the head repeated and frozen."""
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS[name])
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.center_horizontally()


def _write(sheet: Any, line: int, place: int, name: str, value: str, style: Any) -> None:
    if name in _NUMBERS and value.isdigit():
        sheet.write_number(line, place, int(value), style)
    else:
        sheet.write_string(line, place, value, style)


def _cell(**more: Any) -> dict[str, Any]:
    return {"text_wrap": True, "valign": "vcenter", "border": 1, "font_size": 10, **more}
