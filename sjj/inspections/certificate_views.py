"""The two pages that an officer turns towards the enterprise: 亮证 and 给企业看.

They show what the enterprise may know of this one visit; nothing of any other visit can be reached from them.
"""

from datetime import date

from flask import Blueprint, Response, current_app

from sjj.inspections.certificate_queries import certificates_of, code_picture
from sjj.inspections.field_views import name_the_owner
from sjj.inspections.models import Inspection
from sjj.inspections.paper_queries import bases_of
from sjj.inspections.paper_texts import told_on_site
from sjj.inspections.visit_views import task
from sjj.web import now, outside_url, page, requires, today

bp = Blueprint("shown", __name__, url_prefix="/field/inspections")
bp.after_request(name_the_owner)
VISIT = "public.visit"


@bp.get("/<uuid:uid>/certificates")
@requires("field.work", task)
def certificates(inspection: Inspection) -> Response:
    """亮证: both certificates, large, with the code that leads to the visit's own page."""
    day = today(now())
    return page("field/certificates.html", inspection=inspection, day=day, **_shown(inspection, day))


@bp.get("/<uuid:uid>/for-enterprise")
@requires("field.work", task)
def for_enterprise(inspection: Inspection) -> Response:
    """给企业看: who is here, on what basis, what the enterprise may ask for."""
    day = today(now())
    return page(
        "field/for_enterprise.html",
        inspection=inspection,
        told=told_on_site(inspection.agency_id),
        bases=bases_of(inspection, day),
        **_shown(inspection, day),
    )


def _shown(inspection: Inspection, day: date) -> dict[str, object]:
    address = visit_address(inspection)
    return {
        "certificates": certificates_of(inspection, day),
        "address": address,
        "code": code_picture(address),
    }


def visit_address(inspection: Inspection) -> str:
    """Where the enterprise reads about this visit on its own phone; "" where there is no such page."""
    if VISIT not in current_app.view_functions:
        return ""
    return outside_url(VISIT, token=inspection.visit_token)
