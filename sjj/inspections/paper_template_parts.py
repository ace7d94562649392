"""The pieces that the built-in .docx templates are put together from: lines, tables, rows that repeat.

Plain Word: no styles of our own, no macros, no links, so that an office can go on from them in Word or WPS.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
BODY, HEAD = "宋体", "黑体"
WIDTH = 16.4  # centimetres between the margins
Rows = Sequence[Sequence[str]]


def begin() -> Paper:
    """A sheet of A4 with its head, foot and marks."""
    paper = Document()
    core = paper.core_properties
    core.title, core.author, core.comments = "{{ 文书名称 }}", "{{ 机关名称 }}", ""
    core.created = core.modified = MADE_AT.replace(tzinfo=None)
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.4), Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    style.paragraph_format.space_after = Pt(4)
    _foot(section.footer.paragraphs[0])
    line(paper, "{{ 机关名称 }}", size=13, middle=True)
    line(paper, "{{ 文书名称 }}", size=20, font=HEAD, middle=True)
    line(paper, "{{ 文号 }}", middle=True)
    each(paper, "提示", "一条", "{{ 一条 }}")
    return paper


def _foot(line: Paragraph) -> None:
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("{{ 文号 }}　　第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        line.add_run(words).font.size = Pt(9)
        if field:
            counted = OxmlElement("w:fldSimple")
            counted.set(qn("w:instr"), field)
            line._p.append(counted)


def line(
    paper: Paper,
    words: str,
    *,
    size: float = 11,
    font: str = BODY,
    middle: bool = False,
    indent: bool = False,
) -> Paragraph:
    """A paragraph of one run."""
    line = paper.add_paragraph()
    run = line.add_run(words)
    run.font.size = Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if middle:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * size)
    return line


def part(paper: Paper, words: str) -> None:
    """The title of a part, kept with what follows."""
    titled = line(paper, words, size=12, font=HEAD)
    titled.paragraph_format.keep_with_next = True
    titled.paragraph_format.space_before = Pt(8)


def each(paper: Paper, rows: str, name: str, words: str) -> None:
    """A paragraph for each row of a field."""
    line(paper, f"{{%p for {name} in {rows} %}}")
    line(paper, words, indent=True)
    line(paper, "{%p endfor %}")


def only_if(paper: Paper, condition: str, fill: Callable[[], None]) -> None:
    """What is printed only where a field holds something."""
    line(paper, f"{{%p if {condition} %}}")
    fill()
    line(paper, "{%p endif %}")


def table(paper: Paper, rows: Rows, widths: Sequence[float]) -> None:
    """A ruled table; a row of one text spans all columns (as the marks of row loops must)."""
    table = paper.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for row in rows:
        cells = table.add_row().cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = Cm(width)
        if len(row) == 1:
            cells[0].merge(cells[-1])
        elif len(row) < len(cells):
            cells[len(row) - 1].merge(cells[-1])
        for cell, words in zip(cells, row, strict=False):
            cell.text = words
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def form(paper: Paper, rows: Rows) -> None:
    """Labels and values; a row holds one pair or two."""
    label = 2.8
    value = WIDTH / 2 - label
    table(paper, rows, (label, value, label, value))


def listing(
    paper: Paper, rows: str, name: str, titles: Sequence[str], cells: Sequence[str], widths: Sequence[float]
) -> None:
    """A table with a row for each row of a field."""
    shown = [f"{{{{ {name}.{cell} }}}}" for cell in cells]
    table(paper, [titles, [f"{{%tr for {name} in {rows} %}}"], shown, ["{%tr endfor %}"]], widths)
