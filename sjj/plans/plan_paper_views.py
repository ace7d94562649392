"""The papers of a plan's versions for the office: table to print, notice, 文号 and stamped scan."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, g, request, send_file

from sjj.accounts.models import User
from sjj.database import commit, db
from sjj.files.models import StoredFile
from sjj.files.store import BadFile, open_original
from sjj.pdf import CannotPrint
from sjj.plans import plan_versions as queries
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_notice import notice_pdf
from sjj.plans.plan_paper_scans import AFTER_APPROVAL, keep_document, scan_of
from sjj.plans.plan_paper_table import PlanTable, Row, as_workbook
from sjj.plans.plan_version_content import content_now
from sjj.plans.plan_version_forms import DocumentForm
from sjj.plans.plan_version_moves import PlanRefused
from sjj.plans.plan_versions import PlanYear, version_for, year_for
from sjj.web import go, now, page, requires

bp = Blueprint("plan_papers", __name__, url_prefix="/plan-versions/<int:agency_id>/<int:year>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/table.xlsx")
@requires("campaign.read", year_for("campaign.read"))
def table(asked: PlanYear) -> Response:
    """The lines as they are now."""
    content = content_now(asked.agency, asked.year, now())
    title = queries.title_of(queries.current(asked.agency.id, asked.year), asked.year)
    return _workbook(f"{title}（编制中）", asked.agency.name, "", [one["row"] for one in content["lines"]])


@bp.get("/<int:version>/table.xlsx")
@requires("campaign.read", version_for("campaign.read"))
def version_table(plan: Plan) -> Response:
    """The table of a version as it was submitted, for the office."""
    if not plan.content:
        abort(404)
    rows = [one["row"] for one in plan.content["lines"]]
    return _workbook(queries.title_of(plan, plan.year), plan.agency.name, plan.document_no, rows)


def _workbook(title: str, agency: str, number: str, rows: Sequence[Row]) -> Response:
    return named_file(as_workbook(PlanTable(title, agency, number, rows)), XLSX, f"{title}.xlsx", "plan.xlsx")


@bp.get("/<int:version>/notice.pdf")
@requires("campaign.read", version_for("campaign.read"))
def notice(plan: Plan) -> Response:
    """关于印发（调整）年度抽查计划的通知."""
    if plan.state not in AFTER_APPROVAL:
        abort(404)
    try:
        made = notice_pdf(plan)
    except CannotPrint as refusal:
        return page("plans/plan_version_refused.html", status=500, plan=plan, refused=str(refusal))
    return named_file(made, "application/pdf", f"{queries.title_of(plan, plan.year)}.pdf", "plan.pdf")


@bp.route("/<int:version>/document", methods=["GET", "POST"])
@requires("campaign.edit", version_for("campaign.edit"))
def document(plan: Plan) -> Response:
    """Enter 文号 and the stamped scan."""
    form = DocumentForm(document_no=plan.document_no)
    if request.method == "POST" and form.validate():
        upload = form.file.data
        scan = upload.stream if getattr(upload, "filename", None) else None
        try:
            keep_document(plan, form.document_no.data or "", scan, g.user, now())
        except (BadFile, PlanRefused) as refusal:
            db.session.rollback()
            form.file.errors = [str(refusal)]
        else:
            commit()
            flash("文号和扫描件已登记。", "ok")
            return go("plan_versions.version", agency_id=plan.agency_id, year=plan.year, version=plan.version)
    return page(
        "plans/plan_version_form.html",
        status=200 if request.method == "GET" else 422,
        asked=PlanYear(plan.agency, plan.year),
        title=queries.title_of(plan, plan.year),
        form=form,
        heading="登记文号和盖章扫描件",
        said="打印通知、盖章、扫描以后传上来；公示时公众可以下载。",
        button="保存",
    )


def scan_for(user: User, agency_id: int, year: int, version: int, sha256: str = "") -> StoredFile | None:
    """The scan of a version that this person may read, or one that was replaced."""
    plan = version_for("campaign.read")(user, agency_id, year, version)
    return scan_of(plan, sha256) if plan is not None else None


@bp.get("/<int:version>/scan", defaults={"sha256": ""})
@bp.get("/<int:version>/scans/<sha256>")
@requires("campaign.read", scan_for)
def scan(stored: StoredFile) -> Response:
    """The scan as it was uploaded, as a file to keep; never shown in a page of ours."""
    return scan_file(stored)


def scan_file(stored: StoredFile) -> Response:
    """A scan as a file to keep."""
    name = f"scan-{stored.sha256[:12]}.{'pdf' if stored.media_type.endswith('pdf') else 'jpg'}"
    return send_file(
        open_original(stored.sha256), mimetype=stored.media_type, as_attachment=True, download_name=name
    )


def named_file(content: bytes, media_type: str, name: str, plain: str) -> Response:
    """Bytes to keep under a Chinese name; `plain` is for programs that read ASCII only (RFC 6266)."""
    answer = Response(content, mimetype=media_type)
    way = "inline" if media_type == "application/pdf" else "attachment"
    answer.headers["Content-Disposition"] = (
        f"{way}; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer
