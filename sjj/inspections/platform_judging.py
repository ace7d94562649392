"""What each line of a list drawn elsewhere means here: the object, its officers, and what stands against them.

Reads only. All problems of a line at once: object unknown, merged, closed or named twice; officer unknown, of no
agency that takes part, without a valid certificate, or to be kept away; fewer than two officers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.inspections.platform_reading import ListRow, Named, shown
from sjj.registers.models import Entity, Officer
from sjj.registers.recusal_models import Recusal
from sjj.rules.gates import certificate_problem

TEAM = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What the office says of the list: the task it is for, and where, when and by whom it was drawn."""

    name: str
    items: tuple[int, ...]
    starts_on: date
    ends_on: date
    where: str
    drawn_at: str
    drawn_by: str
    number: str = ""
    directed: bool = False
    check_type: str = "日常"
    section_id: int | None = None
    plan_line_id: int | None = None
    partners: tuple[int, ...] = ()


@dataclass(slots=True)
class Judged:
    """One line of the list: who is meant, and what stands against it."""

    row: ListRow
    entity: Entity | None = None
    officers: list[Officer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """As the file calls it."""
        return self.row.name or self.row.code


def judge(agency: Agency, told: Told, rows: Sequence[ListRow]) -> list[Judged]:
    """Every line with its object, its officers and its problems. Reads only."""
    entities = _Entities(agency.id, rows)
    officers = _Officers({agency.id, *told.partners}, rows)
    found, seen = [], set()
    for row in rows:
        one = Judged(row)
        one.entity = entities.of(row, one.problems)
        if one.entity is not None and one.entity.id in seen:
            one.problems.append("名单里已有这一户")
        if one.entity is not None:
            seen.add(one.entity.id)
        for named in row.officers:
            officer = officers.of(named, one.problems)
            if officer is not None and officer not in one.officers:
                one.officers.append(officer)
                why = certificate_problem(
                    officer.certificate_no, officer.certificate_until, officer.on_duty, told.ends_on
                )
                if why:
                    one.problems.append(f"{officer.name}{why}")
        if len(one.officers) < TEAM:
            one.problems.append(f"执法人员不足 {TEAM} 名")
        found.append(one)
    _recusals(found)
    return found


class _Entities:
    """The objects of an agency by code and by name, read once."""

    def __init__(self, agency_id: int, rows: Sequence[ListRow]) -> None:
        codes, names = {one.code for one in rows if one.code}, {one.name for one in rows if one.name}
        query = select(Entity).where(
            Entity.agency_id == agency_id, or_(func.upper(Entity.code).in_(codes), Entity.name.in_(names))
        )
        found = list(db.session.scalars(query))
        self.by_code = {one.code.upper(): one for one in found}
        self.by_name: dict[str, list[Entity]] = {}
        for one in found:
            self.by_name.setdefault(one.name, []).append(one)

    def of(self, row: ListRow, problems: list[str]) -> Entity | None:
        found = self.by_code.get(row.code) if row.code else None
        if found is None and not row.code:
            alike = [one for one in self.by_name.get(row.name, []) if one.merged_into_id is None]
            if len(alike) > 1:
                problems.append(f"名录库里有 {len(alike)} 户同名，请写明代码")
                return None
            found = alike[0] if alike else None
        if found is None:
            problems.append("名录库里没有这一户")
            return None
        if found.merged_into_id is not None:
            kept = db.session.get_one(Entity, found.merged_into_id)
            problems.append(f"已并入“{kept.name}”（{kept.code}），请改用它的代码")
        elif not found.is_active:
            problems.append(f"登记状态为“{found.state}”")
        return found


class _Officers:
    """The officers of the agencies that take part, by certificate number and by name, read once."""

    def __init__(self, agency_ids: set[int], rows: Sequence[ListRow]) -> None:
        named = [one for row in rows for one in row.officers]
        numbers, names = {one.certificate for one in named}, {one.name for one in named}
        query = select(Officer).where(
            or_(Officer.certificate_no.in_(numbers - {""}), Officer.name.in_(names))
        )
        self.known = list(db.session.scalars(query.order_by(Officer.id)))
        self.agency_ids = agency_ids

    def of(self, named: Named, problems: list[str]) -> Officer | None:
        if named.certificate:
            alike = [one for one in self.known if one.certificate_no == named.certificate]
        else:
            alike = [one for one in self.known if one.name == named.name and self._is_of(one, named.agency)]
        mine = [one for one in alike if one.agency_id in self.agency_ids]
        said = shown(named.words)
        if not mine:
            problems.append(
                f"“{said}”不是本部门或参加部门的执法人员" if alike else f"名录库里没有执法人员“{said}”"
            )
            return None
        if len(mine) > 1:
            problems.append(f"有 {len(mine)} 名执法人员叫“{said}”，请写明执法证号")
            return None
        if named.name and named.name != mine[0].name:
            problems.append(f"执法证号 {named.certificate} 是{mine[0].name}的，不是“{said}”的")
            return None
        return mine[0]

    @staticmethod
    def _is_of(officer: Officer, agency: str) -> bool:
        return not agency or agency in (officer.agency.name, officer.agency.short_name)


def _recusals(found: Sequence[Judged]) -> None:
    ids = {one.id for row in found for one in row.officers}
    query = select(Recusal).where(Recusal.officer_id.in_(ids), Recusal.approved.is_not(False))
    bars = {(one.officer_id, one.entity_id): one for one in db.session.scalars(query)}
    for row in found:
        for officer in row.officers:
            bar = bars.get((officer.id, row.entity.id)) if row.entity is not None else None
            if bar is not None:
                state = "应当回避" if bar.approved else "的回避申报还没有决定"
                row.problems.append(f"{officer.name}对这一户{state}")
