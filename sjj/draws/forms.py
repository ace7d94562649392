"""The forms of a draw: outside sources before it, their values in the room, the reason for a void."""

import unicodedata
from typing import Any

from wtforms import Field, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from sjj.form import Form, no_personal_number
from sjj.rules.draw import Source
from sjj.rules.verify import text_fault

KIND_LABELS = {"dice": "十面骰子", "balls": "号码球", "lottery": "公开彩票", "other": "其他"}
SOURCES = 4
START = [
    {"from_": "纪检监督人员", "kind": "dice", "issue": "", "digits": 6},
    {"from_": "企业代表", "kind": "dice", "issue": "", "digits": 4},
]


def _tidy(text: str | None) -> str:
    return unicodedata.normalize("NFC", text or "").strip()


def _sound(_form: PlainForm, field: Field) -> None:
    fault = text_fault(field.data or "")
    if fault:
        raise ValidationError(f"文字{fault}，请重新输入")


_PUBLIC = (_sound, no_personal_number)  # stands on public pages, whatever becomes of the draw


class SourceForm(PlainForm):
    """One outside source; left empty it does not count."""

    class Meta:
        """Messages of the library itself in Chinese."""

        locales = ("zh",)

    from_ = StringField(
        "谁给出数字", [Optional(), Length(max=60, message="不超过 60 字"), *_PUBLIC], filters=[_tidy]
    )
    kind = SelectField("方式", choices=[SelectChoice(key, label) for key, label in KIND_LABELS.items()])
    issue = StringField(
        "期号或说明", [Optional(), Length(max=60, message="不超过 60 字"), *_PUBLIC], filters=[_tidy]
    )
    digits = IntegerField("位数", [Optional(), NumberRange(1, 40, "位数为 1–40")])

    def validate_digits(self, field: Field) -> None:
        """A named source says how many digits it gives."""
        if self.from_.data and field.data is None:
            raise ValidationError("请填写位数")


class FreezeForm(Form):
    """The outside sources whose values will make the seed, in that order."""

    sources = FieldList(FormField(SourceForm), min_entries=SOURCES, max_entries=SOURCES)

    def listed(self) -> list[Source]:
        """The sources that are filled in."""
        rows = (row.form for row in self.sources)
        return [
            Source(row.from_.data, row.kind.data, row.issue.data or "", row.digits.data or 0)
            for row in rows
            if row.from_.data or row.issue.data
        ]


class ValuesForm(Form):
    """What the witnesses read out, each value typed twice. Made for one draw by `values_form`."""

    def values(self) -> list[str]:
        """The values in the order of the sources."""
        return [field.data for name, field in self._fields.items() if name.startswith("value_")]

    def readable(self) -> list[str]:
        """The values that are numbers as the rule wants them, in their places; empty where there is none."""
        named = (field for name, field in self._fields.items() if name.startswith("value_"))
        return [field.data if field.data and not field.errors else "" for field in named]

    def any_typed(self) -> bool:
        """Whether any value was typed at all."""
        return any(
            field.data for name, field in self._fields.items() if name.startswith(("value_", "again_"))
        )


def values_form(sources: list[dict[str, Any]]) -> type[ValuesForm]:
    """The form for these sources of a frozen rule."""
    made: dict[str, Any] = {}
    for number, source in enumerate(sources):
        label = f"{source['from']}（{KIND_LABELS[source['kind']]}，{source['digits']} 位）"
        made[f"value_{number}"] = StringField(label, [_digits(source["digits"])], filters=[_bare])
        made[f"again_{number}"] = StringField(
            f"再输一次：{source['from']}", [_agrees(f"value_{number}")], filters=[_bare]
        )
    return type("ValuesOfDraw", (ValuesForm,), made)


def _bare(text: str | None) -> str:
    return (text or "").strip(" ")


def _digits(length: int) -> Any:
    """Exactly so many of 0 to 9: leading zeros stay, full-width digits are refused, nothing is guessed."""

    def check(_form: Form, field: Field) -> None:
        typed = field.data
        if not typed:
            raise ValidationError(f"请输入 {length} 位数字")
        if any(not character.isascii() and character.isdigit() for character in typed):
            raise ValidationError("这里有全角数字，请换成半角 0–9 重新输入")
        if not (typed.isascii() and typed.isdigit()):
            raise ValidationError("只能输入 0–9 的数字，不要空格和其他符号")
        if len(typed) != length:
            raise ValidationError(f"应为 {length} 位，现在是 {len(typed)} 位；开头的 0 也要输入")

    return check


def _agrees(name: str) -> Any:
    def check(form: Form, field: Field) -> None:
        if field.data != form[name].data:
            raise ValidationError("两次输入的数字不一致，请对照原件重新输入")

    return check


class VoidForm(Form):
    """Why a draw is voided."""

    reason = TextAreaField(
        "作废理由",
        [DataRequired("请填写作废理由"), Length(max=500, message="不超过 500 字"), *_PUBLIC],
        filters=[_tidy],
    )
