"""The problems that visits found at objects, for who goes there next (see `inspections.found_before`). Reads only."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from sjj.database import db
from sjj.followups.models import Problem
from sjj.inspections.found_before import FoundProblem
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ProblemState, ResultState


def problems_at(entity_ids: Iterable[int]) -> Mapping[int, Sequence[FoundProblem]]:
    """{entity id: its problems, the latest first}; of a visit taken back none."""
    query = (
        select(Problem, Inspection.entity_id)
        .join(Problem.inspection)
        .where(Inspection.entity_id.in_(set(entity_ids)), Inspection.standing != ResultState.WITHDRAWN)
        .order_by(Problem.opened_at.desc(), Problem.id)
    )
    found: dict[int, list[FoundProblem]] = {}
    for row, entity_id in db.session.execute(query):
        told = FoundProblem(
            row.inspection_id, row.text, row.kind, row.due_on, row.state is ProblemState.CLOSED
        )
        found.setdefault(entity_id, []).append(told)
    return found
