"""The forms of the room: who witnesses, one outside value typed twice.

A refused value is not sent back to the page: it would stand there for everybody, and it is read out again anyway.
"""

from typing import Any

from wtforms import FieldList, FormField, HiddenField, IntegerField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from sjj.draws.ceremony_services import FEWEST_WITNESSES, Witness
from sjj.draws.forms import PUBLIC_TEXT, tidy
from sjj.form import Form

ROWS = 4


class WitnessForm(PlainForm):
    """One person in the room; an empty row does not count."""

    class Meta:
        """Messages of the library itself in Chinese."""

        locales = ("zh",)

    name = StringField(
        "姓名", [Optional(), Length(max=30, message="不超过 30 字"), *PUBLIC_TEXT], filters=[tidy]
    )
    of = StringField(
        "单位或身份", [Optional(), Length(max=40, message="不超过 40 字"), *PUBLIC_TEXT], filters=[tidy]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A row has both or neither."""
        sound = super().validate(extra_validators)
        for this, other, said in (
            (self.name, self.of, "请填写姓名"),
            (self.of, self.name, "请填写单位或身份"),
        ):
            if other.data and not this.data:
                this.errors = [said]
                sound = False
        return sound


class WitnessesForm(Form):
    """Who is in the room: at least two."""

    rows = FieldList(FormField(WitnessForm), min_entries=ROWS, max_entries=ROWS)

    def validate(self, extra_validators: Any = None) -> bool:
        """At least two different people."""
        sound = super().validate(extra_validators)
        listed = self.listed()
        if sound and len(listed) < FEWEST_WITNESSES:
            self.form_errors.append(f"至少写明 {FEWEST_WITNESSES} 名见证人。")
        if sound and len(set(listed)) < len(listed):
            self.form_errors.append("同一名见证人写了两次。")
        return sound and not self.form_errors

    def listed(self) -> list[Witness]:
        """The rows that are filled in."""
        rows = (row.form for row in self.rows)
        return [Witness(row.name.data, row.of.data) for row in rows if row.name.data]


class ValueForm(Form):
    """One source's value, typed twice: leading zeros stay, full-width digits are refused, nothing is guessed."""

    source = HiddenField()
    value = StringField(filters=[lambda text: (text or "").strip(" ")])
    again = StringField("再输一次", filters=[lambda text: (text or "").strip(" ")])

    def __init__(self, place: int, told: dict[str, Any], **given: Any) -> None:
        super().__init__(**given)
        self.place, self.length = place, int(told["digits"])
        self.source.data = str(place)
        self.value.label.text = f"{told['from']}的数字（{self.length} 位）"

    def validate_value(self, field: StringField) -> None:
        """Exactly so many of 0 to 9."""
        typed = field.data
        if not typed:
            raise ValidationError(f"请输入 {self.length} 位数字")
        if any(not character.isascii() and character.isdigit() for character in typed):
            raise ValidationError("这里有全角数字，请换成半角 0–9 重新输入")
        if not (typed.isascii() and typed.isdigit()):
            raise ValidationError("只能输入 0–9 的数字，不要空格和其他符号")
        if len(typed) != self.length:
            raise ValidationError(f"应为 {self.length} 位，刚才是 {len(typed)} 位；开头的 0 也要输入")

    def validate_again(self, field: StringField) -> None:
        """The same once more."""
        if field.data != self.value.data:
            raise ValidationError("两次输入的数字不一致，请对照原件，两遍都重新输入")

    def any_typed(self) -> bool:
        """Whether anything was typed at all."""
        return bool(self.value.data or self.again.data)

    def readable(self) -> str:
        """The value, if it is one."""
        return "" if self.value.errors else self.value.data

    def forget(self) -> None:
        """Take what was typed off the page."""
        self.value.data = self.again.data = ""


class RevealForm(Form):
    """How many the page showed, and how many more to show."""

    shown = IntegerField(validators=[NumberRange(min=0)])
    more = IntegerField(validators=[NumberRange(min=1)])
