"""What the forms of the registers share: messages, dates, texts that hold no ID number, tags, places."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import DateField, Form, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sjj.registers.scope import Place
from sjj.registers.tags import words_in
from sjj.rules.identity import credit_code_problem, id_number_problem, normalise_code, normalise_text
from sjj.rules.verify import name_fault

# A region, a birth date and a serial: an ID number even when its last digit is mistyped (GB 11643-1999).
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Z])[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X](?![0-9A-Z])"
)
NO_ID_NUMBER = "这里像是身份证号。本系统不登记身份证号，请删去"
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


class FilterForm(Form):
    """Search and filters of a list; its values live in the address, so it needs no token."""

    class Meta:
        locales = ("zh",)


class DayField(DateField):
    """A calendar day, as the browser sends it or as people write it."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators or [Optional()], format=list(DAY_FORMATS), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day. Raises ValueError with our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日期请写成 2026-03-05 的样子") from None
        if self.data is not None and not 1900 <= self.data.year <= 9999:
            raise ValueError("年份不对，请核对")


class TextField(StringField):
    """One line of text, cleaned as it is stored; never holds an ID number."""

    def __init__(self, label: str, most: int, validators: Sequence[Any] = (), **more: Any) -> None:
        checks = [*(validators or [Optional()]), Length(max=most, message=f"不超过 {most} 字"), no_id_number]
        super().__init__(label, checks, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed."""
        self.data = normalise_text(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """A character that no database or paper can hold is refused."""
        if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in self.data or ""):
            raise StopValidation("含有不能使用的字符，请重新输入")


class TagChoices(SelectMultipleField):
    """Tags as boxes to tick; their names are their values."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def holds_id_number(text: str) -> bool:
    """Whether a text holds what looks like an 18-digit ID number."""
    return _ID_NUMBER.search(normalise_code(text)) is not None


def is_id_number(code: str) -> bool:
    """Whether a code is an ID number; one in 31 of those has the check letter of a credit code too."""
    clean = normalise_code(code)
    if not holds_id_number(clean):
        return False
    return id_number_problem(clean) is None or credit_code_problem(clean) is not None


def no_id_number(_form: Any, field: Any) -> None:
    """Refuse a text that holds an ID number. Raises ValidationError."""
    if field.data and holds_id_number(field.data):
        raise ValidationError(NO_ID_NUMBER)


def no_id_number_as_code(_form: Any, field: Any) -> None:
    """Refuse an ID number where a code belongs. Raises ValidationError."""
    if field.data and is_id_number(field.data):
        raise ValidationError(NO_ID_NUMBER)


def usable_in_a_draw(_form: Any, field: Any) -> None:
    """Refuse a code or name that a draw could not carry. Raises ValidationError."""
    fault = name_fault(field.data) if field.data else None
    if fault:
        raise ValidationError(fault)


def not_before(other: str, message: str) -> Any:
    """A check that a day is not before the day in another field of the form."""

    def check(form: Any, field: Any) -> None:
        first: date | None = form[other].data
        if field.data and first and field.data < first:
            raise ValidationError(message)

    return check


def new_tags_fit(_form: Any, field: Any) -> None:
    """Each new tag is short and can be carried by a draw. Raises ValidationError."""
    for word in words_in(field.data):
        fault = "不超过 30 字" if len(word) > 30 else name_fault(word)
        if fault:
            raise ValidationError(f"标签“{word[:30]}”{fault}")


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """The options of a choice: each a value and its words."""
    return [SelectChoice(value, words) for value, words in pairs]


def or_all(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """The options of a filter: everything, or one of these."""
    return options([("", "全部"), *pairs])


def offer_places(field: SelectField, places: list[Place]) -> None:
    """Offer these places in a form's choice."""
    field.choices = options((place.key, place.label) for place in places)


def offer(field: SelectField | SelectMultipleField, words: Iterable[str], empty: str = "") -> None:
    """Offer these words in a form's choice, after an empty one if named."""
    first = [("", empty)] if empty else []
    field.choices = options([*first, *((word, word) for word in words)])
