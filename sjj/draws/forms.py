"""The forms of a draw: outside sources before it, the second person's word, the reason for a void."""

import unicodedata
from typing import Any

from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from sjj.form import Form, no_personal_number
from sjj.rules.draw import Source
from sjj.rules.identity import visible
from sjj.rules.verify import text_fault

KIND_LABELS = {"dice": "十面骰子", "balls": "号码球", "lottery": "公开彩票", "other": "其他"}
SOURCES = 4
START = [
    {"from_": "纪检监督人员", "kind": "dice", "issue": "", "digits": 6},
    {"from_": "企业代表", "kind": "dice", "issue": "", "digits": 4},
]


def tidy(text: str | None) -> str:
    """One way of writing each character, none invisible, no white space around: two sources never look alike."""
    return unicodedata.normalize("NFC", visible(text or "")).strip()


def _number(form: PlainForm, field: Field) -> None:
    """A named source says how many digits it gives; what is no number is said once. Raises StopValidation."""
    typed = any(str(one).strip() for one in field.raw_data or ())
    if typed and field.process_errors:
        field.errors = []
        raise StopValidation("请填写 1 到 40 的整数")
    if form.from_.data and not typed:
        field.errors = []
        raise StopValidation("请填写位数")


def _sound(_form: PlainForm, field: Field) -> None:
    fault = text_fault(field.data or "")
    if fault:
        raise ValidationError(f"文字{fault}，请重新输入")


PUBLIC_TEXT = (_sound, no_personal_number)  # stands on public pages, whatever becomes of the draw


class SourceForm(PlainForm):
    """One outside source; left empty it does not count."""

    class Meta:
        """Messages of the library itself in Chinese."""

        locales = ("zh",)

    from_ = StringField(
        "谁给出数字", [Optional(), Length(max=60, message="不超过 60 字"), *PUBLIC_TEXT], filters=[tidy]
    )
    kind = SelectField("方式", choices=[SelectChoice(key, label) for key, label in KIND_LABELS.items()])
    issue = StringField(
        "期号或说明", [Optional(), Length(max=60, message="不超过 60 字"), *PUBLIC_TEXT], filters=[tidy]
    )
    digits = IntegerField("位数", [_number, Optional(), NumberRange(1, 40, "请填写 1 到 40 的整数")])


class FreezeForm(Form):
    """The outside sources whose values will make the seed, in that order."""

    sources = FieldList(FormField(SourceForm), min_entries=SOURCES, max_entries=SOURCES)

    def validate(self, *arguments: Any, **more: Any) -> bool:
        """All problems at once; each names its source."""
        sound = bool(super().validate(*arguments, **more))
        for number, row in enumerate(self.sources, 1):
            for field in row.form:
                field.errors = [f"来源 {number} {problem}" for problem in field.errors]
        return sound

    def listed(self) -> list[Source]:
        """The sources that are filled in."""
        rows = (row.form for row in self.sources)
        return [
            Source(row.from_.data, row.kind.data, row.issue.data or "", row.digits.data or 0)
            for row in rows
            if row.from_.data or row.issue.data
        ]


class ConfirmForm(Form):
    """The second person's word; `seen` is the fingerprint of the list on the page that was open."""

    seen = HiddenField(validators=[Length(max=64)])


class VoidForm(Form):
    """Why a draw is voided."""

    reason = TextAreaField(
        "作废理由",
        [DataRequired("请填写作废理由"), Length(max=500, message="不超过 500 字"), *PUBLIC_TEXT],
        filters=[tidy],
    )
