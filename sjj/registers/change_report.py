"""调整名单 (S3 二（一）): what became of each register in a period, as rows and as a paper. Reads only.

The version for outside leaves out credit risk, which is internal (国市监信发〔2022〕6号), and says nothing of having
done so: nobody shall guess from a gap.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.presentation import day as day_words
from sjj.presentation import moment
from sjj.registers.change_queries import ChangeFilter, counts, every_change
from sjj.registers.change_words import KINDS, REGISTERS, Said, said_of

TITLE = "“一单两库”调整名单"
HEAD = ("序号", "名录", "调整类型", "名称", "代码", "归口科室", "调整内容", "原因", "来源", "时间", "经办人")
PAPER_HEAD = ("序号", "类型", "名称和代码", "归口科室", "调整内容", "原因和来源", "日期")


def table_rows(user: User, wanted: ChangeFilter, sections: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    """Every change as a row of the table (HEAD)."""
    for number, one in enumerate(_said(user, wanted, sections), 1):
        change = one.change
        section = sections.get(change.section_id or 0, "")
        by = change.by.display_name if change.by else ""
        yield (
            str(number), one.register, one.kind, change.name, change.code, section,
            one.text, one.reason, one.source, moment(change.at), by,
        )  # fmt: skip


def total_rows(found: Mapping[tuple[str, str], int]) -> list[tuple[str, list[int], int]]:
    """Register, how many of each kind that occurs (`kinds_in`), all together; of the registers that changed."""
    kinds = kinds_in(found)
    rows = []
    for register, label in REGISTERS.items():
        numbers = [found.get((register, kind), 0) for kind in kinds]
        if any(numbers):
            rows.append((label, numbers, sum(numbers)))
    return rows


def kinds_in(found: Mapping[tuple[str, str], int]) -> list[str]:
    """The kinds of change that occur, in the order of KINDS."""
    there = {kind for _, kind in found}
    return [kind for kind in KINDS if kind in there]


def paper_of(
    agency: Agency, user: User, wanted: ChangeFilter, sections: Mapping[int, str], number: str, day: date
) -> dict[str, Any]:
    """The paper's data: head, totals, and for each register its rows (PAPER_HEAD)."""
    found = counts(user, wanted)
    parts: dict[str, list[list[str]]] = {}
    for one in _said(user, wanted, sections):
        rows = parts.setdefault(one.register, [])
        rows.append([str(len(rows) + 1), *_paper_row(one, sections)])
    return {
        "agency": agency.name,
        "title": TITLE,
        "number": number,
        "period": f"{day_words(wanted.since)}至{day_words(wanted.until)}",
        "notices": [] if wanted.outside else ["内部版：含内部参考信息，不得对外提供。"],
        "kinds": [KINDS[kind] for kind in kinds_in(found)],
        "totals": [[label, *map(str, numbers), str(all_)] for label, numbers, all_ in total_rows(found)],
        "head": list(PAPER_HEAD),
        "parts": [{"name": name, "rows": rows} for name, rows in parts.items()],
        "day": day_words(day),
    }


def _paper_row(one: Said, sections: Mapping[int, str]) -> list[str]:
    change = one.change
    why = "；".join(text for text in (one.reason, one.source) if text)
    return [
        one.kind,
        f"{change.name}（{change.code}）" if change.code else change.name,
        sections.get(change.section_id or 0, ""),
        one.text,
        why,
        day_words(change.at),
    ]


def _said(user: User, wanted: ChangeFilter, sections: Mapping[int, str]) -> Iterator[Said]:
    for change in every_change(user, wanted):
        yield said_of(change, sections, outside=wanted.outside)
