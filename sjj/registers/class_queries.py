"""Reading class rules and what they would make of the register. Changes nothing."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from sjj.accounts.models import Agency, User
from sjj.database import db
from sjj.registers.class_fields import fields_of, objects
from sjj.registers.models import Entity
from sjj.registers.scope import READ, may_edit
from sjj.registers.upkeep_models import ClassDecision, ClassRules, RegisterChange
from sjj.rules.classification import Classifier, Preview, compile_rules, fields_in, preview

CLASS_FIELD = "supervision_class"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a version of the rules would make of the register on a day, and the mark of exactly that."""

    preview: Preview
    moves: Mapping[tuple[str, str], int]  # (from, to) -> how many
    mark: str


def agency_to_read(user: User, agency_id: int) -> Agency | None:
    """An agency whose registers this person may read."""
    agency = db.session.get(Agency, agency_id)
    return agency if agency and user.may(READ, agency_id) else None


def agency_to_classify(user: User, agency_id: int) -> Agency | None:
    """An agency whose registers this person may change as a whole."""
    agency = db.session.get(Agency, agency_id)
    return agency if agency and may_edit(user, agency_id, None) else None


def rules_to_read(user: User, rules_id: int) -> ClassRules | None:
    """A version of the rules of an agency whose registers this person may read."""
    rules = db.session.get(ClassRules, rules_id)
    return rules if rules and user.may(READ, rules.agency_id) else None


def rules_to_apply(user: User, rules_id: int) -> ClassRules | None:
    """A version of the rules that this person may apply."""
    rules = db.session.get(ClassRules, rules_id)
    return rules if rules and may_edit(user, rules.agency_id, None) else None


def versions(agency_id: int) -> list[ClassRules]:
    """Every version of an agency's rules, the newest first."""
    query = select(ClassRules).where(ClassRules.agency_id == agency_id).order_by(ClassRules.version.desc())
    people = joinedload(ClassRules.made_by), joinedload(ClassRules.applied_by)
    return list(db.session.scalars(query.options(*people)))


def newest(agency_id: int) -> ClassRules | None:
    """The version of the rules that stands."""
    query = select(ClassRules).where(ClassRules.agency_id == agency_id)
    return db.session.scalar(query.order_by(ClassRules.version.desc()).limit(1))


def classifier_of(rules: ClassRules, day: date) -> Classifier:
    """The rules, ready to be asked. Raises WrongRules."""
    return compile_rules(rules.content, day, fields_of(rules.agency_id))


def look(rules: ClassRules, day: date) -> Looked:
    """Hold the whole register against the rules. Raises WrongRules."""
    rows = objects(rules.agency_id, fields_in(rules.content), day)
    found = preview(classifier_of(rules, day), rows, decided(rules.agency_id))
    moves = Counter((one.before, one.after) for one in found.changes)
    return Looked(found, moves, _mark(rules, found))


def _mark(rules: ClassRules, found: Preview) -> str:
    """What stands for exactly these changes: another object or another class gives another mark."""
    said = sha256(f"{rules.id}".encode())
    for one in found.changes:
        said.update(f";{one.entity}:{one.before}>{one.after}".encode())
    return said.hexdigest()[:32]


def judged(entity: Entity, day: date) -> tuple[ClassRules, tuple[str, ...]] | None:
    """What the rules that stand say of one object, in words. None: there are none, or it has no class."""
    rules = newest(entity.agency_id)
    if rules is None:
        return None
    row = next(objects(entity.agency_id, fields_in(rules.content), day, only=entity.id), None)
    if row is None:
        return None
    classifier = classifier_of(rules, day)
    found = classifier.judge(row[2])
    return rules, (*classifier.explain(row[2]), found.reason, *found.doubts)


def decided(agency_id: int, among: Collection[Any] | None = None) -> dict[Hashable, str]:
    """{object: the class that a person decided on}, as far as it stands; `among`: of these objects only."""
    query = (
        select(ClassDecision.entity_id, ClassDecision.supervision_class)
        .join(ClassDecision.entity)
        .where(Entity.agency_id == agency_id, ClassDecision.ended_at.is_(None))
        .order_by(ClassDecision.id)
    )
    if among is not None:
        query = query.where(ClassDecision.entity_id.in_(among))
    return {number: str(klass) for number, klass in db.session.execute(query)}


def decision_of(entity: Entity) -> ClassDecision | None:
    """A person's decision on this object that stands."""
    query = select(ClassDecision).where(
        ClassDecision.entity_id == entity.id, ClassDecision.ended_at.is_(None)
    )
    return db.session.scalar(
        query.options(joinedload(ClassDecision.by)).order_by(ClassDecision.id.desc()).limit(1)
    )


def named(ids: Iterable[Any]) -> dict[int, Entity]:
    """Objects by their ids, with their tags."""
    wanted = list(ids)
    query = select(Entity).where(Entity.id.in_(wanted)).options(selectinload(Entity.tags))
    return {one.id: one for one in db.session.scalars(query)}


def class_history(entity_ids: Iterable[int]) -> list[RegisterChange]:
    """Every change of class of an object and of the doubles merged into it, the latest first."""
    query = (
        select(RegisterChange)
        .where(RegisterChange.register == "entity", RegisterChange.subject_id.in_(list(entity_ids)))
        .options(joinedload(RegisterChange.by))
        .order_by(RegisterChange.id.desc())
    )
    return [row for row in db.session.scalars(query) if CLASS_FIELD in row.changes]
