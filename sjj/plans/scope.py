"""Which objects of the register a campaign is about: filters, as data and as a condition.

An empty filter means any. It never looks at whether an object may be drawn (closed, cancelled …): that is
`plans.pool`, so that whoever is left out is left out in the open.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from sjj.database import db
from sjj.registers.models import Entity, EntityKind, SupervisionClass, Tag

POSITIVE = {"any": "不限", "yes": "只查正面清单内的", "no": "不查正面清单内的"}
CREDIT_LABELS = {"A": "A类", "B": "B类", "C": "C类", "D": "D类", "-": "未分类"}


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters of one campaign. `credit` is internal and never stands in anything public."""

    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    entity_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sections: tuple[int, ...] = ()
    credit: tuple[str, ...] = ()
    positive: str = "any"

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Scope":
        """The scope as it was stored; what is missing means any."""
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in known.items()})

    def stored(self) -> dict[str, Any]:
        """As it is kept: only the filters that are set."""
        found = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
        return {name: value for name, value in found.items() if value not in ([], "any")}

    @property
    def uses_credit(self) -> bool:
        """Whether credit risk decides who is in (then no layer may be public)."""
        return bool(self.credit)

    def sentences(self, section_names: dict[int, str], *, internal: bool) -> list[tuple[str, str]]:
        """(filter, what it lets in), in the office's words; credit risk only for the office itself."""
        kinds = [EntityKind(kind).label for kind in self.kinds]
        listed = [
            ("对象性质", kinds),
            ("监管对象类别", self.classes),
            ("乡镇（街道）", self.townships),
            ("行业", self.industries),
            ("主体类型", self.entity_types),
            ("分类标注（具有任一）", self.tags),
            ("主管内设机构", [section_names.get(number, "") for number in self.sections]),
        ]
        if internal:
            listed.append(("信用风险分类（内部）", [CREDIT_LABELS[letter] for letter in self.credit]))
        said = [(label, "、".join(values)) for label, values in listed if values]
        return said if self.positive == "any" else [*said, ("正面清单", POSITIVE[self.positive])]


def condition(agency_id: int, scope: Scope, day: date) -> list[ColumnElement[bool]]:
    """The conditions on Entity that the scope means on that day."""
    found: list[ColumnElement[bool]] = [Entity.agency_id == agency_id, Entity.merged_into_id.is_(None)]
    for column, wanted in (
        (Entity.kind, [EntityKind(kind) for kind in scope.kinds]),
        (Entity.supervision_class, [SupervisionClass(name) for name in scope.classes]),
        (Entity.township, scope.townships),
        (Entity.industry, scope.industries),
        (Entity.entity_type, scope.entity_types),
        (Entity.section_id, scope.sections),
        (Entity.credit_risk, ["" if letter == "-" else letter for letter in scope.credit]),
    ):
        if wanted:
            found.append(column.in_(wanted))
    if scope.tags:
        found.append(Entity.tags.any((Tag.on == "entity") & Tag.name.in_(scope.tags)))
    if scope.positive != "any":
        found.append(on_positive_list(day) if scope.positive == "yes" else ~on_positive_list(day))
    return found


def on_positive_list(day: date) -> ColumnElement[bool]:
    """Whether an entity stands on the 监督执法正面清单 that day (false, never unknown, without dates)."""
    begun = Entity.positive_from.is_not(None) & (Entity.positive_from <= day)
    return begun & or_(Entity.positive_until.is_(None), Entity.positive_until >= day)


def values_in_use(agency_id: int, column: Any) -> list[str]:
    """What the agency's register holds in one column, for the filters to offer."""
    query = select(column).where(Entity.agency_id == agency_id, column != "").distinct().order_by(column)
    return list(db.session.scalars(query))


def tags_in_use(agency_id: int, on: str) -> list[str]:
    """The agency's tags on entities, or on officers."""
    query = select(Tag.name).where(Tag.agency_id == agency_id, Tag.on == on).distinct().order_by(Tag.name)
    return list(db.session.scalars(query))
