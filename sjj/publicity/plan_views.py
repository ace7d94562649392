"""年度抽查计划 for everybody: each version that was published, what an adjustment changed, 文号, scan, open data."""

from flask import Response, abort, send_file

from sjj.files.content import JPEG
from sjj.files.store import NoCopy, copy_of
from sjj.pdf import CannotPrint
from sjj.plans.plan_diff import diff
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_notice import notice_pdf
from sjj.plans.plan_paper_scans import scan_of
from sjj.plans.plan_paper_table import PlanTable, as_csv, as_workbook
from sjj.plans.plan_paper_views import XLSX, named_file, scan_file
from sjj.plans.plan_versions import before_of, title_of
from sjj.publicity import plan_queries as queries
from sjj.publicity.blueprints import public as bp
from sjj.publicity.views_shell import asked_agency, kept_for, public_page
from sjj.web import public

KEEP_FILE = 600
LARGEST_COPY = 1600


@bp.get("/plans")
@public
def plans() -> Response:
    """The plans of every agency and year."""
    return public_page("public/plans.html", years=queries.years(asked_agency()), title_of=title_of)


@bp.get("/plans/<int:plan_id>")
@public
def plan(plan_id: int) -> Response:
    """One version with its table and what it changed."""
    shown = _plan(plan_id)
    base = before_of(shown)
    return public_page(
        "public/plan.html",
        agency=shown.agency,
        plan=shown,
        title=title_of(shown, shown.year),
        rows=[(row, None) for row in _rows(shown)],
        has_closed=any(row["检查比例"].startswith("G1") for row in _rows(shown)),
        totals=_table(shown).totals,
        compared=diff(base.content, shown.content, public=True) if base is not None else None,
        versions=queries.versions_of(shown),
        title_of=title_of,
    )


@bp.get("/plans/<int:plan_id>/table.xlsx")
@public
def plan_workbook(plan_id: int) -> Response:
    """The table as a workbook."""
    shown = _plan(plan_id)
    name = f"{shown.agency.name}{title_of(shown, shown.year)}.xlsx"
    return kept_for(named_file(as_workbook(_table(shown)), XLSX, name, "plan.xlsx"), KEEP_FILE)


@bp.get("/plans/<int:plan_id>/table.csv")
@public
def plan_csv(plan_id: int) -> Response:
    """The table as open data."""
    shown = _plan(plan_id)
    name = f"{shown.agency.name}{title_of(shown, shown.year)}.csv"
    return kept_for(named_file(as_csv(_table(shown)), "text/csv", name, "plan.csv"), KEEP_FILE)


@bp.get("/plans/<int:plan_id>/notice.pdf")
@public
def plan_notice(plan_id: int) -> Response:
    """The notice with which the plan was issued."""
    shown = _plan(plan_id)
    try:
        made = notice_pdf(shown)
    except CannotPrint:
        abort(404)
    name = f"{shown.agency.name}{title_of(shown, shown.year)}.pdf"
    return kept_for(named_file(made, "application/pdf", name, "plan.pdf"), KEEP_FILE)


@bp.get("/plans/<int:plan_id>/scan")
@public
def plan_scan(plan_id: int) -> Response:
    """The stamped scan that stands; a picture without what a camera wrote into it."""
    stored = scan_of(_plan(plan_id))
    if stored is None:
        abort(404)
    if stored.media_type != JPEG:
        return scan_file(stored)
    try:
        return send_file(copy_of(stored.sha256, LARGEST_COPY), mimetype=JPEG)
    except NoCopy:
        abort(404)


def _plan(plan_id: int) -> Plan:
    return queries.plan(plan_id) or abort(404)


def _rows(shown: Plan) -> list[dict[str, str]]:
    return [one["row"] for one in shown.content["public"]]


def _table(shown: Plan) -> PlanTable:
    return PlanTable(title_of(shown, shown.year), shown.agency.name, shown.document_no, _rows(shown))
