"""What rules of classification may ask about an agency's objects, and the objects as rows for them.

Only what the rules ask about is read: plain columns, no objects of the ORM, a hundred thousand in seconds.
Closed and cancelled objects and merged doubles are not classified.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import String, select, type_coerce

from sjj.accounts.models import Section
from sjj.database import db
from sjj.registers.models import ACTIVE_STATES, Entity, EntityKind, Tag, entity_tag
from sjj.registers.past_findings import NOTHING, findings
from sjj.registers.upkeep_models import ExtraField
from sjj.rules.condition_fields import ENTITY_FIELDS, Field, FieldKind, extra_field

EXTRA = "extra."
_EXTRA_KINDS = {"number": FieldKind.NUMBER, "day": FieldKind.DAY}
_PLAIN = (
    "name", "entity_type", "registration_authority", "registered_on", "state", "address", "township", "industry",
    "business_scope", "credit_risk",
)  # fmt: skip
_FOUND = {"last_year_checks": "checks", "last_year_problems": "problems", "last_year_cases": "cases"}
Classified = tuple[int, str, Mapping[str, Any]]


def fields_of(agency_id: int) -> Mapping[str, Field]:
    """Every field that this agency's rules may ask about; those it defined itself come last.

    A field that is no longer asked for may still stand in rules: its values stay.
    """
    query = select(ExtraField).where(ExtraField.agency_id == agency_id, ExtraField.register == "entity")
    own = db.session.scalars(query.order_by(ExtraField.position, ExtraField.id))
    more = (extra_field(one.label, _EXTRA_KINDS.get(one.kind, FieldKind.TEXT)) for one in own)
    return {**ENTITY_FIELDS, **{field.key: field for field in more}}


def objects(agency_id: int, asked: Iterable[str], day: date, only: int | None = None) -> Iterator[Classified]:
    """(id, present class, row with the fields asked for) of every object that has a class at all."""
    wanted = sorted(set(asked))
    plain = [key for key in wanted if key in _PLAIN]
    columns = {key: getattr(Entity, key) for key in plain}
    columns |= _columns_behind(wanted)
    query = select(Entity.id, type_coerce(Entity.supervision_class, String), *columns.values()).where(
        Entity.agency_id == agency_id, Entity.state.in_(ACTIVE_STATES), Entity.merged_into_id.is_(None)
    )
    if only is not None:
        query = query.where(Entity.id == only)
    makers = _makers(agency_id, wanted, day)
    names = tuple(columns)
    for number, present, *values in db.session.execute(query.order_by(Entity.id)):
        row: dict[str, Any] = dict(zip(names, values, strict=True))
        for key, make in makers:
            row[key] = make(number, row)
        yield number, present, row


def _columns_behind(wanted: list[str]) -> dict[str, Any]:
    """Columns under names of their own that the values of other fields are made from."""
    found: dict[str, Any] = {}
    if "kind" in wanted:
        found["_kind"] = type_coerce(Entity.kind, String)
    if "section" in wanted:
        found["_section"] = Entity.section_id
    if "positive" in wanted:
        found["_from"], found["_until"] = Entity.positive_from, Entity.positive_until
    if any(key.startswith(EXTRA) for key in wanted):
        found["_extra"] = Entity.extra
    return found


Make = Callable[[int, Mapping[str, Any]], Any]


def _makers(agency_id: int, wanted: list[str], day: date) -> list[tuple[str, Make]]:
    found: list[tuple[str, Make]] = []
    if "kind" in wanted:
        kinds = {kind.value: kind.label for kind in EntityKind}
        found.append(("kind", lambda _number, row: kinds[row["_kind"]]))
    if "section" in wanted:
        query = select(Section.id, Section.name).where(Section.agency_id == agency_id)
        sections: dict[int, str] = dict(db.session.execute(query).all())  # type: ignore[arg-type]
        found.append(("section", lambda _number, row: sections.get(row["_section"], "")))
    if "positive" in wanted:
        found.append(("positive", lambda _number, row: _is_within(row["_from"], row["_until"], day)))
    if "tags" in wanted:
        tags = _tags(agency_id)
        found.append(("tags", lambda number, _row: tags.get(number, ())))
    if any(key in _FOUND for key in wanted):
        last = findings(agency_id, day.year - 1)
        found += [(key, _finding(last, name)) for key, name in _FOUND.items() if key in wanted]
    found += [(key, _own(key.removeprefix(EXTRA))) for key in wanted if key.startswith(EXTRA)]
    return found


def _finding(last: Mapping[int, Any], name: str) -> Make:
    return lambda number, _row: getattr(last.get(number, NOTHING), name)


def _own(label: str) -> Make:
    return lambda _number, row: (row["_extra"] or {}).get(label)


def _is_within(since: date | None, until: date | None, day: date) -> bool:
    return since is not None and since <= day and (until is None or until >= day)


def _tags(agency_id: int) -> Mapping[int, list[str]]:
    query = select(entity_tag.c.entity_id, Tag.name).join(Tag, Tag.id == entity_tag.c.tag_id)
    found: dict[int, list[str]] = defaultdict(list)
    for number, name in db.session.execute(query.where(Tag.agency_id == agency_id)):
        found[number].append(name)
    return found
