"""What people have changed since an import last said it: an import must not write over that unasked.

Three things are held together for each field that a row would change: what the last import had set, what stands in
the register now and who put it there, what the file says. Only looks; how it is settled is in `import_settling`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.database import db
from sjj.registers.import_judging import LABELS, Judgement
from sjj.registers.import_models import Verdict
from sjj.registers.models import EntityKind
from sjj.registers.upkeep_models import RegisterChange
from sjj.web import SHANGHAI

HOW = {"form": "改", "person": "定", "visit": "现场改", "rule": "按规则改", "merge": "合并时改"}
ENTERED = "手工登记"
_EVERYTHING = ""  # stands for all fields of an object that was entered by hand
_ON_FORMS = {"section_id": "内设机构"}


@dataclass(frozen=True, slots=True)
class Hand:
    """A field that somebody has set: what an import had put there before, and who changed it when."""

    base: str
    told: str


def with_conflicts(
    agency_id: int, what: str, register: str, judged: Iterable[tuple[Any, Judgement]]
) -> list[tuple[Any, Judgement]]:
    """The same rows; with each that changes something goes what of it would undo a person's work."""
    judged = list(judged)
    ids = [j.target["id"] for _row, j in judged if j.verdict is Verdict.CHANGED and j.target is not None]
    edits = hand_edits(agency_id, what, register, ids)
    if not edits:
        return judged
    return [(row, _with(judgement, edits)) for row, judgement in judged]


def _with(judgement: Judgement, edits: dict[int, dict[str, Hand]]) -> Judgement:
    mine = edits.get(judgement.target["id"]) if judgement.target is not None else None
    if not mine:
        return judgement
    everything = mine.get(_EVERYTHING)
    hands = {label: mine.get(label, everything) for label in judgement.changes}
    return replace(judgement, conflicts={k: [hand.base, hand.told] for k, hand in hands.items() if hand})


def hand_edits(agency_id: int, what: str, register: str, ids: Sequence[int]) -> dict[int, dict[str, Hand]]:
    """By object and label: what people have changed since an import last said it."""
    if not ids:
        return {}
    columns = (
        RegisterChange.subject_id, RegisterChange.source, RegisterChange.kind, RegisterChange.changes,
        RegisterChange.at, User.display_name,
    )  # fmt: skip
    query = select(*columns).outerjoin(User, User.id == RegisterChange.by_id)
    mine = query.where(RegisterChange.register == register, RegisterChange.subject_id.in_(ids))
    found: dict[int, dict[str, Hand]] = {}
    rows = db.session.execute(mine.where(RegisterChange.agency_id == agency_id).order_by(RegisterChange.id))
    for subject, source, kind, changes, at, name in rows:
        edits = found.setdefault(subject, {})
        told = f"{name or '系统'} {at.astimezone(SHANGHAI):%Y-%m-%d} {HOW.get(source, '改')}"
        if source == "import":
            _said_by_import(edits, kind, changes or {})
        elif kind == "added":
            edits[_EVERYTHING] = Hand("", f"{told.rsplit(' ', 1)[0]} {ENTERED}")
        else:
            _changed_by_hand(edits, what, changes or {}, told)
    return {subject: edits for subject, edits in found.items() if edits}


def _said_by_import(edits: dict[str, Hand], kind: str, changes: dict[str, Any]) -> None:
    if kind == "added":
        edits.clear()
    for label in changes:
        edits.pop(label, None)


def _changed_by_hand(edits: dict[str, Hand], what: str, changes: dict[str, Any], told: str) -> None:
    for label, (before, after) in _by_label(what, changes):
        base = edits[label].base if label in edits else shown(before)
        if shown(after) == base:
            edits.pop(label, None)  # put back as it was
        else:
            edits[label] = Hand(base, told)


def _by_label(what: str, changes: dict[str, Any]) -> Iterable[tuple[str, Sequence[Any]]]:
    """Forms note their changes under the names of fields, imports under their labels."""
    for key, pair in changes.items():
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        if key == "extra":
            before, after = (each if isinstance(each, dict) else {} for each in pair)
            yield from (
                (each, [before.get(each), after.get(each)])
                for each in {**before, **after}
                if before.get(each) != after.get(each)
            )
        else:
            yield LABELS[what].get(key) or _ON_FORMS.get(key, key), pair


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "在岗" if value else "离岗"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if value in [each.value for each in EntityKind]:
        return EntityKind(value).label
    return str(value)
