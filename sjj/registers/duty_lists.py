"""Taking over a list of 三定方案, 权责清单 or 互联网+监管: preview, then all of it or nothing. Never commits.

An entry is known by its code and name, so that a renamed duty is looked at anew. What the new list no longer
has is marked, never deleted; what was said of an entry stays when it comes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.queries import sections_of
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.codes import hold
from sjj.registers.sheet_columns import Col, SheetTable, find_sheet
from sjj.registers.upkeep_models import Duty
from sjj.registers.workbook import Sheet

COLUMNS = (
    Col("code", "编码", ("职权编码", "事项编码", "权力编码", "监管事项编码", "实施编码", "编号", "代码"), 60),
    Col(
        "name",
        "名称",
        (
            "职权名称",
            "事项名称",
            "权力名称",
            "权责名称",
            "监管事项名称",
            "职责名称",
            "主要职责",
            "职责",
            "权责事项",
            "监管事项",
        ),
        300,
        needed=True,
    ),
    Col("kind", "类型", ("职权类型", "事项类型", "权力类型", "类别", "职权类别", "监管方式"), 60),
    Col(
        "basis", "依据", ("设定依据", "法律依据", "实施依据", "职权依据", "监管依据"), 3000, keeps_lines=True
    ),
    Col("section", "承办科室", ("承办机构", "责任科室", "内设机构", "实施机构", "责任处室", "科室"), 100),
)
COMPARED = ("kind", "basis", "section_id")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the file has it."""

    code: str
    name: str
    kind: str
    basis: str
    section_id: int | None


@dataclass(slots=True)
class DutyList:
    """What a file would do to a list."""

    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Duty, Row]] = field(default_factory=list)
    returned: list[tuple[Duty, Row]] = field(default_factory=list)  # were gone, stand in the list again
    same: list[Duty] = field(default_factory=list)
    gone: list[Duty] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def seen(self) -> list[object]:
        """What a preview showed, to be recognised again."""
        pairs = [*self.changed, *self.returned]
        return [self.added, [[duty.id, row] for duty, row in pairs], [duty.id for duty in self.gone]]


def read_list(sheets: Sequence[Sheet], agency: Agency, source: str) -> DutyList:
    """Hold a file against what stands. Raises BadWorkbook."""
    table = find_sheet(sheets, COLUMNS)
    found = DutyList()
    rows = _rows(table, agency, found)
    query = select(Duty).where(Duty.agency_id == agency.id, Duty.source == source).order_by(Duty.id)
    known = {(duty.code, duty.name): duty for duty in db.session.scalars(query)}
    for row in rows:
        duty = known.pop((row.code, row.name), None)
        if duty is None:
            found.added.append(row)
        elif duty.gone_at is not None:
            found.returned.append((duty, row))
        elif any(getattr(duty, name) != getattr(row, name) for name in COMPARED):
            found.changed.append((duty, row))
        else:
            found.same.append(duty)
    found.gone = [duty for duty in known.values() if duty.gone_at is None]
    found.problems = table.problems
    if not rows and not table.problems:
        found.problems.append(f"工作表“{table.sheet.name}”表头下面没有数据")
    return found


def _rows(table: SheetTable, agency: Agency, found: DutyList) -> list[Row]:
    sections = {section.name: section.id for section in sections_of(agency.id)}
    rows: dict[tuple[str, str], Row] = {}
    numbers: dict[tuple[str, str], int] = {}
    unknown: set[str] = set()
    for line in table.lines():
        texts = {col.key: line.texts.get(col.key, "") for col in COLUMNS}
        if not texts["name"]:
            table.tell(line.number, "name", "没有填写")
            continue
        key = (texts["code"], texts["name"])
        row = Row(*key, texts["kind"], texts["basis"], sections.get(texts["section"]))
        if key in rows and rows[key] != row:
            table.tell(line.number, "name", f"和第 {numbers[key]} 行编码、名称相同，内容不同，请只留一行")
        rows[key], numbers[key] = row, line.number
        if texts["section"] and row.section_id is None:
            unknown.add(texts["section"])
    found.notes = [f"没有叫“{name}”的内设机构，这些条目记为不分科室" for name in sorted(unknown)]
    return list(rows.values())


def take_list(found: DutyList, agency: Agency, source: str, actor: Actor, now: datetime) -> None:
    """Enter what the file says, mark what it no longer has."""
    for row in found.added:
        db.session.add(
            Duty(
                agency_id=agency.id, source=source, code=row.code, name=row.name, kind=row.kind,
                basis=row.basis, section_id=row.section_id, imported_at=now,
            )
        )  # fmt: skip
    for duty, row in (*found.changed, *found.returned):
        duty.kind, duty.basis, duty.section_id = row.kind, row.basis, row.section_id
        duty.gone_at = None
    for duty in (*(duty for duty, _ in (*found.changed, *found.returned)), *found.same):
        duty.imported_at = now
    for duty in found.gone:
        duty.gone_at = now
    db.session.flush()
    taken = events.ListTaken(
        subject_id=agency.id,
        agency_id=agency.id,
        name=source,
        added=len(found.added) + len(found.returned),
        changed=len(found.changed),
        gone=len(found.gone),
    )
    record(taken, actor, now)


def held(agency: Agency) -> Agency:
    """The agency, held against everybody else who would take over a list."""
    hold(agency)
    return agency
