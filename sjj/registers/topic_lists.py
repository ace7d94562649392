"""Taking over the province's 一业一查 list: preview, then all of it or nothing; and writing it out again.

Never commits. An entry is known by its industry and theme; what the new list lacks is taken out on request only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.codes import hold
from sjj.registers.sheet_columns import Col, SheetTable, find_sheet
from sjj.registers.topic_queries import topics_of
from sjj.registers.topic_words import agencies_in, items_in
from sjj.registers.upkeep_models import IndustryTopic
from sjj.registers.workbook import Sheet

COLUMNS = (
    Col("industry", "行业", ("行业领域", "领域", "检查行业", "行业名称"), 60, needed=True),
    Col("theme", "检查主题", ("主题", "场景", "检查场景", "一件事", "任务名称"), 120),
    Col("lead", "牵头部门", ("牵头单位", "发起部门", "主责部门"), 60, needed=True),
    Col("partners", "配合部门", ("配合单位", "参与部门", "联合部门", "参与单位"), 600),
    Col("items", "检查内容", ("检查事项", "抽查事项", "事项", "检查要点"), 3000, keeps_lines=True),
    Col("source", "依据", ("文件依据", "来源", "文号"), 200),
)
HEADINGS = tuple(col.label for col in COLUMNS)
COMPARED = ("lead", "partners", "items", "source")


@dataclass(slots=True)
class TopicList:
    """What a file would do to the list."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[IndustryTopic, dict[str, Any]]] = field(default_factory=list)
    same: int = 0
    gone: list[IndustryTopic] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def seen(self) -> list[object]:
        """What a preview showed, to be recognised again."""
        changed = [[topic.id, row] for topic, row in self.changed]
        return [self.added, changed, [topic.id for topic in self.gone]]


def rows_of(topics: Iterable[IndustryTopic]) -> Iterator[list[str]]:
    """The list as HEADINGS name its cells."""
    for topic in topics:
        yield [
            topic.industry, topic.theme, topic.lead, "、".join(topic.partners), "\n".join(topic.items), topic.source,
        ]  # fmt: skip


def read_list(sheets: Sequence[Sheet], agency: Agency) -> TopicList:
    """Hold a file against what stands. Raises BadWorkbook."""
    table = find_sheet(sheets, COLUMNS)
    known = {(topic.industry, topic.theme): topic for topic in topics_of(agency.id)}
    found = TopicList()
    for row in _rows(table):
        topic = known.pop((row["industry"], row["theme"]), None)
        if topic is None:
            found.added.append(row)
        elif any(getattr(topic, name) != row[name] for name in COMPARED):
            found.changed.append((topic, row))
        else:
            found.same += 1
    found.gone = list(known.values())
    found.problems = table.problems
    if not (found.added or found.changed or found.same or table.problems):
        found.problems.append(f"工作表“{table.sheet.name}”表头下面没有数据")
    return found


def _rows(table: SheetTable) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    numbers: dict[tuple[str, str], int] = {}
    industry = ""
    for line in table.lines():
        texts = {col.key: line.texts.get(col.key, "") for col in COLUMNS}
        industry = texts["industry"] or industry  # merged cells name the industry only once
        if not industry:
            table.tell(line.number, "industry", "没有填写")
            continue
        if not texts["lead"]:
            table.tell(line.number, "lead", "没有填写")
        key = (industry, texts["theme"])
        if key in rows:
            table.tell(line.number, "industry", f"和第 {numbers[key]} 行的行业、主题相同，请只留一行")
        rows[key] = {
            **texts, "industry": industry,
            "partners": agencies_in(texts["partners"]), "items": items_in(texts["items"]),
        }  # fmt: skip
        numbers[key] = line.number
    return list(rows.values())


def take_list(found: TopicList, agency: Agency, actor: Actor, now: datetime, *, drop_gone: bool) -> None:
    """Enter what the file says; what it lacks is taken out only where that was asked for."""
    for row in found.added:
        db.session.add(IndustryTopic(agency_id=agency.id, imported_at=now, **row))
    for topic, row in found.changed:
        for name in COMPARED:
            setattr(topic, name, row[name])
        topic.imported_at = now
    for topic in found.gone if drop_gone else []:
        db.session.delete(topic)
    db.session.flush()
    taken = events.ListTaken(
        subject_id=agency.id,
        agency_id=agency.id,
        name="一业一查清单",
        added=len(found.added),
        changed=len(found.changed),
        gone=len(found.gone) if drop_gone else 0,
    )
    record(taken, actor, now)


def held(agency: Agency) -> Agency:
    """The agency, held against everybody else who would take over the list."""
    hold(agency)
    return agency
