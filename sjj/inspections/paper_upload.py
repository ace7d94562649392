"""Whether an uploaded file can be a template: a plain Word document, small, closed in itself, tried before it is kept.

Nothing of it is ever run; what a document could carry along to run or fetch elsewhere is refused by name.
"""

import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from sjj.inspections.paper_docx import BadTemplate, fill
from sjj.inspections.paper_fields import FIELDS, sample_of
from sjj.inspections.paper_kinds import PaperKind
from sjj.pdf import CannotPrint

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 12 * 1024 * 1024
MOST_TEXT = 512 * 1024  # of one part that holds text
MOST_PARTS = 200
MOST_TAGS = 600
MAIN = "word/document.xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ANY_DAY = datetime(2026, 3, 5, tzinfo=UTC)
_RUNS = re.compile(
    r"vbaproject|vbadata|activex|embeddings/|oleobject|\.bin$|\.exe$|\.js$|\.vbs$|altchunk|afchunk", re.I
)
_RENDERED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml$|docProps/core\.xml$")
_TAG = re.compile(r"{{[^{}]{1,300}}}|{%[^{}]{1,300}%}|{#[^{}]{0,300}#}")
_TAGS = re.compile(rf"(?:[^{{}}]+|{_TAG.pattern})*+")
_OPENING = re.compile(r"{[{%#]")
_DOCTYPE = re.compile(rb"<!\s*(doctype|entity)", re.I)
_FIELD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Fields of Word that only count pages or name the day; others can fetch or start something.
_HARMLESS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "DATE", "TIME", "TITLE", "AUTHOR"})


def examine(content: bytes, kind: PaperKind, picture: bytes) -> None:
    """Refuse what cannot be a template of this paper. Raises BadTemplate; `picture` stands for any picture."""
    _parts(content)
    try:
        made = fill(content, kind, sample_of(FIELDS[kind]), _Always(picture), ANY_DAY)
        Document(BytesIO(made))
    except CannotPrint as refusal:
        raise BadTemplate(str(refusal)) from refusal
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as broken:
        raise BadTemplate("填入样例后不是完整的 Word 文件，请检查花括号和表格里的 {%tr … %}") from broken


def _parts(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise BadTemplate(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请去掉大图片后再传")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise BadTemplate("不是 Word 文件（.docx）；旧的 .doc 请先另存为 .docx")
    try:
        with zipfile.ZipFile(BytesIO(content)) as document:
            _sizes(document)
            for name in document.namelist():
                _part(name, document.read(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as broken:
        raise BadTemplate("文件已损坏或加了密码，请重新保存后再传") from broken


def _sizes(document: zipfile.ZipFile) -> None:
    listed = document.infolist()
    names = [one.filename for one in listed]
    if MAIN not in names or "[Content_Types].xml" not in names:
        raise BadTemplate("不是 Word 文件（.docx）；旧的 .doc 请先另存为 .docx")
    if len(names) > MOST_PARTS or len(set(names)) != len(names):
        raise BadTemplate("文件的结构不正常，请用 Word 或 WPS 重新保存后再传")
    if sum(one.file_size for one in listed) > MOST_UNPACKED:
        raise BadTemplate("文件解开后太大，请去掉大图片后再传")
    if any(one.filename.endswith((".xml", ".rels")) and one.file_size > MOST_TEXT for one in listed):
        raise BadTemplate("模板的文字太多，请精简后再传")


def _part(name: str, content: bytes) -> None:
    if _RUNS.search(name) or name.startswith("/") or ".." in name:
        raise BadTemplate("文件里带有宏或嵌入的对象，请去掉后另存为普通的 .docx 再传")
    if not name.endswith((".xml", ".rels")):
        return
    if _DOCTYPE.search(content.replace(b"\x00", b"")):
        raise BadTemplate("文件的结构不正常，请用 Word 或 WPS 重新保存后再传")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise BadTemplate("文件已损坏，请重新保存后再传") from broken
    if name == "[Content_Types].xml":
        _types(root)
    elif name.endswith(".rels"):
        _links(root)
    else:
        _fields(root)
        if _RENDERED.search(name):
            _braces(root)


def _types(root: etree._Element) -> None:
    types = {str(one.get("PartName")): str(one.get("ContentType")) for one in root}
    if types.get(f"/{MAIN}") != DOCUMENT or any("macroenabled" in one.lower() for one in types.values()):
        raise BadTemplate("文件里带有宏，或者不是普通文档，请另存为普通的 .docx 再传")


def _links(root: etree._Element) -> None:
    for one in root:
        if str(one.get("TargetMode", "")).lower() == "external":
            target = str(one.get("Target", ""))[:60]
            raise BadTemplate(f"文件里有外部链接（{target}），请取消超链接或改用本地内容后再传")


def _braces(root: etree._Element) -> None:
    """Refuse braces that are no complete tag of one paragraph: they would be searched for an end that is far away."""
    for one in root.iter():
        if not isinstance(one.tag, str) or any(_OPENING.search(value) for value in one.attrib.values()):
            raise BadTemplate("文件的结构不正常，请用 Word 或 WPS 重新保存后再传")
    for part in (*root.iter(f"{_FIELD}p"), root):
        words = "".join(part.itertext())
        if not _TAGS.fullmatch(words):
            stray = next(found for found in re.finditer(r"[{}]", _TAG.sub("", words)))
            near = _TAG.sub("", words)[max(0, stray.start() - 10) : stray.start() + 20]
            raise BadTemplate(f"花括号不成对，或者一个字段跨了段落（在“{near}”附近）")
    if len(_TAG.findall("".join(root.itertext()))) > MOST_TAGS:
        raise BadTemplate(f"字段、条件和循环超过 {MOST_TAGS} 处，请精简后再传")


def _fields(root: etree._Element) -> None:
    """Refuse fields of Word that fetch or start something, also where they are cut in pieces."""
    simple = [str(one.get(f"{_FIELD}instr", "")) for one in root.iter(f"{_FIELD}fldSimple")]
    pieces = "".join(
        "\x00" if one.tag == f"{_FIELD}fldChar" else one.text or ""
        for one in root.iter(f"{_FIELD}fldChar", f"{_FIELD}instrText")
    )
    for written in (*simple, *pieces.split("\x00")):
        word = written.strip().split(" ")[0].upper()
        if word and word not in _HARMLESS:
            raise BadTemplate(f"文件里有不能使用的域（{word[:30]}），只能用页码、页数、日期")


class _Always(Mapping[str, bytes]):
    """Has every picture asked for: the same one."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture

    def __getitem__(self, name: str) -> bytes:
        return self.picture

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, name: object) -> bool:
        return bool(name)
