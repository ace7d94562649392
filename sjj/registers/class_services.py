"""Keeping class rules, applying them, and a person's decisions (S3 二（三）). Never commits.

Rules are applied to exactly what was shown: whatever moved in between is shown anew. A person's decision stands
against the rules until somebody takes it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.registers.change_log import change_of, note, note_many
from sjj.registers.class_events import ClassDecided, ClassDecisionEnded, ClassRulesApplied, ClassRulesKept
from sjj.registers.class_queries import Looked, decided, decision_of, newest
from sjj.registers.codes import hold
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.upkeep_models import ClassDecision, ClassRules
from sjj.rules.classification import Change
from sjj.web import today

AT_ONCE, PIECE = 2000, 1000
MOST_REASON = 300
MOST_RUNS = 50  # applications that a version tells of
MOST_RULES, MOST_CONDITIONS = 60, 40
INTERNAL, INTERNAL_REASON = "信用风险", "信用风险及分类理由"  # change_words keeps what begins so inside
BY_RULE, BY_PERSON = "rule", "person"


class RulesMoved(Exception):
    """Somebody kept another version meanwhile; the message may be shown."""


def keep_rules(
    agency: Agency, content: Mapping[str, Any], note_text: str, base: int, actor: User, now: datetime
) -> ClassRules:
    """Keep rules (checked by the form) as the next version of those numbered `base`. Raises RulesMoved."""
    hold(agency)
    last = newest(agency.id)
    number = last.version if last else 0
    if number != base:
        raise RulesMoved(f"别人已经保存了第 {number} 版，请看过后在它上面修改")
    if last is not None and last.content == content:
        return last
    rules = ClassRules(
        agency_id=agency.id, version=number + 1, content=dict(content), note=note_text, made_at=now,
        made_by_id=actor.id, counts={},
    )  # fmt: skip
    db.session.add(rules)
    db.session.flush()
    record(
        ClassRulesKept(
            subject_id=rules.id, agency_id=agency.id, version=rules.version, rules=len(content["rules"])
        ),
        actor, now,
    )  # fmt: skip
    return rules


def pieces(looked: Looked) -> Iterator[list[Change]]:
    """The changes, a piece at a time."""
    rest = iter(looked.preview.changes)
    while piece := list(islice(rest, PIECE)):
        yield piece


def apply_piece(rules: ClassRules, piece: Sequence[Change], actor: Actor, now: datetime) -> int:
    """Set the classes of a piece; an object that somebody has changed or decided on meanwhile stays. Tells how many."""
    of = {one.entity: one for one in piece}
    query = select(Entity).where(Entity.id.in_(list(of)), Entity.merged_into_id.is_(None)).order_by(Entity.id)
    locked = query.with_for_update(of=Entity).execution_options(populate_existing=True)
    rows = list(db.session.scalars(locked))
    settled = decided(rules.agency_id, of)  # after the lock: who decides holds the same row
    rows = [
        row
        for row in rows
        if row.supervision_class == of[row.id].before
        and settled.get(row.id, of[row.id].after) == of[row.id].after
    ]
    for row in rows:
        row.supervision_class = SupervisionClass(of[row.id].after)
        row.class_by, row.class_reason = BY_RULE, _reason(rules, of[row.id])
        row.class_since, row.updated_at = today(now), now
    note_many([_noted(rules, row, of[row.id], actor, now) for row in rows])
    return len(rows)


def _reason(rules: ClassRules, change: Change) -> str:
    return f"规则第{rules.version}版：{'；'.join(change.reasons)}"[:MOST_REASON]


def _noted(rules: ClassRules, row: Entity, change: Change, actor: Actor, now: datetime) -> dict[str, Any]:
    """The change as the register tells of it; a reason that speaks of credit risk stays inside."""
    changes: dict[str, list[str]] = {"supervision_class": [change.before, change.after]}
    reason = row.class_reason
    if INTERNAL in reason:
        changes[INTERNAL_REASON] = ["", reason]
        reason = f"规则第{rules.version}版"
    return {
        **change_of("entity", row.agency_id, row.section_id, row.id, row.code, row.name),
        "kind": "changed", "changes": changes, "reason": reason, "source": BY_RULE, "batch_id": None,
        "at": now, "by_id": actor.id,
    }  # fmt: skip


def note_application(
    rules: ClassRules,
    before: Mapping[str, int],
    after: Mapping[str, int],
    changed: int,
    actor: Actor,
    now: datetime,
) -> None:
    """The rules have been applied: who, when, what came of it."""
    run = {
        "at": now.isoformat(), "by": actor.display_name, "before": dict(before), "after": dict(after),
        "changed": changed,
    }  # fmt: skip
    rules.applied_at, rules.applied_by_id = now, actor.id
    rules.counts = {"runs": [*rules.counts.get("runs", []), run][-MOST_RUNS:]}
    record(
        ClassRulesApplied(
            subject_id=rules.id, agency_id=rules.agency_id, version=rules.version, changed=changed,
            before=before, after=after,
        ),
        actor, now,
    )  # fmt: skip


def decide(entity: Entity, klass: SupervisionClass, reason: str, actor: User, now: datetime) -> None:
    """A person sets the class of an object; this stands until it is taken back or decided anew."""
    before = entity.supervision_class
    settle_class(entity, klass, reason, actor, now)
    entity.supervision_class, entity.updated_at = klass, now
    if before is not klass:
        changes = {"supervision_class": [str(before), str(klass)]}
        note("entity", entity, "changed", changes, reason, BY_PERSON, actor, now)
    record(
        ClassDecided(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, before=str(before),
            after=str(klass), reason=reason,
        ),
        actor, now,
    )  # fmt: skip


def settle_class(entity: Entity, klass: SupervisionClass, reason: str, actor: User, now: datetime) -> None:
    """Keep a person's decision beside the object, whose class the caller sets."""
    earlier = decision_of(entity)
    if earlier is not None:
        earlier.ended_at = now
    rules = newest(entity.agency_id)
    decision = ClassDecision(
        entity_id=entity.id, rules_id=rules.id if rules else None, supervision_class=klass, reason=reason,
        at=now, by_id=actor.id,
    )  # fmt: skip
    db.session.add(decision)
    entity.class_by, entity.class_reason, entity.class_since = BY_PERSON, reason[:MOST_REASON], today(now)


def take_back(entity: Entity, reason: str, actor: User, now: datetime) -> bool:
    """End a person's decision: the rules decide again when they are applied next. False: there was none."""
    earlier = decision_of(entity)
    if earlier is None:
        return False
    earlier.ended_at = now
    record(
        ClassDecisionEnded(
            subject_id=entity.id, agency_id=entity.agency_id, name=entity.name, reason=reason
        ),
        actor, now,
    )  # fmt: skip
    return True
