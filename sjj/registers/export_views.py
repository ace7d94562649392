"""Taking a list of the register away: what the filters show, as a workbook or CSV. For people inside only."""

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, Response, g, request, send_file

from sjj.database import db
from sjj.registers import entity_queries, officer_queries
from sjj.registers.export import csv_text, table_of, workbook
from sjj.registers.extra_queries import choices_to_filter
from sjj.registers.listing import order_by, turn_of
from sjj.registers.models import Entity, Officer
from sjj.web import now, requires, today

bp = Blueprint("exports", __name__, url_prefix="/registers")
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@bp.get("/entities/export.<any(xlsx, csv):ending>")
@requires("register.read")
def export_entities(ending: str) -> Response:
    """The objects that the filters show."""
    asked = request.args
    wanted = entity_queries.EntityFilter.of(asked, choices_to_filter(g.user, "entity"))
    turn = turn_of(asked, entity_queries.DEFAULT_SORT)
    order = order_by(entity_queries.SORTS, turn.sort, entity_queries.DEFAULT_SORT)
    found = (
        db.session.scalars(entity_queries.matching(g.user, wanted, today(now())).order_by(*order))
        .unique()
        .all()
    )
    return _file(found, "entities", "检查对象", ending)


@bp.get("/officers/export.<any(xlsx, csv):ending>")
@requires("register.read")
def export_officers(ending: str) -> Response:
    """The officers that the filters show."""
    asked = request.args
    wanted = officer_queries.OfficerFilter.of(asked)
    turn = turn_of(asked, officer_queries.DEFAULT_SORT)
    order = order_by(officer_queries.SORTS, turn.sort, officer_queries.DEFAULT_SORT)
    query = officer_queries.matching(g.user, wanted, today(now())).order_by(*order)
    return _file(db.session.scalars(query).unique().all(), "officers", "执法人员", ending)


def _file(found: Sequence[Entity] | Sequence[Officer], what: str, name: str, ending: str) -> Response:
    headings, rows = table_of(found, what)
    data = workbook(name, headings, rows) if ending == "xlsx" else csv_text(headings, rows)
    return send_file(BytesIO(data), KINDS[ending], as_attachment=True, download_name=f"{name}.{ending}")
