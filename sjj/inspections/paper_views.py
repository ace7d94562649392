"""The papers of an inspection: as pages to print from the phone, and as files (PDF, .docx) of the official layout.

Opening a paper changes nothing.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, g, request, send_file

from sjj.accounts.models import User
from sjj.files.models import StoredFile
from sjj.files.store import NoCopy, copy_of
from sjj.inspections import paper_data
from sjj.inspections.certificate_queries import code_picture
from sjj.inspections.field_queries import plan_of
from sjj.inspections.models import Inspection
from sjj.inspections.offsite_record import methods_in, remarks_typed, videos_in
from sjj.inspections.paper_before import before_fields, notice_fields
from sjj.inspections.paper_kinds import OF_A_VISIT, PaperKind
from sjj.inspections.paper_pictures import PRINTED
from sjj.inspections.paper_print import MEDIA, as_docx, as_pdf
from sjj.inspections.paper_queries import (
    notice_number,
    paper_of,
    picture_of,
    record_of,
)
from sjj.inspections.paper_texts import lines_of, texts_of
from sjj.inspections.phone_page_views import say_whose
from sjj.inspections.visit_codes import in_groups
from sjj.pdf import CannotPrint
from sjj.rules.results import Answer, Outcome
from sjj.web import now, outside_url, page, requires, today

bp = Blueprint("papers", __name__, url_prefix="/papers/inspections")
NOT_IN_NAMES = str.maketrans('/\\:*?"<>|', "_________")
KINDS = "any(" + ", ".join(kind.value for kind in (*OF_A_VISIT, PaperKind.OFFSITE)) + ")"


@bp.after_request
def name_the_reader(response: Response) -> Response:
    """Whose page this is: an officer's phone keeps papers for where there is no signal, and nobody else's."""
    return say_whose(response, g.get("user"))


@bp.get("/<uuid:uid>/notice")
@requires("", paper_of)
def notice(inspection: Inspection) -> Response:
    """行政检查通知书; an off-site check has none, nobody comes."""
    if inspection.off_site:
        abort(404)
    day = today(now())
    texts = texts_of(inspection.agency_id, PaperKind.NOTICE)
    return page(
        "papers/notice.html",
        inspection=inspection,
        plan=plan_of(inspection),
        number=notice_number(inspection),
        before=before_fields(inspection, day),
        texts=texts,
        rights=lines_of(texts["rights"]),
        bans=lines_of(texts["bans"]),
        assistants=notice_fields(record_of(inspection))["assistants"],
        day=day,
        code=code_picture(address_of(inspection, PaperKind.NOTICE)),
        pickup_code=in_groups(inspection.pickup_code),
    )


@bp.get("/<uuid:uid>/record")
@requires("", paper_of)
def record(inspection: Inspection) -> Response:
    """现场检查笔录, filled from the current record; with ?blank=1, or before there is one, for ink."""
    if inspection.off_site:
        return _offsite_record(inspection)
    said = None if request.args.get("blank") == "1" else record_of(inspection)
    shared = {"inspection": inspection, "plan": plan_of(inspection), "number": notice_number(inspection)}
    if said is None:
        return page(
            "papers/record_blank.html",
            answers=[answer.label for answer in Answer],
            outcomes=[outcome.label for outcome in Outcome],
            has_record=inspection.revision is not None,
            **shared,
        )
    return page("papers/record.html", said=said, **shared)


def _offsite_record(inspection: Inspection) -> Response:
    """非现场检查记录; there is none before the record, and no blank one."""
    said = record_of(inspection)
    if said is None:
        abort(404)
    return page(
        "papers/offsite_record.html",
        inspection=inspection,
        plan=plan_of(inspection),
        number=notice_number(inspection),
        texts=texts_of(inspection.agency_id, PaperKind.OFFSITE),
        said=said,
        methods=methods_in(said.remarks),
        remarks=remarks_typed(said.remarks),
        videos=videos_in(said.remarks),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper that somebody may have, and as what."""

    inspection: Inspection
    kind: PaperKind
    suffix: str


def asked(user: User, uid: UUID, kind: str, suffix: str) -> Asked | None:
    """A paper of an inspection whose papers this person may have."""
    found = paper_of(user, uid)
    return Asked(found, PaperKind(kind), suffix) if found is not None else None


@bp.get(f"/<uuid:uid>/<{KINDS}:kind>.<any(pdf, docx):suffix>")
@requires("", asked)
def paper_file(wanted: Asked) -> Response:
    """One paper as a file; 404 for one that this visit does not have."""
    inspection = wanted.inspection
    try:
        made = paper_data.paper(
            inspection, wanted.kind, plan_of(inspection), address_of(inspection, wanted.kind), now()
        )
    except paper_data.NoSuchPaper:
        abort(404)
    return send_paper(made, wanted.suffix)


def send_paper(made: paper_data.Paper, suffix: str) -> Response:
    """The paper as a file under its Chinese name, or a page that says why it cannot be made."""
    data, agency_id = made.data, made.inspection.agency_id
    try:
        if suffix == "pdf":
            content = as_pdf(made.kind, data, made.pictures, made.at)
        else:
            content = as_docx(made.kind, data, made.pictures, made.at, agency_id)
    except CannotPrint as refusal:
        return page(
            "papers/refused.html",
            status=500,
            inspection=made.inspection,
            kind=made.kind,
            refused=str(refusal),
        )
    return send_made(content, suffix, f"{made.kind.title}-{data['entity']}-{data['number']}", made.kind.value)


def send_made(content: bytes, suffix: str, name: str, plain: str) -> Response:
    """Bytes of a paper: a PDF opens in the browser, a .docx is kept. `plain`: a name without Chinese (RFC 6266)."""
    answer = Response(content, mimetype=MEDIA[suffix])
    shown = quote(f"{name.translate(NOT_IN_NAMES)}.{suffix}", safe="")
    way = "inline" if suffix == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f"{way}; filename={plain}.{suffix}; filename*=UTF-8''{shown}"
    return answer


def address_of(inspection: Inspection, kind: PaperKind) -> str:
    """Where a paper can be checked. What is handed to the enterprise leads to the visit's own page; others to
    what everybody reads: the draw before a visit, the published result after it.

    Never the address in the enterprise's own code: its token proves that somebody stood at the gate, so it
    must not be carried about on a paper.
    """
    if kind in (PaperKind.NOTICE, PaperKind.RESULT):
        return _public("public.visit", token=inspection.visit_token)
    if kind in (PaperKind.APPROVAL, PaperKind.BLANK) and inspection.draw_id:
        return _public("public.draw", draw_id=inspection.draw_id)
    return _public("public.results", q=inspection.entity.code)


def _public(endpoint: str, **values: Any) -> str:
    return outside_url(endpoint, **values) if endpoint in current_app.view_functions else ""


@bp.get("/<uuid:uid>/pictures/<sha256>")
@requires("", picture_of)
def picture(stored: StoredFile) -> Any:
    """A re-encoded copy of a photo or signature of this inspection."""
    try:
        return send_file(copy_of(stored.sha256, PRINTED), mimetype="image/jpeg")
    except NoCopy:
        abort(404)
