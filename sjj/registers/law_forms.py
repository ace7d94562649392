"""The forms of laws: one to enter or change, one to stand for their dates."""

from datetime import date

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import DayField, TextField, not_before


class LawForm(OfficeForm):
    """A law with its dates, and whether somebody has checked them."""

    agency_id = SelectField("部门", coerce=int)
    title = TextField("全称", 120, [DataRequired("请填写法律、法规或文件的全称")])
    key = TextField("简称", 60, [DataRequired("请填写简称，如“森林法”")])
    effective_on = DayField("施行日期")
    repealed_on = DayField("废止日期", [Optional(), not_before("effective_on", "废止日期不能早于施行日期")])
    verified = BooleanField("施行日期和条款已经核实")
    note = TextField("说明", 300)
    day: date  # the office's day, set by the view


class ConfirmLawsForm(OfficeForm):
    """Whose word the dates of the ticked laws stand on."""

    ids = SelectMultipleField("核实哪几部", [DataRequired("请勾选已经核实的法律依据")], coerce=int)
    by = TextField("核实人", 60, [DataRequired("请填写核实人姓名")])
    on = DayField("核实日期", [DataRequired("请填写核实日期")])
    day: date

    def validate_on(self, field: DayField) -> None:
        """Nobody has checked anything tomorrow. Raises ValidationError."""
        if field.data and field.data > self.day:
            raise ValidationError("核实日期不能晚于今天")
