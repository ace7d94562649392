"""The office's form of an answer to an objection, and the enterprise's forms: code, rating, objection."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from sjj.form import Form
from sjj.inspections.feedback_services import MAX_TEXT, MAX_WORDS
from sjj.rules.feedback import POINT_WORDS

MAX_NAME, MAX_PHONE, MAX_CODE = 60, 40, 40


def kept_text(value: Any) -> str:
    """A text as it may be stored: no character that a database or a page cannot hold, no white space around."""
    text = value if isinstance(value, str) else ""
    return "".join(one for one in text if one in "\n\t" or one.isprintable() or one == "\u3000").strip()


class PickupForm(Form):
    """取件码."""

    code = StringField(
        "取件码",
        [DataRequired("请填写取件码"), Length(max=MAX_CODE, message="取件码是 8 位字母和数字")],
        filters=[kept_text],
        description="8 位字母和数字，印在通知书和结果告知书上，也可以向检查人员要",
    )


class RatingForm(Form):
    """One to five points, and words; no name is asked."""

    points = RadioField(
        "您对这次检查满意吗",
        [InputRequired("请选择 1 到 5 分")],
        choices=[SelectChoice(str(n), f"{n} 分　{words}") for n, words in POINT_WORDS.items()],
        validate_choice=False,
    )
    words = TextAreaField(
        "意见", [Length(max=MAX_WORDS, message=f"不超过 {MAX_WORDS} 字")], filters=[kept_text]
    )

    def validate_points(self, field: Field) -> None:
        """One of the five."""
        if field.data not in {str(n) for n in POINT_WORDS}:
            field.errors = [*field.errors, "请选择 1 到 5 分"]


class ObjectionForm(Form):
    """Who objects, how to reach them, to what, and what shows it."""

    by_name = StringField(
        "提出人姓名",
        [DataRequired("请填写姓名"), Length(max=MAX_NAME, message=f"不超过 {MAX_NAME} 字")],
        filters=[kept_text],
    )
    by_phone = StringField(
        "联系电话",
        [
            DataRequired("请填写电话，办公室要与您联系"),
            Length(max=MAX_PHONE, message=f"不超过 {MAX_PHONE} 字"),
            Regexp(r"^[0-9０-９+＋() （）转\-－—]{5,40}$", message="请填写电话号码，例如 0315-1234567"),
        ],
        filters=[kept_text],
    )
    text = TextAreaField(
        "异议内容和理由",
        [
            DataRequired("请写明对哪一项有异议、理由是什么"),
            Length(max=MAX_TEXT, message=f"不超过 {MAX_TEXT} 字"),
        ],
        filters=[kept_text],
    )
    file = FileField("照片或 PDF", [Optional()], description="可以附一个文件，不超过 20 MB")


class AnswerForm(Form):
    """The office's answer; the enterprise reads it."""

    text = TextAreaField(
        "答复内容",
        [DataRequired("请写明答复"), Length(max=MAX_TEXT, message=f"不超过 {MAX_TEXT} 字")],
        filters=[kept_text],
        description="提出异议的企业凭取件码看到这段话；答复后不能再改",
    )
