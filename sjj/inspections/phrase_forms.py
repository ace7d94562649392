"""The form of one 常用语."""

from collections.abc import Iterable

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from sjj.form import Form
from sjj.inspections.phrase_queries import PhrasePlace
from sjj.registers.models import Item

MOST = 300
ALL_ITEMS = "0"


class PhraseForm(Form):
    """A phrase, where it is offered, for which item."""

    text = TextAreaField(
        "常用语",
        [InputRequired("请填写常用语"), Length(max=MOST, message=f"不超过 {MOST} 字")],
    )
    place = SelectField("用在哪里", choices=[SelectChoice(place.value, place.label) for place in PhrasePlace])
    item = SelectField("事项")
    position = IntegerField(
        "顺序", [Optional(), NumberRange(0, 999, "请填 0 到 999 的数")], description="小的在前"
    )


def phrase_form(items: Iterable[Item], **values: object) -> PhraseForm:
    """The form with the agency's items to choose from."""
    form = PhraseForm(data=values)
    form.item.choices = [
        SelectChoice(ALL_ITEMS, "全部事项"),
        *(SelectChoice(str(item.id), item.name) for item in items),
    ]
    return form
