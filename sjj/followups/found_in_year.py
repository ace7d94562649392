"""What the visits of a year found at an agency's objects (see `registers.past_findings`). Reads only."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from sjj.database import db
from sjj.followups.models import Problem
from sjj.inspections.models import Inspection
from sjj.registers.models import Entity
from sjj.registers.past_findings import Findings
from sjj.rules.lifecycle import ResultState

CASE = "立案查处"


def found_in_year(agency_id: int, year: int) -> Mapping[int, Findings]:
    """{entity id: its visits that ended in the year, their problems, those that became cases}."""
    object_id = func.coalesce(Entity.merged_into_id, Entity.id)
    standing = (
        Inspection.agency_id == agency_id,
        Inspection.ended_on.between(date(year, 1, 1), date(year, 12, 31)),
        Inspection.standing != ResultState.WITHDRAWN,
    )
    visits = select(object_id, func.count()).join(Inspection.entity).where(*standing).group_by(object_id)
    checks: Counter[int] = Counter(dict(db.session.execute(visits).all()))  # type: ignore[arg-type]
    of_problems = (
        select(object_id, Problem.kind, func.count())
        .select_from(Problem)
        .join(Problem.inspection)
        .join(Inspection.entity)
        .where(*standing)
        .group_by(object_id, Problem.kind)
    )
    problems: Counter[int] = Counter()
    cases: Counter[int] = Counter()
    for entity_id, kind, number in db.session.execute(of_problems):
        problems[entity_id] += number
        cases[entity_id] += number if kind == CASE else 0
    return {
        entity_id: Findings(number, problems[entity_id], cases[entity_id])
        for entity_id, number in checks.items()
    }
