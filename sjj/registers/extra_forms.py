"""Forms with the fields that an agency defined for itself: to define one, and to fill them in.

Values are kept as text under the field's label, as the import keeps them; a number or day that cannot be read
is refused here and only reported by the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.extra_queries import KINDS, REGISTERS
from sjj.registers.import_columns import COLUMNS
from sjj.registers.shared_forms import FilterForm, TextField, no_id_number, options
from sjj.registers.tags import words_in
from sjj.registers.upkeep_models import ExtraField
from sjj.rules.condition_fields import day_of, number_of
from sjj.rules.identity import normalise_text

MOST_LABEL, MOST_VALUE, MOST_CHOICES = 30, 200, 40
_WHAT = {"entity": "entities", "officer": "officers"}
Known = TypeVar("Known", bound=OfficeForm)
Filtered = TypeVar("Filtered", bound=FilterForm)


class ExtraFieldForm(OfficeForm):
    """A field that an agency wants to keep beside the usual ones."""

    register = SelectField("用于", choices=options(REGISTERS.items()))
    label = TextField("栏目名称", MOST_LABEL, [DataRequired("请填写栏目名称")])
    kind = SelectField("填写内容", choices=options(KINDS.items()))
    choices = TextAreaField("可选的值", [no_id_number])

    @property
    def choice_words(self) -> list[str]:
        """The choices that were typed, each once."""
        return [normalise_text(word) for word in words_in(self.choices.data)]

    def validate_label(self, field: StringField) -> None:
        """A label must not be that of a field that every register has."""
        what = _WHAT.get(self.register.data or "", "entities")
        if field.data in {column.label for column in COLUMNS[what] if not column.extra}:
            raise ValidationError("已有这个栏目，不用另外增加")
        if any(mark in (field.data or "") for mark in ".:：、"):
            raise ValidationError("栏目名称里不要用标点")

    def validate_choices(self, field: TextAreaField) -> None:
        """A choice needs at least two values."""
        if self.kind.data != "choice":
            return
        if len(self.choice_words) < 2:
            raise ValidationError("请至少写两个可选的值，用顿号隔开")
        if len(self.choice_words) > MOST_CHOICES or any(len(one) > 60 for one in self.choice_words):
            raise ValidationError(f"可选的值最多 {MOST_CHOICES} 个，每个不超过 60 字")
        field.data = "、".join(self.choice_words)


class ChoicesForm(OfficeForm):
    """Other choices for a field that is in use."""

    choices = TextAreaField("可选的值", [DataRequired("请写可选的值"), no_id_number])

    @property
    def choice_words(self) -> list[str]:
        """The choices that were typed, each once."""
        return [normalise_text(word) for word in words_in(self.choices.data)]

    validate_choices = ExtraFieldForm.validate_choices

    @property
    def kind(self) -> Any:
        """Always a choice."""
        return _CHOICE


class _Choice:
    data = "choice"


_CHOICE = _Choice()


def extended(form: type[Known], fields: Sequence[ExtraField]) -> type[Known]:
    """The form with a field for each of the agency's own."""
    own: dict[str, Any] = {name_of(field): _control(field) for field in fields}
    return type(form.__name__, (form,), {**own, "__doc__": form.__doc__}) if own else form


def with_choices(form: type[Filtered], fields: Sequence[ExtraField]) -> type[Filtered]:
    """A filter form with the agency's own choice fields."""
    own = {
        name_of(field): SelectField(field.label, choices=options([("", "全部"), *_pairs(field.choices)]))
        for field in fields
    }
    return type(form.__name__, (form,), {**own, "__doc__": form.__doc__}) if own else form


def name_of(field: ExtraField) -> str:
    """What the control is called in the form."""
    return f"own_{field.id}"


def _control(field: ExtraField) -> Any:
    if field.kind == "choice":
        return SelectField(field.label, [Optional()], choices=options([("", "未填"), *_pairs(field.choices)]))
    check = {"number": _is_number, "day": _is_day}.get(field.kind)
    return TextField(field.label, MOST_VALUE, [Optional(), check] if check else [Optional()])


def _pairs(words: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(word), str(word)) for word in words]


def _is_number(_form: Any, field: Field) -> None:
    if field.data and number_of(field.data) is None:
        raise ValidationError("请填数字")


def _is_day(_form: Any, field: Field) -> None:
    if not field.data:
        return
    found = day_of(field.data)
    if found is None:
        raise ValidationError("日期请写成 2026-03-05 的样子")
    field.data = found.isoformat()


def show_values(form: OfficeForm, fields: Sequence[ExtraField], extra: Mapping[str, Any] | None) -> None:
    """Fill the form's own fields with what stands; a value that is no longer offered is offered still."""
    for field in fields:
        value = str((extra or {}).get(field.label) or "")
        control = form[name_of(field)]
        if field.kind == "choice" and value and value not in field.choices:
            control.choices = [*control.choices, *options([(value, value)])]
        if not form.is_submitted():
            control.data = value


def with_values(form: OfficeForm, fields: Sequence[ExtraField], extra: Mapping[str, Any]) -> dict[str, Any]:
    """What `extra` holds after the form: only the agency's own fields differ, an emptied one is gone."""
    values = dict(extra)
    for field in fields:
        typed = (form[name_of(field)].data or "").strip()
        if typed:
            values[field.label] = typed
        else:
            values.pop(field.label, None)
    return values
