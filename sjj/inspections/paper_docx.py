"""Filling a .docx template that an office wrote: fields, conditions and rows, and nothing else.

A template is data. Of the template language only a few constructs are let through, each name must be a field
of the paper (paper_fields), and what is let through still runs in a sandbox without functions: a template can
neither call anything, nor reach beyond the fields, nor run for long.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import Environment, StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sjj.inspections.paper_fields import FIELDS, Field
from sjj.inspections.paper_kinds import PaperKind
from sjj.pdf import CannotPrint
from sjj.web import SHANGHAI

WIDTHS = {"qr": 30, "picture": 70}  # millimetres of a picture, by its field's key
SIGNATURE_WIDTH = 32
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOP = {"index": "", "first": "", "last": "", "length": ""}


class BadTemplate(Exception):
    """The template cannot be used; the message may be shown."""


class _Picture:
    """A picture in the data of a template: it can be shown, and nothing of it can be reached."""

    __slots__ = ("_inline",)

    def __init__(self, inline: InlineImage) -> None:
        self._inline = inline

    def __str__(self) -> str:
        return str(self._inline)

    __html__ = __str__


@dataclass
class _Checker:
    """Walks the parsed template with the shapes of the fields that stand at each place."""

    scopes: list[dict[str, Any]]

    def block(self, children: list[nodes.Node]) -> None:
        """Check a run of template text."""
        for child in children:
            if isinstance(child, nodes.Output):
                for shown in child.nodes:
                    self.shown(shown)
            elif isinstance(child, nodes.If):
                self.value(child.test)
                for part in (child.body, child.elif_, child.else_):
                    self.block(part)
            elif isinstance(child, nodes.For):
                self.rows(child)
            else:
                raise BadTemplate("模板里只能用字段、{% if … %} 和 {% for … %}")

    def rows(self, loop: nodes.For) -> None:
        """Check a loop over the rows of a field."""
        rows = self.value(loop.iter)
        if not isinstance(rows, list):
            raise BadTemplate(f"“{_words(loop.iter)}”只有一个值，不能用 for 逐行列出")
        if not isinstance(loop.target, nodes.Name) or loop.recursive or loop.test or loop.else_:
            raise BadTemplate("for 只能写成“for 名称 in 字段”")
        if len(self.scopes) > 1 and not self.is_of_a_row(loop.iter):
            raise BadTemplate("里层的 for 只能列出外层那一行自己的内容")
        self.scopes.append({loop.target.name: rows[0], "loop": _LOOP})
        self.block(loop.body)
        self.scopes.pop()

    def is_of_a_row(self, node: nodes.Node) -> bool:
        """Whether it stands in the row of a loop: then all loops together see each row of the data once."""
        while isinstance(node, nodes.Getattr):
            node = node.node
        return isinstance(node, nodes.Name) and any(node.name in scope for scope in self.scopes[1:])

    def shown(self, node: nodes.Node) -> None:
        """Check what is printed: a text or a picture, never rows as a whole."""
        if not isinstance(node, nodes.TemplateData) and not isinstance(self.value(node), str):
            raise BadTemplate(f"“{_words(node)}”有多行或多栏，请用 for 逐行列出")

    def value(self, node: nodes.Node) -> Any:
        """The shape of an expression."""
        if isinstance(node, nodes.Name):
            return self.named(node.name)
        if isinstance(node, nodes.Getattr):
            return _inside(self.value(node.node), node)
        if isinstance(node, nodes.Const):
            return ""
        if isinstance(node, nodes.And | nodes.Or):
            self.value(node.left)
            return self.value(node.right)
        if isinstance(node, nodes.Not):
            self.value(node.node)
            return ""
        if isinstance(node, nodes.Compare):
            for part in (node.expr, *(operand.expr for operand in node.ops)):
                self.value(part)
            return ""
        if isinstance(node, nodes.CondExpr):
            self.value(node.test)
            self.shown(node.expr1)
            self.shown(node.expr2 or nodes.Const(""))
            return ""
        raise BadTemplate("模板里有不能使用的写法：只能写字段名、if 和 for，不能计算、调用函数或用过滤器")

    def named(self, name: str) -> Any:
        """The shape of a field by its name."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        raise BadTemplate(f"没有叫“{name}”的字段，请对照字段表修改")


def _inside(shape: Any, node: nodes.Getattr) -> Any:
    if isinstance(shape, list):
        raise BadTemplate(f"“{_words(node.node)}”有多行，请用 for 逐行列出后再取“{node.attr}”")
    if not isinstance(shape, dict) or node.attr not in shape:
        raise BadTemplate(f"没有叫“{_words(node)}”的字段，请对照字段表修改")
    return shape[node.attr]


def _words(node: nodes.Node) -> str:
    """A field as it was written."""
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "这里"


class _Sandbox(ImmutableSandboxedEnvironment):
    """The template language, cut down to what fills in a paper."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()
        self.shapes = {one.name: _shape(one) for one in fields}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        _Checker([self.shapes]).block(parsed.body)
        return parsed

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - nothing is
        """Nothing may be called."""
        return False


def _shape(one: Field) -> Any:
    if not one.rows:
        return ""
    return [{inner.name: _shape(inner) for inner in one.inner}] if one.inner else [""]


def fill(
    template: bytes, kind: PaperKind, data: Mapping[str, Any], pictures: Mapping[str, bytes], at: datetime
) -> bytes:
    """The template filled in with these data. Raises CannotPrint with what is wrong with the template."""
    try:
        return settled(_filled(template, FIELDS[kind], data, pictures), at)
    except BadTemplate as refusal:
        raise CannotPrint(f"“{kind.title}”的 Word 模板不能用：{refusal}") from refusal


def _filled(
    template: bytes, fields: tuple[Field, ...], data: Mapping[str, Any], pictures: Mapping[str, bytes]
) -> bytes:
    paper = DocxTemplate(BytesIO(template))
    try:
        paper.render(_named(fields, data, paper, pictures), _environment(fields), autoescape=True)
    except TemplateError as refusal:
        raise BadTemplate(f"写法有误（{_place(refusal)}）") from refusal
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def _environment(fields: tuple[Field, ...]) -> Environment:
    return _Sandbox(fields)


def _place(refusal: TemplateError) -> str:
    """Where in the text of the template it went wrong."""
    lines = [line.strip() for line in getattr(refusal, "docx_context", ()) if line.strip()]
    return f"在“{lines[len(lines) // 2][:60]}”附近" if lines else "请检查花括号是否成对"


def _named(
    fields: tuple[Field, ...], data: Mapping[str, Any], paper: DocxTemplate, pictures: Mapping[str, bytes]
) -> dict[str, Any]:
    """The data under the names that templates use, pictures as pictures."""
    return {one.name: _value(one, data[one.key], paper, pictures) for one in fields}


def _value(one: Field, value: Any, paper: DocxTemplate, pictures: Mapping[str, bytes]) -> Any:
    if one.rows:
        if one.inner:
            return [_named(one.inner, row, paper, pictures) for row in value]
        return [_clean(text) for text in value]
    if not one.picture:
        return _clean(value)
    if value not in pictures:
        return ""
    width = SIGNATURE_WIDTH if one.name == "签名图" else WIDTHS[one.key]
    return _Picture(InlineImage(paper, BytesIO(pictures[value]), width=Mm(width)))


def _clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def settled(document: bytes, at: datetime) -> bytes:
    """The same document with its parts dated `at`, so that the same data give the same bytes."""
    local = at.astimezone(SHANGHAI)
    stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as given, zipfile.ZipFile(written, "w") as made:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, stamp)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(part, given.read(name))
    return written.getvalue()
