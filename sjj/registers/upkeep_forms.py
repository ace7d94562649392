"""The forms of 底数维护: a section says that its list is right; somebody is reminded."""

from datetime import date

from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import DayField, TextField, no_id_number


class ReviewForm(OfficeForm):
    """核对: as of which day, and what there is to say."""

    reviewed_on = DayField("截至哪一天", [DataRequired("请填写日期")])
    note = TextField("说明", 300)

    day: date  # today; nobody has looked at tomorrow's list

    def validate_reviewed_on(self, field: Field) -> None:
        """Not in the future. Raises ValidationError."""
        if field.data and field.data > self.day:
            raise ValidationError("核对日期不能晚于今天")


class PressForm(OfficeForm):
    """提醒: what the section reads."""

    text = TextAreaField(
        "提醒内容",
        [DataRequired("请写明提醒什么"), Length(max=300, message="不超过 300 字"), no_id_number],
    )
