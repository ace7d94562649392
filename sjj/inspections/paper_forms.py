"""The forms of an agency's papers: its fixed words, and a template of its own."""

from flask_wtf.file import FileField
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Length, Optional

from sjj.form import Form
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_texts import TEXTS, FixedText

MOST_WORDS, MOST_TITLE = 2000, 40


class TemplateForm(Form):
    """A .docx file."""

    file = FileField("Word 模板", description=".docx 文件，不超过 2 MB")


def texts_form(kind: PaperKind) -> type[Form]:
    """The form of the fixed words of one paper."""
    fields = {text.key: _field(text) for text in TEXTS[kind]}
    return type("TextsForm", (Form,), {"__doc__": "The fixed words of a paper.", **fields})


def _field(text: FixedText) -> Field:
    if text.key == "title":
        checks = [Optional(), Length(max=MOST_TITLE, message=f"标题不超过 {MOST_TITLE} 字")]
        return StringField(text.label, checks)
    hint = "每行一条" if text.many else ""
    checks = [Optional(), Length(max=MOST_WORDS, message=f"不超过 {MOST_WORDS} 字")]
    return TextAreaField(text.label, checks, description=hint)
