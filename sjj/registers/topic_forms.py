"""The forms of 一业一查: an entry of the list, and taking over a new list."""

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import TextField, no_id_number
from sjj.registers.sheet_forms import TakeForm


class TopicForm(OfficeForm):
    """An industry, who leads, who takes part, what is checked."""

    agency_id = SelectField("部门", coerce=int)
    industry = TextField("行业", 60, [DataRequired("请填写行业，如“木材加工”")])
    theme = TextField("检查主题", 120)
    lead = TextField("牵头部门", 60, [DataRequired("请填写牵头部门")])
    partners = TextField("配合部门", 600)
    items = TextAreaField("检查内容", [Optional(), Length(max=3000, message="不超过 3000 字"), no_id_number])
    source = TextField("依据", 200)


class TakeTopicsForm(TakeForm):
    """Take over what the preview showed."""

    drop_gone = BooleanField("新清单里没有的，从一业一查清单中删去")
