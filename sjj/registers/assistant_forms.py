"""The form of 协助人员, who go along and are no officers."""

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import FilterForm, TextField, or_all

STATES = {"on": "可以随行", "off": "不再随行"}


class AssistantForm(OfficeForm):
    """An assistant as the office enters them."""

    place = SelectField("归口管理", [DataRequired("请选择归口管理的科室")])
    name = TextField("姓名", 60, [DataRequired("请填写姓名")])
    post = TextField("身份", 60)
    phone = TextField("电话", 40)
    note = TextField("说明", 200)
    on_duty = BooleanField("可以随行", default=True)


class AssistantFilterForm(FilterForm):
    """Search and filters of the list."""

    q = StringField("姓名或身份")
    section = SelectField("归口科室")
    state = SelectField("随行", choices=or_all(STATES.items()))
