"""一企一档: one page of everything, each part only for those who may read it, and with few questions asked."""

from flask import Flask
from sqlalchemy import event

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import DrawnObject
from sjj.registers.merge_services import merge
from sjj.registers.upkeep_models import RegisterChange
from sjj.rules.lifecycle import ResultState
from sjj.web import now
from tests.makers.accounts import make_user
from tests.makers.draws import make_draw
from tests.makers.inspections import make_inspection
from tests.makers.registers import make_entity
from tests.visitor import Visitor

MOST_QUERIES = 15 + 5  # the page's own; who is signed in, the object, the menu, what was merged


def test_everything_of_an_object_stands_on_one_page(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_PUBLICATION)
    agency, entity = inspection.agency, inspection.entity
    double = make_entity(agency, "登记了两次的厂")
    merged = make_inspection(agency, campaign=inspection.campaign, entity=double)
    agency.frequency_cap = 2
    merge(entity, double, (), "同一户", make_user(Role.OFFICE, agency=agency), now())
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    address = f"/entities/{entity.id}/dossier"
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    visitor.open(address)
    few = [said for said in asked if said.startswith("SELECT")]
    assert len(few) <= MOST_QUERIES, few
    assert inspection.campaign.name in visitor.text()
    assert "并入的重复对象：登记了两次的厂" in visitor.text()
    links = {str(a["href"]) for a in visitor.page.select("#visits a")}
    assert {f"/inspections/{one.id}" for one in (inspection, merged)} <= links
    assert visitor.page.select_one("#visits img[alt=原料堆场]") is not None
    visitor.open(f"/entities/{double.id}/dossier", status=303)
    assert visitor.response is not None
    assert visitor.response.headers["Location"].endswith(f"/entities/{entity.id}/dossier")


def test_who_was_drawn_is_told_only_to_those_who_may_know(app: Flask, visitor: Visitor) -> None:
    draw = make_draw()
    drawn = db.session.scalars(db.select(DrawnObject).where(DrawnObject.draw_id == draw.id)).first()
    assert drawn is not None
    left = next(number for number in draw.entity_ids.values() if number not in _drawn(draw.id))
    agency = draw.agency
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/entities/{drawn.entity_id}/dossier")
    assert f"抽中，第 {drawn.place} 位" in visitor.text()
    visitor.open(f"/entities/{left}/dossier")
    assert "未抽中" in visitor.text()
    for role in (Role.LEADER, Role.SYSTEM_ADMIN, Role.SECTION_ADMIN):
        other = Visitor(app).sign_in(make_user(role, agency=agency))
        other.open(f"/entities/{drawn.entity_id}/dossier")
        assert draw.draw_no not in other.text()
        assert "正在检查" not in other.text()
        assert "公示" in other.text()


def _drawn(draw_id: int) -> set[int]:
    return set(db.session.scalars(db.select(DrawnObject.entity_id).where(DrawnObject.draw_id == draw_id)))


def test_a_visits_good_position_becomes_the_objects_with_one_click(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_PUBLICATION)
    entity = inspection.entity
    entity.lat = entity.lon = None
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency))
    visitor.open(f"/entities/{entity.id}/dossier")
    assert "误差约 12 米" in visitor.text()
    visitor.submit(f'form[action="/entities/{entity.id}/place"]')
    db.session.expire_all()
    assert (entity.lat, entity.lon) == (40.14, 118.31)
    noted = db.session.scalars(db.select(RegisterChange)).one()
    assert (noted.changes["lat"], noted.source) == ([None, 40.14], "visit")
    visitor.follow()
    assert "记为企业位置" not in visitor.text().replace("已记为企业位置", "")
