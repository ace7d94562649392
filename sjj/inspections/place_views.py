"""记企业位置: on the phone, at the site, an officer sets where the object is: by the telephone, or typed.

Only for an object that this officer visits. The position is WGS-84, as the telephone gives it; the map's own
degrees (GCJ-02) are some 500 m away and are never asked for.
"""

from flask import Blueprint, Response, flash, g, request
from wtforms import DecimalField, HiddenField
from wtforms.validators import InputRequired, NumberRange

from sjj.database import commit, db
from sjj.form import Form
from sjj.inspections.field_queries import own_inspection
from sjj.inspections.models import Inspection
from sjj.registers.entity_place import PlaceRefused, set_place
from sjj.registers.models import Entity
from sjj.web import go, now, page, requires

bp = Blueprint("field_place", __name__, url_prefix="/field/inspections")
NEED = "请点“取当前位置”，或填写经纬度"


class PlaceForm(Form):
    """Where the object is."""

    lat = DecimalField(
        "纬度", [InputRequired(NEED), NumberRange(-90, 90, "纬度在 -90 到 90 之间")], places=None
    )
    lon = DecimalField(
        "经度", [InputRequired(NEED), NumberRange(-180, 180, "经度在 -180 到 180 之间")], places=None
    )
    accuracy = HiddenField("精度")


@bp.route("/<uuid:uid>/place", methods=["GET", "POST"])
@requires("field.work", own_inspection)
def place(inspection: Inspection) -> Response:
    """Set the position of the object of one's own visit."""
    form, entity = PlaceForm(), _object_of(inspection)
    if request.method == "POST" and form.validate():
        said = _said(form.accuracy.data)
        try:
            set_place(entity, float(form.lat.data), float(form.lon.data), said, "visit", g.user, now())
        except PlaceRefused as refusal:
            form.lat.errors = [str(refusal)]
        else:
            commit()
            flash(f"已记下“{entity.name}”的位置。", "ok")
            return go("field.task_form", uid=inspection.uid)
    status = 200 if request.method == "GET" else 422
    return page("field/place.html", status=status, form=form, inspection=inspection, entity=entity)


def _object_of(inspection: Inspection) -> Entity:
    """The visit's object; of a merged double the one that was kept."""
    kept = inspection.entity.merged_into_id
    return db.session.get_one(Entity, kept) if kept is not None else inspection.entity


def _said(accuracy: str | None) -> str:
    """How the position came about."""
    metres = (accuracy or "").strip()
    if metres.isascii() and metres.isdigit() and len(metres) < 7:
        return f"到场用手机定位，误差约 {int(metres)} 米"
    return "到场填写"
