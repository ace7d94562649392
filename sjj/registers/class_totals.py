"""How many objects of an agency stand in each class, and by whom they were put there."""

from dataclasses import dataclass

from sqlalchemy import func, select

from sjj.database import db
from sjj.registers.models import ACTIVE_STATES, Entity, SupervisionClass

WHO = {"rule": "按规则", "person": "人工确定", "import": "随表格导入", "": "登记时的类别"}


@dataclass(frozen=True, slots=True)
class ClassTotal:
    """One class: how many stand in it, and how many of them by rule, by a person …"""

    klass: str
    number: int
    by: tuple[tuple[str, int], ...]


def class_totals(agency_id: int) -> list[ClassTotal]:
    """Every class with its objects that may be drawn at all."""
    query = (
        select(Entity.supervision_class, Entity.class_by, func.count())
        .where(
            Entity.agency_id == agency_id, Entity.state.in_(ACTIVE_STATES), Entity.merged_into_id.is_(None)
        )
        .group_by(Entity.supervision_class, Entity.class_by)
    )
    found: dict[str, dict[str, int]] = {each.value: {} for each in SupervisionClass}
    for klass, by, number in db.session.execute(query):
        said = WHO.get(by, by)
        found[str(klass)][said] = found[str(klass)].get(said, 0) + number
    return [ClassTotal(klass, sum(by.values()), tuple(sorted(by.items()))) for klass, by in found.items()]
