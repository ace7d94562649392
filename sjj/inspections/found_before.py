"""What was found at an object before: the last visit that has a record, and the problems that visits opened.

Problems are followed in a room above this one, so the app tells us once, when it is made, whom to ask (as in
`registers.holds`). Reads only; nothing is guessed when nobody was named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ResultState


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem that a visit opened; `closed` says that it was followed to its end."""

    inspection_id: int
    text: str
    kind: str
    due_on: date | None
    closed: bool


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The last visit to an object before a visit, and every problem there that is still open."""

    inspection_id: int
    on: date
    result: str
    campaign: str
    reviewed: bool
    problems: tuple[FoundProblem, ...]
    open: tuple[FoundProblem, ...]


Provider = Callable[[Iterable[int]], Mapping[int, Sequence[FoundProblem]]]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows the problems found at objects (their ids)."""
    _asked[:] = [provider]


def found_before(inspections: Sequence[Inspection]) -> dict[int, LastVisit]:
    """{inspection id: the last visit to its object by the same agency}, where there was one."""
    if not _asked:
        raise LookupError("nobody was named who knows the problems")
    wanted = {one.entity_id for one in inspections}
    if not wanted:
        return {}
    problems = _asked[0](wanted)
    earlier = _ended(wanted)
    found = {}
    for one in inspections:
        last = next((other for other in earlier if _is_before(other, one)), None)
        if last is not None and last.ended_on is not None:
            found[one.id] = _told(
                last,
                last.ended_on,
                [row for row in problems.get(one.entity_id, ()) if row.inspection_id != one.id],
            )
    return found


def _ended(entity_ids: set[int]) -> Sequence[Inspection]:
    """Visits with a record, the latest first."""
    query = (
        select(Inspection)
        .where(
            Inspection.entity_id.in_(entity_ids),
            Inspection.ended_on.is_not(None),
            Inspection.standing != ResultState.WITHDRAWN,
        )
        .options(joinedload(Inspection.campaign))
        .order_by(Inspection.ended_on.desc(), Inspection.id.desc())
    )
    return db.session.scalars(query).all()


def _is_before(other: Inspection, own: Inspection) -> bool:
    if (other.entity_id, other.agency_id) != (own.entity_id, own.agency_id) or other.id == own.id:
        return False
    return own.ended_on is None or other.ended_on is None or other.ended_on <= own.ended_on


def _told(last: Inspection, on: date, problems: Sequence[FoundProblem]) -> LastVisit:
    return LastVisit(
        inspection_id=last.id,
        on=on,
        result=last.result or "结果待定",
        campaign=last.campaign.name,
        reviewed=last.standing not in (ResultState.AWAITING_REVIEW, ResultState.SENT_BACK),
        problems=tuple(row for row in problems if row.inspection_id == last.id),
        open=tuple(row for row in problems if not row.closed),
    )
