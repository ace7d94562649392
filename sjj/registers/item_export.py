"""抽查事项 as rows of text for a workbook; every cell a text, nothing computed."""

from collections.abc import Iterable, Iterator

from sjj.registers.item_versions import STATES, cited, state_of
from sjj.registers.models import Item

HEADINGS = (
    "事项编号",
    "事项名称",
    "归口科室",
    "检查对象",
    "对象类别",
    "检查方式",
    "实施层级",
    "认领日期",
    "抽查频次",
    "联合检查提示",
    "法律依据",
    "状态",
    "检查要点数",
)


def rows_of(items: Iterable[Item]) -> Iterator[list[str]]:
    """One row for each item, as HEADINGS name its cells."""
    for item in items:
        guide = item.guides[-1] if item.guides else None
        yield [
            item.code,
            item.name,
            item.section.name if item.section else "",
            item.object_type,
            item.entity_kind,
            item.method,
            item.level,
            item.claimed_on.isoformat() if item.claimed_on else "",
            item.frequency,
            item.joint_hint,
            "；".join(cited(basis) for basis in item.bases),
            STATES[state_of(item)],
            str(len(guide.points)) if guide else "0",
        ]
