"""What the tests of papers share: their addresses, reading a PDF or .docx back, templates with something in them."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document
from pypdf import PdfReader

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.inspections.models import Inspection
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_print import built_in
from tests.makers.accounts import make_user
from tests.visitor import Visitor

SETTINGS = "/papers/settings"


def file(inspection: Inspection, name: str) -> str:
    """The address of a paper as a file, such as record.pdf."""
    return f"/papers/inspections/{inspection.uid}/{name}"


def office(inspection: Inspection, role: Role = Role.OFFICE) -> User:
    """Somebody of the inspection's agency."""
    return make_user(role, agency=inspection.agency)


def fetch(visitor: Visitor, path: str) -> bytes:
    """The bytes of a paper."""
    answer = visitor.client.get(path, buffered=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.data


def pdf_text(content: bytes) -> str:
    """What a PDF says, without white space."""
    return folded("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def docx_text(content: bytes) -> str:
    """What a .docx says in its body and feet, without white space."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        shown = [name for name in parts.namelist() if re.search(r"document\.xml$|footer\d*\.xml$", name)]
        return folded("".join(re.sub(r"<[^>]+>", "", parts.read(name).decode()) for name in shown))


def text_in(content: bytes, suffix: str) -> str:
    """What a paper says."""
    return pdf_text(content) if suffix == "pdf" else docx_text(content)


def folded(text: str) -> str:
    """Without white space, as lines break anywhere."""
    return re.sub(r"\s+", "", text)


def pictures_in(content: bytes) -> int:
    """How many pictures a PDF shows, each time counted, the code to verify it among them."""
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def template_with(words: str, kind: PaperKind = PaperKind.NOTICE, where: str = "body") -> bytes:
    """The built-in template with a line more in its body, foot, or title."""
    paper = Document(str(built_in(kind)))
    if where == "body":
        paper.add_paragraph(words)
    elif where == "foot":
        paper.sections[0].footer.paragraphs[0].add_run(words)
    else:
        paper.core_properties.title = words
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A document with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    change(parts)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return written.getvalue()


def built_in_bytes(kind: PaperKind = PaperKind.NOTICE) -> bytes:
    """The built-in template."""
    return Path(built_in(kind)).read_bytes()
