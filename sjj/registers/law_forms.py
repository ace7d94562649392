"""The form of a law."""

from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired, Optional

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
