"""A person decides while rules are being applied, or while doubles are merged: the person's word stands."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.class_queries import look
from sjj.registers.class_services import apply_piece, decide, pieces
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.registers.import_services import hold_batch, new_batch
from sjj.registers.import_staging import hold_register
from sjj.registers.merge_services import merge
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.scope import Place
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


def merges(kept_id: int, gone_id: int, user_id: int) -> None:
    kept, gone = (db.session.get_one(Entity, number) for number in (kept_id, gone_id))
    merge(kept, gone, (), "同一户", db.session.get_one(User, user_id), NOW)


def imports(kept_id: int, _gone_id: int, user_id: int) -> None:
    """As a small import is applied: the batch is held with its agency, then the rows of the register."""
    kept = db.session.get_one(Entity, kept_id)
    batch = db.session.scalars(select(ImportBatch)).one()
    hold_batch(batch)
    hold_register(kept.agency, "entities")


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("does", [merges, imports])
def test_a_decision_and_a_merge_or_import_never_wait_for_each_other_in_a_circle(
    app: Flask, does: Callable[[int, int, int], None]
) -> None:
    """The one has the object and then notes a change of its agency, the other has the agency and wants the object."""
    agency = make_agency()
    user = make_user(Role.OFFICE, agency=agency)
    kept, gone = make_entity(agency, "甲木材厂"), make_entity(agency, "乙木材厂")
    new_batch("entities", "名录.xlsx", "0" * 64, Place(agency), user, NOW).state = ImportState.PREVIEWED
    db.session.commit()
    ids, asked, problems = (kept.id, gone.id, user.id), threading.Event(), list[Exception]()

    def other_person() -> None:
        with app.app_context():
            db.session.execute(text("SET LOCAL application_name = 'the other'"))
            asked.set()
            try:
                does(*ids)
                db.session.commit()
            except OperationalError as problem:
                problems.append(problem)

    db.session.refresh(kept, with_for_update={"key_share": True, "of": Entity})
    other = threading.Thread(target=other_person)
    other.start()
    asked.wait()
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'the other' AND wait_event_type = 'Lock'"
    )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while other.is_alive() and not looking.scalar(waits):
            time.sleep(0.01)
    decide(kept, SupervisionClass.KEY, "排污重点", user, NOW)
    db.session.commit()
    other.join()
    assert problems == []
    db.session.expire_all()
    assert str(kept.supervision_class) == "重点"
