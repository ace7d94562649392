"""What the office of a journey has in its drawers: a workbook of firms, one of officers, and today's dates."""

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import xlsxwriter

from sjj.web import now, today
from tests.makers.registers import credit_code

FIRMS = 9
TAG = "木材经营加工"
ITEM = "木材经营加工监督检查"
CAMPAIGN = "试点年木材经营加工监督检查"
PRESENT_PHONE = "13900001234"
OFFICERS = ("甄一鸣", "甄二虎", "甄三立", "甄四海")
FIRM_HEADER = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "类型",
    "登记状态",
    "法定代表人",
    "电话",
    "住所",
    "标签",
    "信用等级",
)


def firm_name(number: int) -> str:
    """An invented firm."""
    return f"试点县第{'一二三四五六七八九十'[number]}木业有限公司"


def firms_workbook() -> bytes:
    """Nine firms, a sample row, one cancelled firm, one whose code is wrong, N/A in the gaps."""
    rows: list[Sequence[str]] = [("企业名录（试用）",), FIRM_HEADER]
    rows.append(
        ("", "案例（请删除）", "91130227MA00000000", "有限责任公司", "存续", "某某", "N/A", "N/A", "", "")
    )
    for number in range(FIRMS):
        code, phone = credit_code(7000 + number), f"1390000{number:04d}"
        rows.append(
            (
                str(number + 1),
                firm_name(number),
                code,
                "有限责任公司",
                "存续",
                f"法人{number}",
                phone,
                "试点镇1号",
                TAG,
                "N/A",
            )
        )
    rows.append(
        ("10", "试点县注销木材厂", credit_code(7100), "个人独资企业", "注销", "某某", "N/A", "", TAG, "B")
    )
    rows.append(
        ("11", "试点县错码木材厂", credit_code(7101)[:-1] + "I", "个人独资企业", "存续", "", "", "", TAG, "")
    )
    return _workbook(rows)


def officers_workbook() -> bytes:
    """Four officers with valid certificates."""
    until = (today(now()) + timedelta(days=700)).isoformat()
    rows: list[Sequence[str]] = [("姓名", "执法证号", "执法证有效期", "专业特长", "身份证号")]
    rows += [(name, f"0399{number:06d}", until, "林政", "N/A") for number, name in enumerate(OFFICERS, 1)]
    return _workbook(rows)


def save(folder: Path, name: str, content: bytes) -> Path:
    """Put a paper into a folder, for a browser to choose."""
    path = folder / name
    path.write_bytes(content)
    return path


def campaign_dates() -> dict[str, str]:
    """From today for thirty days."""
    day = today(now())
    return {"starts_on": day.isoformat(), "ends_on": (day + timedelta(days=30)).isoformat()}


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()
