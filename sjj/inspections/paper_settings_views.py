"""An agency's papers: their fixed words, and the Word templates that it makes for itself."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request
from werkzeug.datastructures import FileStorage

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of, agency_of
from sjj.database import commit
from sjj.inspections import paper_services as services
from sjj.inspections.paper_docx import BadTemplate
from sjj.inspections.paper_fields import FIELDS, sample_of
from sjj.inspections.paper_forms import TemplateForm, texts_form
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_pictures import Pictures
from sjj.inspections.paper_print import as_docx, as_pdf, built_in, own_template
from sjj.inspections.paper_texts import lines_of, texts_of
from sjj.inspections.paper_upload import ANY_DAY, MOST_BYTES
from sjj.inspections.paper_views import send_made
from sjj.pdf import CannotPrint
from sjj.web import go, now, outside_url, page, requires

bp = Blueprint("paper_settings", __name__, url_prefix="/papers/settings")
EDIT = "paper.edit"
KINDS = "any(" + ", ".join(kind.value for kind in PaperKind) + ")"
HERE = f"/<int:agency_id>/<{KINDS}:kind>"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper of an agency."""

    agency: Agency
    kind: PaperKind


def chosen(user: User, agency_id: int, kind: str) -> Chosen | None:
    """A paper of an agency whose papers this person keeps."""
    agency = agency_of(user, agency_id, EDIT)
    return Chosen(agency, PaperKind(kind)) if agency is not None else None


def chosen_sample(user: User, agency_id: int, kind: str, suffix: str) -> tuple[Chosen, str] | None:
    """The same, and as what it is shown."""
    found = chosen(user, agency_id, kind)
    return (found, suffix) if found is not None else None


@bp.get("/")
@requires(EDIT)
def papers() -> Response:
    """The papers of each agency: whose words, whose template."""
    agencies = agencies_of(g.user, EDIT)
    own = {(agency.id, kind): own_template(agency.id, kind) for agency in agencies for kind in PaperKind}
    return page("papers/settings.html", agencies=agencies, kinds=PaperKind, own=own)


@bp.route(HERE, methods=["GET", "POST"])
@requires(EDIT, chosen)
def paper(one: Chosen) -> Response:
    """The fixed words of a paper."""
    form = texts_form(one.kind)(data=texts_of(one.agency.id, one.kind))
    if request.method == "POST" and form.validate():
        words = {name: value or "" for name, value in form.data.items() if name != "csrf_token"}
        changed = services.save_texts(one.agency, one.kind, words, g.user, now())
        commit()
        flash(f"已保存：{'、'.join(changed)}。" if changed else "没有改动。", "ok")
        return _back(one)
    return _shown(one, form=form, status=422 if request.method == "POST" else 200)


@bp.post(HERE + "/template")
@requires(EDIT, chosen)
def template(one: Chosen) -> Response:
    """Use an own Word template, after it was tried."""
    upload = TemplateForm()
    sent = upload.file.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        upload.file.errors = ["请选择 .docx 文件"]
        return _shown(one, upload=upload, status=422)
    content = sent.stream.read(MOST_BYTES + 1)
    try:
        services.keep_template(one.agency, one.kind, sent.filename, content, g.user, now())
    except BadTemplate as refusal:
        upload.file.errors = [str(refusal)]
        return _shown(one, upload=upload, status=422)
    commit()
    flash(f"已改用“{sent.filename}”，先用样例看一看效果。", "ok")
    return _back(one)


@bp.post(HERE + "/template/remove")
@requires(EDIT, chosen)
def template_remove(one: Chosen) -> Response:
    """Go back to the built-in template."""
    services.drop_template(one.agency, one.kind, g.user, now())
    commit()
    flash("已恢复内置模板。", "ok")
    return _back(one)


@bp.get(HERE + "/built-in.docx")
@requires(EDIT, chosen)
def template_built_in(one: Chosen) -> Response:
    """The built-in template, to start an own one from."""
    return send_made(built_in(one.kind).read_bytes(), "docx", f"{one.kind.title}-内置模板", one.kind.value)


@bp.get(HERE + "/own.docx")
@requires(EDIT, chosen)
def template_own(one: Chosen) -> Response:
    """The agency's own template, as it was uploaded."""
    row = own_template(one.agency.id, one.kind)
    if row is None:
        abort(404)
    return send_made(row.content, "docx", row.filename.removesuffix(".docx"), one.kind.value)


@bp.get(HERE + "/sample.<any(pdf, docx):suffix>")
@requires(EDIT, chosen_sample)
def sample(asked: tuple[Chosen, str]) -> Response:
    """The paper with an example in its fields."""
    one, suffix = asked
    pictures = Pictures()
    data = sample_of(FIELDS[one.kind]) | _words(one) | {"agency": one.agency.name}
    data["url"] = outside_url("home.show")
    data["qr"] = pictures.take_code(data["url"])
    pictures.found["picture"] = pictures.found["qr.png"]
    try:
        if suffix == "pdf":
            made = as_pdf(one.kind, data, pictures, ANY_DAY)
        else:
            made = as_docx(one.kind, data, pictures, ANY_DAY, one.agency.id)
    except CannotPrint as refusal:
        return _shown(one, refused=str(refusal), status=500)
    return send_made(made, suffix, f"{one.kind.title}-样例", one.kind.value)


def _words(one: Chosen) -> dict[str, Any]:
    texts: dict[str, Any] = dict(texts_of(one.agency.id, one.kind))
    return texts | {many: lines_of(texts[many]) for many in ("rights", "bans") if many in texts}


def _shown(one: Chosen, status: int = 200, **more: Any) -> Response:
    form = texts_form(one.kind)(formdata=None, data=texts_of(one.agency.id, one.kind))
    standing = {"form": form, "upload": TemplateForm(formdata=None), "refused": ""}
    return page(
        "papers/setting.html",
        status=status,
        agency=one.agency,
        kind=one.kind,
        fields=FIELDS[one.kind],
        own=own_template(one.agency.id, one.kind),
        **{**standing, **more},
    )


def _back(one: Chosen) -> Response:
    return go("paper_settings.paper", agency_id=one.agency.id, kind=one.kind.value)
