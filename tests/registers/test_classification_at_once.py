"""A person decides while rules are being applied: the person's word stands, whatever the preview had shown."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.class_queries import look
from sjj.registers.class_services import apply_piece, decide, pieces
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.upkeep_models import ClassRules
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import make_entity

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_decision_for_the_class_that_stands_is_not_written_over(app: Flask) -> None:
    """The class itself has not moved, so only the decision tells that somebody was quicker."""
    agency = make_agency()
    clerk = make_user(Role.OFFICE, agency=agency)
    for name in ("东升化工厂", "西河化工厂"):
        make_entity(agency, name, industry="化工")
    when = {"any": [{"field": "industry", "is": "equals", "value": "化工"}]}
    content = {"default": "一般", "rules": [{"name": "化工", "class": "特殊", "when": when}]}
    rules = ClassRules(
        agency_id=agency.id, version=1, content=content, made_at=NOW, made_by_id=clerk.id, counts={}
    )
    db.session.add(rules)
    db.session.commit()
    (piece,) = pieces(look(rules, date(2026, 3, 2)))
    kept = db.session.scalars(select(Entity).where(Entity.name == "东升化工厂")).one()
    decide(kept, SupervisionClass.GENERAL, "已停产", clerk, NOW)
    db.session.commit()
    assert apply_piece(rules, piece, clerk, NOW) == 1
    db.session.commit()
    rows = db.session.execute(select(Entity.name, Entity.supervision_class, Entity.class_by))
    assert {name: (str(klass), by) for name, klass, by in rows} == {
        "东升化工厂": ("一般", "person"),
        "西河化工厂": ("特殊", "rule"),
    }
