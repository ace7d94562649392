"""Which rows of an agency's register may be one and the same object, and how two of them differ. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from threading import Lock
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.database import db
from sjj.registers.events import WORDS
from sjj.registers.models import Entity
from sjj.registers.scope import READ, may_edit_row
from sjj.registers.upkeep_models import EntityMerge, NotDouble
from sjj.rules.duplicates import Candidate, Row, find_duplicates

MOST_OF_A_GROUP = 6  # of a larger group each is held against the first ones only
FIELDS = (
    "name", "entity_type", "industry", "state", "legal_representative", "contact", "phone", "township", "address",
    "lat", "lon", "registration_authority", "registered_on", "capital", "business_scope", "credit_risk",
    "credit_risk_on", "credit_risk_source", "positive_from", "positive_until", "section_id",
)  # fmt: skip
TOGETHER = {"lat": ("lat", "lon"), "positive_from": ("positive_from", "positive_until"),
            "credit_risk": ("credit_risk", "credit_risk_on", "credit_risk_source")}  # fmt: skip
_FOLLOW = frozenset(name for names in TOGETHER.values() for name in names[1:])
_LABELS = {**WORDS, "lat": "位置", "positive_from": "正面清单", "section_id": "归口科室"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two objects that may be one, and why."""

    first: Entity
    second: Entity
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two objects differ: what each of them says."""

    field: str
    label: str
    first: str
    second: str

    @property
    def is_filled_by_second(self) -> bool:
        """Whether only the second one says anything."""
        return bool(self.second) and not self.first


class _Known:
    """The likely doubles of each agency, as long as its register stands still."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[int, tuple[Any, tuple[Candidate, ...]]] = {}

    def of(self, agency_id: int) -> tuple[Candidate, ...]:
        """The candidates, looked for again when anything was entered, changed or merged."""
        standing = (Entity.agency_id == agency_id, Entity.merged_into_id.is_(None))
        mark = (
            tuple(
                db.session.execute(
                    select(func.count(), func.max(Entity.updated_at), func.max(Entity.id)).where(*standing)
                ).one()
            ),
            str(db.engine.url),
        )
        with self._lock:
            known = self._of.get(agency_id)
        if known is not None and known[0] == mark:
            return known[1]
        columns = (Entity.id, Entity.name, Entity.code, Entity.address, Entity.legal_representative)
        rows = db.session.execute(select(*columns).where(*standing).order_by(Entity.id))
        found = find_duplicates(Row(*row) for row in rows)
        with self._lock:
            self._of[agency_id] = (mark, found)
        return found


_known = _Known()


def doubles(user: User, agency_id: int, page: int, per_page: int = 20) -> tuple[list[Pair], int]:
    """One page of likely doubles that nobody has judged yet, and how many there are."""
    judged = {(one.first_id, one.second_id) for one in db.session.scalars(select(NotDouble))}
    pairs = [one for one in _pairs(agency_id) if one[:2] not in judged]
    shown = pairs[(page - 1) * per_page : page * per_page]
    ids = {number for pair in shown for number in pair[:2]}
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(Entity).where(Entity.id.in_(ids)).options(joinedload(Entity.section))
        )
    }
    found = [
        Pair(rows[first], rows[second], reason)
        for first, second, reason in shown
        if first in rows and second in rows and user.may(READ, agency_id)
    ]
    return found, len(pairs)


def _pairs(agency_id: int) -> Iterator[tuple[int, int, str]]:
    for one in _known.of(agency_id):
        keys = sorted(int(str(key)) for key in one.keys)
        for first, second in combinations(keys[:MOST_OF_A_GROUP], 2):
            yield first, second, one.reason
        for second in keys[MOST_OF_A_GROUP:]:
            yield keys[0], second, one.reason


def pair_to_merge(user: User, first_id: int, second_id: int) -> tuple[Entity, Entity] | None:
    """Two objects of one agency, neither merged yet, both of which this person may change."""
    first, second = db.session.get(Entity, first_id), db.session.get(Entity, second_id)
    if first is None or second is None or first.id == second.id:
        return None
    both = (first, second)
    if first.agency_id != second.agency_id or any(one.merged_into_id is not None for one in both):
        return None
    return both if all(may_edit_row(user, one) for one in both) else None


def merge_to_undo(user: User, merge_id: int) -> EntityMerge | None:
    """A merge of two objects, both of which this person may change."""
    merge = db.session.get(EntityMerge, merge_id)
    both = (merge.kept, merge.gone) if merge else ()
    return merge if merge and all(may_edit_row(user, one) for one in both) else None


def differences(first: Entity, second: Entity) -> list[Difference]:
    """What the two say differently, in words; what belongs together stands in one line."""
    found = []
    for name in FIELDS:
        if name in _FOLLOW:
            continue
        said = [_said(one, name) for one in (first, second)]
        if said[0] != said[1]:
            found.append(Difference(name, _LABELS.get(name, name), *said))
    labels = dict.fromkeys([*(first.extra or {}), *(second.extra or {})])
    for label in labels:
        said = [str((one.extra or {}).get(label) or "") for one in (first, second)]
        if said[0] != said[1]:
            found.append(Difference(f"extra.{label}", label, *said))
    return found


def _said(entity: Entity, name: str) -> str:
    if name == "section_id":
        return entity.section.name if entity.section else "不分科室"
    values = [getattr(entity, each) for each in TOGETHER.get(name, (name,))]
    said = [
        value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
        for value in values
    ]
    return " ".join(word for word in said if word)


def same_rows(entity: Entity) -> list[tuple[int, str]]:
    """(id, code) of every row that stands for one object: the kept one first, then those merged into it."""
    root = entity.merged_into_id or entity.id
    query = select(Entity.id, Entity.code).where(or_(Entity.id == root, Entity.merged_into_id == root))
    rows = [(row.id, row.code) for row in db.session.execute(query.order_by(Entity.id))]
    return sorted(rows, key=lambda row: row[0] != root)


def same_object(entity: Entity) -> list[int]:
    """The ids that stand for one object: the kept one's first, then those merged into it."""
    return [number for number, _ in same_rows(entity)]


def tokens_of(entity: Entity) -> set[str]:
    """What the codes on an object's door may carry: its own, and those of the doubles merged into it."""
    return set(db.session.scalars(select(Entity.token).where(Entity.id.in_(same_object(entity)))))


def older_tokens(entities: Iterable[Entity]) -> dict[int, list[str]]:
    """{entity id: the other codes of the same object}, of the objects that have any; one question for all."""
    roots = {one.id: one.merged_into_id or one.id for one in entities}
    query = select(Entity.id, Entity.merged_into_id, Entity.token).where(
        or_(Entity.id.in_(roots.values()), Entity.merged_into_id.in_(roots.values()))
    )
    rows = db.session.execute(query.order_by(Entity.id)).all()
    of_root: dict[int, list[tuple[int, str]]] = {}
    for number, into, token in rows:
        of_root.setdefault(into or number, []).append((number, token))
    found = {
        each: [token for number, token in of_root.get(root, ()) if number != each]
        for each, root in roots.items()
    }
    return {each: tokens for each, tokens in found.items() if tokens}


def merges_into(entity: Entity) -> list[EntityMerge]:
    """What was merged into an object, the latest first."""
    query = select(EntityMerge).where(EntityMerge.kept_id == entity.id).order_by(EntityMerge.id.desc())
    return list(db.session.scalars(query.options(joinedload(EntityMerge.gone), joinedload(EntityMerge.by))))


def merge_of(entity: Entity) -> EntityMerge | None:
    """The merge by which an object is gone."""
    return db.session.scalar(select(EntityMerge).where(EntityMerge.gone_id == entity.id))
