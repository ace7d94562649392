"""A paper as a file: PDF by our layout, .docx by the agency's template or ours. The same data give the same bytes."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sjj import paths, pdf
from sjj.database import db
from sjj.inspections.paper_docx import fill
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_models import PaperTemplate
from sjj.inspections.paper_pictures import Pictures

FOLDER = paths.TEMPLATES / "docx"
LAYOUTS = {
    PaperKind.APPROVAL: "approval.typ",
    PaperKind.NOTICE: "notice.typ",
    PaperKind.BLANK: "visit_blank.typ",
    PaperKind.RECORD: "visit_record.typ",
    PaperKind.OFFSITE: "offsite_record.typ",
    PaperKind.RESULT: "result.typ",
    PaperKind.ORDER: "order.typ",
    PaperKind.RECHECK: "recheck.typ",
}
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def as_pdf(kind: PaperKind, data: dict[str, Any], pictures: Pictures, at: datetime) -> bytes:
    """The paper as PDF/A. Raises pdf.CannotPrint."""
    return pdf.render(LAYOUTS[kind], data, at, pictures)


def as_docx(kind: PaperKind, data: dict[str, Any], pictures: Pictures, at: datetime, agency_id: int) -> bytes:
    """The paper as .docx, by the agency's own template if it has one. Raises pdf.CannotPrint."""
    own = own_template(agency_id, kind)
    return fill(own.content if own else built_in(kind).read_bytes(), kind, data, pictures, at)


def own_template(agency_id: int, kind: PaperKind) -> PaperTemplate | None:
    """The template that this agency uploaded for a paper."""
    return db.session.scalar(
        select(PaperTemplate).where(PaperTemplate.agency_id == agency_id, PaperTemplate.paper == kind)
    )


def built_in(kind: PaperKind) -> Path:
    """Our own template of a paper."""
    return FOLDER / f"{kind.value}.docx"
