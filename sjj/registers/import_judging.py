"""What a row would do to the register as it stands: new, changed (what, from what), unchanged, or refused.

Compares only what the row says; a blank never erases. Gives the same answer for the same register, so that
the moment of applying can be held against the preview.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, select, true

from sjj.accounts.models import Agency, Section
from sjj.database import db
from sjj.registers.holds import held, refusal
from sjj.registers.import_columns import COLUMNS
from sjj.registers.import_models import Verdict
from sjj.registers.models import Entity, EntityKind, Officer, Tag, entity_tag, officer_tag
from sjj.registers.tags import ON_ENTITY, ON_OFFICER

Values = dict[str, Any]
Kept = dict[str, Any]  # a register row as a mapping, with its tags' names

TABLES: dict[str, Table] = {"entities": Entity.__table__, "officers": Officer.__table__}  # type: ignore[dict-item]
TAG_LINKS = {"entities": entity_tag, "officers": officer_tag}
TAGS_ON = {"entities": ON_ENTITY, "officers": ON_OFFICER}
LABELS = {what: {column.field: column.label for column in columns} for what, columns in COLUMNS.items()}


@dataclass(slots=True)
class Register:
    """The agency's rows as they stand, and its sections; `section_id` bounds what may be touched."""

    what: str
    section_id: int | None
    sections: dict[str, int]
    rows: dict[int, Kept] = field(default_factory=dict)
    by_code: dict[str, Kept] = field(default_factory=dict)
    by_certificate: dict[str, list[Kept]] = field(default_factory=dict)
    codeless: dict[tuple[str, str], list[Kept]] = field(default_factory=dict)
    kept_instead: Mapping[int, str] = field(default_factory=dict)  # of merged doubles: the name of the kept
    held: Mapping[int, str] = field(default_factory=dict)  # entities in a draw that goes on -> its number


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a row does; `target` is the register row that it changes."""

    verdict: Verdict
    reason: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    target: Kept | None = None
    conflicts: dict[str, list[str]] = field(default_factory=dict)  # label -> [last import's, who set it]


_NEW, _UNCHANGED = (
    Judgement(Verdict.NEW),
    Judgement(Verdict.UNCHANGED),
)  # most rows: one object for all of them


class _Refused(Exception):
    """The register does not allow the row; the message says why."""


def load_register(
    agency: Agency,
    section: Section | None,
    what: str,
    *,
    lock: bool = False,
    only: Sequence[Values] | None = None,
) -> Register:
    """The agency's register, or what these rows may meet of it; `lock` holds it until the transaction ends."""
    table, links = TABLES[what], TAG_LINKS[what]
    sections = select(Section.name, Section.id).where(Section.agency_id == agency.id)
    register = Register(what, section.id if section else None, dict(db.session.execute(sections).all()))
    compared = [column for column in table.c if column.name not in ("agency_id", "token", "updated_at")]
    asked = (table.c.agency_id == agency.id) & _may_be_met(table, what, only)
    query = select(*compared).where(asked).order_by(table.c.id)
    names = [column.name for column in compared]
    for found in db.session.execute(query.with_for_update() if lock else query):
        _take_in(register, dict(zip(names, found, strict=True)))
    owner = links.c[0]
    tagged = select(owner, Tag.name).join(Tag, Tag.id == links.c.tag_id).join(table, table.c.id == owner)
    for row_id, name in db.session.execute(tagged.where(asked).order_by(Tag.name)):
        register.rows[row_id].setdefault("tags", []).append(name)
    if what == "entities":
        register.held = held(agency.id).entities
        register.kept_instead = _kept_instead(register)
    return register


def _may_be_met(table: Table, what: str, only: Sequence[Values] | None) -> ColumnElement[bool]:
    """Rows that these rows could mean: by code, without one by name. Officers are few: always all of them."""
    if only is None or what != "entities":
        return true()
    codes = [values["code"] for values in only if values.get("code")]
    names = [values["name"] for values in only if not values.get("code")]
    named = (table.c.kind != EntityKind.ENTERPRISE) & table.c.name.in_(names)
    return table.c.code.in_(codes) | named if names else table.c.code.in_(codes)


def _kept_instead(register: Register) -> dict[int, str]:
    """The names of the objects into which others were merged."""
    ids = {kept["merged_into_id"] for kept in register.rows.values()} - {None}
    return dict(db.session.execute(select(Entity.id, Entity.name).where(Entity.id.in_(ids))).all())


def _take_in(register: Register, kept: Kept) -> None:
    register.rows[kept["id"]] = kept
    register.by_code[kept["code"]] = kept
    if register.what == "officers":
        register.by_certificate.setdefault(kept["certificate_no"], []).append(kept)
    elif kept["kind"] is not EntityKind.ENTERPRISE:
        register.codeless.setdefault((kept["kind"].value, kept["name"]), []).append(kept)


def judge(values: Values, register: Register) -> Judgement:
    """Hold one row against the register."""
    try:
        target = _FIND[register.what](values, register)
        _check_section(values, target, register)
    except _Refused as refused:
        return Judgement(Verdict.REJECTED, str(refused))
    if target is None:
        return _NEW
    if draw_no := _held_as_other_kind(values, target, register):
        return Judgement(Verdict.REJECTED, refusal(draw_no, "kind"))
    changes = _changes(values, target, register)
    return Judgement(Verdict.CHANGED, changes=changes, target=target) if changes else _UNCHANGED


def _held_as_other_kind(values: Values, target: Kept, register: Register) -> str | None:
    """The draw that holds the object which the row would make one of another kind (codes never change)."""
    kind = values.get("kind")
    return register.held.get(target["id"]) if kind and EntityKind(kind) is not target["kind"] else None


def _find_entity(values: Values, register: Register) -> Kept | None:
    if values.get("code"):
        return _not_merged(register.by_code.get(values["code"]), register)
    namesakes = register.codeless.get((values["kind"], values["name"]), [])
    address = values.get("address")
    same = [kept for kept in namesakes if not address or kept["address"] in (address, "")]
    exact = [kept for kept in same if address and kept["address"] == address]
    found = exact or same
    if len(found) > 1:
        standing = [kept for kept in found if kept["merged_into_id"] is None]
        if len(standing) != 1:
            raise _Refused(f"名录库中有 {len(found)} 个同名对象，分不清是哪一个，请填写对象编号")
        return standing[0]
    return _not_merged(found[0], register) if found else None


def _not_merged(kept: Kept | None, register: Register) -> Kept | None:
    """A double that went into another object is never written over, and the other one never in its place."""
    if kept is None or kept["merged_into_id"] is None:
        return kept
    instead = register.kept_instead.get(kept["merged_into_id"], "")
    raise _Refused(f"名录库中这个对象已并入“{instead}”，不再改动；要更新请用保留的那个对象的代码或编号")


def _find_officer(values: Values, register: Register) -> Kept | None:
    holders = register.by_certificate.get(values["certificate_no"], [])
    if len(holders) > 1:
        raise _Refused(f"名录库中有 {len(holders)} 人用这个执法证号，请先在名录库中更正")
    holder = holders[0] if holders else None
    code = values.get("code")
    if not code:
        return holder
    named = register.by_code.get(code)
    if holder is not None and named is not holder:
        raise _Refused(
            f"这个执法证号在名录库中是 {holder['name']}（编号 {holder['code']}），与表中的人员编号不符"
        )
    return named


_FIND: dict[str, Callable[[Values, Register], Kept | None]] = {
    "entities": _find_entity,
    "officers": _find_officer,
}


def _check_section(values: Values, target: Kept | None, register: Register) -> None:
    name = values.get("section")
    if name and name not in register.sections:
        raise _Refused(f"系统中没有内设机构“{name}”，请先请系统管理员新建，或把这一格留空")
    if register.section_id is None:
        return
    if name and register.sections[name] != register.section_id:
        raise _Refused(f"属于“{name}”，您只能导入本内设机构的")
    if target is not None and target["section_id"] != register.section_id:
        raise _Refused("名录库中它不属于您的内设机构，不能改动")


def _changes(values: Values, kept: Kept, register: Register) -> dict[str, list[Any]]:
    """Label -> [old, new] of everything that the row says otherwise, as shown to people."""
    labels = LABELS[register.what]
    changes: dict[str, list[Any]] = {}
    for name, new in values.items():
        if name == "extra":
            old_extra = kept["extra"] or {}
            changes |= {k: [old_extra.get(k, ""), v] for k, v in new.items() if old_extra.get(k) != v}
            continue
        if name == "section":
            if kept["section_id"] != register.sections[new]:
                changes[labels[name]] = [_section_name(kept["section_id"], register), new]
            continue
        if name == "tags":
            new, old = list(new), kept.get("tags", [])
        else:
            old = kept[name]
        if old != new and _plain(old) != new:
            changes["编号" if name == "code" else labels[name]] = [_shown(old), _shown(_typed(name, new))]
    return changes


def _plain(value: Any) -> Any:
    """A stored value as the file would say it: dates as text, line ends as sheets have them."""
    if isinstance(value, date):
        return value.isoformat()
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _typed(name: str, value: Any) -> Any:
    return EntityKind(value) if name == "kind" else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "在岗" if value else "离岗"
    if isinstance(value, list | tuple):
        return "、".join(value)
    if isinstance(value, EntityKind):
        return value.label
    return value.value if isinstance(value, StrEnum) else str(value)


def _section_name(section_id: int | None, register: Register) -> str:
    return next((name for name, found in register.sections.items() if found == section_id), "")
