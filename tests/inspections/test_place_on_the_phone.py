"""记企业位置: an officer sets where an object is, at its gate, by the telephone or by hand."""

from flask import Flask

from sjj.database import db
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.inspections import make_inspection, make_officer_user
from tests.visitor import Visitor


def test_an_officer_sets_the_position_of_the_object_of_an_own_visit(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    entity = inspection.entity
    entity.lat = entity.lon = None
    db.session.commit()
    path = f"/field/inspections/{inspection.uid}/place"
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    visitor.open(f"/field/inspections/{inspection.uid}")
    assert visitor.page.select_one(f'a[href="{path}"]') is not None
    visitor.open(path)
    visitor.submit(lat="", lon="181", status=422)
    assert "请点“取当前位置”，或填写经纬度" in visitor.text()
    assert "经度在 -180 到 180 之间" in visitor.text()
    visitor.submit(lat="0", lon="0", status=422)
    assert "经纬度不对" in visitor.text()
    visitor.submit(lat="40.1234567", lon="118.3", accuracy="8")
    db.session.expire_all()
    assert (entity.lat, entity.lon) == (40.123457, 118.3)
    noted = db.session.scalars(db.select(RegisterChange)).one()
    assert (noted.reason, noted.source) == ("到场用手机定位，误差约 8 米", "visit")
    stranger = Visitor(app).sign_in(make_officer_user(make_inspection().team[0].officer))
    stranger.open(path, status=404)
