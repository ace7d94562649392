"""Who is drawn stays who they are: codes and kinds are held until the visit is over, and swaps are found."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.registers.models import Entity, EntityKind, Officer
from sjj.rules.lifecycle import DrawState, ResultState
from tests.makers.accounts import make_user
from tests.makers.draws import DRAWN_AT, make_draw, void_by_two
from tests.makers.plans import ENDS_ON
from tests.makers.registers import credit_code
from tests.registers.imported import outcome, take
from tests.visitor import Visitor

HELD = "的名单中，检查办结前不能改"


@pytest.fixture
def draw(app: Flask) -> Draw:
    return make_draw()


def clerk_of(draw: Draw, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=draw.agency))


def swap_code(visitor: Visitor, entity: Entity, status: int = 303, **more: str) -> str:
    """Type another code for an entity; what the page says."""
    visitor.open(f"/registers/entities/{entity.id}/edit")
    visitor.submit("form.card", status, **{"code": credit_code(), **more})
    return visitor.text()


def reserve_of(draw: Draw) -> Entity:
    """An entity of the list that was not drawn."""
    drawn = {one.entity_id for one in draw.objects}
    return db.session.get_one(Entity, next(n for n in draw.entity_ids.values() if n not in drawn))


def test_the_code_of_a_drawn_entity_cannot_be_swapped(draw: Draw, visitor: Visitor) -> None:
    clerk, entity = clerk_of(draw, visitor), draw.objects[0].entity
    before = entity.code
    assert f"此对象在“{draw.draw_no}”{HELD}代码" in swap_code(clerk, entity, 422)
    assert f"{HELD}对象类别" in swap_code(clerk, entity, 422, kind=EntityKind.PERSON.value)
    db.session.refresh(entity)
    assert (entity.code, entity.kind) == (before, EntityKind.ENTERPRISE)
    swap_code(clerk, reserve_of(draw))
    clerk.open(f"/registers/entities/{entity.id}/edit")
    clerk.submit("form.card", phone="0315-5550000")


def test_a_frozen_list_holds_everybody_on_it(visitor: Visitor) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk, anybody = clerk_of(draw, visitor), list(draw.entity_ids.values())[-1]
    entity = db.session.get_one(Entity, anybody)
    assert HELD in swap_code(clerk, entity, 422)
    officer = db.session.get_one(Officer, list(draw.officer_ids.values())[-1])
    clerk.open(f"/registers/officers/{officer.id}/edit")
    clerk.submit("form.card", 422, code="ZF-999")
    assert "检查办结前不能改编号" in clerk.text()


@pytest.mark.parametrize("way", ["published", "voided"])
def test_what_is_over_is_let_go(draw: Draw, visitor: Visitor, way: str) -> None:
    clerk, drawn = clerk_of(draw, visitor), draw.objects[0]
    made = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    assert HELD in swap_code(clerk, drawn.entity, 422)
    if way == "published":
        next(one for one in made if one.entity_id == drawn.entity_id).state = ResultState.PUBLISHED
    else:
        void_by_two(draw)
    db.session.commit()
    swap_code(clerk, drawn.entity)
    assert integrity.faults() == [], "a change that the log tells of is no fault"


def test_an_import_does_not_make_a_drawn_entity_a_person(draw: Draw) -> None:
    entity, other = draw.objects[0].entity, reserve_of(draw)
    for one in (entity, other):
        one.kind, one.code = EntityKind.OTHER, f"F130227-{one.id:06d}"
    db.session.commit()
    rows = [[one.code, one.name, "自然人"] for one in (entity, other)]
    batch = take(draw.agency, [["对象编号", "名称", "对象类别"], *rows])
    assert HELD in outcome(batch)[0][1]
    assert outcome(batch)[1] == ("changed", "")


@pytest.mark.parametrize("row", ["entity", "drawn"])
def test_a_code_swapped_behind_the_app_is_found(draw: Draw, row: str) -> None:
    drawn = draw.objects[0]
    if row == "entity":
        drawn.entity.code = credit_code()
    else:
        drawn.code = credit_code()
    db.session.commit()
    assert [fault for fault in integrity.faults() if fault.startswith(f"{draw.draw_no}：第1户")]


def test_another_name_than_at_the_draw_is_shown(draw: Draw, visitor: Visitor) -> None:
    clerk, entity = clerk_of(draw, visitor), draw.objects[0].entity
    before = entity.name
    dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT + timedelta(hours=1))
    entity.name = "顶替有限公司"
    db.session.commit()
    clerk.open(f"/draws/{draw.id}")
    assert "名录库现为“顶替有限公司”" in clerk.text()
    assert before in clerk.text()
    inspection = db.session.scalar(select(Inspection).where(Inspection.entity_id == entity.id))
    assert inspection is not None
    clerk.open(f"/inspections/{inspection.id}")
    assert f"抽取时为“{before}”" in clerk.text()
