"""The pages of the 调整名单: on screen with filters, and to take along as Excel, PDF and Word."""

from io import BytesIO
from typing import NamedTuple

from flask import Response, abort, g, request, send_file

from sjj import pdf
from sjj.accounts.models import Agency
from sjj.files.spreadsheets import XLSX
from sjj.registers import change_report
from sjj.registers.blueprints import bp
from sjj.registers.change_queries import changes, counts
from sjj.registers.change_report_forms import ChangeReportForm
from sjj.registers.change_report_word import MEDIA as DOCX
from sjj.registers.change_report_word import as_docx
from sjj.registers.change_words import KINDS, said_of
from sjj.registers.export import workbook
from sjj.registers.listing import turn_of
from sjj.registers.scope import agencies_to_read
from sjj.registers.shared_forms import or_all
from sjj.web import now, page, requires, today

# More rows are no paper that anybody reads, and ten thousand take a gigabyte to lay out; the workbook holds all.
MOST_ON_PAPER = {"pdf": 2_000, "docx": 10_000}


class _Asked(NamedTuple):
    agency: Agency
    agencies: list[Agency]
    sections: dict[int, str]
    form: ChangeReportForm


@bp.get("/registers/changes/")
@requires("register.read")
def change_report_page() -> Response:
    """What changed in a period, one page of it, with the totals."""
    asked = _asked()
    form = asked.form
    good = form.validate()
    wanted = form.wanted(asked.agency.id) if good else None
    turn = turn_of(request.args, "")
    found = changes(g.user, wanted, turn.page, turn.per_page) if wanted else None
    numbers = counts(g.user, wanted) if wanted else {}
    return page(
        "registers/changes.html",
        status=200 if good else 422,
        agency=asked.agency,
        agencies=asked.agencies,
        sections=asked.sections,
        form=form,
        found=found,
        said=[said_of(one, asked.sections, outside=form.is_outside) for one in found.items] if found else [],
        kinds=[KINDS[kind] for kind in change_report.kinds_in(numbers)],
        totals=change_report.total_rows(numbers),
        most=MOST_ON_PAPER,
    )


@bp.get("/registers/changes/report.<any(xlsx, pdf, docx):ending>")
@requires("register.read")
def change_report_file(ending: str) -> Response:
    """The whole of it as a file."""
    asked = _asked()
    form = asked.form
    if not form.validate():
        abort(400)
    wanted, moment = form.wanted(asked.agency.id), now()
    name = f"调整名单-{wanted.since:%Y%m%d}-{wanted.until:%Y%m%d}.{ending}"
    if ending == "xlsx":
        rows = change_report.table_rows(g.user, wanted, asked.sections)
        return _send(workbook("调整名单", change_report.HEAD, rows), XLSX, name)
    most = MOST_ON_PAPER[ending]
    if sum(counts(g.user, wanted).values()) > most:
        return page("registers/changes_refused.html", status=422, most=most, refused="")
    number = (form.number.data or "").strip()
    paper = change_report.paper_of(asked.agency, g.user, wanted, asked.sections, number, today(moment))
    if ending == "docx":
        return _send(as_docx(paper, moment), DOCX, name)
    try:
        return _send(pdf.render("register_changes.typ", paper, moment), "application/pdf", name)
    except pdf.CannotPrint as refusal:
        return page("registers/changes_refused.html", status=500, most=most, refused=str(refusal))


def _asked() -> _Asked:
    agencies = agencies_to_read(g.user)
    wanted = request.args.get("agency", type=int)
    agency = next((one for one in agencies if wanted in (None, one.id)), None) or abort(404)
    sections = {one.id: one.name for one in agency.sections}
    form = ChangeReportForm(request.args)
    form.section.choices = or_all((str(number), name) for number, name in sections.items())
    form.fill_period(today(now()))
    return _Asked(agency, agencies, sections, form)


def _send(data: bytes, media_type: str, name: str) -> Response:
    inline = media_type == "application/pdf"
    return send_file(BytesIO(data), media_type, as_attachment=not inline, download_name=name)
