"""The two pages that an officer turns towards the enterprise: 亮证 and 给企业看.

They show what the enterprise may know of this one visit; no other visit and no other page of the phone can be
reached from them but by the officer's own way back.
"""

from flask import Blueprint, Response, g
from sqlalchemy import select

from sjj.database import db
from sjj.draws.models import DrawnObject
from sjj.inspections.certificate_queries import certificates_of, code_picture
from sjj.inspections.field_queries import plan_of
from sjj.inspections.field_views import name_the_owner
from sjj.inspections.models import Inspection
from sjj.inspections.paper_data import paper
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_queries import record_of
from sjj.inspections.visit_codes import in_groups
from sjj.inspections.visit_views import task
from sjj.web import now, outside_url, page, requires, today

bp = Blueprint("shown", __name__, url_prefix="/field/inspections")
bp.after_request(name_the_owner)


@bp.get("/<uuid:uid>/certificates")
@requires("field.work", task)
def certificates(inspection: Inspection) -> Response:
    """亮证: the team's certificates, large, with the code that leads to the visit's own page."""
    day = today(now())
    return page(
        "field/certificates.html",
        inspection=inspection,
        certificates=certificates_of(inspection, day),
        code=code_picture(visit_address(inspection)),
        field_tabs=[],
    )


@bp.get("/<uuid:uid>/for-enterprise")
@requires("field.work", task)
def for_enterprise(inspection: Inspection) -> Response:
    """给企业看: who is here, on what basis, what the enterprise may ask for, and what was recorded."""
    moment, address = now(), visit_address(inspection)
    return page(
        "field/for_enterprise.html",
        inspection=inspection,
        certificates=certificates_of(inspection, today(moment)),
        told=paper(inspection, PaperKind.NOTICE, plan_of(inspection), "", moment).data,
        drawn=_drawn(inspection),
        record=record_of(inspection),
        code=code_picture(address),
        address=address,
        pickup_code=in_groups(inspection.pickup_code),
        page_data={"user": g.user.username, "inspection": str(inspection.uid)},
        field_tabs=[],
    )


def visit_address(inspection: Inspection) -> str:
    """Where the enterprise reads about this visit on its own phone."""
    return outside_url("public.visit", token=inspection.visit_token)


def _drawn(inspection: Inspection) -> DrawnObject | None:
    """The enterprise's own line of the draw; None where no draw chose it."""
    if inspection.draw is None or inspection.draw_is_void:
        return None
    query = select(DrawnObject).where(
        DrawnObject.draw_id == inspection.draw_id, DrawnObject.entity_id == inspection.entity_id
    )
    return db.session.scalar(query)
