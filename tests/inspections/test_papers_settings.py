"""An agency's own words and Word templates: they show, they can be taken back, and they can do nothing else."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.paper_docx import BadTemplate
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_models import PaperTemplate
from sjj.inspections.paper_print import built_in
from sjj.inspections.paper_templates import main as make_built_in
from sjj.inspections.paper_texts import TEXTS
from sjj.inspections.paper_upload import MOST_BYTES, examine
from sjj.rules.lifecycle import ResultState
from tests.inspections.papers import (
    SETTINGS,
    built_in_bytes,
    docx_text,
    fetch,
    file,
    office,
    pdf_text,
    repacked,
    template_with,
    text_in,
)
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, picture
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
PICTURE = picture("any")
BOTH = pytest.mark.parametrize("suffix", ["pdf", "docx"])


def setting(agency: Agency, kind: PaperKind = PaperKind.NOTICE, more: str = "") -> str:
    """The address of a paper's settings."""
    return f"{SETTINGS}/{agency.id}/{kind.value}{more}"


def upload(
    visitor: Visitor, agency: Agency, content: bytes, status: int = 303, name: str = "本局.docx"
) -> str:
    """Send a template for the notice; what the page says."""
    visitor.open(setting(agency))
    visitor.post(setting(agency, more="/template"), status, file=(io.BytesIO(content), name))
    return visitor.text()


@BOTH
def test_an_offices_own_words_are_printed(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection()
    visitor.sign_in(office(inspection)).open(setting(inspection.agency))
    visitor.submit(title="涉企检查通知书", rights="有权拒绝。\r\n有权申辩。", closing="#panic() $x$")
    said = text_in(fetch(visitor, file(inspection, f"notice.{suffix}")), suffix)
    for words in ("涉企检查通知书", "有权拒绝。", "有权申辩。", "#panic()$x$", "严禁逐利检查"):
        assert words in said
    assert "不得拒绝、阻碍检查" not in said
    assert "有权申辩。" in visitor.open(f"/papers/inspections/{inspection.uid}/notice").get_text()
    visitor.open(setting(inspection.agency))
    visitor.submit(title="", rights="", closing="")
    said = text_in(fetch(visitor, file(inspection, f"notice.{suffix}")), suffix)
    assert "不得拒绝、阻碍检查" in said
    assert "涉企检查通知书" not in said


def test_too_long_a_text_is_refused_and_kept_in_the_form(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(setting(agency))
    page = visitor.submit(title="长" * 41, opening="我写的正文", status=422)
    assert "标题不超过 40 字" in page.get_text()
    assert page.select_one('textarea[name="opening"]').get_text().strip() == "我写的正文"  # type: ignore[union-attr]


def test_words_of_one_agency_stay_its_own(app: Flask, visitor: Visitor) -> None:
    mine, other = make_inspection(), make_inspection(make_agency())
    visitor.sign_in(office(mine)).open(setting(mine.agency))
    visitor.submit(closing="只在本局。")
    visitor.open(setting(other.agency), 404)
    visitor.post(setting(other.agency), 404, closing="别人的")
    visitor.post(setting(other.agency, more="/template"), 404, file=(io.BytesIO(b""), "a.docx"))
    visitor.post(setting(other.agency, more="/template/remove"), 404)
    for more in ("/built-in.docx", "/own.docx", "/sample.pdf"):
        visitor.open(setting(other.agency, more=more), 404)
    said = pdf_text(fetch(Visitor(app).sign_in(office(other)), file(other, "notice.pdf")))
    assert "只在本局" not in said


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR, Role.APPROVER, Role.LEADER], ids=str)
def test_others_do_not_change_papers(app: Flask, visitor: Visitor, role: Role) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(role, agency=agency))
    visitor.open(f"{SETTINGS}/", 403)
    visitor.open(setting(agency), 403)
    visitor.post(setting(agency, more="/template"), 403, file=(io.BytesIO(built_in_bytes()), "a.docx"))


def test_an_own_template_is_used_shown_and_taken_back(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    agency = inspection.agency
    visitor.sign_in(office(inspection))
    own = template_with("本局专用：{{ 检查对象 }}／{% for 人 in 执法人员 %}{{ 人.姓名 }}；{% endfor %}")
    upload(visitor, agency, own)
    assert "本局.docx" in visitor.follow().get_text()
    said = docx_text(fetch(visitor, file(inspection, "notice.docx")))
    assert f"本局专用：{inspection.entity.name}／" in said
    assert all(member.officer.name in said for member in inspection.team)
    assert fetch(visitor, setting(agency, more="/own.docx")) == own
    assert "本局专用" not in pdf_text(fetch(visitor, file(inspection, "notice.pdf")))
    assert "本局.docx" in visitor.open(f"{SETTINGS}/").get_text()
    visitor.open(setting(agency))
    visitor.post(setting(agency, more="/template/remove"))
    assert "本局专用" not in docx_text(fetch(visitor, file(inspection, "notice.docx")))
    visitor.open(setting(agency, more="/own.docx"), 404)
    told = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert told[-2:] == ["paper.template_kept", "paper.template_dropped"]


@pytest.mark.parametrize("kind", list(PaperKind), ids=str)
def test_each_paper_has_its_fields_its_example_and_its_built_in_template(
    app: Flask, visitor: Visitor, kind: PaperKind
) -> None:
    agency = make_agency()
    page = visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(setting(agency, kind))
    assert {"检查对象", "执法人员.姓名"} <= {code.get_text() for code in page.select("code")}
    controls = [str(one["name"]) for one in page.select("#title, main textarea")]
    assert controls == [text.key for text in TEXTS[kind]]
    built = fetch(visitor, setting(agency, kind, "/built-in.docx"))
    examine(built, kind, PICTURE)
    for suffix in ("pdf", "docx"):
        said = text_in(fetch(visitor, setting(agency, kind, f"/sample.{suffix}")), suffix)
        assert agency.name in said
        assert "某县木材加工厂" in said


def test_the_built_in_templates_are_those_that_the_program_makes(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = {kind: built_in(kind).read_bytes() for kind in PaperKind}
    monkeypatch.setattr("sjj.inspections.paper_print.FOLDER", tmp_path)
    make_built_in()
    for kind in PaperKind:
        assert docx_text(built_in(kind).read_bytes()) == docx_text(committed[kind])


UNKNOWN = [
    ("{{ 企业名 }}", "企业名"),
    ("{% for 人 in 执法人员 %}{{ 人.工号 }}{% endfor %}", "人.工号"),
    ("{% if 没有的 %}一{% endif %}", "没有的"),
    ("{% if 文号 %}{% else %}{{ 藏在别处 }}{% endif %}", "藏在别处"),
    ("{{ 文号.长度 }}", "文号.长度"),
    ("{{ 执法人员 }}", "执法人员"),
    ("{{ 执法人员.姓名 }}", "执法人员"),
    ("{% for 字 in 文号 %}{% endfor %}", "文号"),
]


@pytest.mark.parametrize(("words", "named"), UNKNOWN)
def test_a_field_that_is_none_is_named(app: Flask, visitor: Visitor, words: str, named: str) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    said = upload(visitor, agency, template_with(words), 422)
    assert f"“{named}”" in said
    assert db.session.query(PaperTemplate).count() == 0


HOSTILE = [
    "{{ 文号.__class__ }}",
    "{{ 文号.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self }}",
    "{{ loop }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ ''.join(['a', 'b']) }}",
    "{{ '%s' % 文号 }}",
    "{{ 文号|attr('__class__') }}",
    "{{ 文号|upper }}",
    "{{ 文号 is defined }}",
    "{{ 文号.format(文号) }}",
    "{{ 核对二维码._inline.tpl.save('/tmp/owned') }}",
    "{{ 核对二维码._inline }}",
    "{{ 执法人员[0] }}",
    "{{ 执法人员.append(1) }}",
    "{{ 执法人员.clear }}",
    "{{ 文号 * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ [文号, 文号] }}",
    "{{ 文号 ~ 文号 }}",
    "{{ 文号[0:1] }}",
    "{% set 甲 = 文号 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% macro 甲() %}{% endmacro %}",
    "{% for 甲 in range(99999) %}{% endfor %}",
    "{% for 甲 in 执法人员 recursive %}{{ loop(执法人员) }}{% endfor %}",
    "{% for 甲, 乙 in 执法人员 %}{% endfor %}",
    "{% for 甲 in 执法人员 if 甲.姓名 %}{% endfor %}",
    "{% for 甲 in 执法人员 %}{% for 乙 in 执法人员 %}{% endfor %}{% endfor %}",
    "{% with 甲 = 1 %}{% endwith %}",
    "{% filter upper %}{% endfilter %}",
    "{% call 文号() %}{% endcall %}",
    "{% autoescape false %}{% endautoescape %}",
    "{{ caller() }}",
    "{{ 文号 ",
    "{% if 文号 %}",
    "{% endfor %}",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_template_can_only_fill_in(words: str) -> None:
    with pytest.raises(BadTemplate):
        examine(template_with(words), PaperKind.NOTICE, PICTURE)


@pytest.mark.parametrize("where", ["foot", "title"])
def test_no_part_of_a_template_is_left_out(where: str) -> None:
    for words in ("{{ 文号.__class__ }}", "{{ 企业名 }}"):
        with pytest.raises(BadTemplate):
            examine(template_with(words, where=where), PaperKind.NOTICE, PICTURE)


def test_what_a_template_may_do() -> None:
    words = (
        "{% if 监督电话 and not 提示 or 文号 == '一' %}{{ 监督电话 }}{% elif 文号 %}二{% else %}{{ '三' }}{% endif %}"
        "{% for 事 in 检查事项 %}{{ loop.index }}{% for 点 in 事.要点 %}{{ 点.内容 }}{% endfor %}"
        "{% for 一 in 事.可选结果 %}{{ 一 }}{% if not loop.last %}、{% endif %}{% endfor %}{% endfor %}"
        "{{ 文号 if 监督电话 else 代码 }}{# 说明 #}"
    )
    examine(template_with(words, PaperKind.RECORD), PaperKind.RECORD, PICTURE)


Change = Callable[[dict[str, bytes]], None]


def adding(name: str, content: bytes = b"x") -> Change:
    """Put a part into the document."""
    return lambda parts: parts.update({name: content})


def replacing(name: str, old: str, new: str) -> Change:
    """Change the words of a part."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


def _line(*paragraphs: str) -> str:
    """The end of a body with paragraphs more."""
    return "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs) + "</w:body>"


RELATIONS = "word/_rels/document.xml.rels"
LINK = (
    '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="http://example.org/x" TargetMode="External"/></Relationships>'
)
BODY = "word/document.xml"
SPLIT = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r>'
    '<w:r><w:instrText>AUTO c:\\x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body>'
)
DOCUMENTS: dict[str, tuple[Change, str]] = {
    "macros": (adding("word/vbaProject.bin"), "宏"),
    "macros by type": (
        replacing("[Content_Types].xml", "document.main+xml", "document.macroEnabled.main+xml"),
        "宏",
    ),
    "template type": (replacing("[Content_Types].xml", "document.main+xml", "template.main+xml"), "普通"),
    "an object": (adding("word/embeddings/oleObject1.bin"), "嵌入"),
    "active x": (adding("word/activeX/activeX1.xml", b"<a/>"), "嵌入"),
    "a path": (adding("../../evil.xml", b"<a/>"), "嵌入"),
    "a link": (replacing(RELATIONS, "</Relationships>", LINK.format("hyperlink")), "外部链接"),
    "a fetched picture": (replacing(RELATIONS, "</Relationships>", LINK.format("image")), "外部链接"),
    "a fetched template": (
        adding(
            "word/_rels/settings.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + LINK.format("attachedTemplate").encode(),
        ),
        "外部链接",
    ),
    "entities": (
        replacing(BODY, "<w:document ", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><w:document '),
        "结构",
    ),
    "a field that fetches": (
        replacing(BODY, "</w:body>", '<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p></w:body>'),
        "INCLUDETEXT",
    ),
    "a field in pieces": (replacing(BODY, "</w:body>", SPLIT), "DDEAUTO"),
    "a tag that never ends": (replacing(BODY, "</w:body>", _line("{% " * 60_000)), "花括号不成对"),
    "a tag over two paragraphs": (replacing(BODY, "</w:body>", _line("{", "% if 文号 %}")), "花括号不成对"),
    "a tag in an attribute": (replacing(BODY, "</w:body>", '<w:p w:rsidR="{% if"/></w:body>'), "结构"),
    "a tag in a comment": (replacing(BODY, "</w:body>", "<!-- {% if --></w:body>"), "结构"),
    "many tags": (replacing(BODY, "</w:body>", _line("{{ 文号 }}" * 601)), "超过 600 处"),
    "broken": (adding(BODY, b"<w:document"), "损坏"),
    "no body": (lambda parts: parts.pop(BODY) and None, "不是 Word 文件"),
    "many parts": (lambda parts: parts.update({f"x/{n}.xml": b"<a/>" for n in range(300)}), "结构"),
    "a bomb": (adding("word/media/big.png", b"\0" * 13 * 1024 * 1024), "太大"),
    "a long text": (adding("word/long.xml", b"<a>" + b" " * 512 * 1024 + b"</a>"), "文字太多"),
}


@pytest.mark.parametrize("change", DOCUMENTS)
def test_a_hostile_document_is_refused_with_its_reason(change: str) -> None:
    how, why = DOCUMENTS[change]
    with pytest.raises(BadTemplate, match=why):
        examine(repacked(built_in_bytes(), how), PaperKind.NOTICE, PICTURE)


def test_what_is_no_document_is_refused(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    for content, why in (
        (b"", "不是 Word 文件"),
        (b"\xd0\xcf\x11\xe0 old doc", "不是 Word 文件"),
        (built_in_bytes()[:-400], "不是 Word 文件"),
        (_locked(), "密码"),
    ):
        assert why in upload(visitor, agency, content, 422)
    visitor.open(setting(agency))
    visitor.post(setting(agency, more="/template"), 422)
    assert "请选择 .docx 文件" in visitor.text()


def test_too_large_a_document_is_refused() -> None:
    with pytest.raises(BadTemplate, match="超过 2 MB"):
        examine(b"PK" + b"\0" * MOST_BYTES, PaperKind.NOTICE, PICTURE)


def _locked() -> bytes:
    """A zip whose parts say that they are encrypted."""
    written = io.BytesIO(built_in_bytes())
    with zipfile.ZipFile(written) as document:
        places = [one.header_offset for one in document.infolist()]
        start = document.start_dir
    data = bytearray(written.getvalue())
    for place in places:
        data[place + 6] |= 1
    at = start
    while data[at : at + 4] == b"PK\x01\x02":
        data[at + 8] |= 1
        at += 46 + sum(int.from_bytes(data[at + n : at + n + 2], "little") for n in (28, 30, 32))
    return bytes(data)


def test_a_kept_template_that_no_longer_fits_is_told_and_harms_nothing(app: Flask, visitor: Visitor) -> None:
    inspection: Inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    user: User = office(inspection)
    visitor.sign_in(user)
    upload(visitor, inspection.agency, template_with("{{ 检查对象 }}"))
    row = db.session.query(PaperTemplate).one()
    row.content = template_with("{{ 旧字段 }}")
    db.session.commit()
    page = visitor.open(file(inspection, "notice.docx"), 500)
    assert "没有叫“旧字段”的字段" in page.get_text()
    fetch(visitor, file(inspection, "notice.pdf"))
