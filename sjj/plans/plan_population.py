"""The objects that a year's plan is made over: the register in groups, kept between questions.

Merged doubles and objects that may not stand in a pool (cancelled, closed …) are out. One pass over plain
columns; built again when the register, its history or the day has moved on. Names are never read.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock, RLock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import String, func, select, type_coerce

from sjj.database import db
from sjj.plans.scope import Scope, condition
from sjj.registers.models import ACTIVE_STATES, Entity, Tag, entity_tag
from sjj.registers.upkeep_models import RegisterChange
from sjj.rules.forecast_settings import Groups
from sjj.rules.population import Population

UNCLASSED = "-"  # no credit risk class, as plans.scope says it
MOST_VALUES = 1500  # of one field: rarer ones are looked up when a scope names them, or memory would run away
SCOPES_KEPT = 1000
FIELDS = {
    "kinds": "kind",
    "classes": "class",
    "townships": "township",
    "industries": "industry",
    "entity_types": "type",
    "tags": "tag",
    "sections": "section",
    "credit": "credit",
}
_COLUMNS = (
    ("kind", type_coerce(Entity.kind, String)),
    ("class", type_coerce(Entity.supervision_class, String)),
    ("township", Entity.township),
    ("industry", Entity.industry),
    ("type", Entity.entity_type),
    ("section", Entity.section_id),
    ("credit", Entity.credit_risk),
)

Stamp = tuple[int | None, datetime | None, datetime | None, date]


@dataclass(slots=True)
class Register:
    """An agency's objects of a day. Whoever asks `population` holds `turn`: it serves one at a time."""

    agency_id: int
    day: date
    population: Population
    groups: Groups
    rare: Mapping[str, frozenset[str]]
    turn: RLock = field(default_factory=RLock)
    scopes: dict[Scope, int] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)  # the last forecasts over it, by what was asked

    def group(self, scope: Scope) -> int:
        """The objects that a scope means."""
        known = self.scopes.get(scope)
        if known is None:
            if len(self.scopes) >= SCOPES_KEPT:
                self.scopes.clear()
            known = self.scopes[scope] = self._group(scope)
        return known

    def _group(self, scope: Scope) -> int:
        if self._names_rare(scope):
            where = condition(self.agency_id, scope, self.day)
            return self.population.group_of(db.session.scalars(select(Entity.id).where(*where)))
        wanted = {FIELDS[name]: [str(one) for one in getattr(scope, name)] for name in FIELDS}
        found = self.population.group(wanted)
        if scope.positive == "yes":
            return found & self.on_list
        return found & ~self.on_list if scope.positive == "no" else found

    @property
    def on_list(self) -> int:
        """The objects on the 监督执法正面清单, of whatever class."""
        return self.population.group({"positive": ("yes",)})

    def _names_rare(self, scope: Scope) -> bool:
        return any(
            not self.rare.get(field_name, frozenset()).isdisjoint(map(str, getattr(scope, name)))
            for name, field_name in FIELDS.items()
        )


# By the database's pool of connections: a register never outlives the database it was read from.
_kept: WeakKeyDictionary[Any, dict[int, tuple[Stamp, Register]]] = WeakKeyDictionary()
_building = Lock()


def register_of(agency_id: int, day: date) -> Register:
    """The objects of an agency on a day, read again only if something has changed."""
    stamp = _stamp(agency_id, day)
    kept = _kept.setdefault(db.engine.pool, {})
    known = kept.get(agency_id)
    if known is not None and known[0] == stamp:
        return known[1]
    with _building:
        known = kept.get(agency_id)
        if known is None or known[0] != stamp:
            known = kept[agency_id] = (stamp, _read(agency_id, day))
    return known[1]


def _stamp(agency_id: int, day: date) -> Stamp:
    """What moves on when the register does: the last row of all, the newest change, the newest note of one.

    Each is the end of an index; counting the rows as well would read them all. A removal is noted.
    """
    last = db.session.scalar(select(func.max(Entity.id)))
    changed = db.session.scalar(select(func.max(Entity.updated_at)).where(Entity.agency_id == agency_id))
    noted = db.session.scalar(
        select(func.max(RegisterChange.at)).where(
            RegisterChange.agency_id == agency_id, RegisterChange.register == "entity"
        )
    )
    return last, changed, noted, day


def _read(agency_id: int, day: date) -> Register:
    standing = (
        Entity.agency_id == agency_id,
        Entity.merged_into_id.is_(None),
        Entity.state.in_(ACTIVE_STATES),
    )
    tags = _tags(agency_id)
    columns = [column for _, column in _COLUMNS]
    query = select(Entity.id, Entity.positive_from, Entity.positive_until, *columns).where(*standing)
    rows = list(db.session.execute(query.order_by(Entity.id)))
    rare = _rare(rows)
    population = Population.from_rows(_values(rows, tags, rare, day))
    return Register(agency_id, day, population, Groups.of(population), rare)


def _rare(rows: Collection[Any]) -> dict[str, frozenset[str]]:
    """The values beyond the most frequent ones, of fields in which nearly every object has its own."""
    found = {}
    for place, (name, _) in enumerate(_COLUMNS, start=3):
        counted = Counter(row[place] for row in rows)
        if len(counted) > MOST_VALUES:
            often = {value for value, _ in counted.most_common(MOST_VALUES)}
            found[name] = frozenset(str(value) for value in counted if value not in often)
    return found


def _values(
    rows: Collection[Any],
    tags: Mapping[int, list[str]],
    rare: Mapping[str, frozenset[str]],
    day: date,
) -> Iterator[tuple[int, dict[str, str | list[str] | None]]]:
    names = [name for name, _ in _COLUMNS]
    for number, begun, ended, *values in rows:
        said: dict[str, str | list[str] | None] = {
            name: str(value) for name, value in zip(names, values, strict=True) if value not in (None, "")
        }
        said.setdefault("credit", UNCLASSED)
        for name, values_left_out in rare.items():
            if said.get(name) in values_left_out:
                del said[name]
        if begun is not None and begun <= day and (ended is None or ended >= day):
            said["positive"] = "yes"
        if number in tags:
            said["tag"] = tags[number]
        yield number, said


def _tags(agency_id: int) -> dict[int, list[str]]:
    query = (
        select(entity_tag.c.entity_id, Tag.name)
        .join(Tag, Tag.id == entity_tag.c.tag_id)
        .where(Tag.agency_id == agency_id, Tag.on == "entity")
    )
    found: dict[int, list[str]] = {}
    for number, name in db.session.execute(query):
        found.setdefault(number, []).append(name)
    return found
