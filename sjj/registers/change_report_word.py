"""The 调整名单 as a Word file that the office goes on writing in. The same data give the same text.

The rows are written as XML at once: cell by cell ten thousand of them would take minutes.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "宋体"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="666666"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def as_docx(paper: dict[str, Any], at: datetime) -> bytes:
    """The paper (change_report.paper_of) as .docx, dated `at`."""
    document = Document()
    _landscape(document)
    document.core_properties.title = paper["title"]
    document.core_properties.author = paper["agency"]
    document.core_properties.created = document.core_properties.modified = at.replace(tzinfo=None)
    for text, size in (
        (paper["agency"], 14),
        (paper["title"], 20),
        (paper["number"], 11),
        (paper["period"], 11),
    ):
        if text:
            line = document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(_clean(text)).font.size = Pt(size)
    for text in paper["notices"]:
        document.add_paragraph(_clean(text))
    if paper["totals"]:
        _table(document, ["名录", *paper["kinds"], "合计"], paper["totals"])
    else:
        document.add_paragraph("这段时间没有调整。")
    for part in paper["parts"]:
        document.add_heading(part["name"], 2)
        _table(document, paper["head"], part["rows"])
    document.add_paragraph()
    document.add_paragraph("填报人：　　　　　　审核人：　　　　　　负责人（盖章）：")
    document.add_paragraph(paper["day"])
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _landscape(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    first = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{''.join(map(_bold, head))}</w:tr>"
    rest = "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows)
    columns = "<w:gridCol/>" * len(head)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{first}{rest}</w:tbl>"
    )
    document.add_paragraph()._p.addprevious(table)


def _cell(text: str) -> str:
    return f'<w:tc><w:p><w:r><w:t xml:space="preserve">{escape(_clean(text))}</w:t></w:r></w:p></w:tc>'


def _bold(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{escape(_clean(text))}</w:t></w:r></w:p></w:tc>"


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
